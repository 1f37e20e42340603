package main

import (
	"errors"
	"flag"
	"fmt"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/quietline/quietline/denoise"
	"github.com/quietline/quietline/internal/wav"
	"github.com/quietline/quietline/opusio"
)

// options is what the command line asks for.
type options struct {
	config  denoise.Config // rate and channels come from each input
	removed bool           // write what was taken away
	raw     *wav.Format    // headerless PCM in and out, nil for WAV and Opus

	format      container // of the output, asInput if the name tells
	bitrate     int       // of Opus, 0 for what suits the sound
	application opusio.Application
	opusFlags   bool // one of the two was given

	profile   string // file to read, "" for none
	learn     string // file to write, "" for none
	learnFrom span
	learning  bool // -learn or -learn-from

	vad       string
	vadFormat vadFormat
	stats     string
	plot      string

	outDir    string
	inPlace   bool
	analyze   bool
	noClobber bool
	recursive bool
	jobs      int
	quiet     bool

	help, version bool
	files         []string
}

// defineFlags binds the flags to o.
func defineFlags(o *options) *flagSet {
	f := newFlagSet()
	c := &o.config
	without := libraryDefaults()
	f.group("How much and how")
	parsed(f, &c.Strength, "strength", "NAME", strengthHelp(), "default", denoise.ParseStrength)
	f.number(&c.LimitDB, "limit", "DB", "in place of -strength: the most that any frequency is turned down, 0 to 90 dB", "as -strength says")
	f.boolean(&c.Music, "music", "keep music: only noise that stays the same for many seconds goes, by at most 12 dB")
	f.boolean(&o.removed, "removed", "write what is taken away in place of what is kept; words heard in it are words lost")
	parsed(f, &c.Engine, "engine", "NAME", "classical (statistics: steady noise, next to no cost) or neural (a network: keyboards, dishes and babble too)", "classical", denoise.ParseEngine)
	parsed(f, &c.Rule, "rule", "NAME", "gain rule: omlsa, logmmse, wiener or subtraction", "omlsa", denoise.ParseRule)
	parsed(f, &c.Tracker, "tracker", "NAME", "how the noise is followed: mmse (within a second) or minimum (slower, never takes a long vowel for noise)", "mmse", denoise.ParseTracker)
	parsed(f, &c.Link, "link", "NAME", "channels: power (one gain for all), minimum (the smallest of all) or independent (each a microphone of its own)", "power", denoise.ParseLink)
	f.number(&c.ComfortNoiseDB, "comfort", "DBFS", "level of a soft steady noise below which the output does not fall, -120 to below 0 dBFS; -65 is soft", "none")
	f.boolean(&c.Gate.Enabled, "gate", "also turn everything down while nobody talks")
	f.duration(&c.Gate.PreRoll, "gate-preroll", "TIME", "how long before a word the gate opens, 0 to 1s", without.Gate.PreRoll.String())
	f.number(&c.Gate.DepthDB, "gate-depth", "DB", "how far the gate turns down, above 0, up to 90 dB", fmt.Sprint(without.Gate.DepthDB))

	f.group("A noise that is known")
	f.text(&o.learn, "learn", "FILE", "learn the noise from INPUT and write it to FILE as JSON; with an OUTPUT, clean INPUT with it too", "no learning")
	parsed(f, &o.learnFrom, "learn-from", "FROM-TO", "learn from this part of INPUT, where nobody talks: 0s-1.5s, 1:02-1:04, 90- (to the end)", "all of INPUT", parseSpan)
	f.text(&o.profile, "profile", "FILE", "clean with a noise that -learn wrote, at any rate", "the noise is found in the recording")
	parsed(f, &c.ProfileMode, "profile-mode", "MODE", "fixed (the noise is exactly this) or start (begin with it, follow from there)", "fixed", denoise.ParseProfileMode)

	f.group("What else to write")
	f.text(&o.vad, "vad", "FILE", "when somebody talks: .json, .csv, or .txt (labels that Audacity imports); - is standard output", "")
	parsed(f, &o.vadFormat, "vad-format", "NAME", "json, csv or audacity", "by the extension of FILE", parseVADFormat)
	f.number(&c.VAD.Start, "vad-start", "P", "speech probability at which voice starts, above 0, up to 1", fmt.Sprint(without.VAD.Start))
	f.number(&c.VAD.Continue, "vad-continue", "P", "speech probability below which it ends, above 0, up to -vad-start", fmt.Sprint(without.VAD.Continue))
	f.duration(&c.VAD.Hold, "vad-hold", "TIME", "how long voice goes on after that, 0 to 1m", without.VAD.Hold.String())
	f.text(&o.stats, "stats", "FILE", "figures as JSON: levels, noise, reduction, clipping, speed; a list if there are several inputs; - is standard output", "")
	f.text(&o.plot, "plot", "FILE.png", "a picture of before and after: spectrograms, voice, levels", "")

	f.group("Opus")
	parsed(f, &o.bitrate, "bitrate", "RATE", "bits per second of Opus output, 500 to 512000, as 24000 or 24k", "64k for mono, 96k for stereo, less below 48 kHz", parseBitrate)
	parsed(f, &o.application, "application", "NAME", "what the codec is tuned for: voip (speech at low rates), audio (true to the sound) or lowdelay", "audio", opusio.ParseApplication)
	parsed(f, &o.format, "format", "NAME", "write wav or opus; for standard output, or for all results in a folder", "as the name of the output says, else as the input", parseContainer)

	f.group("Files")
	f.text(&o.outDir, "o", "DIR", "folder for the results; every file name is then an input", "")
	f.text(&o.outDir, "outdir", "DIR", "the same as -o", "")
	f.boolean(&o.inPlace, "in-place", "replace each input by its result")
	f.boolean(&o.analyze, "analyze", "write no sound, only -vad, -stats, -plot; every file name is then an input")
	f.boolean(&o.noClobber, "n", "do not replace any file that exists")
	f.boolean(&o.recursive, "r", "take subfolders of a folder too and keep their structure")
	parsed(f, &o.raw, "raw", "ENC:RATE[:CH]", "input and output are headerless PCM: u8, s16le, s24le, s32le, f32le, f64le, alaw or mulaw, then Hz and channels, as s16le:48000:2", "WAV or Opus", parseRaw)
	f.integer(&o.jobs, "jobs", "N", "files to work on at the same time", fmt.Sprintf("%d here: the processors", runtime.GOMAXPROCS(0)))

	f.group("Other")
	f.boolean(&o.quiet, "quiet", "say nothing but errors")
	f.boolean(&o.version, "version", "print the version")
	f.boolean(&o.help, "h", "print this help")
	return f
}

// libraryDefaults returns what the library takes for what is not said.
func libraryDefaults() denoise.Config {
	d, err := denoise.New(denoise.Config{SampleRate: denoise.MinSampleRate})
	if err != nil {
		panic(err) // the zero configuration is valid
	}
	return d.Config()
}

// strengthHelp lists the strengths with what they mean in dB.
func strengthHelp() string {
	var names []string
	for s := denoise.Off; s <= denoise.Maximum; s++ {
		is := fmt.Sprintf("%v (%g dB", s, s.LimitDB())
		if db := (denoise.Config{Engine: denoise.Neural, Strength: s}).Limit(); db != s.LimitDB() {
			is += fmt.Sprintf(", neural %g", db)
		}
		names = append(names, is+")")
	}
	return "how much noise may go: " + strings.Join(names, ", ") + "; default is strong"
}

// parseOptions reads the command line. The flags are returned for -h.
func parseOptions(args []string) (*options, *flagSet, error) {
	o := &options{jobs: runtime.GOMAXPROCS(0), learnFrom: everything, application: opusio.Audio}
	f := defineFlags(o)
	files, err := f.parse(args)
	if errors.Is(err, flag.ErrHelp) {
		o.help = true
		return o, f, nil
	}
	if err != nil {
		return nil, f, usagef("%w; -h lists the flags", err)
	}
	o.files = files
	if o.help || o.version {
		return o, f, nil
	}
	return o, f, o.check(f)
}

// check reports the first thing that makes no sense, and fills in what follows
// from other flags.
func (o *options) check(f *flagSet) error {
	c := &o.config
	switch {
	case f.given("limit") && f.given("strength"):
		return usagef("-limit and -strength say the same in two ways: give one")
	case f.given("o") && f.given("outdir"):
		return usagef("-o and -outdir are the same: give one")
	case f.given("limit") && c.LimitDB == 0:
		c.Strength = denoise.Off
	case f.given("comfort") && c.ComfortNoiseDB == 0:
		return usagef("-comfort 0: want -120 to below 0 dBFS")
	case f.given("gate-depth") && !(c.Gate.DepthDB > 0):
		return usagef("-gate-depth %v: want above 0, up to 90 dB", c.Gate.DepthDB)
	case (f.given("gate-depth") || f.given("gate-preroll")) && !c.Gate.Enabled:
		return usagef("-gate-depth and -gate-preroll need -gate")
	case f.given("vad-start") && !(c.VAD.Start > 0):
		return usagef("-vad-start %v: want above 0, up to 1", c.VAD.Start)
	case f.given("vad-continue") && !(c.VAD.Continue > 0):
		return usagef("-vad-continue %v: want above 0, up to -vad-start", c.VAD.Continue)
	case c.VAD.Hold < 0 || c.Gate.PreRoll < 0:
		return usagef("-vad-hold and -gate-preroll cannot be negative")
	case o.jobs < 1:
		return usagef("-jobs %d: want 1 or more", o.jobs)
	}
	if o.removed {
		c.Output = denoise.OutputRemoved
	}
	// The library's 0 means its default; here 0 was asked for.
	if f.given("vad-hold") && c.VAD.Hold == 0 {
		c.VAD.Hold = -time.Nanosecond
	}
	if f.given("gate-preroll") && c.Gate.PreRoll == 0 {
		c.Gate.PreRoll = -time.Nanosecond
	}
	trial := *c
	trial.SampleRate, trial.Channels = 48000, 1
	if _, err := denoise.New(trial); err != nil {
		return usageError{err}
	}
	o.learning = o.learn != "" || f.given("learn-from")
	o.opusFlags = f.given("bitrate") || f.given("application")
	return o.checkFiles(f)
}

// checkFiles reports the first flag about files that makes no sense.
func (o *options) checkFiles(f *flagSet) error {
	modes := 0
	for _, on := range []bool{o.outDir != "", o.inPlace, o.analyze} {
		if on {
			modes++
		}
	}
	for _, name := range []string{"o", "outdir", "learn", "profile", "vad", "stats", "plot"} {
		if f.given(name) && f.Lookup(name).Value.String() == "" {
			return usagef("-%s wants a name", name)
		}
	}
	switch {
	case o.outDir != "" && !isFolder(o.outDir) && (soundExtensions[strings.ToLower(filepath.Ext(o.outDir))] || isFile(o.outDir)):
		return usagef("-o %s: want a folder; one recording goes without -o: denoise noisy.wav clean.wav", o.outDir)
	case modes > 1:
		return usagef("-o, -in-place and -analyze exclude each other")
	case o.inPlace && o.format != asInput:
		return usagef("-in-place keeps the format: leave -format out")
	case o.raw != nil && (o.format != asInput || o.opusFlags):
		return usagef("with -raw the output is headerless PCM: leave -format, -bitrate and -application out")
	case o.inPlace && o.noClobber:
		return usagef("-in-place replaces files, -n does not: give one")
	case o.config.Engine == denoise.Neural && !o.config.Music && (o.profile != "" || o.learning):
		return usagef("-profile and -learn are for -engine classical: the network hears for itself what is noise")
	case o.profile != "" && o.learning:
		return usagef("-profile brings a noise and -learn finds one: give one")
	case f.given("profile-mode") && o.profile == "" && !o.learning:
		return usagef("-profile-mode needs -profile or -learn")
	case o.analyze && o.vad == "" && o.stats == "" && o.plot == "":
		return usagef("-analyze has nothing to write: give -vad, -stats or -plot")
	case o.plot == "-":
		return usagef("-plot wants a file, not standard output")
	case o.learn == "-":
		return usagef("-learn wants a file, not standard output")
	case o.plot != "" && !isPattern(o.plot) && !strings.EqualFold(filepath.Ext(o.plot), ".png"):
		return usagef("-plot %s: want a name that ends in .png", o.plot)
	case len(o.files) == 0:
		return usagef("no input; try: denoise noisy.wav clean.wav, or denoise -h")
	}
	// A forgotten value must not turn a recording into a report.
	for flagName, file := range map[string]string{"-stats": o.stats, "-vad": o.vad, "-learn": o.learn} {
		if soundExtensions[strings.ToLower(filepath.Ext(file))] {
			return usagef("%s %s: that is the name of a sound file", flagName, file)
		}
	}
	if o.vadFormat == vadByExtension && o.vad != "" {
		var err error
		if o.vadFormat, err = vadFormatOf(o.vad); err != nil {
			return usageError{err}
		}
	}
	return nil
}
