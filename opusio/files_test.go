package opusio_test

import (
	"testing"

	"github.com/quietline/quietline/opusio"
	"github.com/quietline/quietline/opusio/internal/opustest"
)

func TestDefaultFiles(t *testing.T) { opustest.Files(t, opusio.Default) }
