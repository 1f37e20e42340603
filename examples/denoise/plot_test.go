package main

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"io"
	"math"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"

	"github.com/quietline/quietline/denoise"
	"github.com/quietline/quietline/internal/wav"
)

func readPNG(t *testing.T, path string) image.Image {
	t.Helper()
	img, err := png.Decode(bytes.NewReader(readFile(t, path)))
	if err != nil {
		t.Fatal(err)
	}
	if img.Bounds() != image.Rect(0, 0, plotWidth, plotHeight) {
		t.Fatalf("the picture is %v", img.Bounds())
	}
	return img
}

// lightness returns the mean of a part of a picture, 0 to 255.
func lightness(img image.Image, r image.Rectangle) float64 {
	sum := 0.0
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Max.X; x++ {
			sum += float64(color.GrayModel.Convert(img.At(x, y)).(color.Gray).Y)
		}
	}
	return sum / float64(r.Dx()*r.Dy())
}

// The picture shows noise before and none after, a tone at its frequency, and
// voice where it is.
func TestPlot(t *testing.T) {
	dir := t.TempDir()
	x := talk(16000, 1, 4)
	for i := range x {
		if i >= 32000 && i < 40000 {
			x[i] += 0.3 * float32(math.Sin(2*math.Pi*6000*float64(i)/16000))
		}
	}
	in := writeWAV(t, filepath.Join(dir, "in.wav"), format(16000, 1, wav.PCM16), x)
	must(t, "-plot", filepath.Join(dir, "p.png"), in)
	img := readPNG(t, filepath.Join(dir, "p.png"))
	width := plotRight - plotLeft
	at := func(seconds float64) int { return plotLeft + int(seconds/4*float64(width)) }
	height := func(top int, hz float64) int { return top + spectrumHeight - int(hz/8000*spectrumHeight) }

	pause := image.Rect(at(1.3), height(beforeTop, 5000), at(1.45), height(beforeTop, 3000))
	shift := image.Pt(0, afterTop-beforeTop)
	if a, b := lightness(img, pause), lightness(img, pause.Add(shift)); a < 2*b || a < 20 {
		t.Errorf("a pause is %.0f before and %.0f after, want darker", a, b)
	}
	word := image.Rect(at(1.7), height(beforeTop, 800), at(1.85), height(beforeTop, 400))
	if a, b := lightness(img, word), lightness(img, word.Add(shift)); b < 0.8*a {
		t.Errorf("a word is %.0f before and %.0f after, want the same", a, b)
	}
	mark := image.Rect(at(2.1), height(beforeTop, 6100), at(2.4), height(beforeTop, 5900))
	off := mark.Add(image.Pt(0, height(0, 5500)-height(0, 6000)))
	if a, b := lightness(img, mark), lightness(img, off); a < 1.5*b {
		t.Errorf("at 6 kHz, where the tone is, %.0f; at 5.5 kHz %.0f", a, b)
	}
	bar := voiceTop + voiceHeight - 4
	if r, g, b, _ := img.At(at(1.75), bar).RGBA(); g < r || g < b {
		t.Error("no voice is marked where a word is")
	}
	if img.At(at(0.2), bar) != color.Color(paper) {
		t.Error("voice is marked where there is none")
	}
}

func TestPlotOddRecordings(t *testing.T) {
	dir := t.TempDir()
	out := filepath.Join(dir, "p.png")
	for name, x := range map[string][]float32{
		"empty": nil, "one sample": {0.5}, "short": noise(100, 0.1), "silence": make([]float32, 16000), "full scale": noise(8000, 4),
	} {
		in := writeWAV(t, filepath.Join(dir, strings.Repeat(name, 15)+".wav"), format(8000, 1, wav.Float32), x)
		must(t, "-plot", out, in)
		readPNG(t, out)
	}
}

// Memory does not grow with the length of a recording: an hour is kept in as
// many columns as a minute.
func TestColumnsAreBounded(t *testing.T) {
	c := newColumns(2, 100)
	var sum float64
	const rows = 12345
	for i := range rows {
		c.add([]float32{float32(i), 1})
		sum += float64(i)
		if c.len() > 100 {
			t.Fatalf("%d columns", c.len())
		}
	}
	whole := c.len() * c.per
	c.flush()
	dst := make([]float32, 2)
	c.between(dst, 0, float64(whole))
	if want := float64(whole-1) / 2; math.Abs(float64(dst[0])-want) > 1 || math.Abs(float64(dst[1])-1) > 1e-5 {
		t.Errorf("the mean is %v, want %g", dst, want)
	}
	// Every stretch of whole columns has the mean of its rows, whatever was
	// merged.
	for from := 0; from+4*c.per <= whole; from += c.per {
		c.between(dst, float64(from), float64(from+4*c.per))
		if want := float64(from) + float64(4*c.per-1)/2; math.Abs(float64(dst[0])-want) > 0.01 {
			t.Errorf("rows from %d have %g, want %g", from, dst[0], want)
		}
	}
}

// between against a slow reference: the mean over a fine grid of rows.
func TestColumnsBetween(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	c := newColumns(1, 1000)
	x := make([]float64, 40)
	for i := range x {
		x[i] = r.Float64()
		c.add([]float32{float32(x[i])})
	}
	dst := make([]float32, 1)
	for range 200 {
		a := r.Float64() * 38
		b := a + 1 + r.Float64()*(39-a)
		b = min(b, 40)
		if b-a < 1 {
			continue
		}
		const fine = 20000
		want := 0.0
		for i := range fine {
			want += x[min(int(a+(float64(i)+0.5)/fine*(b-a)), 39)] / fine
		}
		if c.between(dst, a, b); math.Abs(float64(dst[0])-want) > 1e-3 {
			t.Fatalf("%g to %g: %g, want %g", a, b, dst[0], want)
		}
	}
	if c.between(dst, 3.4, 3.6); math.Abs(float64(dst[0])-x[3]) > 1e-6 {
		t.Error("the middle of a row is not the row")
	}
	if c.between(dst, 3.9, 4.1); math.Abs(float64(dst[0])-(x[3]+x[4])/2) > 1e-6 {
		t.Error("between two rows is not their mean")
	}
}

// A full-scale sine shows at −3 dBFS in its bin, at any rate.
func TestSpectrogramScale(t *testing.T) {
	for _, rate := range []int{8000, 44100, 48000, 192000} {
		f := format(rate, 2, wav.PCM16)
		s, err := newSpectrogram(f)
		if err != nil {
			t.Fatal(err)
		}
		bin := 20
		x := make([]float32, 2*rate/2)
		for i := range rate / 2 {
			v := float32(math.Sin(2 * math.Pi * float64(bin) * float64(i) / float64(s.fft.Len())))
			x[2*i], x[2*i+1] = v, v
		}
		s.add(x[:1234])
		s.add(x[1234:])
		s.close()
		row := make([]float32, s.shown)
		s.cols.between(row, 10, 20)
		if db := decibels(float64(row[bin])); math.Abs(db+3.01) > 0.02 {
			t.Errorf("%d Hz: %.2f dBFS", rate, db)
		}
		if hz := float64(s.shown-1) * s.binHz(rate); hz < shownHz(rate) {
			t.Errorf("%d Hz: only up to %g Hz", rate, hz)
		}
	}
}

// Colours grow lighter with level, so that the picture reads in grey.
func TestHeat(t *testing.T) {
	last := -1.0
	for i := range 1001 {
		c := heat(float64(i) / 1000)
		l := 0.2126*float64(c.R) + 0.7152*float64(c.G) + 0.0722*float64(c.B)
		if l < last-0.8 { // rounding
			t.Fatalf("at %g: lightness falls from %.1f to %.1f", float64(i)/1000, last, l)
		}
		last = math.Max(last, l)
	}
	if heat(-1) != heat(0) || heat(2) != heat(1) || heat(math.Inf(-1)) != heat(0) {
		t.Error("values beyond the scale have other colours than its ends")
	}
}

func TestTicks(t *testing.T) {
	for want, c := range map[string][2]float64{
		"[0 2 4 6 8 10 12]": {12, 6}, "[0 1 2 3 4]": {4, 6}, "[0 0.05 0.1 0.15]": {0.15, 4}, "[0]": {0, 6}, "[0 1 2 3 4 5]": {5.5125, 6},
	} {
		values, _ := ticks(0, c[0], int(c[1]))
		for i := range values {
			values[i] = math.Round(values[i]*1e6) / 1e6
		}
		if got := fmt.Sprint(values); got != want {
			t.Errorf("0 to %g: %s, want %s", c[0], got, want)
		}
	}
	for _, seconds := range []float64{0, 0.01, 7.7, 99, 101, 600, 3600, 86400, 1e7} {
		v := timeTicks(seconds, 12)
		if len(v) < 1 || len(v) > 14 || v[len(v)-1] > seconds+1e-6 {
			t.Errorf("%g s: %v", seconds, v)
		}
	}
	if a, b, c := timeLabel(0.30000000000000004, 1), timeLabel(90, 200), timeLabel(3700, 4000); a != "0.3" || b != "1:30" || c != "1:01:40" {
		t.Error(a, b, c)
	}
}

// A pass with every listener allocates no more for ten times the length.
func TestMemory(t *testing.T) {
	const rate = 8000
	block := encodeRaw(talk(rate, 1, 1), wav.PCM16)
	allocated := func(seconds int) float64 {
		f := format(rate, 1, wav.PCM16)
		src := &rawSource{r: &repeat{data: block, left: seconds}, f: f}
		pic, err := newPicture(f, rate/100)
		if err != nil {
			t.Fatal(err)
		}
		voice := &voiceTracker{rate: rate, channels: 1, emit: func(segment) {}}
		p, err := newPass(denoise.Config{}, src, noSink{}, voice, &meter{}, pic)
		if err != nil {
			t.Fatal(err)
		}
		return testing.AllocsPerRun(1, func() {
			src.r.(*repeat).left, src.err = seconds, nil
			if err := p.run(t.Context()); err != nil {
				t.Fatal(err)
			}
		})
	}
	if a, b := allocated(20), allocated(100); b > a+40 {
		t.Errorf("%g allocations for 20 s, %g for 100 s", a, b)
	}
}

// repeat reads the same data so many times.
type repeat struct {
	data []byte
	at   int
	left int
}

func (r *repeat) Read(p []byte) (int, error) {
	if r.left == 0 {
		return 0, io.EOF
	}
	n := copy(p, r.data[r.at:])
	if r.at += n; r.at == len(r.data) {
		r.at = 0
		r.left--
	}
	return n, nil
}
