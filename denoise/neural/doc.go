// Package neural is the network of the neural engine of package denoise: from the
// spectra of successive frames of noisy speech it makes those of the speech, one
// frame later. Programs that want sound, not spectra, want package denoise with
// Config.Engine set to Neural; what they may want of this package is [Load], for
// weights of their own.
//
// The frames are those of denoise: 2·hop samples under a sine window, hop samples
// (10 ms) apart, unnormalised DFT of ±1 samples, bins 50 Hz apart at every rate.
// The files follow a frame:
//
//	layout.go    bins, positions, bands
//	history.go   the last spectra of a channel
//	features.go  power and coherence per position, relative to slow levels
//	network.go   convolutions, recurrent layers (gru.go), and back to positions
//	high.go      gains above 8 kHz
//	filter.go    filters of five taps per bin
//	stream.go    one frame through all of it
//
// format.go and model.go read weights. README.md has the equations and the format of
// the file; train has the scripts that make it.
//
// A [Model] is immutable and shared by all streams of a program. A [Stream] and a
// [History] per channel are what a stream keeps, in memory that the caller gives; a
// [Work] is what streams on one goroutine share. Nothing is allocated per frame.
package neural
