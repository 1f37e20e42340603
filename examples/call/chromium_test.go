package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/quietline/quietline/examples/call/worklet"
)

// chromium is a headless Chromium whose microphone plays a recording, and a
// server for it.
type chromium struct {
	*bench
	ctx context.Context
}

var module struct {
	once sync.Once
	path string
	err  error
}

// startChromium skips the test where there is no Chromium.
func startChromium(t *testing.T, sound []float32, change func(*limits)) *chromium {
	t.Helper()
	if testing.Short() || underRace {
		t.Skip("skipped: a browser takes a minute")
	}
	var path string
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if p, err := exec.LookPath(name); err == nil && path == "" {
			path = p
		}
	}
	if path == "" {
		t.Skip("skipped: no chromium in PATH (Debian: apt-get install chromium)")
	}
	module.once.Do(func() {
		dir, err := os.MkdirTemp("", "call-wasm-")
		if err != nil {
			module.err = err
			return
		}
		module.path, module.err = worklet.Build(context.Background(), dir)
	})
	if module.err != nil {
		t.Fatal(module.err)
	}

	b := newBench(t, change)
	ctx, cancel := context.WithCancel(context.Background())
	clean := newCleaner(ctx, module.path)
	h := httptest.NewServer(b.handler(pageFiles(), clean))
	b.web, b.url = h.URL, "ws"+strings.TrimPrefix(h.URL, "http")+"/ws"

	wav := filepath.Join(t.TempDir(), "microphone.wav")
	if err := os.WriteFile(wav, wavFile(sound), 0o666); err != nil {
		t.Fatal(err)
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true),
		chromedp.Flag("autoplay-policy", "no-user-gesture-required"),
		chromedp.Flag("use-fake-ui-for-media-stream", true),
		chromedp.Flag("use-fake-device-for-media-stream", true),
		chromedp.Flag("use-file-for-fake-audio-capture", wav),
		chromedp.Flag("mute-audio", true),
	)
	alloc, stop := chromedp.NewExecAllocator(ctx, options...)
	browser, end := chromedp.NewContext(alloc)
	if err := chromedp.Do(browser); err != nil {
		t.Fatalf("Chromium does not start: %v", err)
	}
	t.Cleanup(func() {
		end()
		stop()
		cancel()
		h.CloseClientConnections()
		h.Close()
	})
	return &chromium{b, browser}
}

// patience is for machines that are busy with other things.
const patience = 90 * time.Second

// tab is a page of a person.
type tab struct {
	t   *testing.T
	ctx context.Context
	url string // the invitation, once inside
}

// open opens the page.
func (c *chromium) open(t *testing.T, query string) *tab {
	t.Helper()
	ctx, cancel := chromedp.NewContext(c.ctx)
	t.Cleanup(cancel)
	if err := chromedp.Do(ctx); err != nil { // the page lives as long as the context of this call
		t.Fatal(err)
	}
	p := &tab{t: t, ctx: ctx}
	p.run(chromedp.Navigate(c.web+"/"+query), chromedp.WaitVisible(chromedp.CSS("#enter")))
	return p
}

// enter joins a room as a person would. Echo is not cancelled: the loudspeaker
// of a fake device does not reach its microphone.
func (c *chromium) enter(t *testing.T, query, room, name, mode string) *tab {
	t.Helper()
	p := c.open(t, query)
	p.js(fmt.Sprintf(`document.getElementById('name').value = %q; document.getElementById('room').value = %q;
		document.querySelector('[name=mode][value=%s]').click(); document.getElementById('echo').checked = false; true`, name, room, mode), nil)
	p.run(chromedp.Click(chromedp.CSS("#join")))
	p.until("the sound", `window.call?.media.connection?.connectionState === 'connected'`)
	p.js(`location.href`, &p.url)
	return p
}

func (p *tab) run(actions ...chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, actions...); err != nil {
		p.t.Fatalf("in the page: %v", err)
	}
}

// js runs a script in the page; promises are waited for.
func (p *tab) js(script string, result any) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	raw, err := chromedp.Run(ctx, chromedp.Evaluate[[]byte](script, chromedp.EvalAwaitPromise))
	if err != nil {
		p.t.Fatalf("%s: %v", script, err)
	}
	if result == nil {
		return
	}
	if err := json.Unmarshal(raw, result); err != nil {
		p.t.Fatalf("%s gave %s: %v", script, raw, err)
	}
}

// until waits for a condition in the page.
func (p *tab) until(what, script string) {
	p.t.Helper()
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		var ok bool
		p.js(`Promise.resolve(`+script+`).then(Boolean)`, &ok)
		if ok {
			return
		}
	}
	var state string
	p.js(`document.body.innerText`, &state)
	p.t.Fatalf("waited in vain for %s; the page says:\n%s", what, state)
}
