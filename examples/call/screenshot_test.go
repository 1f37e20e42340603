package main

import (
	"bytes"
	"context"
	"flag"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"github.com/quietline/quietline/opusio"
)

var screenshotDir = flag.String("screenshots", "", "folder to write the README's pictures to")

var screenshots string

func TestMain(m *testing.M) {
	flag.Parse()
	screenshots = *screenshotDir
	code := m.Run()
	if module.path != "" {
		os.RemoveAll(filepath.Dir(module.path))
	}
	os.Exit(code)
}

var clickMute = chromedp.Click(chromedp.CSS("#mute"))

// TestScreenshots makes the pictures of the README: one browser, and two people
// without one who take turns.
func TestScreenshots(t *testing.T) {
	if screenshots == "" {
		t.Skip("skipped: only with -screenshots folder")
	}
	noisy := recording(t, "noisy_rain_48k.wav")
	c := startChromium(t, noisy, nil)
	shoot(t, c.open(t, ""), "door", 1024, 768, false)
	packets := encodeAll(t, recording(t, "noisy_clicks_48k.wav"))
	for _, mode := range []string{modeServer, modeE2EE} {
		ada := c.enter(t, "", "team-"+mode, "Ada Lovelace", mode)
		others := []*client{
			join(t, c.bench, "team-"+mode, "Grace Hopper", mode, nil),
			join(t, c.bench, "team-"+mode, "Hedy Lamarr", mode, map[string]any{"strengthDB": 18, "muted": true}),
		}
		var s *sealer
		if mode == modeE2EE {
			s = newSealer(t, openerFor(t, ada.url))
		}
		for _, k := range others {
			k.connected()
		}
		grace := others[0]
		stop := make(chan struct{})
		done := make(chan struct{})
		go func() {
			defer close(done)
			for i := 0; ; i++ {
				select {
				case <-stop:
					return
				case <-time.After(20 * time.Millisecond):
				}
				p := packets[i%len(packets)]
				if s != nil {
					p = s.seal(p)
				}
				if i%50 == 0 && mode == modeE2EE {
					grace.send(map[string]any{"type": "voice", "voice": true})
				}
				grace.mic.write(p, opusio.AudioLevel{Level: 28, Voice: true})
			}
		}()
		ada.until("three people", `call.list.length === 3`)
		time.Sleep(16 * time.Second) // the strips are full
		ada.until("somebody to talk", `document.querySelectorAll('.talking').length >= 2`)
		if mode == modeServer {
			shoot(t, ada, "server", 1024, 768, false)
			ada.js(`document.getElementById('more').open = true; scrollTo(0, 0); true`, nil)
			shoot(t, ada, "figures", 820, 1180, false)
		} else {
			ada.js(`document.getElementById('more').open = true; scrollTo(0, 0); true`, nil)
			ada.run(clickMute)
			ada.until("the warning", `/talking/.test(document.getElementById('alert').textContent)`)
			time.Sleep(time.Second)
			shoot(t, ada, "e2ee", 820, 1180, true)
		}
		close(stop)
		<-done
		ada.js(`call.leave(); true`, nil)
	}
}

// shoot writes a picture of the page at a size, in 256 colours.
func shoot(t *testing.T, p *tab, name string, width, height int64, dark bool) {
	t.Helper()
	scheme := "light"
	if dark {
		scheme = "dark"
	}
	media := func(ctx context.Context, t *chromedp.Target) (chromedp.Void, error) {
		_, err := cdp.Call(ctx, t, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}},
		})
		return chromedp.Void{}, err
	}
	p.run(chromedp.EmulateViewport(width, height), media)
	shot, err := chromedp.Run(p.ctx, chromedp.CaptureScreenshot())
	if err != nil {
		t.Fatal(err)
	}
	img, err := png.Decode(bytes.NewReader(shot))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&out, fewColours(img)); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(screenshots, name+".png")
	if err := os.WriteFile(path+".new", out.Bytes(), 0o666); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(path+".new", path); err != nil {
		t.Fatal(err)
	}
}

// fewColours brings a picture to 256 colours and takes the nearest of them for the
// rest: a page has few, its spectrograms many that are alike.
func fewColours(img image.Image) image.Image {
	count := map[color.RGBA]int{}
	b := img.Bounds()
	at := func(x, y int) color.RGBA {
		c := color.RGBAModel.Convert(img.At(x, y)).(color.RGBA)
		return color.RGBA{c.R &^ 3, c.G &^ 3, c.B &^ 3, 255} // of 6 bits
	}
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			count[at(x, y)]++
		}
	}
	var all []color.RGBA
	for c := range count {
		all = append(all, c)
	}
	slices.SortFunc(all, func(a, b color.RGBA) int {
		if d := count[b] - count[a]; d != 0 {
			return d
		}
		return int(a.R)<<16 + int(a.G)<<8 + int(a.B) - int(b.R)<<16 - int(b.G)<<8 - int(b.B)
	})
	// Half by use; then always the one that is farthest from those there are, so
	// that the red of a single word is among them.
	var palette color.Palette
	near := make([]int, len(all))
	for i := range near {
		near[i] = 1 << 30
	}
	for len(palette) < min(len(all), 256) {
		pick := len(palette)
		if pick >= 128 {
			for i := range all {
				if near[i] > near[pick] {
					pick = i
				}
			}
			if near[pick] == 0 {
				break
			}
		}
		palette = append(palette, all[pick])
		for i, c := range all {
			r, g, b := int(c.R)-int(all[pick].R), int(c.G)-int(all[pick].G), int(c.B)-int(all[pick].B)
			near[i] = min(near[i], r*r+g*g+b*b)
		}
	}
	index := map[color.RGBA]uint8{}
	out := image.NewPaletted(b, palette)
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			c := at(x, y)
			i, ok := index[c]
			if !ok {
				i = uint8(palette.Index(c))
				index[c] = i
			}
			out.SetColorIndex(x, y, i)
		}
	}
	return out
}
