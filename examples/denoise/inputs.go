package main

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// input is a recording to read.
type input struct {
	path string      // "-" for standard input
	name string      // path below the output folder: the file's name, or its path below the folder given
	info os.FileInfo // nil for a pipe
}

// findInputs lists the recordings that the arguments name. A folder stands for
// the recordings in it, in order of name.
func findInputs(o *options, std stdio, args []string) ([]input, error) {
	var list []input
	stdin := false
	for _, arg := range args {
		if arg == "-" {
			if stdin {
				return nil, usagef("standard input is named twice")
			}
			stdin = true
			if isTerminal(std.in) {
				return nil, usagef("standard input is a terminal: pipe a recording into it")
			}
			name := "stdin.wav"
			if o.raw != nil {
				name = "stdin.raw"
			}
			list = append(list, input{path: "-", name: name, info: fileInfo(std.in)})
			continue
		}
		info, err := os.Stat(arg)
		if err != nil {
			return nil, err
		}
		if !info.IsDir() {
			list = append(list, input{path: arg, name: filepath.Base(arg), info: info})
			continue
		}
		found, err := inFolder(o, arg)
		if err != nil {
			return nil, err
		}
		list = append(list, found...)
	}
	return list, nil
}

// inFolder lists the recordings in a folder, with -r in its subfolders too.
// Hidden files and the output folder are left out.
func inFolder(o *options, dir string) ([]input, error) {
	wanted := func(ext string) bool { return wavExtensions[ext] || ext == ".opus" }
	if o.raw != nil {
		wanted = func(ext string) bool { return rawExtensions[ext] }
	}
	out, _ := os.Stat(o.outDir)
	var list []input
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		hidden := strings.HasPrefix(e.Name(), ".")
		if e.IsDir() {
			if path == dir {
				return nil
			}
			info, err := e.Info()
			if !o.recursive || hidden || err == nil && out != nil && os.SameFile(info, out) {
				return fs.SkipDir
			}
			return nil
		}
		if hidden || !wanted(strings.ToLower(filepath.Ext(path))) {
			return nil
		}
		info, err := os.Stat(path) // through a link
		if err != nil || !info.Mode().IsRegular() {
			return nil
		}
		name, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		list = append(list, input{path: path, name: name, info: info})
		return nil
	})
	if err == nil && len(list) == 0 {
		kind := "WAV or Opus files (.wav, .wave, .bwf, .rf64, .amb, .opus)"
		if o.raw != nil {
			kind = "headerless files (.raw, .pcm)"
		}
		err = fmt.Errorf("%s: no %s in this folder", dir, kind)
	}
	return list, err
}
