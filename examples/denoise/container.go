package main

import (
	"fmt"
	"path/filepath"
	"strings"
)

// container is the kind of file that sound is in, headerless PCM apart.
type container uint8

const (
	asInput container = iota // what the input is in
	inWAV
	inOpus
)

func (c container) String() string { return [...]string{"as input", "WAV", "Opus"}[c] }

func parseContainer(name string) (container, error) {
	switch strings.ToLower(name) {
	case "wav":
		return inWAV, nil
	case "opus":
		return inOpus, nil
	}
	return 0, fmt.Errorf("unknown format %q: want wav or opus", name)
}

// containerOf tells by the extension, asInput if that does not say.
func containerOf(path string) container {
	switch ext := strings.ToLower(filepath.Ext(path)); {
	case wavExtensions[ext]:
		return inWAV
	case opusExtensions[ext]:
		return inOpus
	}
	return asInput
}

// rename returns the name of a result in a folder: that of the input, with an
// extension that fits.
func (c container) rename(name string) string {
	if c == asInput || containerOf(name) == c {
		return name
	}
	return strings.TrimSuffix(name, filepath.Ext(name)) + map[container]string{inWAV: ".wav", inOpus: ".opus"}[c]
}

// outputContainer decides what the output path is written in: what -format
// says, or the name, or what the input is in.
func outputContainer(o *options, path string, src source) container {
	if o.format != asInput {
		return o.format
	}
	if c := containerOf(path); c != asInput {
		return c
	}
	if _, ok := src.(*opusSource); ok {
		return inOpus
	}
	return inWAV
}

// mayBeOpus reports whether a job may write Opus, before its input is open.
func (j job) mayBeOpus(o *options) bool {
	if j.sound == "" {
		return false
	}
	c := o.format
	if c == asInput {
		c = containerOf(j.sound)
	}
	return c == inOpus || c == asInput && (j.in.path == "-" || containerOf(j.in.path) != inWAV)
}
