package main

import (
	"image/color"
	"math"
)

// The page.
var (
	paper    = color.RGBA{0xFF, 0xFF, 0xFF, 0xFF}
	ink      = color.RGBA{0x1E, 0x23, 0x2B, 0xFF}
	faint    = color.RGBA{0x6B, 0x72, 0x7D, 0xFF}
	frameInk = color.RGBA{0x9A, 0xA1, 0xAB, 0xFF}
	gridInk  = color.RGBA{0xE4, 0xE7, 0xEB, 0xFF}
	grayArea = color.RGBA{0xB9, 0xC0, 0xCA, 0xFF} // input
	blueArea = color.RGBA{0x2F, 0x7F, 0xD1, 0xFF} // output
	noiseInk = color.RGBA{0xE0, 0x5A, 0x1E, 0xFF} // noise estimate
	voiceInk = color.RGBA{0x1F, 0x93, 0x6B, 0xFF} // voice
	probArea = color.RGBA{0xBF, 0xE3, 0xD5, 0xFF} // speech probability
)

// heat maps 0 to 1 onto colours from black through violet and orange to pale
// yellow. Lightness only rises, so that it also reads in grey.
func heat(v float64) color.RGBA {
	v = math.Min(math.Max(v, 0), 1) * float64(len(heatTable)-1)
	i := min(int(v), len(heatTable)-2)
	f := v - float64(i)
	a, b := heatTable[i], heatTable[i+1]
	mix := func(x, y uint8) uint8 { return uint8(math.Round((1-f)*float64(x) + f*float64(y))) }
	return color.RGBA{mix(a[0], b[0]), mix(a[1], b[1]), mix(a[2], b[2]), 0xFF}
}

var heatTable = [...][3]uint8{
	{4, 4, 12}, {18, 13, 48}, {44, 17, 92}, {78, 20, 118}, {112, 30, 124}, {148, 42, 120},
	{184, 54, 108}, {216, 72, 90}, {240, 102, 74}, {250, 140, 76}, {253, 178, 98}, {254, 216, 140}, {253, 250, 198},
}
