package main

import (
	"context"
	"io/fs"
	"net"
	"net/http"
	"time"

	"github.com/coder/websocket"
)

// server is the page and the hub behind one HTTP handler.
type server struct {
	hub     *hub
	origins []string // hosts, beside its own, whose pages may connect
	ctx     context.Context
	stop    context.CancelFunc
}

func newServer(l limits, m *media, origins []string) *server {
	ctx, stop := context.WithCancel(context.Background())
	return &server{hub: newHub(l, m), origins: origins, ctx: ctx, stop: stop}
}

// close ends all connections.
func (s *server) close() { s.stop() }

// handler serves the files of the page and the WebSocket.
// clean, which may be nil, serves the denoiser for browsers.
func (s *server) handler(page fs.FS, clean http.Handler) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /ws", s.socket)
	if clean != nil {
		mux.Handle("GET /worklet/", headers(http.StripPrefix("/worklet", clean)))
	}
	mux.Handle("GET /", headers(http.FileServerFS(page)))
	return mux
}

// headers allow the page what it needs and nothing else: its own files, and
// WebAssembly.
func headers(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; "+
			"img-src 'self' data:; connect-src 'self'; media-src 'self' blob:; worker-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Permissions-Policy", "microphone=(self)")
		h.Set("Cache-Control", "no-cache")
		next.ServeHTTP(w, r)
	})
}

// socket takes a browser in. Pages of other origins are turned away by Accept:
// a browser's Origin must be this host or one of s.origins.
func (s *server) socket(w http.ResponseWriter, r *http.Request) {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		host = r.RemoteAddr
	}
	if err := s.hub.admit(host); err != nil {
		http.Error(w, err.Error(), http.StatusServiceUnavailable)
		return
	}
	defer s.hub.release(host)
	c, err := websocket.Accept(w, r, &websocket.AcceptOptions{
		OriginPatterns:  s.origins,
		CompressionMode: websocket.CompressionDisabled, // a small message must not become a large one
	})
	if err != nil {
		return // Accept has answered
	}
	defer c.CloseNow()
	s.hub.serve(s.ctx, c)
}

// newHTTPServer has the time limits that net/http leaves open.
func newHTTPServer(h http.Handler) *http.Server {
	return &http.Server{
		Handler: h, ReadHeaderTimeout: 5 * time.Second, IdleTimeout: time.Minute, MaxHeaderBytes: 16 << 10,
	}
}
