package main

import (
	"image"
	"image/color"
	"image/draw"
	"math"

	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"
)

// canvas is an image with the few strokes that the plot needs.
type canvas struct {
	*image.RGBA
	small, normal, caption, title font.Face
}

func newCanvas(width, height int) (*canvas, error) {
	c := &canvas{RGBA: image.NewRGBA(image.Rect(0, 0, width, height))}
	c.fill(c.Rect, paper)
	for _, f := range []struct {
		face *font.Face
		ttf  []byte
		size float64
	}{{&c.small, goregular.TTF, 15}, {&c.normal, goregular.TTF, 17}, {&c.caption, gobold.TTF, 17}, {&c.title, gobold.TTF, 26}} {
		parsed, err := opentype.Parse(f.ttf)
		if err != nil {
			return nil, err
		}
		*f.face, err = opentype.NewFace(parsed, &opentype.FaceOptions{Size: f.size, DPI: 72, Hinting: font.HintingFull})
		if err != nil {
			return nil, err
		}
	}
	return c, nil
}

func (c *canvas) fill(r image.Rectangle, col color.RGBA) {
	draw.Draw(c.RGBA, r, image.NewUniform(col), image.Point{}, draw.Src)
}

// blend paints a pixel with an opacity of 0 to 1.
func (c *canvas) blend(x, y int, col color.RGBA, opacity float64) {
	if !(image.Point{X: x, Y: y}).In(c.Rect) || opacity <= 0 {
		return
	}
	opacity = math.Min(opacity, 1)
	p := c.Pix[c.PixOffset(x, y):][:3]
	for i, v := range [3]uint8{col.R, col.G, col.B} {
		p[i] = uint8(math.Round(float64(p[i])*(1-opacity) + float64(v)*opacity))
	}
}

// outline frames a rectangle from outside.
func (c *canvas) outline(r image.Rectangle, col color.RGBA) {
	r = r.Inset(-1)
	c.fill(image.Rect(r.Min.X, r.Min.Y, r.Max.X, r.Min.Y+1), col)
	c.fill(image.Rect(r.Min.X, r.Max.Y-1, r.Max.X, r.Max.Y), col)
	c.fill(image.Rect(r.Min.X, r.Min.Y, r.Min.X+1, r.Max.Y), col)
	c.fill(image.Rect(r.Max.X-1, r.Min.Y, r.Max.X, r.Max.Y), col)
}

// column paints column x from height top to bottom, fractions of pixels as
// opacity.
func (c *canvas) column(x int, top, bottom float64, col color.RGBA) {
	for y := int(math.Floor(top)); float64(y) < bottom; y++ {
		cover := math.Min(bottom, float64(y+1)) - math.Max(top, float64(y))
		c.blend(x, y, col, cover)
	}
}

// curve draws a line of a given thickness through one height per column,
// starting at column x.
func (c *canvas) curve(x int, heights []float64, thickness float64, col color.RGBA) {
	for i, y := range heights {
		if math.IsNaN(y) {
			continue
		}
		top, bottom := y, y
		for _, k := range []int{i - 1, i + 1} { // half way to its neighbours
			if k >= 0 && k < len(heights) && !math.IsNaN(heights[k]) {
				half := (y + heights[k]) / 2
				top, bottom = math.Min(top, half), math.Max(bottom, half)
			}
		}
		c.column(x+i, top-thickness/2, bottom+thickness/2, col)
	}
}

// align says which part of a text stands at a given x.
type align float64

const (
	left   align = 0
	center align = 0.5
	right  align = 1
)

// text writes s with its baseline at y and returns its width.
func (c *canvas) text(face font.Face, x, y int, a align, col color.RGBA, s string) int {
	width := font.MeasureString(face, s).Ceil()
	d := font.Drawer{
		Dst: c.RGBA, Src: image.NewUniform(col), Face: face,
		Dot: fixed.P(x-int(math.Round(float64(width)*float64(a))), y),
	}
	d.DrawString(s)
	return width
}

// fit shortens s in its middle until it is at most width pixels wide.
func fit(face font.Face, s string, width int) string {
	runes := []rune(s)
	for n := len(runes); font.MeasureString(face, s).Ceil() > width && n > 2; n-- {
		s = string(runes[:(n+1)/2]) + "…" + string(runes[len(runes)-n/2:])
	}
	return s
}
