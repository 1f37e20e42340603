//go:build cgo

package libopus_test

import (
	"testing"

	"github.com/quietline/quietline/opusio/internal/opustest"
	"github.com/quietline/quietline/opusio/libopus"
)

func TestFiles(t *testing.T) { opustest.Files(t, libopus.Backend) }
