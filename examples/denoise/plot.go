package main

import (
	"fmt"
	"image"
	"math"
	"path/filepath"
	"strings"
)

// The picture in pixels: two spectrograms, a voice strip and a level strip over
// one time axis.
const (
	plotWidth, plotHeight = 1400, 1000
	plotLeft, plotRight   = 84, 1284
	beforeTop             = 96
	spectrumHeight        = 276
	afterTop              = beforeTop + spectrumHeight + 12
	voiceTop              = afterTop + spectrumHeight + 22
	voiceHeight           = 64
	levelTop              = voiceTop + voiceHeight + 22
	levelBottom           = plotHeight - 56
)

// rangeDB is how far below the loudest the colours reach.
const rangeDB = 80

// draw makes the picture.
func (p *picture) draw(r *report) (*image.RGBA, error) {
	c, err := newCanvas(plotWidth, plotHeight)
	if err != nil {
		return nil, err
	}
	c.text(c.title, 24, 44, left, ink, fit(c.title, title(r), plotWidth-48))
	c.text(c.normal, 24, 72, left, faint, fit(c.normal, subtitle(r), plotWidth-48))

	before := image.Rect(plotLeft, beforeTop, plotRight, beforeTop+spectrumHeight)
	after := image.Rect(plotLeft, afterTop, plotRight, afterTop+spectrumHeight)
	top := p.topDB()
	p.drawSpectrogram(c, before, p.before, top, "before")
	p.drawSpectrogram(c, after, p.after, top, afterName(r))
	drawColorBar(c, image.Rect(plotRight+24, beforeTop, plotRight+42, after.Max.Y), top)

	voice := image.Rect(plotLeft, voiceTop, plotRight, voiceTop+voiceHeight)
	p.drawVoice(c, voice, r)
	levels := image.Rect(plotLeft, levelTop, plotRight, levelBottom)
	p.drawLevels(c, levels, r)
	p.drawTime(c, []image.Rectangle{before, after, voice, levels})
	return c.RGBA, nil
}

// title names the recording and what was done.
func title(r *report) string {
	name := filepath.Base(r.Input.File)
	if r.Input.File == "-" {
		name = "standard input"
	}
	s := r.Settings
	if s.Strength == "" {
		return fmt.Sprintf("%s – up to %g dB", name, s.LimitDB)
	}
	return fmt.Sprintf("%s – strength %s, up to %g dB", name, s.Strength, s.LimitDB)
}

// subtitle sums up the recording and the figures that matter.
func subtitle(r *report) string {
	in := r.Input
	channels := fmt.Sprintf("%d channels", in.Channels)
	switch in.Channels {
	case 1:
		channels = "mono"
	case 2:
		channels = "stereo"
	}
	parts := []string{fmt.Sprintf("%g kHz", float64(in.SampleRate)/1000), channels, in.Encoding, clock(in.Seconds)}
	add := func(v *float64, format string) {
		if v != nil {
			parts = append(parts, fmt.Sprintf(format, minus(*v)))
		}
	}
	add(r.Voice.LevelDB, "speech %s dBFS")
	add(r.Noise.LevelDB, "noise %s dBFS")
	add(r.Noise.SNRDB, "SNR %s dB")
	if r.Noise.ReductionDB != nil {
		parts = append(parts, fmt.Sprintf("%s dB less in pauses", minus(*r.Noise.ReductionDB)))
	}
	if in.Truncated {
		parts = append(parts, "truncated")
	}
	return strings.Join(parts, "  ·  ")
}

// minus writes a number with a real minus sign, to a tenth.
func minus(v float64) string {
	return strings.Replace(fmt.Sprintf("%.1f", v), "-", "−", 1)
}

func afterName(r *report) string {
	if r.Settings.Output == "removed" {
		return "removed"
	}
	return "after"
}

// drawTime puts the time axis under all strips and faint marks into the lower
// two.
func (p *picture) drawTime(c *canvas, strips []image.Rectangle) {
	seconds := p.seconds()
	last := strips[len(strips)-1]
	for _, t := range timeTicks(seconds, 12) {
		x := plotLeft
		if seconds > 0 {
			x += int(math.Round(t / seconds * float64(plotRight-plotLeft)))
		}
		for i, r := range strips {
			if i == len(strips)-1 {
				c.fill(image.Rect(x, r.Max.Y+1, x+1, r.Max.Y+7), frameInk)
			}
			if x > plotLeft && x < plotRight {
				for y := r.Min.Y; y < r.Max.Y; y++ {
					c.blend(x, y, gridOver(i), 0.16)
				}
			}
		}
		c.text(c.normal, x, last.Max.Y+25, center, ink, timeLabel(t, seconds))
	}
	unit := "seconds"
	if seconds > 100 {
		unit = "minutes : seconds"
		if seconds >= 3600 {
			unit = "hours : minutes : seconds"
		}
	}
	c.text(c.small, (plotLeft+plotRight)/2, last.Max.Y+46, center, faint, unit)
}

func timeLabel(t, seconds float64) string {
	whole := int64(math.Round(t))
	switch {
	case seconds > 3600:
		return fmt.Sprintf("%d:%02d:%02d", whole/3600, whole/60%60, whole%60)
	case seconds > 100:
		return fmt.Sprintf("%d:%02d", whole/60, whole%60)
	}
	return fmt.Sprintf("%g", math.Round(t*1e6)/1e6)
}
