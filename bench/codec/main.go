// Command codec measures what denoising before an Opus encoder is worth: the
// bit rate of noisy speech with VBR and DTX before and after, the share of
// packets that DTX saves, and how much can be understood after the decoder.
//
//	go run ./bench/codec [-data DIR] [-json]
//
// It prints Markdown, or JSON with one entry per recording too. DIR holds
// noisy/NAME.wav and, sample aligned, the clean ref/NAME.wav; without it the
// recordings of testdata do, for which the command must be run in the
// repository. README.md explains the figures.
package main

import (
	"flag"
	"fmt"
	"io"
	"os"
)

func main() {
	data := flag.String("data", "", "`folder` with noisy/*.wav and ref/*.wav; default: two recordings of testdata")
	asJSON := flag.Bool("json", false, "print JSON instead of Markdown")
	flag.Parse()
	if flag.NArg() > 0 {
		fmt.Fprintf(os.Stderr, "codec: unexpected argument %q\n", flag.Arg(0))
		flag.Usage()
		os.Exit(2)
	}
	if err := run(os.Stdout, os.Stderr, *data, *asJSON); err != nil {
		fmt.Fprintln(os.Stderr, "codec:", err)
		os.Exit(1)
	}
}

// run measures a folder, or testdata if that is "", and prints the report; what
// it is at goes to progress.
func run(out, progress io.Writer, folder string, asJSON bool) error {
	pairs, err := findPairs(folder)
	if err != nil {
		return err
	}
	results, leftOut, err := measureAll(pairs, targets, progress)
	if err != nil {
		return err
	}
	r := newReport(results, leftOut)
	if asJSON {
		return r.writeJSON(out)
	}
	return r.writeMarkdown(out)
}
