// Package wav reads and writes WAV audio as a stream.
//
// A [Reader] never seeks, so it works on pipes and on os.Stdin, and it reads
// every sample encoding that is common in WAV files: unsigned 8 bit, signed
// 16, 24 and 32 bit, 32 and 64 bit float, A-law and µ-law, with a plain or a
// WAVE_FORMAT_EXTENSIBLE header, in RIFF, RF64 and BW64 files of any length.
// Lengths that a program could not know when it wrote to a pipe are accepted.
// A [Writer] writes the same encodings; it goes back to fill in the lengths
// where its destination can seek and says "unknown" where it cannot.
//
// # Samples and scaling
//
// Samples are interleaved float32 and full scale is ±1. Integers are divided
// by 2^(bits−1): u8 is (x−128)/128, s16 x/32768, s24 x/8388608, s32
// x/2147483648. Floats are passed on as they are, NaN and infinities too.
//
// Writing a value that was read gives back the same bytes for u8, s16, s24,
// f32 (except that a signalling NaN may become quiet on some processors),
// A-law and µ-law, for every code. float32 has 24 significant bits, therefore
//   - s32 keeps 24 significant bits: the error is at most 2^-24 of the value,
//     the lowest 7 bits are lost near full scale and nothing is lost below
//     2^-7 (−42 dBFS). A value of 2147483584 or more becomes 1.0, which is
//     written as 2147483647 and counts as clipped.
//   - f64 is rounded to the nearest float32; beyond ±3.4e38 it becomes ±Inf.
//
// A program that changes nothing moves s32 and f64 exactly with
// [Reader.ReadRaw] and [Writer.WriteRaw].
//
// # Sources
//
// Multimedia Programming Interface and Data Specifications 1.0 (IBM and
// Microsoft, 1991) and New Multimedia Data Types (Microsoft, 1994) for RIFF
// and WAVE; "Multiple Channel Audio Data and WAVE Files" (Microsoft, 2001) for
// EXTENSIBLE; EBU Tech 3306 (2009) for RF64; ITU-R BS.2088 for BW64; ITU-T
// G.711 (1988) for A-law and µ-law.
package wav
