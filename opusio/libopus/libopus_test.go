//go:build cgo

package libopus_test

import (
	"testing"

	"github.com/quietline/quietline/opusio/internal/opustest"
	"github.com/quietline/quietline/opusio/libopus"
)

func TestConformance(t *testing.T) { opustest.Conformance(t, libopus.Backend) }

func TestCalls(t *testing.T) { opustest.Calls(t, libopus.Backend) }
