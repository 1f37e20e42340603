package main

import (
	"context"
	"fmt"
	"net/http"
	"os"

	"github.com/quietline/quietline/examples/call/worklet"
)

// cleaner serves the denoiser for the browser: WebAssembly, which is compiled
// when the program starts, and its scripts. Requests wait until it is there.
type cleaner struct {
	done    chan struct{}
	handler http.Handler
	err     error
}

// newCleaner takes the module from a file or, without one, compiles it.
func newCleaner(ctx context.Context, file string) *cleaner {
	c := &cleaner{done: make(chan struct{})}
	go func() {
		defer close(c.done)
		c.handler, c.err = buildCleaner(ctx, file)
	}()
	return c
}

func buildCleaner(ctx context.Context, file string) (http.Handler, error) {
	if file == "" {
		dir, err := os.MkdirTemp("", "quietline-call-")
		if err != nil {
			return nil, fmt.Errorf("call: %w", err)
		}
		defer os.RemoveAll(dir) // the handler holds what it serves
		if file, err = worklet.Build(ctx, dir); err != nil {
			return nil, err
		}
	}
	return worklet.Handler(file)
}

func (c *cleaner) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	select {
	case <-c.done:
	case <-r.Context().Done():
		return
	}
	if c.err != nil {
		http.Error(w, "call: there is no noise cancellation for browsers here: the server could not build it", http.StatusServiceUnavailable)
		return
	}
	c.handler.ServeHTTP(w, r)
}
