package main

import (
	"context"

	"github.com/quietline/quietline/denoise"
)

// learn finds the noise of a job's input, if that is asked for, and makes it
// the configuration's profile. The output, which may be nil, holds the profile
// file.
func (s *session) learn(ctx context.Context, j job, cfg *denoise.Config) (*output, error) {
	if !s.o.learning {
		return nil, nil
	}
	src, closer, err := openSource(s.o, s.std, j.in, s.progress.counter())
	if err != nil {
		return nil, err
	}
	if closer != nil {
		defer closer.Close()
	}
	if cfg.Profile, err = learnProfile(ctx, src, s.o.learnFrom); err != nil {
		return nil, err
	}
	s.warnLearning(j, src)
	out, err := s.open(s.o.learn)
	if err != nil || out == nil {
		return nil, err
	}
	if _, err := cfg.Profile.WriteTo(out.w); err != nil {
		out.abort()
		return nil, writing(s.o.learn, err)
	}
	return out, nil
}

// warnLearning passes on what was odd about an input that is read only here;
// otherwise cleaning says it.
func (s *session) warnLearning(j job, src source) {
	if j.sound == "" && j.vad == "" && j.plot == "" && s.o.stats == "" {
		s.warn(j, src.warnings())
	}
}

// profileName says where a job's noise profile comes from, "" for none.
func (s *session) profileName() string {
	switch {
	case s.o.profile != "":
		return s.o.profile
	case s.o.learning:
		return "learned from the input"
	}
	return ""
}
