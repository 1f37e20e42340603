package neural

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"math"
)

// The model file; README.md describes it.
const (
	magic      = "qlneural"
	version    = 3
	headerSize = len(magic) + 4*(2+sizeCount)
	sizeCount  = 8

	maxTaps     = 8
	maxChannels = 128
	maxUnits    = 512
	mostWeight  = 1e6
)

// Sizes are those of a network, as its file has them.
type Sizes struct {
	Taps  int    // of the filters, 2 to 8
	Ahead int    // hops that the output lies behind the input: 1
	Conv  [3]int // channels of the encoder's stages, multiples of 8 up to 128
	Units int    // of the recurrent layer over all positions, a multiple of 8 up to 512
	Out   int    // channels of the decoder's last stage, a multiple of 8 up to 128
	High  int    // units of the head for the bands above 8 kHz, a multiple of 8 up to 512; 0: none
}

func (s *Sizes) validate() error {
	eights := func(name string, n, most int) error {
		if n < 8 || n > most || n%8 != 0 {
			return fmt.Errorf("neural: model with %d %s: want a multiple of 8 up to %d", n, name, most)
		}
		return nil
	}
	if s.Taps < 2 || s.Taps > maxTaps {
		return fmt.Errorf("neural: model with %d taps: want 2 to %d", s.Taps, maxTaps)
	}
	if s.Ahead != 1 {
		return fmt.Errorf("neural: model that looks %d hops ahead: want 1", s.Ahead)
	}
	errs := []error{
		eights("channels", s.Conv[0], maxChannels), eights("channels", s.Conv[1], maxChannels), eights("channels", s.Conv[2], maxChannels),
		eights("recurrent units", s.Units, maxUnits), eights("output channels", s.Out, maxChannels),
	}
	if s.High != 0 {
		errs = append(errs, eights("units above 8 kHz", s.High, maxUnits))
	}
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// tensor is a matrix of weights, rows·cols values row after row, or a bias, cols 1.
type tensor struct {
	name       string
	rows, cols int
	to         *[]float32
	bytes      *bytes8 // where there may be some
}

// large tells whether it is of 8 bits in files of that kind.
func (t *tensor) large() bool {
	switch t.name {
	case "gin.weight", "ggru.weight_ih", "ggru.weight_hh", "gout.weight":
		return true
	}
	return false
}

// bytes8 is a matrix in 8 bits, −127 … 127, and what they are worth in each row; or nothing.
type bytes8 struct {
	weights []int8
	scale   []float32
}

// weights are a network's, as PyTorch has them: a matrix row is an output, gates
// come as reset, update, new.
type weights struct {
	e1, e2, e3, gin, gout linear // e1, e2 and e3 with a bias per place
	fine, global, local   recurrent
	d3, d2, d1            unfold
	head, vad             linear
	highIn, highOut       linear
	high                  recurrent
}

type linear struct {
	weight, bias []float32
	bytes        bytes8 // the weights, where the file has them so
}

type recurrent struct {
	input, state, inputBias, stateBias []float32
	inputBytes, stateBytes             bytes8
}

type unfold struct {
	up   linear
	skip []float32
}

// tensors lists the tensors of a file in order.
func (s *Sizes) tensors(w *weights) []tensor {
	var list []tensor
	add := func(name string, rows, cols int, to *[]float32, bytes *bytes8) {
		list = append(list, tensor{name, rows, cols, to, bytes})
	}
	lin := func(name string, l *linear, out, in int) {
		add(name+".weight", out, in, &l.weight, &l.bytes)
		add(name+".bias", out, 1, &l.bias, nil)
	}
	gru := func(name string, g *recurrent, units, in int) {
		add(name+".weight_ih", 3*units, in, &g.input, &g.inputBytes)
		add(name+".weight_hh", 3*units, units, &g.state, &g.stateBytes)
		add(name+".bias_ih", 3*units, 1, &g.inputBias, nil)
		add(name+".bias_hh", 3*units, 1, &g.stateBias, nil)
	}
	conv := func(name string, l *linear, places, out, in int) {
		add(name+".lin.weight", out, in, &l.weight, nil)
		add(name+".bias", places, out, &l.bias, nil)
	}
	up := func(name string, u *unfold, out, in, skip int) {
		lin(name+".up", &u.up, 2*out, in)
		add(name+".skip.weight", out, skip, &u.skip, nil)
	}
	c, places := s.Conv, positions/8
	conv("e1", &w.e1, positions/2, c[0], 5*features)
	gru("gru1", &w.fine, c[0], c[0])
	conv("e2", &w.e2, positions/4, c[1], 3*c[0])
	conv("e3", &w.e3, places, c[2], 3*c[1])
	lin("gin", &w.gin, s.Units, places*c[2])
	gru("ggru", &w.global, s.Units, s.Units)
	lin("gout", &w.gout, places*c[2], s.Units)
	gru("lgru", &w.local, c[2], c[2])
	up("d3", &w.d3, c[1], c[2], c[1])
	up("d2", &w.d2, c[0], c[1], c[0])
	up("d1", &w.d1, s.Out, c[0], 3*features)
	lin("head", &w.head, 1+2*s.Taps, s.Out)
	lin("vad", &w.vad, 1, s.Units)
	if s.High > 0 {
		lin("high.inp", &w.highIn, s.High, s.highInputs())
		gru("high.gru", &w.high, s.High, s.High)
		lin("high.out", &w.highOut, highBands, s.High)
	}
	return list
}

// highInputs returns the number of inputs of the head above 8 kHz.
func (s *Sizes) highInputs() int { return 2*highBands + s.Units + highGains }

// Load reads a model in the format that README.md describes. What is not such a
// file, is damaged, or has sizes or weights out of bounds is refused; no more is
// read than the header says, and a byte to see that it ends there.
func Load(r io.Reader) (*Model, error) {
	s, w, err := parse(r)
	if err != nil {
		return nil, err
	}
	return newModel(s, w), nil
}

// The kinds of values.
const (
	float32s = iota
	float16s
	eights // float16, large matrices in 8 bits
	kinds
)

func parse(r io.Reader) (s Sizes, w *weights, err error) {
	header := make([]byte, headerSize)
	if _, err := io.ReadFull(r, header); err != nil {
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return s, nil, fmt.Errorf("neural: not a model: shorter than a header of %d bytes", headerSize)
		}
		return s, nil, fmt.Errorf("neural: reading a model: %w", err)
	}
	if string(header[:len(magic)]) != magic {
		return s, nil, fmt.Errorf("neural: not a model: it begins with %q, want %q", header[:len(magic)], magic)
	}
	var n [2 + sizeCount]int
	for i := range n {
		u := binary.LittleEndian.Uint32(header[len(magic)+4*i:])
		if u > 1<<16 {
			return s, nil, fmt.Errorf("neural: not a model: %d in place %d of its header", u, i)
		}
		n[i] = int(u)
	}
	if n[0] != version {
		return s, nil, fmt.Errorf("neural: model of version %d: want %d", n[0], version)
	}
	if n[1] >= kinds {
		return s, nil, fmt.Errorf("neural: model with values of kind %d: want 0 (float32), 1 (float16) or 2 (float16 and 8 bits)", n[1])
	}
	s = Sizes{Taps: n[2], Ahead: n[3], Conv: [3]int{n[4], n[5], n[6]}, Units: n[7], Out: n[8], High: n[9]}
	if err := s.validate(); err != nil {
		return s, nil, err
	}
	w = new(weights)
	list := s.tensors(w)
	total := 4 // CRC
	for _, t := range list {
		total += t.size(n[1])
	}
	body, err := io.ReadAll(io.LimitReader(r, int64(total)+1))
	if err != nil {
		return s, nil, fmt.Errorf("neural: reading a model: %w", err)
	}
	if len(body) != total {
		return s, nil, fmt.Errorf("neural: model with %d bytes or more after the header: want %d", len(body), total)
	}
	body, sum := body[:total-4], binary.LittleEndian.Uint32(body[total-4:])
	if crc := crc32.Update(crc32.ChecksumIEEE(header), crc32.IEEETable, body); crc != sum {
		return s, nil, fmt.Errorf("neural: damaged model: checksum %08x, want %08x", crc, sum)
	}
	for _, t := range list {
		size := t.size(n[1])
		if err := t.read(body[:size], n[1]); err != nil {
			return s, nil, err
		}
		body = body[size:]
	}
	return s, w, nil
}

// size returns how many bytes a tensor takes in a file of a kind.
func (t *tensor) size(kind int) int {
	values := t.rows * t.cols
	switch {
	case kind == float32s:
		return 4 * values
	case kind == eights && t.large():
		return 4*t.rows + values
	}
	return 2 * values
}

// read takes a tensor's bytes.
func (t *tensor) read(body []byte, kind int) error {
	values := make([]float32, t.rows*t.cols)
	single := func(i int) float32 { return math.Float32frombits(binary.LittleEndian.Uint32(body[4*i:])) }
	switch {
	case kind == float32s:
		for i := range values {
			values[i] = single(i)
		}
	case kind == eights && t.large():
		b := bytes8{make([]int8, len(values)), make([]float32, t.rows)}
		for r := range b.scale {
			b.scale[r] = single(r)
			if !(b.scale[r] >= 0 && b.scale[r] <= mostWeight) {
				return fmt.Errorf("neural: model with a scale of %v in %s: want 0 to %v", b.scale[r], t.name, float64(mostWeight))
			}
		}
		for i, v := range body[4*t.rows:] {
			if int8(v) < -127 {
				return fmt.Errorf("neural: model with a weight of −128 steps in %s: want −127 to 127", t.name)
			}
			b.weights[i] = int8(v)
			values[i] = b.scale[i/t.cols] * float32(int8(v))
		}
		*t.bytes = b
	default:
		for i := range values {
			values[i] = half(binary.LittleEndian.Uint16(body[2*i:]))
		}
	}
	for _, v := range values {
		if !(v >= -mostWeight && v <= mostWeight) {
			return fmt.Errorf("neural: model with a weight of %v in %s: want at most %v", v, t.name, float64(mostWeight))
		}
	}
	*t.to = values
	return nil
}

// half returns the value of a float16 (IEEE 754 binary16).
func half(h uint16) float32 {
	sign, exp, frac := uint32(h>>15)<<31, uint32(h>>10&31), uint32(h&1023)
	switch exp {
	case 0: // denormal: frac·2^−24
		f := float32(frac) * (1.0 / (1 << 24))
		return math.Float32frombits(math.Float32bits(f) | sign)
	case 31:
		return math.Float32frombits(sign | 255<<23 | frac<<13)
	}
	return math.Float32frombits(sign | (exp+112)<<23 | frac<<13)
}
