package worklet

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func get(t *testing.T, h http.Handler, method, path string, header map[string]string) (*http.Response, []byte) {
	t.Helper()
	r := httptest.NewRequest(method, path, nil)
	for k, v := range header {
		r.Header.Set(k, v)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result(), w.Body.Bytes()
}

func TestHandler(t *testing.T) {
	path := filepath.Join(t.TempDir(), Name)
	module := append([]byte("\x00asm\x01\x00\x00\x00"), make([]byte, 5000)...)
	if err := os.WriteFile(path, module, 0o666); err != nil {
		t.Fatal(err)
	}
	h, err := Handler(path)
	if err != nil {
		t.Fatal(err)
	}
	h = http.StripPrefix("/worklet", h)
	script, err := os.ReadFile("quietline.js")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		path, kind string
		want       []byte
	}{
		{"/worklet/quietline.wasm", "application/wasm", module},
		{"/worklet/quietline.js", "text/javascript; charset=utf-8", script},
	} {
		plain, body := get(t, h, "GET", c.path, map[string]string{"Accept-Encoding": "gzip;q=0, br"})
		if plain.StatusCode != 200 || plain.Header.Get("Content-Type") != c.kind || plain.Header.Get("Content-Encoding") != "" || !bytes.Equal(body, c.want) {
			t.Errorf("%s: %s, %v", c.path, plain.Status, plain.Header)
		}
		packed, body := get(t, h, "GET", c.path, map[string]string{"Accept-Encoding": "deflate, gzip;q=0.5"})
		if packed.Header.Get("Content-Encoding") != "gzip" || packed.Header.Get("Vary") != "Accept-Encoding" {
			t.Errorf("%s with gzip: %v", c.path, packed.Header)
		}
		r, err := gzip.NewReader(bytes.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		if unpacked, err := io.ReadAll(r); err != nil || !bytes.Equal(unpacked, c.want) {
			t.Errorf("%s: gzip holds something else (%v)", c.path, err)
		}
		tag := packed.Header.Get("ETag")
		if tag == "" || tag == plain.Header.Get("ETag") {
			t.Errorf("%s: tags %q and %q, want two", c.path, plain.Header.Get("ETag"), tag)
		}
		known, body := get(t, h, "GET", c.path, map[string]string{"Accept-Encoding": "gzip", "If-None-Match": tag})
		if known.StatusCode != 304 || len(body) != 0 {
			t.Errorf("%s, known: %s with %d bytes", c.path, known.Status, len(body))
		}
		head, body := get(t, h, "HEAD", c.path, nil)
		if head.StatusCode != 200 || len(body) != 0 {
			t.Errorf("HEAD %s: %s with %d bytes", c.path, head.Status, len(body))
		}
		if post, _ := get(t, h, "POST", c.path, nil); post.StatusCode != 405 {
			t.Errorf("POST %s: %s", c.path, post.Status)
		}
	}
	for _, path := range []string{"/worklet/", "/worklet/handler.go", "/worklet/../go.mod", "/worklet/wasm/main.go"} {
		if r, _ := get(t, h, "GET", path, nil); r.StatusCode != 404 {
			t.Errorf("%s: %s", path, r.Status)
		}
	}
}

// Every script that a script imports is served.
func TestImportsAreServed(t *testing.T) {
	names, err := filepath.Glob("*.js")
	if err != nil || len(names) < 4 {
		t.Fatal(names, err)
	}
	for _, name := range names {
		if _, err := scripts.ReadFile(name); err != nil {
			t.Errorf("%s is not embedded", name)
		}
	}
}

func TestHandlerRefuses(t *testing.T) {
	if _, err := Handler(filepath.Join(t.TempDir(), "none")); err == nil || !strings.HasPrefix(err.Error(), "worklet: ") {
		t.Errorf("no file: %v", err)
	}
	path := filepath.Join(t.TempDir(), Name)
	if err := os.WriteFile(path, []byte("<html>"), 0o666); err != nil {
		t.Fatal(err)
	}
	if _, err := Handler(path); err == nil || !strings.Contains(err.Error(), "not a WebAssembly module") {
		t.Errorf("not a module: %v", err)
	}
}

func TestBuildSaysWhatIsMissing(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	if _, err := Build(t.Context(), t.TempDir()); err == nil || !strings.Contains(err.Error(), "needs the go command") {
		t.Errorf("without go: %v", err)
	}
}
