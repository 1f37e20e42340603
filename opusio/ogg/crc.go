package ogg

import "encoding/binary"

// The checksum of a page (RFC 3533 §6, field 7): polynomial 0x04C11DB7, most
// significant bit first, start 0, no final inversion. hash/crc32 has only the
// bit-reversed kind. crcTable[k][b] is the checksum of byte b followed by k
// zero bytes, so that eight bytes are done with eight look-ups ("slicing by
// 8", Kounavis and Berry 2005).
var crcTable = makeCRCTable()

const crcPoly = 0x04C11DB7

func makeCRCTable() *[8][256]uint32 {
	t := new([8][256]uint32)
	for b := range t[0] {
		c := uint32(b) << 24
		for range 8 {
			c = c<<1 ^ crcPoly&-(c>>31)
		}
		t[0][b] = c
	}
	for k := 1; k < 8; k++ {
		for b := range t[k] {
			c := t[k-1][b]
			t[k][b] = c<<8 ^ t[0][c>>24]
		}
	}
	return t
}

// crcUpdate continues checksum c over p.
func crcUpdate(c uint32, p []byte) uint32 {
	t := crcTable
	for len(p) >= 8 {
		c ^= binary.BigEndian.Uint32(p)
		c = t[7][c>>24] ^ t[6][c>>16&0xFF] ^ t[5][c>>8&0xFF] ^ t[4][c&0xFF] ^
			t[3][p[4]] ^ t[2][p[5]] ^ t[1][p[6]] ^ t[0][p[7]]
		p = p[8:]
	}
	for _, b := range p {
		c = c<<8 ^ t[0][byte(c>>24)^b]
	}
	return c
}

// pageCRC is the checksum of a whole page, with its own field taken as zero.
func pageCRC(page []byte) uint32 {
	var zero [4]byte
	c := crcUpdate(0, page[:crcOffset])
	c = crcUpdate(c, zero[:])
	return crcUpdate(c, page[crcOffset+4:])
}
