package main

import (
	"fmt"
	"image"
	"image/color"
	"math"
	"slices"
)

// topDB returns the top of the colour scale, the same for both spectrograms: a
// multiple of 10 dB that all but a few points of the input stay below.
func (p *picture) topDB() float64 {
	var peaks []float64
	for i := range p.before.cols.len() {
		peaks = append(peaks, float64(slices.Max(p.before.cols.at(i))))
	}
	if len(peaks) == 0 {
		return 0
	}
	slices.Sort(peaks)
	db := decibels(peaks[len(peaks)*99/100])
	return math.Min(math.Max(10*math.Ceil(db/10-0.2), -60), 0)
}

// drawSpectrogram paints one spectrogram: time to the right, frequency upward.
func (p *picture) drawSpectrogram(c *canvas, r image.Rectangle, s *spectrogram, top float64, name string) {
	rate := p.format.SampleRate
	rows := float64(p.frames) / float64(s.step) // of the spectrogram, one each step
	perPixel := rows / float64(r.Dx())
	binsPerPixel := shownHz(rate) / s.binHz(rate) / float64(r.Dy())
	power := make([]float32, s.shown)
	levels := make([]float64, s.shown)
	for x := range r.Dx() {
		// Row i is centred on sample i·step.
		at := float64(x)*perPixel + 0.5
		s.cols.between(power, at, at+perPixel)
		for k, v := range power {
			levels[k] = decibels(float64(v))
		}
		for y := range r.Dy() {
			bin := (float64(r.Dy()-y) - 0.5) * binsPerPixel
			c.SetRGBA(r.Min.X+x, r.Min.Y+y, heat((interpolate(levels, bin)-top)/rangeDB+1))
		}
	}
	c.outline(r, frameInk)
	drawFrequencies(c, r, shownHz(rate))
	chip(c, r.Min.X+10, r.Min.Y+10, name)
}

// interpolate reads x between two of its values.
func interpolate(x []float64, at float64) float64 {
	i := min(int(at), len(x)-1)
	f := at - float64(i)
	return (1-f)*x[i] + f*x[min(i+1, len(x)-1)]
}

// drawFrequencies labels the axis in kHz.
func drawFrequencies(c *canvas, r image.Rectangle, most float64) {
	values, _ := ticks(0, most/1000, 6)
	for i, khz := range values {
		y := r.Max.Y - int(math.Round(khz*1000/most*float64(r.Dy())))
		c.fill(image.Rect(r.Min.X-6, y, r.Min.X-1, y+1), frameInk)
		label := fmt.Sprintf("%g", khz)
		if i == len(values)-1 {
			label += " kHz"
		}
		c.text(c.normal, r.Min.X-10, min(y+6, r.Max.Y), right, ink, label)
	}
}

// chip writes a caption that can be read on any colour.
func chip(c *canvas, x, y int, s string) {
	box := image.Rect(x, y, x+len([]rune(s))*10+18, y+28)
	for py := box.Min.Y; py < box.Max.Y; py++ {
		for px := box.Min.X; px < box.Max.X; px++ {
			c.blend(px, py, color.RGBA{0, 0, 0, 0xFF}, 0.55)
		}
	}
	c.text(c.caption, (box.Min.X+box.Max.X)/2, y+20, center, paper, s)
}

// drawColorBar shows which colour is which level.
func drawColorBar(c *canvas, r image.Rectangle, top float64) {
	for y := range r.Dy() {
		v := 1 - (float64(y)+0.5)/float64(r.Dy())
		c.fill(image.Rect(r.Min.X, r.Min.Y+y, r.Max.X, r.Min.Y+y+1), heat(v))
	}
	c.outline(r, frameInk)
	for db := 0.0; db <= rangeDB; db += 10 {
		y := r.Min.Y + int(math.Round(db/rangeDB*float64(r.Dy())))
		c.fill(image.Rect(r.Max.X+1, y, r.Max.X+6, y+1), frameInk)
		c.text(c.normal, r.Max.X+11, min(max(y+6, r.Min.Y+12), r.Max.Y), left, ink, whole(top-db))
	}
	c.text(c.small, r.Min.X-4, r.Min.Y-10, left, faint, "dBFS")
}

// whole writes a whole number with a real minus sign.
func whole(v float64) string {
	if v < 0 {
		return fmt.Sprintf("−%.0f", -v)
	}
	return fmt.Sprintf("%.0f", v)
}

// gridOver returns the colour of time marks over a strip: light on the dark
// spectrograms.
func gridOver(strip int) color.RGBA {
	if strip < 2 {
		return paper
	}
	return ink
}
