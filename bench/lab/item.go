package lab

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"io"
	"math"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
)

// Kind says what an item is for.
type Kind string

const (
	Mix   Kind = "mix"   // speech in noise
	Noise Kind = "noise" // noise alone; the reference is silent
	Clean Kind = "clean" // speech alone; the reference is the input
	Step  Kind = "step"  // steady noise that grows louder at StepAt, no speech
)

// Item is one recording that systems are given. What is not known is zero.
type Item struct {
	Name   string
	Kind   Kind
	Noise  string  // kind of noise
	SNR    float64 // dB; NaN where not known
	Reverb bool
	StepAt int // sample at which the noise of a Step changes

	load func() (noisy, ref []float32, err error)
}

// Load returns the input and what a system should make of it: mono at Rate, on
// the grid of 16 bit, of one length, aligned to the sample. Both are the
// caller's.
func (it *Item) Load() (noisy, ref []float32, err error) { return it.load() }

// Set is a named list of items.
type Set struct {
	Name  string // for reports; no paths
	Items []*Item
}

// Digest returns a hash of what Load gives for every item, with the names, and
// how many seconds that is.
func (s *Set) Digest() (hash string, seconds float64, err error) {
	h := sha256.New()
	for _, it := range s.Items {
		noisy, ref, err := it.Load()
		if err != nil {
			return "", 0, err
		}
		io.WriteString(h, it.Name+"\n")
		binary.Write(h, binary.LittleEndian, int64(len(noisy)))
		WriteSamples(h, noisy)
		WriteSamples(h, ref)
		seconds += float64(len(noisy)) / Rate
	}
	return hex.EncodeToString(h.Sum(nil))[:16], seconds, nil
}

// WriteSamples writes x as 16-bit integers, for hashes.
func WriteSamples(w io.Writer, x []float32) {
	b := make([]byte, 2*len(x))
	for i, v := range x {
		binary.LittleEndian.PutUint16(b[2*i:], uint16(int16(max(-32768, min(math.RoundToEven(float64(v)*32768), 32767)))))
	}
	w.Write(b)
}

// Match keeps the items whose names match a shell pattern.
func (s *Set) Match(pattern string) error {
	if _, err := filepath.Match(pattern, ""); err != nil {
		return err
	}
	s.Items = slices.DeleteFunc(s.Items, func(it *Item) bool {
		ok, _ := filepath.Match(pattern, it.Name)
		return !ok
	})
	return nil
}

// Subset keeps at most n mixtures, spread evenly over the list, and every other
// item.
func (s *Set) Subset(n int) {
	total := 0
	for _, it := range s.Items {
		if it.Kind == Mix {
			total++
		}
	}
	if n <= 0 || n >= total {
		return
	}
	i := 0
	s.Items = slices.DeleteFunc(s.Items, func(it *Item) bool {
		if it.Kind != Mix {
			return false
		}
		// Keeps the item that takes ⌊i·n/total⌋ one further.
		i++
		return i*n/total == (i-1)*n/total
	})
}

// mixName is what mixtures are called: speech_noise_05dB, _rev behind if there
// is a room.
var mixName = regexp.MustCompile(`^.+_([^_]+)_(-?\d+)dB(_rev)?$`)

// describe fills in what a name tells.
func (it *Item) describe() {
	it.SNR = math.NaN()
	if m := mixName.FindStringSubmatch(it.Name); m != nil {
		it.Noise = m[1]
		it.SNR, _ = strconv.ParseFloat(m[2], 64)
		it.Reverb = m[3] != ""
	}
}
