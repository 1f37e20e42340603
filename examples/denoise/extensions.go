package main

import (
	"fmt"
	"path/filepath"
	"strings"
)

// Files of a folder that are taken for recordings.
var (
	wavExtensions = set(".wav", ".wave", ".bwf", ".rf64", ".amb")
	rawExtensions = set(".raw", ".pcm")
)

// opusExtensions are those of Ogg Opus. Of a folder only .opus is taken: the
// others are more often Vorbis.
var opusExtensions = set(".opus", ".ogg", ".oga")

// soundExtensions are those of recordings in any format.
var soundExtensions = set(".wav", ".wave", ".bwf", ".rf64", ".amb", ".raw", ".pcm", ".w64", ".mp3", ".m4a", ".mp4", ".aac",
	".flac", ".ogg", ".oga", ".opus", ".webm", ".mka", ".mkv", ".wma", ".aif", ".aiff", ".aifc", ".au", ".snd", ".caf", ".ape", ".wv", ".amr", ".gsm")

var otherExtensions = set(".png", ".jpg", ".jpeg", ".json", ".csv", ".txt")

func set(names ...string) map[string]bool {
	m := make(map[string]bool, len(names))
	for _, n := range names {
		m[n] = true
	}
	return m
}

// checkExtension refuses to write sound to a file whose name promises another
// format. Names without or with an unknown extension are the user's affair.
func checkExtension(path string, raw bool) error {
	ext := strings.ToLower(filepath.Ext(path))
	switch {
	case otherExtensions[ext]:
		return fmt.Errorf("%s: sound cannot go to a %s file", path, ext)
	case raw && soundExtensions[ext] && !rawExtensions[ext]:
		return fmt.Errorf("%s: with -raw the output has no header, which .raw or .pcm would say", path)
	case !raw && rawExtensions[ext]:
		return fmt.Errorf("%s: the output is WAV or Opus; for headerless PCM give its format with -raw", path)
	case !raw && soundExtensions[ext] && containerOf(path) == asInput:
		return fmt.Errorf("%s: the output is WAV or Opus; for other formats pipe through ffmpeg: denoise in.wav - | ffmpeg -i - out%s", path, ext)
	}
	return nil
}
