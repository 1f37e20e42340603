package main

import (
	"fmt"
	"image"
	"image/color"
	"math"
)

// sampleColumns returns value i of every pixel column of a strip, from rows per
// hop.
func (p *picture) sampleColumns(cols *columns, i, width int) []float64 {
	out := make([]float64, width)
	row := make([]float32, cols.width)
	perPixel := float64(p.frames) / float64(p.hop) / float64(width)
	for x := range out {
		cols.between(row, float64(x)*perPixel, float64(x+1)*perPixel)
		out[x] = float64(row[i])
	}
	return out
}

// drawVoice shows the speech probability and, under it, where voice is.
func (p *picture) drawVoice(c *canvas, r image.Rectangle, rep *report) {
	const bar = 12
	curve := image.Rect(r.Min.X, r.Min.Y, r.Max.X, r.Max.Y-bar-3)
	prob := p.sampleColumns(p.heard, 2, r.Dx())
	heights := make([]float64, len(prob))
	for x, v := range prob {
		heights[x] = float64(curve.Max.Y) - v*float64(curve.Dy()-3)
		c.column(r.Min.X+x, heights[x], float64(curve.Max.Y), probArea)
	}
	c.curve(r.Min.X, heights, 1.6, voiceInk)
	for x, v := range p.sampleColumns(p.heard, 3, r.Dx()) {
		if p.frames < int64(p.hop*r.Dx()) {
			v = math.Round(v) // less than a hop per pixel: it was either or
		}
		for y := r.Max.Y - bar; y < r.Max.Y; y++ {
			c.blend(r.Min.X+x, y, voiceInk, v)
		}
	}
	c.fill(image.Rect(r.Min.X, curve.Max.Y+1, r.Max.X, curve.Max.Y+2), gridInk)
	c.outline(r, frameInk)
	c.text(c.normal, r.Min.X-10, curve.Min.Y+13, right, ink, "1")
	c.text(c.normal, r.Min.X-10, curve.Max.Y+2, right, ink, "0")
	c.text(c.small, r.Max.X+12, r.Min.Y+14, left, faint, "speech")
	c.text(c.small, r.Max.X+12, r.Min.Y+31, left, faint, "probability")
	c.text(c.caption, r.Max.X+12, r.Max.Y-1, left, voiceInk, fmt.Sprintf("voice %.0f %%", 100*rep.Voice.Share))
}

// drawLevels shows how loud input, output and the noise estimate are.
func (p *picture) drawLevels(c *canvas, r image.Rectangle, rep *report) {
	in := p.sampleColumns(p.heard, 0, r.Dx())
	out := p.sampleColumns(p.given, 0, r.Dx())
	noise := p.sampleColumns(p.heard, 1, r.Dx())
	lo, hi := levelRange(in, out)
	height := func(power float64) float64 {
		v := math.Min(math.Max((decibels(power)-lo)/(hi-lo), 0), 1)
		return float64(r.Max.Y) - v*float64(r.Dy())
	}
	for db := lo; db <= hi; db += 20 {
		y := int(math.Round(height(fromDB(db))))
		if y > r.Min.Y && y < r.Max.Y {
			c.fill(image.Rect(r.Min.X, y, r.Max.X, y+1), gridInk)
		}
	}
	line := make([]float64, r.Dx())
	outline := make([]float64, r.Dx())
	for x := range line {
		c.column(r.Min.X+x, height(in[x]), float64(r.Max.Y), grayArea)
		outline[x] = height(out[x])
		c.column(r.Min.X+x, outline[x], float64(r.Max.Y), lighten(blueArea))
		line[x] = height(noise[x])
		if decibels(noise[x]) < -190 {
			line[x] = math.NaN() // not known yet
		}
	}
	c.curve(r.Min.X, outline, 1.4, blueArea)
	c.curve(r.Min.X, line, 2.2, noiseInk)
	c.outline(r, frameInk)
	for db := lo; db <= hi; db += 20 {
		y := int(math.Round(height(fromDB(db))))
		c.fill(image.Rect(r.Min.X-6, y, r.Min.X-1, y+1), frameInk)
		c.text(c.normal, r.Min.X-10, min(max(y+6, r.Min.Y+12), r.Max.Y), right, ink, whole(db))
	}
	c.text(c.small, r.Min.X-10, r.Min.Y-6, right, faint, "dBFS")
	legend(c, r.Max.X+12, r.Min.Y+16, []legendEntry{
		{"input", grayArea, 12}, {rep.Settings.Output, blueArea, 12}, {"noise found", noiseInk, 3},
	})
}

// levelRange returns whole 20 dB steps around what there is to see, without the
// depths of digital silence.
func levelRange(in, out []float64) (lo, hi float64) {
	loudest, softest := -60.0, -40.0
	for x := range in {
		loudest = math.Max(loudest, decibels(in[x]))
		for _, v := range []float64{decibels(in[x]), decibels(out[x])} {
			if v > -110 {
				softest = math.Min(softest, v)
			}
		}
	}
	hi = 20 * math.Ceil(loudest/20)
	lo = math.Max(20*math.Floor(softest/20), hi-100)
	return math.Min(lo, hi-40), hi
}

// lighten mixes a colour with the paper.
func lighten(col color.RGBA) color.RGBA {
	mix := func(v uint8) uint8 { return uint8((int(v) + 255*2) / 3) }
	return color.RGBA{mix(col.R), mix(col.G), mix(col.B), 0xFF}
}

type legendEntry struct {
	name   string
	col    color.RGBA
	height int // of the sample: an area or a line
}

// legend lists what is what, downwards.
func legend(c *canvas, x, y int, entries []legendEntry) {
	for _, e := range entries {
		c.fill(image.Rect(x, y-6-e.height/2, x+16, y-6-e.height/2+e.height), e.col)
		c.text(c.small, x+22, y, left, ink, e.name)
		y += 24
	}
}
