//go:build !cgo

package main

import (
	"bytes"
	"context"
	"io"
	"strings"
	"testing"
)

func TestWithoutCgo(t *testing.T) {
	var stderr bytes.Buffer
	if code := run(context.Background(), nil, strings.NewReader(""), io.Discard, &stderr); code != 1 || !strings.Contains(stderr.String(), "C compiler") {
		t.Errorf("code %d, %q", code, stderr.String())
	}
	t.Skip("no cgo: the loop is tested without a device")
}
