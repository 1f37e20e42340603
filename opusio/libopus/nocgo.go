//go:build !cgo

package libopus

import (
	"errors"

	"github.com/quietline/quietline/opusio"
)

// Backend refuses: the program was built without cgo.
var Backend opusio.Backend = backend{}

var errNoCgo = errors.New("opusio: libopus needs cgo: build with CGO_ENABLED=1, a C compiler, and the headers " +
	"(apt-get install -y gcc pkg-config libopus-dev libopusfile-dev), or use opusio.Default, which is pure Go")

type backend struct{}

func (backend) Name() string { return "libopus (not built in)" }

func (backend) NewEncoder(opusio.EncoderConfig) (opusio.BackendEncoder, error) { return nil, errNoCgo }

func (backend) NewDecoder(opusio.DecoderConfig) (opusio.BackendDecoder, error) { return nil, errNoCgo }
