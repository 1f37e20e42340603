// Package simd holds the inner loops of the library as vector kernels: AVX2 and
// FMA assembly on amd64, chosen at run time where the processor has both, NEON
// assembly on arm64, and plain Go everywhere else and under the build tag
// purego. Where AVX-512 pays, which is in the first and the last pass of the
// transform, in products of bytes, in permutations of many values, in stages where many
// operations wait for one another, and where 32 registers hold what would otherwise go
// through memory (Recurrent, BandRates), there are kernels for it besides.
//
// Every kernel has a plain Go twin of the same name in lower case with the
// ending Go, which says what it computes and serves builds and machines without
// vectors; the tests compare the two. Twins are written without branches in
// their loops but for what hardly ever happens, so that they are fast too. Results
// differ in rounding alone: the assembly uses fused multiply-add, adds sums up in
// another order, and divides by an estimate that a step of Newton's makes good to
// the last bit or two. Where an input is NaN the two may differ in that place.
//
// Slices may have any length and alignment and are never read or written
// outside their bounds. Except where a kernel says otherwise, slices of one call
// have one length, which the caller guarantees (a shorter one panics), and a
// destination may be one of the sources but must not overlap it otherwise.
//
// The assembly is written by two generators: internal/simd/gen, a module of its
// own, for amd64, and then internal/simd/genarm for arm64, which gives a kernel
// that it does not know its plain Go twin:
//
//	make generate
package simd

//go:generate go -C gen run . -dir ..
//go:generate go run ./genarm -src .
