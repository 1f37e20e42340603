// Command malgo is a live loop from the microphone to the speaker, cleaned, with
// the sound devices of github.com/gen2brain/malgo (miniaudio). Wear headphones, or
// the speaker comes back through the microphone.
//
//	go run .                          # Enter switches on and off, q ends
//	go run . -strength mild -rate 16000 -channels 2
//	go run . -list                    # devices
//
// What a program of its own would copy is loop.go, the callback, and device.go,
// how malgo calls it.
package main

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"time"

	"github.com/quietline/quietline/denoise"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	code := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// options are the command's flags.
type options struct {
	cfg     denoise.Config
	off     bool
	period  time.Duration
	backend string
	list    bool
	limit   time.Duration
}

func parse(args []string, stderr io.Writer) (o options, err error) {
	f := flag.NewFlagSet("malgo", flag.ContinueOnError)
	f.SetOutput(stderr)
	f.IntVar(&o.cfg.SampleRate, "rate", 48000, "`Hz`, 8000 to 192000; the device resamples if it must")
	f.IntVar(&o.cfg.Channels, "channels", 1, "`number` of channels")
	strength := f.String("strength", "default", "off, mild, medium, strong or maximum")
	f.Float64Var(&o.cfg.LimitDB, "limit", 0, "at most so many `dB`, in place of -strength")
	f.BoolVar(&o.cfg.Music, "music", false, "let music pass")
	removed := f.Bool("removed", false, "hear what is taken away instead")
	f.BoolVar(&o.off, "off", false, "start switched off")
	f.DurationVar(&o.period, "period", 10*time.Millisecond, "length of the device's chunks")
	f.StringVar(&o.backend, "backend", "", "sound system: null, alsa, pulseaudio, jack, coreaudio, wasapi, …; \"\" chooses")
	f.BoolVar(&o.list, "list", false, "list devices and end")
	f.DurationVar(&o.limit, "time", 0, "end after so long; 0 means never")
	if err := f.Parse(args); err != nil {
		return o, err
	}
	if f.NArg() > 0 {
		return o, fmt.Errorf("malgo: unknown argument %q: flags only, see -h", f.Arg(0))
	}
	if o.period < time.Millisecond || o.period > time.Second {
		return o, fmt.Errorf("malgo: a period of %v: want 1ms to 1s", o.period)
	}
	if *removed {
		o.cfg.Output = denoise.OutputRemoved
	}
	o.cfg.Strength, err = denoise.ParseStrength(*strength)
	return o, err
}

// run is the command: it returns 0, 1 for a failure, 2 for wrong flags.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	o, err := parse(args, stderr)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return 0
	case err != nil:
		fmt.Fprintln(stderr, err)
		return 2
	}
	if o.list {
		if err := listDevices(o.backend, stdout); err != nil {
			fmt.Fprintln(stderr, err)
			return 1
		}
		return 0
	}
	l, err := newLoop(o.cfg)
	if err != nil {
		fmt.Fprintln(stderr, err)
		return 2
	}
	l.setEnabled(!o.off)
	if o.limit > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, o.limit)
		defer cancel()
	}
	stop, err := start(o.backend, o.period, l)
	if err != nil {
		fmt.Fprintln(stderr, err)
		return 1
	}
	defer stop()
	fmt.Fprintln(stdout, "Enter switches on and off; off, mild, medium, strong, maximum; q ends")
	attend(ctx, l, stdin, stdout)
	return 0
}

// attend shows what the loop does and obeys the keyboard until it is told to end.
func attend(ctx context.Context, l *loop, stdin io.Reader, stdout io.Writer) {
	lines := make(chan string)
	go func() {
		defer close(lines)
		for s := bufio.NewScanner(stdin); s.Scan(); {
			select {
			case lines <- s.Text():
			case <-ctx.Done():
				return
			}
		}
	}()
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			fmt.Fprintln(stdout)
			return
		case line, ok := <-lines:
			if !ok {
				lines = nil // no keyboard: until Ctrl-C or -time
				continue
			}
			if obey(l, line, stdout) {
				return
			}
		case <-tick.C:
			fmt.Fprintf(stdout, "\r%s ", status(l))
		}
	}
}

// obey carries out a line from the keyboard and reports whether it was the last.
func obey(l *loop, line string, stdout io.Writer) (end bool) {
	switch line = strings.TrimSpace(line); line {
	case "":
		l.setEnabled(!l.enabled())
	case "q":
		return true
	default:
		s, err := denoise.ParseStrength(line)
		if err != nil {
			fmt.Fprintln(stdout, err)
			return false
		}
		l.setStrength(s)
	}
	return false
}

// status is the line of the meter: a bar of 30 for −60 to 0 dB.
func status(l *loop) string {
	s := l.stats()
	bar := int(max(0, min(30, (s.LevelDBOV+60)/2)))
	state, voice := "off", "     "
	if l.enabled() {
		state = "on "
	}
	if s.Voice {
		voice = "voice"
	}
	return fmt.Sprintf("[%-30s] %s  noise %4.0f dB  taken %3.0f dB  %s", strings.Repeat("=", bar), voice, s.NoiseDBFS, s.ReductionDB, state)
}
