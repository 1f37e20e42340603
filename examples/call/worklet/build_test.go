package worklet

import (
	"bytes"
	"compress/gzip"
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
	if packed.Len() > 1<<20 {
		t.Errorf("%d bytes with gzip, want at most 1 MiB", packed.Len())
	}
	left, err := filepath.Glob(filepath.Join(filepath.Dir(path), "*"))
	if err != nil || len(left) != 1 {
		t.Errorf("the folder holds %v (%v), want the module alone", left, err)
	}
}
