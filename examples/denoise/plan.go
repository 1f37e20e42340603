package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// plan is what the run will read and write.
type plan struct {
	jobs []job
	many bool // several inputs, or a folder: -stats writes a list
}

// job is one recording and what becomes of it. Outputs are paths, "-" for
// standard output, "" for none.
type job struct {
	in    input
	sound string
	vad   string
	plot  string
}

// makePlan decides on every file before any is written, and refuses plans in
// which one would overwrite an input or another output.
func makePlan(o *options, std stdio) (*plan, error) {
	args, target, err := splitArgs(o)
	if err != nil {
		return nil, err
	}
	inputs, err := findInputs(o, std, args)
	if err != nil {
		return nil, err
	}
	p := &plan{many: len(args) > 1 || len(inputs) != 1 || isFolder(args[0])}
	if err := checkMany(o, p.many, inputs, target); err != nil {
		return nil, err
	}
	for _, in := range inputs {
		j := job{in: in}
		if j.sound, err = soundTarget(o, in, target, p.many); err != nil {
			return nil, err
		}
		if j.vad, err = sideTarget(o.vad, in, p.many, o.vadFormat.extension()); err != nil {
			return nil, fmt.Errorf("-vad %w", err)
		}
		if j.plot, err = sideTarget(o.plot, in, p.many, ".png"); err != nil {
			return nil, fmt.Errorf("-plot %w", err)
		}
		p.jobs = append(p.jobs, j)
	}
	if err := p.checkOpus(o); err != nil {
		return nil, err
	}
	return p, p.checkClashes(o, std)
}

// splitArgs tells inputs from the output among the file names.
func splitArgs(o *options) (inputs []string, target string, err error) {
	files := o.files
	switch {
	case o.outDir != "" || o.inPlace || o.analyze:
		return files, "", nil
	case len(files) == 2:
		return files[:1], files[1], nil
	case len(files) > 2:
		return nil, "", usagef("%d file names: want INPUT OUTPUT, or -o DIR, -in-place or -analyze for several inputs", len(files))
	case o.vad != "" || o.stats != "" || o.plot != "" || o.learn != "":
		return files, "", nil
	}
	return nil, "", usagef("no output; want INPUT OUTPUT, or -o DIR, or -in-place")
}

// checkMany reports what makes no sense with several inputs or with a stream.
func checkMany(o *options, many bool, inputs []input, target string) error {
	if many && o.learn != "" {
		return usagef("-learn writes one profile: give one input (-learn-from alone learns from each)")
	}
	if many && target == "-" {
		return usagef("several recordings do not fit on standard output: give a folder")
	}
	for _, in := range inputs {
		if in.path == "-" && o.inPlace {
			return usagef("standard input cannot be replaced: -in-place wants files")
		}
		if in.path == "-" && o.learning && (o.learn == "" || target != "" || o.outDir != "" || o.vad != "" || o.stats != "" || o.plot != "") {
			return usagef("learning from a recording and cleaning it takes two passes, which standard input does not allow: give a file")
		}
	}
	return nil
}

// soundTarget returns where the cleaned recording goes.
func soundTarget(o *options, in input, target string, many bool) (string, error) {
	var path string
	switch {
	case o.inPlace:
		path = in.path
	case o.outDir != "":
		path = filepath.Join(o.outDir, o.format.rename(in.name))
	case target == "" || target == "-":
		return target, nil
	case many || isFolder(target):
		path = filepath.Join(target, o.format.rename(in.name))
	default:
		path = target
		if strings.HasSuffix(target, "/") || strings.HasSuffix(target, string(filepath.Separator)) {
			return "", fmt.Errorf("%s: no such folder", target)
		}
	}
	if c := containerOf(path); o.format != asInput && c != asInput && c != o.format {
		return "", usagef("%s: the name says %v, -format says %v", path, c, o.format)
	}
	return path, checkExtension(path, o.raw != nil)
}

// checkOpus refuses flags for Opus where none is written.
func (p *plan) checkOpus(o *options) error {
	if !o.opusFlags {
		return nil
	}
	for _, j := range p.jobs {
		if j.mayBeOpus(o) {
			return nil
		}
	}
	return usagef("-bitrate and -application are for Opus, and the output is none: name it .opus, or give -format opus")
}

// sideTarget returns where a report about one input goes: file itself, or with
// several inputs, the input's name in the folder file, or in place of its "*".
func sideTarget(file string, in input, many bool, ext string) (string, error) {
	if file == "" || file == "-" && !many {
		return file, nil
	}
	name := strings.TrimSuffix(in.name, filepath.Ext(in.name))
	if dir, base := filepath.Split(file); strings.Contains(base, "*") {
		sub, last := filepath.Split(name)
		return filepath.Join(dir, sub, strings.ReplaceAll(base, "*", last)), nil
	}
	if isPattern(file) {
		return filepath.Join(file, name+ext), nil
	}
	if many {
		return "", usagef("%s: with several inputs give a folder, or a name with * for the input's", file)
	}
	return file, nil
}

// isPattern reports whether a name stands for one file per input: a folder
// that exists or ends in a slash, or a name with a star.
func isPattern(file string) bool {
	return strings.Contains(filepath.Base(file), "*") || strings.HasSuffix(file, "/") ||
		strings.HasSuffix(file, string(filepath.Separator)) || isFolder(file)
}

func isFolder(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && !info.IsDir()
}
