// Package worklet puts the denoiser on the microphone in the browser, before
// anything is encoded: Go compiled to WebAssembly, in an AudioWorklet. Build
// compiles it, Handler serves it with the two scripts that run it, README.md has
// what a page does with it and what it costs.
package worklet

import "embed"

//go:embed quietline.js denoiser.js warm.js wasi.js
var scripts embed.FS

// Name is the file that Build writes and the scripts ask for, beside them.
const Name = "quietline.wasm"
