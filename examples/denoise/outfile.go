package main

import (
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
)

// outFiles makes the files of a run. A file is written under a temporary name
// in its folder and takes its own name when it is complete; what is not
// complete when the run ends, for whatever reason, is removed.
type outFiles struct {
	mu      sync.Mutex
	open    map[*outFile]bool
	folders []string // made by this run, parents first
	closed  bool
}

// outFile is one file that is being written. Devices and named pipes are
// written directly.
type outFile struct {
	*os.File
	owner *outFiles
	path  string // its name in the end, "" if written directly
	old   bool   // replaces a file
}

func newOutFiles() *outFiles { return &outFiles{open: map[*outFile]bool{}} }

// create starts the file path. makeFolder makes its folder if need be.
func (o *outFiles) create(path string, makeFolder bool) (*outFile, error) {
	info, err := os.Stat(path)
	if err == nil && !info.Mode().IsRegular() {
		f, err := os.OpenFile(path, os.O_WRONLY, 0)
		if err != nil {
			return nil, err
		}
		return &outFile{File: f, owner: o}, nil
	}
	mode, old := fs.FileMode(0o666), false
	if err == nil {
		// Replace the file and not the link to it, and leave its mode.
		mode, old = info.Mode().Perm(), true
		path = realPath(path)
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.closed {
		return nil, errors.New("interrupted")
	}
	dir := filepath.Dir(path)
	if makeFolder {
		if err := o.makeFolder(dir); err != nil {
			return nil, err
		}
	}
	for {
		tmp := filepath.Join(dir, fmt.Sprintf(".denoise-%08x.tmp", rand.Uint32()))
		f, err := os.OpenFile(tmp, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o666)
		if errors.Is(err, fs.ErrExist) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("%s: cannot write into its folder: %w", path, cause(err))
		}
		if old {
			// Best effort: some file systems have no modes.
			_ = f.Chmod(mode)
		}
		out := &outFile{File: f, owner: o, path: path, old: old}
		o.open[out] = true
		return out, nil
	}
}

// cause returns what went wrong without the name of the temporary file.
func cause(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	var l *os.LinkError
	if errors.As(err, &l) {
		return l.Err
	}
	return err
}

// makeFolder is os.MkdirAll that remembers what it made.
func (o *outFiles) makeFolder(dir string) error {
	if isFolder(dir) {
		return nil
	}
	if parent := filepath.Dir(dir); parent != dir {
		if err := o.makeFolder(parent); err != nil {
			return err
		}
	}
	err := os.Mkdir(dir, 0o777)
	if err == nil {
		o.folders = append(o.folders, dir)
	}
	return err
}

// commit gives the file its name.
func (f *outFile) commit() error {
	if f.path == "" {
		return f.File.Close()
	}
	var err error
	if f.old {
		// A crash between rename and write-out must not cost the old content.
		err = f.Sync()
	}
	if cerr := f.File.Close(); err == nil {
		err = cerr
	}
	f.owner.mu.Lock()
	defer f.owner.mu.Unlock()
	if !f.owner.open[f] {
		return errors.New("interrupted")
	}
	delete(f.owner.open, f)
	if err == nil {
		err = os.Rename(f.Name(), f.path)
	}
	if err != nil {
		os.Remove(f.Name())
		return fmt.Errorf("%s: %w", f.path, cause(err))
	}
	return nil
}

// abort removes the file unless it was committed.
func (f *outFile) abort() {
	f.File.Close()
	f.owner.mu.Lock()
	defer f.owner.mu.Unlock()
	if f.owner.open[f] {
		delete(f.owner.open, f)
		os.Remove(f.Name())
	}
}

// close removes every file that is not complete, and folders that stayed
// empty. Nothing can be created afterwards.
func (o *outFiles) close() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.closed = true
	for f := range o.open {
		os.Remove(f.Name()) // where open files cannot be removed, it stays
		delete(o.open, f)
	}
	for i := len(o.folders) - 1; i >= 0; i-- {
		os.Remove(o.folders[i]) // fails unless empty
	}
}
