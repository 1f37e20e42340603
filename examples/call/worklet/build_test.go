package worklet

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
)

// The module stays below a megabyte, as gzip has it, and nothing is left beside it.
func TestBuild(t *testing.T) {
	path := module(t)
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var packed bytes.Buffer
	w, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	if err != nil {
		t.Fatal(err)
	}
	w.Write(raw)
	w.Close()
	t.Logf("%d bytes, %d with gzip", len(raw), packed.Len())
	if packed.Len() > 1_100_000 {
		t.Errorf("%d bytes with gzip, want at most 1.1 MB", packed.Len())
	}
	left, err := filepath.Glob(filepath.Join(filepath.Dir(path), "*"))
	if err != nil || len(left) != 1 {
		t.Errorf("the folder holds %v (%v), want the module alone", left, err)
	}
}

// A server may run anywhere: the sources are where it was compiled. And a build
// that is called off says so.
func TestBuildElsewhere(t *testing.T) {
	module(t)
	t.Chdir(t.TempDir())
	if path, err := Build(t.Context(), "made"); err != nil || path != filepath.Join("made", Name) {
		t.Errorf("%q, %v", path, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Build(ctx, "made"); !errors.Is(err, context.Canceled) {
		t.Errorf("called off: %v", err)
	}
}
