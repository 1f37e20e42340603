package wav

import (
	"bytes"
	"fmt"
	"math"
	"testing"
)

// TestRoundTripEveryCode decodes every code of the short encodings, and every
// 17th of 24 bit, and wants the same bytes back.
func TestRoundTripEveryCode(t *testing.T) {
	for _, enc := range []Encoding{PCM8, PCM16, PCM24, ALaw, MuLaw} {
		size := enc.BytesPerSample()
		stride := 1
		if enc == PCM24 {
			stride = 17
		}
		var raw []byte
		codes := 1 << (8 * size)
		for c := 0; c < codes; c += stride {
			raw = append(raw, byte(c), byte(c>>8), byte(c>>16))[:len(raw)+size]
		}
		raw = append(raw, 0xFF, 0xFF, 0xFF)[:len(raw)+size] // the last code, whatever the stride
		x := make([]float32, len(raw)/size)
		if n := Decode(x, raw, enc); n != len(x) {
			t.Fatalf("%v: decoded %d of %d", enc, n, len(x))
		}
		back := make([]byte, len(raw))
		if c := Encode(back, x, enc); c != 0 {
			t.Errorf("%v: %d of %d codes counted as clipped", enc, c, len(x))
		}
		for i := 0; i < len(raw); i += size {
			if !bytes.Equal(raw[i:i+size], back[i:i+size]) {
				t.Fatalf("%v: code %x became %x through %v", enc, raw[i:i+size], back[i:i+size], x[i/size])
			}
		}
		for i, v := range x {
			if v < -1 || v >= 1 {
				t.Fatalf("%v: sample %d is %v", enc, i, v)
			}
		}
	}
}

// TestScaling checks the values that the specification fixes.
func TestScaling(t *testing.T) {
	for _, c := range []struct {
		enc  Encoding
		raw  []byte
		want float32
	}{
		{PCM8, []byte{128}, 0}, {PCM8, []byte{0}, -1}, {PCM8, []byte{255}, 127.0 / 128},
		{PCM16, []byte{0, 0x80}, -1}, {PCM16, []byte{0xFF, 0x7F}, 32767.0 / 32768}, {PCM16, []byte{1, 0}, 1.0 / 32768},
		{PCM24, []byte{0, 0, 0x80}, -1}, {PCM24, []byte{0xFF, 0xFF, 0x7F}, 8388607.0 / 8388608}, {PCM24, []byte{0xFF, 0xFF, 0xFF}, -1.0 / 8388608},
		{PCM32, []byte{0, 0, 0, 0x80}, -1}, {PCM32, []byte{0, 0, 0, 0x40}, 0.5}, {PCM32, []byte{1, 0, 0, 0}, 1.0 / (1 << 31)},
		{Float32, []byte{0, 0, 0xC0, 0x3F}, 1.5}, {Float64, []byte{0, 0, 0, 0, 0, 0, 0xF8, 0xBF}, -1.5},
		// G.711 tables 1 and 2: the extreme and the smallest values.
		{ALaw, []byte{0xAA}, 32256.0 / 32768}, {ALaw, []byte{0x2A}, -32256.0 / 32768}, {ALaw, []byte{0xD5}, 8.0 / 32768}, {ALaw, []byte{0x55}, -8.0 / 32768},
		{MuLaw, []byte{0x80}, 32124.0 / 32768}, {MuLaw, []byte{0x00}, -32124.0 / 32768}, {MuLaw, []byte{0xFF}, 0}, {MuLaw, []byte{0xFE}, 8.0 / 32768},
	} {
		var got [1]float32
		if Decode(got[:], c.raw, c.enc); got[0] != c.want {
			t.Errorf("%v % x: %v, want %v", c.enc, c.raw, got[0], c.want)
		}
	}
}

// TestLawAgainstSearch compares the encoders, for every 16-bit value, with a
// search for the decision interval: within a segment the nearest code.
func TestLawAgainstSearch(t *testing.T) {
	for _, enc := range []Encoding{ALaw, MuLaw} {
		linear := alawLinear
		if enc == MuLaw {
			linear = mulawLinear
		}
		for v := -32768; v <= 32767; v++ {
			var b [1]byte
			Encode(b[:], []float32{float32(v) / 32768}, enc)
			got := linear(b[0])
			best := 1 << 20
			for c := range 256 {
				best = min(best, abs(linear(byte(c))-v))
			}
			// G.711 ends a segment at a power of two, half a step of the lower
			// segment above its last value and a whole one below the next, so
			// that half a step, 1/64 of the (biased) magnitude, may be lost.
			slack := (abs(v) + muBias) >> 6
			if abs(got-v) > best+slack {
				t.Fatalf("%v: %d became %d, %d away; the nearest is %d away", enc, v, got, abs(got-v), best)
			}
			if v != 0 && got != 0 && (got < 0) != (v < 0) {
				t.Fatalf("%v: %d became %d", enc, v, got)
			}
		}
	}
}

func abs(v int) int { return max(v, -v) }

// slowInteger is the obvious encoder.
func slowInteger(x float32, bits int) (q int64, clipped int) {
	full := math.Ldexp(1, bits-1)
	v := float64(x) * full
	switch {
	case v != v:
		return 0, 1
	case v-(full-1) >= 0.5:
		return int64(full - 1), 1
	case -full-v >= 0.5:
		return int64(-full), 1
	}
	return int64(math.RoundToEven(v)), 0
}

func TestEncodeIntegerAgainstSlow(t *testing.T) {
	inf := float32(math.Inf(1))
	x := append(noise(5000), 0, float32(math.Copysign(0, -1)), 1, -1, 1.5, -1.5, inf, -inf, float32(math.NaN()), math.MaxFloat32, -math.MaxFloat32, math.SmallestNonzeroFloat32)
	for _, bits := range []int{8, 16, 24} { // ties and the edges of the range
		for _, k := range []float64{0.5, 1.5, 2.5, -0.5, -1.5, -2.5} {
			x = append(x, float32(math.Ldexp(k, 1-bits)))
		}
		for _, d := range []float64{-1, -0.5, 0, 0.25, 0.5, 1} {
			x = append(x, float32(1+math.Ldexp(d, 1-bits)), float32(-1+math.Ldexp(d, 1-bits)))
		}
	}
	check := func(enc Encoding, valid int) {
		size := enc.BytesPerSample()
		dst := make([]byte, size)
		for _, v := range x {
			q, clipped := slowInteger(v, valid)
			want := uint32(q) << (8*size - valid)
			if enc == PCM8 {
				want += 128
			}
			var c int
			if valid == 8*size {
				c = Encode(dst, []float32{v}, enc)
			} else {
				c = encodeValid(dst, []float32{v}, enc, valid)
			}
			var got uint32
			for i, b := range dst {
				got |= uint32(b) << (8 * i)
			}
			want &= uint32(1<<(8*size) - 1)
			if got != want || c != clipped {
				t.Fatalf("%v, %d bits: %v gives %#x clipped %d, want %#x clipped %d", enc, valid, v, got, c, want, clipped)
			}
		}
	}
	for _, enc := range []Encoding{PCM8, PCM16, PCM24, PCM32} {
		for valid := 8*enc.BytesPerSample() - 7; valid <= 8*enc.BytesPerSample(); valid++ {
			check(enc, valid)
		}
	}
}

func TestEncodeLawOutOfRange(t *testing.T) {
	nan := float32(math.NaN())
	src := []float32{1, -1, 1.01, -2, nan, -nan, 0}
	dst := make([]byte, len(src))
	if c := Encode(dst, src, MuLaw); c != 4 || !bytes.Equal(dst, []byte{0x80, 0, 0x80, 0, 0xFF, 0xFF, 0xFF}) {
		t.Errorf("µ-law: % x, %d clipped", dst, c)
	}
	if c := Encode(dst, src, ALaw); c != 4 || !bytes.Equal(dst, []byte{0xAA, 0x2A, 0xAA, 0x2A, 0xD5, 0xD5, 0xD5}) {
		t.Errorf("A-law: % x, %d clipped", dst, c)
	}
}

// TestPCM32Precision holds the promise of the package comment.
func TestPCM32Precision(t *testing.T) {
	var raw, back [4]byte
	var x [1]float32
	through := func(v int32) int32 {
		le.PutUint32(raw[:], uint32(v))
		Decode(x[:], raw[:], PCM32)
		Encode(back[:], x[:], PCM32)
		return int32(le.Uint32(back[:]))
	}
	for v := int64(-1 << 31); v < 1<<31; v += 99991 {
		got := int64(through(int32(v)))
		limit := math.Abs(float64(v)) / (1 << 24)
		if math.Abs(float64(v)) < 1<<24 {
			limit = 0
		}
		if math.Abs(float64(got-v)) > limit {
			t.Fatalf("%d became %d", v, got)
		}
	}
	for v, want := range map[int32]int32{math.MaxInt32: math.MaxInt32, 2147483584: math.MaxInt32, 2147483583: 2147483520, math.MinInt32: math.MinInt32} {
		if got := through(v); got != want {
			t.Errorf("%d became %d, want %d", v, got, want)
		}
	}
}

func TestFloatPassesThrough(t *testing.T) {
	in := []float32{0, float32(math.Copysign(0, -1)), 1, -3.5e30, float32(math.Inf(1)), float32(math.NaN()), math.SmallestNonzeroFloat32}
	for _, enc := range []Encoding{Float32, Float64} {
		b := make([]byte, len(in)*enc.BytesPerSample())
		out := make([]float32, len(in))
		if c := Encode(b, in, enc); c != 0 {
			t.Errorf("%v: %d clipped", enc, c)
		}
		if Decode(out, b, enc); !same(in, out) {
			t.Errorf("%v: %v became %v", enc, in, out)
		}
	}
}

func TestDecodeEncodeLengths(t *testing.T) {
	dst := []float32{9, 9, 9}
	if n := Decode(dst, []byte{0, 0, 0, 0, 7}, PCM16); n != 2 || dst[2] != 9 {
		t.Errorf("short source: %d, %v", n, dst)
	}
	if n := Decode(dst[:1], make([]byte, 100), Float64); n != 1 {
		t.Errorf("short destination: %d", n)
	}
	for _, enc := range allEncodings {
		if Decode(nil, nil, enc) != 0 || Encode(nil, nil, enc) != 0 {
			t.Errorf("%v: nothing gave something", enc)
		}
		b := bytes.Repeat([]byte{0xA5}, 3*8)
		Encode(b, []float32{0, 0}, enc)
		if rest := b[2*enc.BytesPerSample():]; bytes.Count(rest, []byte{0xA5}) != len(rest) {
			t.Errorf("%v: wrote beyond the samples", enc)
		}
	}
	for name, f := range map[string]func(){
		"Encode short":  func() { Encode(make([]byte, 3), make([]float32, 2), PCM16) },
		"Encode no enc": func() { Encode(nil, nil, 0) },
		"Decode no enc": func() { Decode(nil, nil, 99) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			f()
		}()
	}
}

func TestParseEncoding(t *testing.T) {
	for name, want := range map[string]Encoding{
		"u8": PCM8, "s16": PCM16, "s16le": PCM16, "S24LE": PCM24, " s32 ": PCM32, "f32": Float32, "f64le": Float64,
		"alaw": ALaw, "A-Law": ALaw, "mulaw": MuLaw, "ulaw": MuLaw, "mu-law": MuLaw, "µ-law": MuLaw, "μlaw": MuLaw, "pcm_s16le": PCM16, "pcm_alaw": ALaw,
	} {
		if got, err := ParseEncoding(name); got != want || err != nil {
			t.Errorf("%q: %v, %v", name, got, err)
		}
	}
	for _, name := range []string{"", "s16be", "s8", "le", "float", "u16"} {
		if _, err := ParseEncoding(name); err == nil {
			t.Errorf("%q: no error", name)
		}
	}
	for _, e := range allEncodings {
		if got, err := ParseEncoding(e.String()); got != e || err != nil {
			t.Errorf("%v does not parse back: %v, %v", e, got, err)
		}
	}
}

func TestCodecsDoNotAllocate(t *testing.T) {
	x := noise(480)
	b := make([]byte, 480*8)
	for _, enc := range allEncodings {
		if n := testing.AllocsPerRun(10, func() { Encode(b, x, enc); Decode(x, b, enc) }); n != 0 {
			t.Errorf("%v: %v allocations", enc, n)
		}
	}
}

func BenchmarkDecode(b *testing.B) {
	for _, enc := range allEncodings {
		b.Run(enc.String(), func(b *testing.B) {
			raw, x := make([]byte, 4800*enc.BytesPerSample()), noise(4800)
			Encode(raw, x, enc)
			b.SetBytes(int64(len(raw)))
			for b.Loop() {
				Decode(x, raw, enc)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/4800, "ns/sample")
		})
	}
}

func BenchmarkEncode(b *testing.B) {
	for _, enc := range allEncodings {
		b.Run(enc.String(), func(b *testing.B) {
			raw, x := make([]byte, 4800*enc.BytesPerSample()), noise(4800)
			b.SetBytes(int64(len(raw)))
			for b.Loop() {
				Encode(raw, x, enc)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/4800, "ns/sample")
		})
	}
}

func TestFormatString(t *testing.T) {
	for want, f := range map[string]Format{
		"48000 Hz, 2 channels, s24, 20 valid bits, mask 0x3": {SampleRate: 48000, Channels: 2, Encoding: PCM24, ValidBits: 20, ChannelMask: 3},
		"8000 Hz, 1 channel, alaw":                           {SampleRate: 8000, Channels: 1, Encoding: ALaw, ValidBits: 8},
	} {
		if got := fmt.Sprint(f); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
