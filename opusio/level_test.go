package opusio_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/quietline/quietline/opusio"
	"github.com/quietline/quietline/opusio/internal/opustest"
)

func TestMeasureLevel(t *testing.T) {
	square, sine := make([]float32, 960), make([]float32, 960)
	for i := range square {
		square[i] = float32(1 - 2*(i/48%2))
		sine[i] = float32(math.Sin(2 * math.Pi * float64(i) / 48))
	}
	scaled := func(x []float32, db float64) []float32 {
		y := make([]float32, len(x))
		for i := range x {
			y[i] = x[i] * float32(math.Pow(10, db/20))
		}
		return y
	}
	for _, c := range []struct {
		name string
		x    []float32
		want uint8
	}{
		{"nothing", nil, 127},
		{"digital silence", make([]float32, 960), 127},
		{"square wave", square, 0},
		{"above full scale", scaled(square, 12), 0},
		{"sine", sine, 3},
		{"-20.4 dB", scaled(square, -20.4), 20},
		{"-20.6 dB", scaled(square, -20.6), 21},
		{"-126.4 dB", scaled(square, -126.4), 126},
		{"-160 dB, not silence", scaled(square, -160), 126},
		{"the smallest float", []float32{math.SmallestNonzeroFloat32}, 126},
		{"NaN", []float32{float32(math.NaN())}, 127},
		{"Inf", []float32{float32(math.Inf(1))}, 0},
	} {
		if got := opusio.MeasureLevel(c.x); got != c.want {
			t.Errorf("%s: %d, want %d", c.name, got, c.want)
		}
	}
	for db := -90.0; db < 0; db += 0.7 {
		x := opustest.Int16(scaled(sine, db))
		var sum float64
		for _, v := range x {
			sum += float64(v) * float64(v) / (1 << 30)
		}
		want := uint8(math.Round(-10 * math.Log10(sum/float64(len(x)))))
		if sum == 0 {
			want = 127
		}
		if got := opusio.MeasureLevelInt16(x); got != want {
			t.Errorf("%.1f dB, 16 bit: %d, want %d", db, got, want)
		}
	}
	full := []int16{-32768, -32768, -32768}
	if got := opusio.MeasureLevelInt16(full); got != 0 {
		t.Errorf("full scale, 16 bit: %d", got)
	}
}

func TestAudioLevelByte(t *testing.T) {
	for b := range 256 {
		a, err := opusio.ParseAudioLevel([]byte{byte(b), 0})
		if err != nil || a.Byte() != byte(b) || a.Voice != (b >= 128) || int(a.Level) != b%128 {
			t.Errorf("%#x: %+v, %v", b, a, err)
		}
	}
	if got := (opusio.AudioLevel{Level: 200, Voice: true}).Byte(); got != 0xff {
		t.Errorf("level 200: %#x", got)
	}
	if _, err := opusio.ParseAudioLevel(nil); err == nil {
		t.Error("an empty extension was read")
	}
	if opusio.MutedLevel.Byte() != 127 {
		t.Error("muted is not 127 without V")
	}
}

// The level and the voice bit of a packet, for an RTP header extension
// (RFC 6464).
func ExampleAudioLevel() {
	pcm := make([]float32, 960) // 20 ms at 48 kHz
	for i := range pcm {
		pcm[i] = 0.1 * float32(math.Sin(float64(i)/7))
	}
	level := opusio.AudioLevel{Level: opusio.MeasureLevel(pcm), Voice: true}
	fmt.Printf("%d dBov, byte %#x\n", -int(level.Level), level.Byte())

	got, _ := opusio.ParseAudioLevel([]byte{level.Byte()})
	fmt.Println(got == level)
	// Output:
	// -23 dBov, byte 0x97
	// true
}
