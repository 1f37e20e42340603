package main

import (
	"encoding/binary"
	"os"
	"path/filepath"
	"testing"
)

// recording reads a 16-bit mono file at 48 kHz of the repository's testdata.
func recording(t testing.TB, name string) []float32 {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("..", "..", "testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return parseWAV(t, b)
}

// parseWAV finds the samples of a plain 16-bit mono file at 48 kHz.
func parseWAV(t testing.TB, b []byte) []float32 {
	t.Helper()
	if len(b) < 12 || string(b[:4]) != "RIFF" {
		t.Fatal("not a WAV file")
	}
	for b = b[12:]; len(b) >= 8; {
		size := min(int(binary.LittleEndian.Uint32(b[4:])), len(b)-8)
		body := b[8 : 8+size]
		switch string(b[:4]) {
		case "fmt ":
			if binary.LittleEndian.Uint16(body[2:]) != 1 || binary.LittleEndian.Uint32(body[4:]) != rate || binary.LittleEndian.Uint16(body[14:]) != 16 {
				t.Fatal("not 16-bit mono at 48 kHz")
			}
		case "data":
			x := make([]float32, size/2)
			for i := range x {
				x[i] = float32(int16(binary.LittleEndian.Uint16(body[2*i:]))) / 32768
			}
			return x
		}
		b = b[8+size+size%2:]
	}
	t.Fatal("no samples")
	return nil
}

// wavFile makes such a file.
func wavFile(x []float32) []byte {
	b := append([]byte("RIFF"), 0, 0, 0, 0)
	b = append(b, "WAVEfmt "...)
	b = binary.LittleEndian.AppendUint32(b, 16)
	b = binary.LittleEndian.AppendUint16(b, 1)
	b = binary.LittleEndian.AppendUint16(b, 1)
	b = binary.LittleEndian.AppendUint32(b, rate)
	b = binary.LittleEndian.AppendUint32(b, 2*rate)
	b = binary.LittleEndian.AppendUint16(b, 2)
	b = binary.LittleEndian.AppendUint16(b, 16)
	b = append(b, "data"...)
	b = binary.LittleEndian.AppendUint32(b, uint32(2*len(x)))
	for _, v := range x {
		b = binary.LittleEndian.AppendUint16(b, uint16(int16(max(-32768, min(32767, v*32768)))))
	}
	binary.LittleEndian.PutUint32(b[4:], uint32(len(b)-8))
	return b
}
