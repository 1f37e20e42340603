package neural

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"io"
	"math"
	"math/rand"
	"strings"
	"testing"
	"testing/iotest"
)

var testSizes = Sizes{Taps: 3, Ahead: 1, Conv: [3]int{8, 16, 24}, Units: 16, Out: 8, High: 8}

// randomWeights returns weights of the size that keeps activations near 1.
func randomWeights(s Sizes, seed int64) *weights {
	r := rand.New(rand.NewSource(seed))
	w := new(weights)
	for _, t := range s.tensors(w) {
		values := make([]float32, t.rows*t.cols)
		for i := range values {
			values[i] = float32((2*r.Float64() - 1) * math.Sqrt(3/float64(t.cols+1)))
		}
		*t.to = values
	}
	return w
}

// encode writes a model file with values of a kind.
func encode(s Sizes, w *weights, kind int) []byte {
	b := []byte(magic)
	for _, n := range []int{version, kind, s.Taps, s.Ahead, s.Conv[0], s.Conv[1], s.Conv[2], s.Units, s.Out, s.High} {
		b = binary.LittleEndian.AppendUint32(b, uint32(n))
	}
	for _, t := range s.tensors(w) {
		values := *t.to
		switch {
		case kind == float32s:
			for _, v := range values {
				b = binary.LittleEndian.AppendUint32(b, math.Float32bits(v))
			}
		case kind == eights && t.large():
			const scale = 1.0 / 100 // of all rows but the last
			for r := range t.rows {
				b = binary.LittleEndian.AppendUint32(b, math.Float32bits(scale/float32(1+r/(t.rows-1))))
			}
			for _, v := range values {
				b = append(b, byte(int8(min(max(v/scale, -127), 127))))
			}
		default:
			for _, v := range values {
				b = binary.LittleEndian.AppendUint16(b, halfBits(v))
			}
		}
	}
	return seal(b)
}

// halfBits is a float16 near v.
func halfBits(v float32) uint16 {
	u := math.Float32bits(v)
	if math.Abs(float64(v)) < 1e-4 {
		return uint16(u >> 31 << 15)
	}
	return uint16(u>>31<<15 | (u>>23&255-112)<<10 | u>>13&1023)
}

// seal appends the checksum.
func seal(b []byte) []byte { return binary.LittleEndian.AppendUint32(b, crc32.ChecksumIEEE(b)) }

// with returns a copy of a file with the header's place i set to u, sealed again.
func with(file []byte, i int, u uint32) []byte {
	b := bytes.Clone(file[:len(file)-4])
	binary.LittleEndian.PutUint32(b[len(magic)+4*i:], u)
	return seal(b)
}

func TestLoad(t *testing.T) {
	file := encode(testSizes, randomWeights(testSizes, 1), float32s)
	m, err := Load(iotest.OneByteReader(bytes.NewReader(file)))
	if err != nil {
		t.Fatal(err)
	}
	if m.Sizes() != testSizes {
		t.Errorf("sizes are %+v, want %+v", m.Sizes(), testSizes)
	}
	without := testSizes
	without.High = 0
	if _, err := Load(bytes.NewReader(encode(without, randomWeights(without, 1), float16s))); err != nil {
		t.Error(err)
	}
	if s := Default().Sizes(); s.validate() != nil || len(embedded) >= 2e6 {
		t.Errorf("the embedded model has %d bytes and sizes %+v", len(embedded), s)
	}
}

// TestLoadRefuses what is no model, with an error that says so.
func TestLoadRefuses(t *testing.T) {
	file := encode(testSizes, randomWeights(testSizes, 1), float32s)
	flipped := bytes.Clone(file)
	flipped[len(flipped)/2] ^= 1
	weight := func(v float32) []byte {
		b := bytes.Clone(file[:len(file)-4])
		binary.LittleEndian.PutUint32(b[headerSize+40:], math.Float32bits(v))
		return seal(b)
	}
	atGin := 0 // of values before
	for _, t := range testSizes.tensors(new(weights)) {
		if t.large() {
			break
		}
		atGin += t.rows * t.cols
	}
	eight := func(i int, v ...byte) []byte { // changes bytes from gin's on
		b := encode(testSizes, randomWeights(testSizes, 1), eights)
		copy(b[headerSize+2*atGin+i:], v)
		return seal(b[:len(b)-4])
	}
	for name, c := range map[string]struct {
		file []byte
		want string
	}{
		"empty":         {nil, "shorter than a header"},
		"short header":  {file[:headerSize-1], "shorter than a header"},
		"other file":    {append([]byte("RIFFxxxxWAVE"), file...), "begins with"},
		"version":       {with(file, 0, 1), "version 1"},
		"values":        {with(file, 1, 3), "kind 3"},
		"taps":          {with(file, 2, 9), "9 taps"},
		"one tap":       {with(file, 2, 1), "1 taps"},
		"ahead":         {with(file, 3, 0), "looks 0 hops ahead"},
		"no channels":   {with(file, 4, 0), "0 channels"},
		"odd channels":  {with(file, 5, 12), "12 channels"},
		"many channels": {with(file, 6, 136), "136 channels"},
		"many units":    {with(file, 7, 520), "520 recurrent"},
		"output":        {with(file, 8, 4), "4 output"},
		"high":          {with(file, 9, 7), "7 units above"},
		"overflow":      {with(file, 7, 0xfffffff8), "in place 7"},
		"larger sizes":  {with(file, 7, 512), "bytes or more after the header"},
		"truncated":     {file[:len(file)-5], "bytes or more after the header"},
		"longer":        {append(bytes.Clone(file), 0), "bytes or more after the header"},
		"damaged":       {flipped, "checksum"},
		"NaN":           {weight(float32(math.NaN())), "weight of NaN in e1.lin.weight"},
		"Inf":           {weight(float32(math.Inf(1))), "weight of +Inf"},
		"huge":          {weight(1e7), "weight of 1e+07"},
		"NaN scale":     {eight(0, 0, 0, 0xc0, 0x7f), "scale of NaN in gin.weight"},
		"below 0":       {eight(4, 0, 0, 0x80, 0xbf), "scale of -1 in gin.weight"},
		"huge row":      {eight(0, 0, 0, 0, 0x49), "in gin.weight: want at most"},
		"one too low":   {eight(4*testSizes.Units+7, 0x80), "−128 steps in gin.weight"},
		"8 bits short":  {with(encode(testSizes, randomWeights(testSizes, 1), float16s), 1, eights), "bytes or more after the header"},
	} {
		m, err := Load(bytes.NewReader(c.file))
		if m != nil || err == nil || !strings.HasPrefix(err.Error(), "neural: ") || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: model %v, error %v, want one of package neural with %q", name, m != nil, err, c.want)
		}
	}
	if _, err := Load(iotest.ErrReader(io.ErrClosedPipe)); err == nil || !strings.Contains(err.Error(), "reading a model") {
		t.Errorf("a reader that fails: %v", err)
	}
}

// FuzzLoad: nothing makes Load panic or take more memory than the file has, and
// what it takes runs.
func FuzzLoad(f *testing.F) {
	small := Sizes{Taps: 2, Ahead: 1, Conv: [3]int{8, 8, 8}, Units: 8, Out: 8}
	file := encode(small, randomWeights(small, 1), float32s)
	f.Add(file)
	f.Add(file[:100])
	f.Add(with(file, 9, 8))
	f.Add(with(file, 1, 1))
	f.Add(encode(small, randomWeights(small, 1), eights))
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) > 4 { // let it come past the checksum
			b = seal(bytes.Clone(b[:len(b)-4]))
		}
		m, err := Load(bytes.NewReader(b))
		if err != nil {
			if !strings.HasPrefix(err.Error(), "neural: ") {
				t.Errorf("error %q", err)
			}
			return
		}
		w := m.NewWork(160)
		s, h := w.NewStream(nil), w.NewHistory(nil)
		re, im := make([]float32, 161), make([]float32, 161)
		h.Push(re, im, false)
		s.Update([]*History{h}, true)
		s.Filter(re, im, h)
	})
}

func TestHalf(t *testing.T) {
	for h, want := range map[uint16]float64{
		0: 0, 0x8000: math.Copysign(0, -1), 0x3c00: 1, 0xc000: -2, 0x7bff: 65504, 1: math.Pow(2, -24), 0x03ff: 1023 * math.Pow(2, -24),
		0x0400: math.Pow(2, -14), 0x8001: -math.Pow(2, -24), 0x7c00: math.Inf(1), 0xfc00: math.Inf(-1), 0x3555: 1365.0 / 4096,
	} {
		if got := half(h); math.Float32bits(got) != math.Float32bits(float32(want)) {
			t.Errorf("%04x is %v, want %v", h, got, want)
		}
	}
	if !math.IsNaN(float64(half(0x7e00))) {
		t.Error("7e00 is a number")
	}
}
