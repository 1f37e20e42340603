package denoise

import (
	"github.com/quietline/quietline/internal/fastmath"
	"github.com/quietline/quietline/internal/simd"
	"github.com/quietline/quietline/spectral"
)

// transientDampDB is the most that a transient is damped beyond its gain.
const transientDampDB = 15

// transient finds clicks: key presses, a mouse, crockery. A click's treble
// jumps by more than 13 dB from one frame to the next and stands higher over
// its noise than the bass does; sibilants rise over several frames and vowels
// have their bass first. Without look-ahead the burst of a plosive looks the
// same, so nothing is damped while speech is present.
type transient struct {
	treble, bass band
	last, before float32 // level of the treble in the two frames before
	state        float32 // 0: none, 1: a click
}

const (
	transientJump  = 3.0 // ln power, where damping begins; full 2 further up
	transientTilt  = 0.5 // treble over bass, likewise; full 1.5 further up
	transientDecay = 0.7
)

func newTransient(points *spectral.Groups, binHz float64) transient {
	bins := points.Bins()
	top := binHz * float64(bins-2)
	onPoints := func(b band) band { return band{points.Point(b.first), points.Point(b.last)} }
	return transient{
		treble: onPoints(bandHz(min(3000, top/2), 10000, binHz, bins)),
		bass:   onPoints(bandHz(150, 850, binHz, bins)),
	}
}

// update takes γ of a frame and the presence of the frame before.
func (t *transient) update(post []float32, prob float32) {
	treble := meanLog(post[t.treble.first : t.treble.last+1])
	bass := meanLog(post[t.bass.first : t.bass.last+1])
	jump := treble - max(t.last, t.before)
	t.last, t.before = treble, t.last
	click := ramp(jump, transientJump, 2) * ramp(treble-bass, transientTilt, 1.5) * ramp(0.85-prob, 0, 0.15)
	t.state = max(click, transientDecay*t.state)
}

// gain returns the factor for the frame's gains.
func (t *transient) gain() float32 {
	if t.state < 1e-3 {
		return 1
	}
	return fastmath.Exp(dbToLn(-transientDampDB * t.state))
}

func (t *transient) reset() { t.last, t.before, t.state = 0, 0, 0 }

// ramp rises from 0 at from to 1 at from+width.
func ramp(x, from, width float32) float32 {
	return min(max((x-from)/width, 0), 1)
}

// meanLog returns the mean of ln(x+0.1).
func meanLog(x []float32) float32 {
	_, logs := simd.SumLog(x, 0.1)
	return logs / float32(len(x))
}
