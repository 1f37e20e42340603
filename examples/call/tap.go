package main

import (
	"time"

	"github.com/quietline/quietline/opusio"
)

// tapDecoder keeps what its decoder gave, for the picture of before and after,
// and how long that took.
type tapDecoder struct {
	opusio.BackendDecoder
	last [rate * 120 / 1000]float32
	took time.Duration
}

func (t *tapDecoder) DecodeFloat32(packet []byte, pcm []float32) (int, error) {
	start := time.Now()
	n, err := t.BackendDecoder.DecodeFloat32(packet, pcm)
	t.took = time.Since(start)
	copy(t.last[:], pcm[:n])
	return n, err
}

func (t *tapDecoder) DecodePLCFloat32(pcm []float32) error {
	err := t.BackendDecoder.DecodePLCFloat32(pcm)
	copy(t.last[:], pcm)
	return err
}

func (t *tapDecoder) DecodeFECFloat32(packet []byte, pcm []float32) error {
	err := t.BackendDecoder.DecodeFECFloat32(packet, pcm)
	copy(t.last[:], pcm)
	return err
}
