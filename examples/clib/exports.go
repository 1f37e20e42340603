package main

/*
#define QUIETLINE_BUILD
#include "quietline.h"
*/
import "C"

import (
	"fmt"
	"strings"
	"unsafe"

	"github.com/quietline/quietline/denoise"
)

// streams are those of all threads.
var streams table

// The functions below are called by boundary.c and rnnoise.c, which have
// checked pointers and lengths. Each returns a code of quietline.h; none lets a
// panic through, which would end the program that uses the library.

// guard turns a panic into a code. (A deferred call; it costs nanoseconds.)
func guard(code *C.int) {
	if recover() != nil {
		*code = errInternal
	}
}

// with runs f on the stream of a ticket while nobody else does.
func with(ticket uint64, f func(s *stream) int) (code C.int) {
	defer guard(&code)
	s := streams.find(ticket)
	if s == nil {
		return errStream
	}
	if !s.enter() {
		if streams.find(ticket) == nil {
			return errStream // destroyed in between
		}
		return errBusy
	}
	defer s.leave()
	return C.int(f(s))
}

//export quietline_go_create
func quietline_go_create(ticket *C.uint64_t, c *C.quietline_config, why *C.char, room C.size_t) (code C.int) {
	defer guard(&code)
	cfg, disabled, err := config(c)
	if err != nil {
		return fail(errConfig, err, why, room)
	}
	s, err := newStream(cfg)
	if err != nil {
		return fail(errConfig, err, why, room)
	}
	s.d.SetBypass(disabled)
	if !streams.add(s) {
		return fail(errLimit, fmt.Errorf("no room for another stream: %d are the most", maxSlots), why, room)
	}
	*ticket = C.uint64_t(s.ticket)
	return codeOK
}

// config translates a quietline_config.
func config(c *C.quietline_config) (denoise.Config, bool, error) {
	cfg := denoise.Config{
		SampleRate:     int(c.sample_rate),
		Channels:       int(c.channels),
		FrameSize:      int(c.frame_size),
		LimitDB:        float64(c.limit_db),
		Music:          c.music != 0,
		ComfortNoiseDB: float64(c.comfort_noise_db),
	}
	strength, err := number("strength", c.strength, C.QUIETLINE_MAXIMUM)
	if err != nil {
		return cfg, false, err
	}
	engine, err := number("engine", c.engine, C.QUIETLINE_ENGINE_SUBTRACTION)
	if err != nil {
		return cfg, false, err
	}
	link, err := number("link", c.link, C.QUIETLINE_LINK_NONE)
	if err != nil {
		return cfg, false, err
	}
	cfg.Strength = denoise.Strength(strength)
	cfg.Rule = [...]denoise.Rule{denoise.OMLSA, denoise.OMLSA, denoise.LogMMSE, denoise.Wiener, denoise.Subtraction}[engine]
	cfg.Link = [...]denoise.Link{denoise.LinkPower, denoise.LinkMinimum, denoise.Independent}[link]
	return cfg, c.disabled != 0, nil
}

func number(name string, x C.int32_t, most int) (int, error) {
	if x < 0 || int(x) > most {
		return 0, fmt.Errorf("%s %d is unknown: want 0 to %d", name, x, most)
	}
	return int(x), nil
}

// fail writes an error as a C string of at most room bytes.
func fail(code C.int, err error, why *C.char, room C.size_t) C.int {
	text := "quietline: " + strings.TrimPrefix(err.Error(), "denoise: ")
	dst := unsafe.Slice((*byte)(unsafe.Pointer(why)), int(room))
	dst[copy(dst[:len(dst)-1], text)] = 0
	return code
}

//export quietline_go_destroy
func quietline_go_destroy(ticket C.uint64_t) (code C.int) {
	defer guard(&code)
	return C.int(streams.remove(uint64(ticket)))
}

//export quietline_go_process_f32
func quietline_go_process_f32(ticket C.uint64_t, out, in *C.float, frames C.uint64_t) C.int {
	return with(uint64(ticket), func(s *stream) int {
		n, code := s.samples(uint64(frames))
		switch {
		case code != codeOK || n == 0:
			return code
		case overlap(unsafe.Pointer(out), unsafe.Pointer(in), n*int(unsafe.Sizeof(*in))):
			return errArgument
		}
		s.d.Process(floats(out, n), floats(in, n))
		return codeOK
	})
}

//export quietline_go_process_s16
func quietline_go_process_s16(ticket C.uint64_t, out, in *C.int16_t, frames C.uint64_t) C.int {
	return with(uint64(ticket), func(s *stream) int {
		n, code := s.samples(uint64(frames))
		switch {
		case code != codeOK || n == 0:
			return code
		case overlap(unsafe.Pointer(out), unsafe.Pointer(in), n*int(unsafe.Sizeof(*in))):
			return errArgument
		}
		s.d.ProcessInt16(shorts(out, n), shorts(in, n))
		return codeOK
	})
}

//export quietline_go_observe_f32
func quietline_go_observe_f32(ticket C.uint64_t, in *C.float, frames C.uint64_t) C.int {
	return with(uint64(ticket), func(s *stream) int {
		n, code := s.samples(uint64(frames))
		if code == codeOK && n > 0 {
			s.d.Observe(floats(in, n))
		}
		return code
	})
}

//export quietline_go_observe_s16
func quietline_go_observe_s16(ticket C.uint64_t, in *C.int16_t, frames C.uint64_t) C.int {
	return with(uint64(ticket), func(s *stream) int {
		n, code := s.samples(uint64(frames))
		if code == codeOK && n > 0 {
			s.d.ObserveInt16(shorts(in, n))
		}
		return code
	})
}

//export quietline_go_flush_f32
func quietline_go_flush_f32(ticket C.uint64_t, out *C.float, frames C.uint64_t) C.int {
	return with(uint64(ticket), func(s *stream) int {
		c := s.d.Config().Channels
		if frames == 0 {
			return 0
		}
		return s.d.Flush(floats(out, int(min(uint64(frames), uint64(maxSamples/c)))*c)) / c
	})
}

//export quietline_go_flush_s16
func quietline_go_flush_s16(ticket C.uint64_t, out *C.int16_t, frames C.uint64_t) C.int {
	return with(uint64(ticket), func(s *stream) int {
		c := s.d.Config().Channels
		if frames == 0 {
			return 0
		}
		return s.flushInt16(shorts(out, int(min(uint64(frames), uint64(maxSamples/c)))*c)) / c
	})
}

//export quietline_go_reset
func quietline_go_reset(ticket C.uint64_t) C.int {
	return with(uint64(ticket), func(s *stream) int { s.d.Reset(); return codeOK })
}

// The rest is for any thread: nobody has to be kept out.

//export quietline_go_latency
func quietline_go_latency(ticket C.uint64_t) (code C.int) {
	defer guard(&code)
	s := streams.find(uint64(ticket))
	if s == nil {
		return errStream
	}
	return C.int(s.d.Latency())
}

//export quietline_go_set_strength
func quietline_go_set_strength(ticket C.uint64_t, strength C.int) (code C.int) {
	defer guard(&code)
	s := streams.find(uint64(ticket))
	switch {
	case s == nil:
		return errStream
	case strength < 0 || strength > C.QUIETLINE_MAXIMUM:
		return errArgument
	}
	s.d.SetStrength(denoise.Strength(strength))
	return codeOK
}

//export quietline_go_set_limit_db
func quietline_go_set_limit_db(ticket C.uint64_t, db C.double) (code C.int) {
	defer guard(&code)
	s := streams.find(uint64(ticket))
	if s == nil {
		return errStream
	}
	s.d.SetLimitDB(float64(db))
	return codeOK
}

//export quietline_go_set_enabled
func quietline_go_set_enabled(ticket C.uint64_t, enabled C.int) (code C.int) {
	defer guard(&code)
	s := streams.find(uint64(ticket))
	if s == nil {
		return errStream
	}
	s.d.SetBypass(enabled == 0)
	return codeOK
}

//export quietline_go_stats
func quietline_go_stats(ticket C.uint64_t, out *C.quietline_stats) (code C.int) {
	defer guard(&code)
	s := streams.find(uint64(ticket))
	if s == nil {
		return errStream
	}
	st := s.d.Stats()
	*out = C.quietline_stats{
		speech_probability: C.double(st.SpeechProb),
		level_dbov:         C.double(st.LevelDBOV),
		noise_dbfs:         C.double(st.NoiseDBFS),
		gain_db:            C.double(st.GainDB),
		reduction_db:       C.double(st.ReductionDB),
		hops:               C.uint64_t(st.Hops),
	}
	if st.Voice {
		out.voice = 1
	}
	return codeOK
}

// overlap reports whether two buffers of so many bytes overlap in part: a long
// call writes a piece of one before it reads the next of the other.
func overlap(a, b unsafe.Pointer, n int) bool {
	x, y := uintptr(a), uintptr(b)
	return x != y && max(x, y)-min(x, y) < uintptr(n)
}

func floats(p *C.float, n int) []float32 { return unsafe.Slice((*float32)(unsafe.Pointer(p)), n) }
func shorts(p *C.int16_t, n int) []int16 { return unsafe.Slice((*int16)(unsafe.Pointer(p)), n) }
