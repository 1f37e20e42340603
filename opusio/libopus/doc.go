// Package libopus is the Opus backend on top of the C library, through
// github.com/hraban/opus:
//
//	enc, err := libopus.Backend.NewEncoder(opusio.EncoderConfig{SampleRate: 48000})
//
// It needs cgo and the headers of libopus and libopusfile with pkg-config:
//
//	apt-get install -y gcc pkg-config libopus-dev libopusfile-dev   # Debian, Ubuntu
//	dnf install -y gcc pkgconf-pkg-config opus-devel opusfile-devel # Fedora
//	apk add gcc musl-dev pkgconf opus-dev opusfile-dev              # Alpine
//	brew install pkg-config opus opusfile                           # macOS
//
// (Build with -tags nolibopusfile to do without libopusfile.) Without cgo the
// package builds, and Backend returns an error that says so; without the
// headers it does not build. Do not link a second binding of libopus into the
// same program.
package libopus
