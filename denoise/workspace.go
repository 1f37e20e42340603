package denoise

import "github.com/quietline/quietline/spectral"

// workspace is what the streams of one configuration share on one goroutine:
// the tables, and all memory that holds nothing from one hop to the next. A
// Denoiser of New has a workspace to itself; those of a Pool share one. What a
// stream has for itself lies in its block.
//
// Only the arrays are written after newWorkspace, and only while a hop runs, so
// that setters may read the rest from any goroutine.
type workspace struct {
	cfg             Config // with defaults, its Profile a copy
	hop, bins, gran int
	analyses        int // engines of a stream
	tables          *tables
	engine          *engineWork
	neural          *neuralWork    // nil for the classical engine
	stft            *spectral.STFT // to Share from
	profile         []float32      // of cfg.Profile, for the noise stage; nil for none

	channels []channelWork
	power    [][]float32 // per analysis: |X|²
	points   [][]float32 // per analysis: |X|² on points; the same array where they are the bins
	gain     [][]float32 // per analysis: G after strength, on points
	wet      []float32   // a synthesised hop
	ahead    ahead       // the stream that runs next, in a pool
	out, due [][]float32 // per channel: of the framing
	in       [][]float32 // the same, where chunks are whole hops
}

// channelWork is the part of a workspace that each channel has.
type channelWork struct {
	re, im []float32
	dry    []float32 // the hop that goes out, as it came in
}

// newWorkspace returns a workspace for a configuration with its defaults filled
// in, or says what is wrong with it.
func newWorkspace(cfg Config) (*workspace, error) {
	if err := cfg.validate(); err != nil {
		return nil, err
	}
	cfg.Profile = cfg.Profile.clone()
	hop := hopSize(cfg.SampleRate)
	w := &workspace{cfg: cfg, hop: hop, bins: hop + 1, gran: 1, analyses: cfg.Channels}
	if cfg.FrameSize > 0 {
		w.gran = gcd(hop, cfg.FrameSize)
	}
	if cfg.Link == LinkPower {
		w.analyses = 1
	}
	var err error
	if w.tables, err = tablesFor(hop); err != nil {
		return nil, err
	}
	w.engine = newEngineWork(w.tables, cfg, w.bins, float64(cfg.SampleRate)/float64(2*hop))
	w.stft = w.tables.stft.Clone()
	w.profile = w.known(cfg.Profile)
	if cfg.Engine == Neural {
		w.neural = newNeuralWork(cfg.Model, hop)
	}

	// One after the other in memory: a processor mistakes what lies a multiple of
	// 4 KB apart, as arrays of their own are apt to, for the same, and waits.
	points := w.engine.points.Len()
	b := newBlock(cfg.Channels*(5*lineLen(w.bins)+lineLen(hop)) + w.analyses*(lineLen(w.bins)+2*lineLen(points)) + lineLen(hop))
	for range cfg.Channels {
		w.channels = append(w.channels, channelWork{re: b.take(w.bins), im: b.take(w.bins), dry: b.take(hop)})
		out := b.take(hop)
		w.out = append(w.out, out)
		if w.wholeHops() {
			w.in = append(w.in, b.take(hop))
			w.due = append(w.due, out) // all at once
		} else {
			w.due = append(w.due, b.take(hop))
		}
	}
	for range w.analyses {
		power := b.take(w.bins)
		w.power, w.points = append(w.power, power), append(w.points, power)
		if points < w.bins {
			w.points[len(w.points)-1] = b.take(points)
		}
		w.gain = append(w.gain, b.take(points))
	}
	w.wet = b.take(hop)
	return w, nil
}

// wholeHops reports whether every chunk is a number of hops, so that no sample
// waits in the framing from one chunk to the next.
func (w *workspace) wholeHops() bool { return w.gran == w.hop }

// late reports whether the output is a hop later than the classical engine's: the
// neural engine looks one hop ahead.
func (w *workspace) late() bool { return w.neural != nil }

// engineLen returns the number of values in a block that an engine takes.
func (w *workspace) engineLen(music bool) int {
	if w.late() && !music {
		return w.neural.stateLen()
	}
	return w.engine.stateLen(music)
}

// hopSeconds returns the length of a hop.
func (w *workspace) hopSeconds() float64 { return float64(w.hop) / float64(w.cfg.SampleRate) }

// known returns the noise of a profile as the tracker would see it, nil for nil.
func (w *workspace) known(p *Profile) []float32 {
	if p == nil {
		return nil
	}
	return w.engine.trackerView(p.psd(w.cfg.SampleRate, 2*w.hop))
}

// stateLen returns the number of values in the block of a stream.
func (w *workspace) stateLen() int {
	n := w.cfg.Channels*(lineLen(w.stft.StateLen())+lineLen(framingLen(w.hop, w.gran))) +
		w.analyses*w.engineLen(w.cfg.Music)
	if w.late() {
		n += w.cfg.Channels * (lineLen(w.neural.net.HistoryLen()) + lineLen(w.hop))
	}
	if w.cfg.ComfortNoiseDB < 0 {
		n += lineLen(w.stft.StateLen()) + lineLen(w.bins)
	}
	if w.cfg.Gate.Enabled {
		n += w.cfg.Channels * lineLen(w.hop*gateHops(w.cfg.Gate, w.hopSeconds()))
	}
	return n
}
