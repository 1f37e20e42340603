package denoise

import "github.com/quietline/quietline/internal/simd"

// mix is what leaves the denoiser: dry·input + wet·output. Input and output are
// the same sound at the same time, so a linear fade between two mixes keeps the
// level and cannot click.
type mix struct{ dry, wet float32 }

var (
	mixClean   = mix{0, 1}
	mixRemoved = mix{1, -1}
	mixDry     = mix{1, 0} // strength off, bypass
	mixMute    = mix{0, 0} // observed only
)

// mixer fades from one mix to the next within one hop. Output lags one hop
// behind input: the hop that goes out is the one that came in before.
type mixer struct {
	from, to, target mix
	// warm tells that the synthesis ran in the last hop, so that the overlap
	// it holds is of this sound. Otherwise it runs one hop ahead of the fade.
	warm bool
	held hopKind // kind of the hop that goes out
}

func newMixer(m mix) mixer {
	var x mixer
	x.reset(m)
	return x
}

func (x *mixer) reset(m mix) {
	*x = mixer{from: m, to: m, target: m, warm: m.wet != 0}
}

// aim sets the mix that the hop going out should end on, while a hop of kind
// now comes in. Hops that were only observed are mute, and so is the end of the
// hop before them: the transform smears sound backwards by up to a hop.
func (x *mixer) aim(target mix, now hopKind) {
	x.target, x.to = target, target
	if target.wet != 0 && !x.warm {
		x.to = x.from
	}
	if x.held == hopObserved {
		x.from = mixMute
	}
	if x.held == hopObserved || now == hopObserved {
		x.to = mixMute
	}
	x.held = now
}

// active reports whether the synthesis has to run.
func (x *mixer) active() bool {
	return x.from.wet != 0 || x.to.wet != 0 || x.target.wet != 0
}

// needsDry reports whether the input is part of what goes out.
func (x *mixer) needsDry() bool { return x.from != mixClean || x.to != mixClean }

// clean reports whether the output is what the synthesis gives and no more.
func (x *mixer) clean() bool { return x.from == mixClean && x.to == mixClean }

// mix writes one hop.
func (x *mixer) mix(dst, dry, wet []float32) {
	dry, wet = dry[:len(dst)], wet[:len(dst)]
	switch {
	case x.from != x.to:
		step := 1 / float32(len(dst))
		dDry, dWet := (x.to.dry-x.from.dry)*step, (x.to.wet-x.from.wet)*step
		for i := range dst {
			t := float32(i + 1)
			dst[i] = (x.from.dry+dDry*t)*dry[i] + (x.from.wet+dWet*t)*wet[i]
		}
	case x.to == mixDry:
		copy(dst, dry)
	case x.to == mixClean:
		copy(dst, wet)
	default:
		simd.Mix(dst, dry, wet, x.to.dry, x.to.wet)
	}
}

// next ends the hop.
func (x *mixer) next() {
	x.warm = x.active()
	x.from = x.to
}
