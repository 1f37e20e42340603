package main

import (
	"bytes"
	"encoding/binary"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

var wordLine = regexp.MustCompile(`WORD \$0x([0-9a-f]{8}) // (.*)`)

// TestEncoding: what objdump makes of every word is the instruction in its comment.
func TestEncoding(t *testing.T) {
	objdump, err := exec.LookPath("aarch64-linux-gnu-objdump")
	if err != nil {
		t.Skip("no aarch64-linux-gnu-objdump (Debian: binutils-aarch64-linux-gnu)")
	}
	text, err := os.ReadFile("../kernels_arm64.s")
	if err != nil {
		t.Fatal(err)
	}
	var words []byte
	var want []string
	for _, m := range wordLine.FindAllStringSubmatch(string(text), -1) {
		w, _ := strconv.ParseUint(m[1], 16, 32)
		words = binary.LittleEndian.AppendUint32(words, uint32(w))
		want = append(want, m[2])
	}
	if len(want) < 1000 {
		t.Fatalf("%d encoded instructions, want thousands", len(want))
	}
	path := filepath.Join(t.TempDir(), "words")
	if err := os.WriteFile(path, words, 0o600); err != nil {
		t.Fatal(err)
	}
	dump, err := exec.Command(objdump, "-D", "-b", "binary", "-m", "aarch64", "--no-show-raw-insn", path).Output()
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, l := range strings.Split(string(dump), "\n") {
		if f := strings.SplitN(l, ":\t", 2); len(f) == 2 {
			got = append(got, strings.Join(strings.Fields(f[1]), " "))
		}
	}
	if len(got) != len(want) {
		t.Fatalf("objdump gives %d instructions for %d words", len(got), len(want))
	}
	bad := 0
	for i := range want {
		if got[i] != want[i] && bad < 20 {
			t.Errorf("%08x is %q, meant as %q", words[4*i:4*i+4], got[i], want[i])
			bad++
		}
	}
}

// TestGenerated: the files in the package are what the generator writes.
func TestGenerated(t *testing.T) {
	files, err := generate("..")
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range files {
		have, err := os.ReadFile(filepath.Join("..", name))
		if err != nil || !bytes.Equal(have, text) {
			t.Errorf("%s is not what the generator writes (%v): go run ./internal/simd/genarm", name, err)
		}
	}
}
