package denoise

import (
	"encoding/binary"
	"io"
	"math"
	"testing"
)

// FuzzProcess feeds any bits as samples, in any chunks, through any settings:
// the output is finite and of the right length, and nothing panics. The first
// bytes choose the settings, each chunk has a length byte in front.
func FuzzProcess(f *testing.F) {
	nan := binary.LittleEndian.AppendUint32(nil, 0x7fc00001)
	inf := binary.LittleEndian.AppendUint32(nil, 0xff800000)
	seed := []byte{1, 2, 3, 4, 5, 9}
	for range 300 {
		seed = append(append(seed, nan...), inf...)
	}
	f.Add(seed)
	f.Add([]byte{})
	f.Add([]byte{255, 255, 255, 255, 255, 255, 1, 0, 0, 128, 63})
	long := []byte{0, 0, 0, 0, 0, 200}
	for i := range 3000 {
		long = binary.LittleEndian.AppendUint32(long, math.Float32bits(float32(math.Sin(float64(i)))))
	}
	f.Add(long)
	network := append([]byte(nil), long...)
	network[3] = 32
	f.Add(network)
	f.Fuzz(func(t *testing.T, b []byte) {
		at := func(i int) int {
			if i < len(b) {
				return int(b[i])
			}
			return 0
		}
		cfg := Config{
			SampleRate: []int{8000, 11025, 16000, 8001}[at(0)%4],
			Channels:   1 + at(1)%3,
			Rule:       Rule(at(2) % 4),
			Tracker:    Tracker(at(2) / 4 % 2),
			Link:       Link(at(2) / 8 % 3),
			Music:      at(3)%2 == 1,
			Gate:       GateConfig{Enabled: at(3)/2%2 == 1},
			Output:     Output(at(3) / 4 % 2),
			Strength:   Strength(at(4) % 6),
		}
		if at(3)/8%2 == 1 {
			cfg.ComfortNoiseDB = -50
		}
		if at(3)/16%2 == 1 {
			cfg.FrameSize = 1 + at(4)
		}
		if at(3)/32%2 == 1 {
			cfg.Engine = Neural
		}
		d, err := New(cfg)
		if err != nil {
			t.Fatal(err)
		}
		unit := d.cfg.Channels * max(cfg.FrameSize, 1)
		fed := 0
		for i := 5; i < len(b); {
			frames := at(i)
			mode := frames % 5
			i++
			x := make([]float32, frames*unit)
			for j := range x {
				if i+4 <= len(b) {
					x[j] = math.Float32frombits(binary.LittleEndian.Uint32(b[i:]))
					i += 4
				}
			}
			switch mode {
			case 0:
				d.Observe(x)
				clear(x)
			case 1:
				if n := d.Conceal(x, x); n != len(x) {
					t.Fatalf("Conceal returned %d for %d", n, len(x))
				}
			default:
				if n := d.Process(x, x); n != len(x) {
					t.Fatalf("Process returned %d for %d", n, len(x))
				}
			}
			if !allFinite(x) {
				t.Fatal("output is not finite")
			}
			fed += len(x)
		}
		buf := make([]float32, unit+at(5))
		total := 0
		for n := d.Flush(buf); n > 0; n = d.Flush(buf) {
			if !allFinite(buf[:n]) {
				t.Fatal("flushed output is not finite")
			}
			total += n
		}
		if want := d.Latency() * d.cfg.Channels; fed > 0 && total != want || fed == 0 && total != 0 {
			t.Fatalf("Flush gave %d samples after %d, want %d", total, fed, want)
		}
		s := d.Stats()
		for _, v := range []float64{s.SpeechProb, s.LevelDBOV, s.NoiseDBFS, s.GainDB, s.SpeechDBOV, s.SNRDB, s.ReductionDB} {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				t.Fatalf("stats %+v", s)
			}
		}
	})
}

// FuzzReader feeds any bytes in any format: as many come out as went in, whole
// sample frames of them.
func FuzzReader(f *testing.F) {
	f.Add([]byte{1, 2, 3}, uint8(0), uint8(1))
	f.Add(make([]byte, 5000), uint8(3), uint8(7))
	f.Add([]byte{255, 255, 255, 127, 0, 0, 192, 127}, uint8(7), uint8(0))
	f.Fuzz(func(t *testing.T, b []byte, kind, piece uint8) {
		format := formats[kind%4]
		cfg := Config{SampleRate: 8000, Channels: 1 + int(kind/4%2)}
		if kind/8%2 == 1 {
			cfg.FrameSize = 1 + int(piece)
		}
		d, err := New(cfg)
		if err != nil {
			t.Fatal(err)
		}
		r, err := NewReader(&pieces{b, int(piece) + 1}, d, format, Aligned())
		if err != nil {
			t.Fatal(err)
		}
		frame := format.Size() * d.cfg.Channels
		out, err := io.ReadAll(r)
		if whole := len(b) / frame * frame; len(out) != whole || (err == nil) != (whole == len(b)) {
			t.Fatalf("%d bytes of %d, %v", len(out), len(b), err)
		}
	})
}

// pieces hands out at most n bytes a time.
type pieces struct {
	b []byte
	n int
}

func (p *pieces) Read(buf []byte) (int, error) {
	if len(p.b) == 0 {
		return 0, io.EOF
	}
	n := copy(buf[:min(len(buf), p.n)], p.b)
	p.b = p.b[n:]
	return n, nil
}
