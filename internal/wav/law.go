package wav

import (
	"math"
	"math/bits"
)

// Logarithmic companding, ITU-T G.711. A code is a sign bit, a 3-bit segment e
// and a 4-bit step m. Magnitudes here are on the 16-bit scale (G.711 tables 1a
// and 2a, A-law times 16 and µ-law times 4), where every decision value is a
// whole number; so a code may be chosen from the integer part of a magnitude.

const muBias = 132 // 33 on G.711's 14-bit scale: makes each segment a power of two

var alawTable, mulawTable = makeLawTables()

func makeLawTables() (alaw, mulaw [256]float32) {
	for c := range 256 {
		alaw[c] = float32(alawLinear(byte(c))) / 32768
		mulaw[c] = float32(mulawLinear(byte(c))) / 32768
	}
	// µ-law has two zeros. The negative one is decoded to −0 so that encoding
	// gives back the same code.
	mulaw[0x7F] = float32(math.Copysign(0, -1))
	return alaw, mulaw
}

// alawLinear returns the reconstruction value of an A-law code, ±8 to ±32256.
func alawLinear(code byte) int {
	code ^= 0x55 // G.711: even bits are inverted on the line
	e, m := uint(code>>4&7), int(code&15)
	v := m<<4 + 8
	if e > 0 {
		v = (v + 256) << (e - 1)
	}
	if code&0x80 == 0 {
		return -v
	}
	return v
}

// mulawLinear returns the reconstruction value of a µ-law code, 0 to ±32124.
func mulawLinear(code byte) int {
	code = ^code // G.711: all bits are inverted on the line
	e, m := uint(code>>4&7), int(code&15)
	v := (m<<3+muBias)<<e - muBias
	if code&0x80 != 0 {
		return -v
	}
	return v
}

// alawCode returns the A-law code of a magnitude in 0…32767.
func alawCode(mag uint32, negative bool) byte {
	var code byte
	if mag < 256 {
		code = byte(mag >> 4)
	} else {
		e := uint(bits.Len32(mag)) - 8 // 1…7
		code = byte(e<<4) | byte(mag>>(e+3)&15)
	}
	if !negative {
		code |= 0x80
	}
	return code ^ 0x55
}

// mulawCode returns the µ-law code of a magnitude in 0…32767.
func mulawCode(mag uint32, negative bool) byte {
	mag = min(mag+muBias, 32767) // above 32635 the last step takes all
	e := uint(bits.Len32(mag)) - 8
	code := byte(e<<4) | byte(mag>>(e+3)&15)
	if negative {
		code |= 0x80
	}
	return ^code
}
