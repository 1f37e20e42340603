package denoise

import "github.com/quietline/quietline/denoise/neural"

// frame is what an engine sees of one hop: the spectrum of the window that ends
// with it.
type frame struct {
	power []float32 // |X|², len bins, powerFloor added
	// points is the same summed up on the points of points.go, where they are not
	// the bins; for the classical engine.
	points []float32
	// learn is false for frames that must not move the noise estimate:
	// packets that the decoder made up, for example.
	learn bool
	// channels are the last spectra of the channels, for engines that are late;
	// nil for the classical engine alone.
	channels []*neural.History
}

// engine turns frames into gains. The framing, the strength, the voice decision
// and the statistics around it are the same for every engine.
type engine interface {
	// update analyses one frame and computes its gains. Frames of digital
	// silence are not passed on: they hold nothing to learn from.
	update(f *frame)
	// gain writes G per point after the last update: 0 to 1, a little more where
	// the level of words is made up.
	gain(dst []float32)
	// noisePSD returns λd per bin, valid until the next update; nil before
	// anything is known of the noise.
	noisePSD() []float32
	// noiseLevel returns the sum of the noise power over the bins, free of what
	// bias λd has; 0 before anything is known.
	noiseLevel() float32
	// unbiasedNoise writes the noise power per bin, likewise free of bias.
	unbiasedNoise(dst []float32)
	// enough returns the gain that is low enough for any bin: at it the noise
	// lies so far below the voice that taking more would only harm the voice.
	// 0 where that is not known.
	enough() float32
	// speechProb returns the probability that the last frame holds speech.
	speechProb() float32
	// silence tells the engine that a frame of digital silence went by.
	silence()
	// setNoise makes psd (|X|² per bin, from workspace.known, not to be
	// written) the noise estimate, fixed or as a start to track from.
	setNoise(psd []float32, fixed bool)
	// inherit takes over the state of another engine of the same size in the
	// middle of a stream; its noise estimate too if noise is true.
	inherit(old engine, noise bool)
	// resetTransient forgets everything but the noise estimate; reset
	// forgets that too.
	resetTransient()
	reset()
}

// powerFloor keeps ratios finite: with an unnormalised transform of ±1 samples
// it lies some 160 dB below full scale.
const powerFloor = 1e-12
