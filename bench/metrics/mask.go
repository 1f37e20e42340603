package metrics

import (
	"errors"
	"fmt"
	"time"
)

// A mask says something of every whole 10 ms of a recording; frame i is the
// samples from i·rate/100 up to (i+1)·rate/100.
const framesPerSecond = 100

// frameStart returns the first sample of frame i.
func frameStart(i, sampleRate int) int { return i * sampleRate / framesPerSecond }

// framesIn returns how many whole frames n samples hold.
func framesIn(n, sampleRate int) int {
	i := n * framesPerSecond / sampleRate
	for frameStart(i+1, sampleRate) <= n { // rates that are no multiple of 100
		i++
	}
	return i
}

// toFrames returns d in frames, rounded up.
func toFrames(d time.Duration) int {
	return int((max(d, 0)*framesPerSecond + time.Second - 1) / time.Second)
}

// How far from speech a pause begins and ends. 200 ms leave the hang-over of a
// suppressor and the tail of a dry room out; for reverberant recordings take
// 300 ms.
const (
	PauseBefore = 50 * time.Millisecond
	PauseAfter  = 200 * time.Millisecond
)

// ErrTooShort says that a recording has too little of what a measure looks at,
// speech or pauses. It says nothing about the processing: leave the file out.
var ErrTooShort = errors.New("metrics: too little to measure")

// tooShort returns an ErrTooShort that says what of.
func tooShort(what string, want, found int) error {
	return fmt.Errorf("%w: %s wants %d frames of 10 ms, found %d", ErrTooShort, what, want, found)
}

// run is the frames from start up to end.
type run struct{ start, end int }

// runs returns the runs of true in mask.
func runs(mask []bool) (list []run) {
	for i := 0; i < len(mask); i++ {
		if !mask[i] {
			continue
		}
		r := run{start: i}
		for i < len(mask) && mask[i] {
			i++
		}
		r.end = i
		list = append(list, r)
	}
	return list
}

// Pauses returns which frames hold no speech, and lie neither within `before`
// of the start of speech nor within `after` of its end, both rounded up to
// 10 ms: PauseBefore and PauseAfter, or what suits the recording. Without any
// speech every frame is a pause.
func Pauses(speech []bool, before, after time.Duration) []bool {
	p := make([]bool, len(speech))
	for i := range p {
		p[i] = true
	}
	b, a := toFrames(before), toFrames(after)
	for _, r := range runs(speech) {
		for i := max(0, r.start-b); i < min(len(p), r.end+a); i++ {
			p[i] = false
		}
	}
	return p
}

// Between returns mask within the time from up to to, and false elsewhere; a to
// of zero or less means the end. The pauses of the first second are
// Between(pauses, 0, time.Second).
func Between(mask []bool, from, to time.Duration) []bool {
	m := make([]bool, len(mask))
	end := len(mask)
	if to > 0 {
		end = min(end, toFrames(to))
	}
	if start := toFrames(from); start < end {
		copy(m[start:end], mask[start:end])
	}
	return m
}

// checkMask reports a mask that does not belong to n samples.
func checkMask(mask []bool, n, sampleRate int) error {
	if err := checkRate(sampleRate); err != nil {
		return err
	}
	if want := framesIn(n, sampleRate); len(mask) != want {
		return fmt.Errorf("metrics: a mask of %d frames for %d samples at %d Hz: want one for each whole 10 ms, %d", len(mask), n, sampleRate, want)
	}
	return nil
}

// checkMasked reports two recordings and a mask that do not fit together.
func checkMasked(clean, processed []float32, mask []bool, sampleRate int) error {
	if err := checkPair(clean, processed); err != nil {
		return err
	}
	return checkMask(mask, len(clean), sampleRate)
}

// meanPower returns the mean power of every frame of x.
func meanPower(x []float32, sampleRate int) []float64 {
	p := make([]float64, framesIn(len(x), sampleRate))
	for i := range p {
		frame := x[frameStart(i, sampleRate):frameStart(i+1, sampleRate)]
		for _, v := range frame {
			p[i] += float64(v) * float64(v)
		}
		p[i] /= float64(len(frame))
	}
	return p
}
