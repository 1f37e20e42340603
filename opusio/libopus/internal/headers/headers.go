//go:build cgo

// Package headers says what to install when the build of libopus is about to
// fail for want of headers: the binding itself can only name what pkg-config
// did not find. Here it is a warning, since the headers may lie elsewhere.
package headers

/*
#if defined(__has_include)
#if !__has_include(<opus/opus.h>) && !__has_include("/opt/homebrew/include/opus/opus.h") && !__has_include("/usr/local/include/opus/opus.h")
#warning opusio/libopus needs the headers of libopus and libopusfile, and pkg-config: apt-get install -y pkg-config libopus-dev libopusfile-dev, or brew install pkg-config opus opusfile; opusio.Default needs none
#endif
#endif
*/
import "C"
