package worklet

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"strconv"
	"strings"
)

// Handler serves the scripts and the module that Build wrote to path: mount it
// under a folder of the page's own origin, with http.StripPrefix. It answers with
// gzip where the browser takes it, and 304 for what the browser has.
func Handler(path string) (http.Handler, error) {
	module, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("worklet: %w", err)
	}
	if !bytes.HasPrefix(module, []byte("\x00asm")) {
		return nil, fmt.Errorf("worklet: %s is not a WebAssembly module", path)
	}
	h := handler{}
	if h[Name], err = newFile("application/wasm", module); err != nil {
		return nil, err
	}
	names, err := fs.Glob(scripts, "*.js")
	if err != nil {
		return nil, fmt.Errorf("worklet: %w", err)
	}
	for _, name := range names {
		text, err := fs.ReadFile(scripts, name)
		if err != nil {
			return nil, fmt.Errorf("worklet: %w", err)
		}
		if h[name], err = newFile("text/javascript; charset=utf-8", text); err != nil {
			return nil, err
		}
	}
	return h, nil
}

// handler holds the files by name. It is never written after Handler.
type handler map[string]file

type file struct {
	kind, tag string
	raw, gzip []byte
}

func newFile(kind string, raw []byte) (file, error) {
	var packed bytes.Buffer
	w, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	if err != nil {
		return file{}, fmt.Errorf("worklet: %w", err)
	}
	if _, err := w.Write(raw); err != nil {
		return file{}, fmt.Errorf("worklet: %w", err)
	}
	if err := w.Close(); err != nil {
		return file{}, fmt.Errorf("worklet: %w", err)
	}
	sum := sha256.Sum256(raw)
	return file{kind: kind, tag: fmt.Sprintf("\"%x\"", sum[:12]), raw: raw, gzip: packed.Bytes()}, nil
}

func (h handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f, ok := h[strings.TrimPrefix(r.URL.Path, "/")]
	if !ok {
		http.NotFound(w, r)
		return
	}
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "worklet: want GET or HEAD", http.StatusMethodNotAllowed)
		return
	}
	head := w.Header()
	body, tag := f.raw, f.tag
	if acceptsGzip(r.Header.Get("Accept-Encoding")) {
		head.Set("Content-Encoding", "gzip")
		body, tag = f.gzip, strings.TrimSuffix(f.tag, `"`)+`-gz"`
	}
	head.Set("Content-Type", f.kind)
	head.Set("X-Content-Type-Options", "nosniff")
	head.Set("Cache-Control", "no-cache") // ask each time, with the tag
	head.Set("ETag", tag)
	head.Set("Vary", "Accept-Encoding")
	if strings.Contains(r.Header.Get("If-None-Match"), tag) {
		head.Del("Content-Encoding")
		w.WriteHeader(http.StatusNotModified)
		return
	}
	head.Set("Content-Length", strconv.Itoa(len(body)))
	if r.Method == http.MethodGet {
		w.Write(body) // an error is a client that went away
	}
}

// acceptsGzip reports whether the header offers gzip and not with q=0 (RFC 9110,
// section 12.5.3).
func acceptsGzip(header string) bool {
	for _, offer := range strings.Split(header, ",") {
		coding, params, _ := strings.Cut(strings.TrimSpace(offer), ";")
		if !strings.EqualFold(strings.TrimSpace(coding), "gzip") {
			continue
		}
		q, found := strings.CutPrefix(strings.ReplaceAll(params, " ", ""), "q=")
		value, err := strconv.ParseFloat(q, 64)
		return !found || err == nil && value > 0
	}
	return false
}
