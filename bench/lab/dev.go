package lab

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// ErrNoData says that the data set is not there.
var ErrNoData = errors.New("lab: no such data here")

// Dev returns the project's tuning set, which lies beside the repository, as its
// own program mix.py renders it, into bench/.cache, by a Python that has numpy,
// scipy and soundfile; once for each state of the data. The error is ErrNoData
// where the set is not there.
func Dev(python string, progress io.Writer) (*Set, error) {
	root, err := Root()
	if err != nil {
		return nil, err
	}
	dir := filepath.Join(root, "..", "shared", "data", "dev")
	script := filepath.Join(dir, "mix.py")
	if _, err := os.Stat(script); err != nil {
		return nil, ErrNoData
	}
	hash, err := hashFolder(dir)
	if err != nil {
		return nil, err
	}
	out := filepath.Join(root, "bench", ".cache", "dev-"+hash)
	if _, err := os.Stat(out); err != nil {
		if python == "" {
			return nil, fmt.Errorf("lab: the dev set must be rendered, which takes Python with numpy, scipy and soundfile: run make quality once")
		}
		fmt.Fprintln(progress, "rendering the dev set, once")
		part := fmt.Sprintf("%s.part%d", out, os.Getpid())
		defer os.RemoveAll(part)
		if msg, err := exec.Command(python, script, part).CombinedOutput(); err != nil {
			return nil, fmt.Errorf("lab: mix.py of the dev set: %w: %s", err, lastLine(msg))
		}
		if err := os.Rename(part, out); err != nil {
			if _, err2 := os.Stat(out); err2 != nil { // nobody else was faster
				return nil, err
			}
		}
	}
	s, err := Pairs(out)
	if err != nil {
		return nil, err
	}
	s.Name = "dev"
	return s, nil
}

// hashFolder hashes all files of a folder, with their names.
func hashFolder(dir string) (string, error) {
	h := sha256.New()
	root := os.DirFS(dir)
	err := walkFiles(root, func(name string) error {
		f, err := root.Open(name)
		if err != nil {
			return err
		}
		defer f.Close()
		io.WriteString(h, name+"\n")
		_, err = io.Copy(h, f)
		return err
	})
	return hex.EncodeToString(h.Sum(nil))[:12], err
}

func lastLine(b []byte) string {
	lines := strings.Split(strings.TrimSpace(string(b)), "\n")
	return lines[len(lines)-1]
}
