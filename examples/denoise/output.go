package main

import (
	"errors"
	"io"
	"io/fs"
)

// output is where something is written: a file, standard output, or, as nil,
// nowhere. It counts for nothing until commit.
type output struct {
	w    io.Writer
	file *outFile // nil for standard output
}

// open starts an output, nil for the path "".
func (s *session) open(path string) (*output, error) {
	switch path {
	case "":
		return nil, nil
	case "-":
		return &output{w: s.std.out}, nil
	}
	// Folders are made where the user named a folder for results.
	f, err := s.files.create(path, s.plan.many || s.o.outDir != "" || isPattern(s.o.vad) || isPattern(s.o.plot))
	if err != nil {
		return nil, err
	}
	return &output{w: f.File, file: f}, nil
}

func (o *output) commit() error {
	if o == nil || o.file == nil {
		return nil
	}
	return o.file.commit()
}

func (o *output) abort() {
	if o != nil && o.file != nil {
		o.file.abort()
	}
}

// fileError is an error about a file that it names, other than the input.
type fileError struct {
	path string
	err  error
}

func (e fileError) Error() string { return e.path + ": " + e.err.Error() }
func (e fileError) Unwrap() error { return e.err }

// writing says what could not be written, by the name that the user knows and
// not that of a temporary file.
func writing(path string, err error) error {
	if path == "-" {
		path = "standard output"
	}
	return fileError{path, cause(err)}
}

// about puts the name of the input before an error that names no file.
func about(path string, err error) error {
	var file fileError
	var named *fs.PathError
	if errors.As(err, &file) || errors.As(err, &named) {
		return err
	}
	return fileError{nameOf(path), err}
}
