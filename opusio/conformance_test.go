package opusio_test

import (
	"testing"

	"github.com/quietline/quietline/opusio"
	"github.com/quietline/quietline/opusio/internal/opustest"
)

func TestDefaultConformance(t *testing.T) { opustest.Conformance(t, opusio.Default) }

func TestDefaultCalls(t *testing.T) { opustest.Calls(t, opusio.Default) }
