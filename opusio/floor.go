package opusio

import "math"

// floorNoise fills sound up to a low level with noise, so that the far end
// never hears an open line turn into digital silence: a decoder's comfort noise
// (RFC 6716, section 4.2.7.9; DTX, section 2.1.9) takes its level from the last
// packets before the gap.
type floorNoise struct {
	channels int
	pole     float32 // of the low-pass that makes white noise sound like a room
	unit     float32 // makes its mean square 1
	low      float32
	gain     float32 // of the end of the last packet
	state    uint32  // xorshift32
}

const (
	floorCornerHz = 1000
	floorSeed     = 2463534242
)

func newFloorNoise(sampleRate, channels int) floorNoise {
	p := math.Exp(-2 * math.Pi * floorCornerHz / float64(sampleRate))
	return floorNoise{
		channels: channels,
		pole:     float32(p),
		// Uniform noise in ±1 has the mean square ⅓; the low-pass
		// y = p·y + x leaves 1/(1−p²) of it.
		unit:  float32(math.Sqrt(3 * (1 - p*p))),
		state: floorSeed,
	}
}

// fill adds what x, of the given mean square, lacks of the target, the same to
// every channel; the gain glides from one packet to the next. It returns the
// mean square that x has then.
func (f *floorNoise) fill(x []float32, power, target float64) float64 {
	from := f.gain
	f.gain = float32(math.Sqrt(math.Max(target-power, 0)))
	if from == 0 && f.gain == 0 {
		return power
	}
	n := len(x) / f.channels
	step := (f.gain - from) / float32(n)
	for i := range n {
		f.state ^= f.state << 13
		f.state ^= f.state >> 17
		f.state ^= f.state << 5
		f.low = f.pole*f.low + float32(int32(f.state))*(1.0/(1<<31))
		v := (from + step*float32(i+1)) * f.unit * f.low
		for j := range f.channels {
			x[i*f.channels+j] += v
		}
	}
	return meanSquare(x)
}

func (f *floorNoise) reset() { f.low, f.gain, f.state = 0, 0, floorSeed }
