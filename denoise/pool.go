package denoise

import (
	"unsafe"

	"github.com/quietline/quietline/denoise/neural"
	"github.com/quietline/quietline/spectral"
)

// Pool makes Denoisers of one configuration for servers that run many streams.
// They share the tables and all memory that is used within a hop only, so that a
// stream holds little more than what it must remember (see StateBytes: at 48 kHz
// mono 8.7 KB when chunks are whole hops, else 10.7; with Neural 28 and 30), and what it works in stays in
// the cache from one stream to the next. Each is in all else a Denoiser as New
// returns it: the same methods, the same output bit for bit.
//
// A Pool and its streams belong to one goroutine at a time: no two of them may
// run at once, without any lock to see to it. A server makes one Pool per worker
// and gives every call to one of them. As ever, the Set functions and Stats of a
// stream may be called from any goroutine. (A stream run beside another of its
// pool spoils the sound of both; go test -race finds it.)
type Pool struct {
	work *workspace
	live int
	free [][]float32 // blocks of streams that were given back, all zero
}

// NewPool returns a pool for streams of a configuration. The errors are those of
// New.
func NewPool(cfg Config) (*Pool, error) {
	w, err := newWorkspace(cfg.withDefaults())
	if err != nil {
		return nil, err
	}
	return &Pool{work: w}, nil
}

// New returns a stream, in the memory of one that was given back if there is
// any. Nothing of that stream is left in it. The configuration was found good by
// NewPool, so the error is nil.
func (p *Pool) New() (*Denoiser, error) {
	var memory []float32
	if n := len(p.free); n > 0 {
		memory, p.free[n-1] = p.free[n-1], nil
		p.free = p.free[:n-1]
	} else {
		memory = make([]float32, p.work.stateLen())
	}
	d := p.work.newDenoiser(memory)
	d.pool = p
	p.live++
	return d, nil
}

// Put ends a stream of the pool and keeps its memory for the next one, wiped. A
// later call of the stream's own methods panics; Set functions and Stats, which
// other goroutines may still be at, do no harm. It panics when the
// stream is not one of the pool's or was given back before.
//
// Streams that are not given back are garbage like any other value once nothing
// refers to them, but Len goes on counting them.
func (p *Pool) Put(d *Denoiser) {
	if d.pool != p {
		panic("denoise: Pool.Put of a Denoiser that is not of this Pool")
	}
	d.mustBeOpen()
	d.closed = true
	clear(d.memory)
	p.free = append(p.free, d.memory)
	d.memory = nil
	p.live--
}

// Len returns the number of streams that were made and not given back.
func (p *Pool) Len() int { return p.live }

// Config returns the configuration with its defaults filled in.
func (p *Pool) Config() Config { return p.work.cfg }

// Process runs a chunk of each of several streams of the pool, in order:
// streams[i].Process(dst[i], src[i]). dst[i] and src[i] may be the same slice;
// chunks may differ in length. It panics as Denoiser.Process does, when the
// three slices differ in length, or when a stream is not of the pool.
func (p *Pool) Process(streams []*Denoiser, dst, src [][]float32) {
	p.check(streams, len(dst), len(src))
	for i, d := range streams {
		if i+1 < len(streams) {
			p.work.ahead.start(streams[i+1])
		}
		d.Process(dst[i], src[i])
	}
}

// ProcessInt16 is Process for 16-bit samples.
func (p *Pool) ProcessInt16(streams []*Denoiser, dst, src [][]int16) {
	p.check(streams, len(dst), len(src))
	for i, d := range streams {
		if i+1 < len(streams) {
			p.work.ahead.start(streams[i+1])
		}
		d.ProcessInt16(dst[i], src[i])
	}
}

// Ahead says which stream of the pool runs after the next hop: its state is brought
// into the cache while that hop runs. With thousands of streams this saves most of
// the waiting for memory. Process does it by itself; Ahead is for loops that call
// the streams' own methods. It changes nothing but the time that things take, and
// panics when the stream is not of the pool.
func (p *Pool) Ahead(d *Denoiser) {
	if d.pool != p {
		panic("denoise: Pool.Ahead of a Denoiser that is not of this Pool")
	}
	p.work.ahead.start(d)
}

func (p *Pool) check(streams []*Denoiser, dst, src int) {
	if dst != len(streams) || src != len(streams) {
		panic("denoise: Pool.Process needs as many slices as streams")
	}
	for _, d := range streams {
		if d.pool != p {
			panic("denoise: Pool.Process of a Denoiser that is not of this Pool")
		}
	}
}

// StateBytes returns the memory in bytes that the stream holds for itself: what
// it remembers from hop to hop and its bookkeeping. That is all that a stream of
// a Pool needs; one of New has working memory besides. It does not
// count what SetMusic and SetProfile replace.
func (d *Denoiser) StateBytes() int {
	w := d.work
	n := w.stateLen()*4 + int(unsafe.Sizeof(*d))
	n += len(d.channels) * int(unsafe.Sizeof(channel{})+unsafe.Sizeof(spectral.STFT{}))
	if !w.wholeHops() {
		n += len(d.channels) * int(unsafe.Sizeof([]float32{}))
	}
	n += int(unsafe.Sizeof(engines{})) + w.analyses*int(unsafe.Sizeof(analysis{})+w.engineSize())
	if w.late() {
		// A history, two pointers to it, and per analysis the list with one of them.
		n += len(d.channels) * int(unsafe.Sizeof(neural.History{})+2*unsafe.Sizeof((*neural.History)(nil)))
	}
	if d.comfort != nil {
		n += int(unsafe.Sizeof(comfortNoise{}) + unsafe.Sizeof(spectral.STFT{}))
	}
	if d.gate != nil {
		n += int(unsafe.Sizeof(gate{})) + len(d.channels)*int(unsafe.Sizeof([]float32{}))
	}
	return n
}

// engineSize returns the memory of an engine besides its block.
func (w *workspace) engineSize() uintptr {
	n := unsafe.Sizeof(engine(nil))
	if w.late() && !w.cfg.Music {
		return n + unsafe.Sizeof(neuralEngine{}) + unsafe.Sizeof(neural.Stream{})
	}
	n += unsafe.Sizeof(classical{}) + unsafe.Sizeof(spectral.DecisionDirected{})
	if w.engine.minimum != nil {
		n += unsafe.Sizeof(spectral.MinimumStatistics{}) + uintptr(4*w.engine.points.Len())
	} else {
		n += unsafe.Sizeof(spectral.MMSE{})
	}
	if w.cfg.Music {
		n += unsafe.Sizeof(musicNoise{})
	}
	return n
}
