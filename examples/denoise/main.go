// Command denoise takes the noise out of recordings of speech: WAV files of any
// kind, folders of them, pipes and raw PCM. The result has the format, rate,
// channels and length of the input to the sample.
//
//	go run ./examples/denoise noisy.wav clean.wav
//	go run ./examples/denoise -h
//
// The way through the files: options (what is asked), plan (which files),
// session (workers, progress), job (one recording), pass (its samples through
// the denoiser), and what listens to a pass: meter, voice, plot.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
	"time"
)

// grace is how long an interrupted run may take to tidy up by itself before it
// is left behind, for instance in a read from a pipe that gives nothing.
const grace = 500 * time.Millisecond

func main() {
	ignoreBrokenPipes()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second Ctrl-C kills at once

	os.Exit(run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}
