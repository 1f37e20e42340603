package worklet

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/quietline/quietline/examples/call/worklet/mic"
)

// page is what testdata/page.js sends at the end.
type page struct {
	Error  string
	Minute struct {
		Setup          float64 // ms that createDenoiser took
		LatencySamples int
		Jumps          int     // of the context's clock
		Wall, Sound    float64 // s
		Played         *playback
		Otherwise      *playback // a context without the denoiser, at the same time
		Wrong          int       // samples that are not those of the OfflineAudioContext
		Reports        int
		Spoken         int
		Glitches       []int
		Shares         []float64
		Levels         [][2]float64
		Last           struct{ SpectraIn, SpectraOut []int }
	}
	Switches []struct {
		Muted, Speaking, Warning bool
		Output                   float64
	}
	Refusals struct{ Slow, Strength, Context, Again string }

	tracks map[string][]float32
}

// playback is AudioContext.playbackStats, where there is such a thing.
type playback struct {
	UnderrunDuration, TotalDuration float64 // s
	UnderrunEvents                  int
}

// browser returns a Chromium, or skips the test.
func browser(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	t.Skip("skipped: no chromium in PATH (Debian: apt-get install chromium)")
	return ""
}

// visit opens testdata/page.html in a headless Chromium, whose microphone plays
// the recording over and over, and returns what the page sends.
func visit(t *testing.T, seconds int) *page {
	t.Helper()
	chromium := browser(t)
	h, err := Handler(module(t))
	if err != nil {
		t.Fatal(err)
	}
	result := &page{tracks: make(map[string][]float32)}
	done := make(chan error, 1)
	var mu sync.Mutex
	mux := http.NewServeMux()
	mux.Handle("/worklet/", http.StripPrefix("/worklet", h))
	mux.Handle("/", http.FileServer(http.Dir("testdata")))
	mux.HandleFunc("POST /track/{name}", func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		mu.Lock()
		defer mu.Unlock()
		result.tracks[r.PathValue("name")] = floats(t, b)
	})
	mux.HandleFunc("POST /result", func(w http.ResponseWriter, r *http.Request) {
		done <- json.NewDecoder(r.Body).Decode(result)
	})
	server := httptest.NewServer(mux)
	defer server.Close()

	profile, err := os.MkdirTemp("", "worklet-chromium-")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(profile)
	sound, err := filepath.Abs(recording)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Duration(seconds+120)*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, chromium,
		"--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--user-data-dir="+profile,
		"--no-first-run", "--disable-quic", "--disable-background-networking", "--disable-component-update", "--disable-sync",
		"--autoplay-policy=no-user-gesture-required",
		"--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream", "--use-file-for-fake-audio-capture="+sound,
		fmt.Sprintf("%s/page.html?seconds=%d", server.URL, seconds))
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	cmd.WaitDelay = 5 * time.Second
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() {
		cancel()
		cmd.Wait()
	}()
	select {
	case err := <-done:
		if err != nil {
			t.Fatal(err)
		}
	case <-ctx.Done():
		cancel()
		cmd.Wait()
		t.Fatalf("no answer from the page; the browser said:\n%s", said.Bytes())
	}
	if result.Error != "" {
		t.Fatal(result.Error)
	}
	return result
}

// A minute of microphone in Chromium, then the switches.
func TestBrowser(t *testing.T) {
	seconds := 60
	if testing.Short() {
		seconds = 10
	}
	p := visit(t, seconds)
	t.Run("sound", func(t *testing.T) { p.checkSound(t, seconds) })
	t.Run("switches", p.checkSwitches)
	t.Run("refusals", p.checkRefusals)
}

func (p *page) checkSound(t *testing.T, seconds int) {
	m := p.Minute
	if len(m.Shares) < 10 {
		t.Fatalf("%d reports", len(m.Shares))
	}
	first, last := m.Shares[9], m.Shares[len(m.Shares)-1]
	t.Logf("%d s: %.1f %% of a core (%.1f %% in the first second), set up in %.0f ms, %d samples of delay", seconds, 100*last, 100*first, m.Setup, m.LatencySamples)
	if m.Played != nil {
		ours, other := m.Played.UnderrunDuration, m.Otherwise.UnderrunDuration
		t.Logf("the browser counts %d underruns, %.0f ms; beside it, in a context without the denoiser, %d, %.0f ms",
			m.Played.UnderrunEvents, 1000*ours, m.Otherwise.UnderrunEvents, 1000*other)
		// The machine may be busy with other things; the denoiser must not be why.
		if ours-other > 0.05*float64(seconds) {
			t.Errorf("underruns of %.2f s, without the denoiser %.2f s", ours, other)
		}
		if last := m.Glitches[len(m.Glitches)-1]; last > m.Played.UnderrunEvents+m.Jumps {
			t.Errorf("%d glitches are reported, want at most %d", last, m.Played.UnderrunEvents+m.Jumps)
		}
	}
	if m.Wrong != 0 {
		t.Errorf("%d of %d samples are not those of the reference", m.Wrong, seconds*48000)
	}
	if m.Jumps != 0 {
		t.Errorf("the context left out sound %d times", m.Jumps)
	}
	if math.Abs(float64(m.Reports-10*seconds)) > 3 {
		t.Errorf("%d reports in %d s, want 10 a second", m.Reports, seconds)
	}
	if last > 0.25 {
		t.Errorf("%.0f %% of a core", 100*last)
	}
	if m.Spoken < m.Reports/4 || m.Spoken > m.Reports*9/10 {
		t.Errorf("%d of %d reports with speech, want a quarter to nine tenths", m.Spoken, m.Reports)
	}
	// Once it has heard the rain for a while: the quietest tenths are rain alone.
	in, out := 0.0, 0.0
	for _, l := range m.Levels[len(m.Levels)/4:] {
		in, out = min(in, l[0]), min(out, l[1])
	}
	t.Logf("quietest tenth of a second: %.1f dB in, %.1f dB out", in, out)
	if in-out < 12 {
		t.Errorf("rain comes down by %.1f dB, want 12 or more", in-out)
	}
	if len(m.Last.SpectraIn) != mic.Bands || len(m.Last.SpectraOut) != mic.Bands {
		t.Errorf("spectra of %d and %d bands, want %d", len(m.Last.SpectraIn), len(m.Last.SpectraOut), mic.Bands)
	}
}

// Off is the input, delayed as declared; on is the reference; between them, and
// between on and mute, the sound goes over within two hops and stays between the
// two, so that nothing clicks.
func (p *page) checkSwitches(t *testing.T) {
	const hop = 480
	delay := p.Minute.LatencySamples
	after, wet := p.tracks["after"], p.tracks["wet"]
	if len(after) != 12*48000 || len(wet) != len(after) || len(p.tracks["before"]) != len(after) {
		t.Fatalf("tracks of %d, %d and %d samples", len(p.tracks["before"]), len(after), len(wet))
	}
	dry := append(make([]float32, delay), p.tracks["before"]...)[:len(after)]
	zero := make([]float32, len(after))

	at := 0
	// stay returns where the sound stops being that of want.
	stay := func(name string, want []float32, seconds float64) {
		t.Helper()
		from := at
		for at < len(after) && after[at] == want[at] {
			at++
		}
		if got := float64(at-from) / 48000; got < seconds {
			t.Fatalf("at %d the sound is %s for %.3f s, want %.1f or more", from, name, got, seconds)
		}
	}
	// change goes on to where 100 samples in a row are those of to.
	change := func(name string, a, b, to []float32) {
		t.Helper()
		from := at
		for same := 0; same < 100; at++ {
			if at-from > 3*hop || at == len(after) {
				t.Fatalf("at %d, %s: not there after %d samples", from, name, at-from)
			}
			lo, hi := min(a[at], b[at])-1e-4, max(a[at], b[at])+1e-4
			if after[at] < lo || after[at] > hi {
				t.Fatalf("at %d, %s: %g, want %g to %g", at, name, after[at], lo, hi)
			}
			if same++; after[at] != to[at] {
				same = 0
			}
		}
		if at -= 100; at-from < hop/2 {
			t.Errorf("at %d, %s: a step, over in %d samples", from, name, at-from)
		}
	}
	stay("on", wet, 2.5)
	change("on to off", wet, dry, dry)
	stay("off", dry, 0.2)
	change("off to on", dry, wet, wet)
	stay("on", wet, 0.2)
	change("on to off", wet, dry, dry)
	stay("off", dry, 0.2)
	change("off to on", dry, wet, wet)
	stay("on", wet, 0.2)
	change("on to mute", wet, zero, zero)
	stay("mute", zero, 2.5)
	if last := float64(at) / 48000; last > 11 {
		t.Errorf("mute lasts until %.1f s, want 10 s or a little more", last)
	}

	warned := 0
	for i, s := range p.Switches {
		if i < 6 || s.Muted != p.Switches[i-6].Muted {
			continue // the switch is on its way
		}
		if s.Muted && (s.Speaking || s.Output > -126) {
			t.Errorf("report %d, muted: %+v", i, s)
		}
		if !s.Muted && s.Warning {
			t.Errorf("report %d, not muted: %+v", i, s)
		}
		if s.Warning {
			warned++
		}
	}
	if warned < 5 {
		t.Errorf("%d reports warn of talking while muted, want 5 or more of 30", warned)
	}
}

func (p *page) checkRefusals(t *testing.T) {
	for _, c := range []struct{ got, want string }{
		{p.Refusals.Slow, "3000 Hz: want 8000 to 192000"},
		{p.Refusals.Strength, "strengthDB 91: want 0 to 90"},
		{p.Refusals.Context, "no AudioWorklet"},
		{p.Refusals.Again, "nothing"},
	} {
		if !strings.Contains(c.got, c.want) {
			t.Errorf("%q, want %q", c.got, c.want)
		}
	}
}
