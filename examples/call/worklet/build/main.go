// Command build writes what a static web server has to serve, the WebAssembly
// module and its scripts, and says how large they are:
//
//	go run ./worklet/build -o folder
package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"

	"github.com/quietline/quietline/examples/call/worklet"
)

func main() {
	out := flag.String("o", "", "`folder` to write to")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, *out); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, dir string) error {
	if dir == "" {
		return errors.New("build: no folder: want -o folder")
	}
	path, err := worklet.Build(ctx, dir)
	if err != nil {
		return err
	}
	if err := worklet.WriteScripts(dir); err != nil {
		return err
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("build: %w", err)
	}
	packed, err := gzipped(raw)
	if err != nil {
		return fmt.Errorf("build: %w", err)
	}
	fmt.Printf("%s: %d bytes, %d with gzip", filepath.Base(path), len(raw), packed)
	if packed, err := brotli(ctx, path); err == nil {
		fmt.Printf(", %d with brotli\n", packed)
	} else {
		fmt.Printf(" (with brotli: no such command)\n")
	}
	return nil
}

func gzipped(raw []byte) (int, error) {
	var packed bytes.Buffer
	w, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	if err != nil {
		return 0, err
	}
	if _, err := w.Write(raw); err != nil {
		return 0, err
	}
	if err := w.Close(); err != nil {
		return 0, err
	}
	return packed.Len(), nil
}

// brotli asks the command of that name: Go's library has no encoder.
func brotli(ctx context.Context, path string) (int, error) {
	packed, err := exec.CommandContext(ctx, "brotli", "-q", "11", "-c", path).Output()
	return len(packed), err
}
