// Package spectral holds the transforms and estimators of a spectral noise
// suppressor, each usable alone: float32, one frame at a time, no allocation
// after construction.
//
// In the order in which a frame meets them:
//
//	samples → STFT.Analyze          window.go stft.go, on fft.go
//	        → Power                 |X|² per bin
//	        → NoiseEstimator.Update noise PSD per bin: MMSE, MinimumStatistics or Fixed
//	        → DecisionDirected      posterior and prior SNR per bin
//	        → (a gain rule; package denoise has several)
//	        → STFT.Synthesize       → samples
//
// [Box] smooths over frequency, [Bands] groups bins as the ear does, on scales
// that [HzToERB] and [HzToBark] convert to.
//
// # Symbols
//
// The observed spectrum is Y = X + D: speech plus noise, per bin k and frame l.
//
//	power       |Y|²        squared magnitude of the observed spectrum
//	noisePSD    λd = E|D|²  noise power spectral density, same unit as power
//	postSNR     γ = |Y|²/λd posterior SNR
//	priorSNR    ξ = λx/λd   prior SNR, λx = E|X|² being that of the speech
//	speechProb  p           probability that a bin, or frame, holds speech, 0 … 1
//	gain        G           factor on Y that estimates X, 0 … 1
//	size        L           samples in a frame, the length of window and transform
//	hop         H           samples from one frame to the next
//	bins        L/2+1       values of a spectrum: 0 Hz to half the sample rate
//
// Ratios are of powers and linear (not dB) unless a name says otherwise.
//
// # Conventions
//
// Samples are in ±1. Forward transforms are unnormalised, inverse ones carry
// the 1/n, so the PSD of white noise of variance σ² under a window w reads
// σ²·Σw². Spectra are two slices, real and imaginary parts, and everything per
// bin is one contiguous slice of float32 that the caller owns. A slice of the
// wrong length is a programming error and panics; options that can be wrong
// are errors of the constructors. Values with state serve one stream and one
// goroutine at a time; plans of one size share their tables, clones of an STFT its windows too.
package spectral
