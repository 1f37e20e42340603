package main

import (
	"context"
	"errors"
	"time"
)

// clean does a job and fills in its report. Nothing has its name before all
// is complete.
func (s *session) clean(ctx context.Context, j job, r *report) error {
	start := time.Now()
	cfg := s.o.config
	cfg.Profile = s.profile
	learned, err := s.learn(ctx, j, &cfg)
	if err != nil {
		return err
	}
	defer learned.abort()
	if j.sound == "" && j.vad == "" && j.plot == "" && s.o.stats == "" {
		return learned.commit() // a profile was all that was wanted
	}

	src, closer, err := openSource(s.o, s.std, j.in, s.progress.counter())
	if err != nil {
		return err
	}
	closeSource := func() error {
		if closer == nil {
			return nil
		}
		c := closer
		closer = nil
		return c.Close()
	}
	defer closeSource()

	if j.sound != "" && s.o.raw == nil && outputContainer(s.o, j.sound, src) == inOpus {
		if err := opusTakes(src.format()); err != nil {
			return err
		}
	}
	sound, err := s.open(j.sound)
	if err != nil {
		return err
	}
	defer sound.abort()
	dst := sink(noSink{})
	if j.sound != "" {
		if dst, err = newSink(s.o, j.sound, sound.w, src, sound.file != nil); err != nil {
			return writing(j.sound, err)
		}
	}

	format := src.format()
	voice := &voiceTracker{rate: format.SampleRate, channels: format.Channels, emit: func(segment) {}}
	meter := &meter{}
	p, err := newPass(cfg, src, dst, voice, meter)
	if err != nil {
		return err
	}
	vad, err := s.open(j.vad)
	if err != nil {
		return err
	}
	defer vad.abort()
	var segments *vadWriter
	if j.vad != "" {
		segments = newVADWriter(vad.w, s.o.vadFormat, j.in.path, format.SampleRate)
		voice.emit = segments.add
	}
	var pic *picture
	if j.plot != "" {
		if pic, err = newPicture(format, p.hop); err != nil {
			return err
		}
		p.listeners = append(p.listeners, pic)
	}

	if err := p.run(ctx); err != nil {
		var write writeError
		if errors.As(err, &write) {
			return writing(j.sound, err)
		}
		return err
	}
	voice.close()
	warnings, err := dst.close()
	if err != nil {
		return writing(j.sound, err)
	}
	s.warn(j, append(src.warnings(), warnings...))
	if segments != nil {
		if err := segments.close(p.seconds(), voice.total); err != nil {
			return writing(j.vad, err)
		}
	}
	r.figures(p, meter, voice, time.Since(start))
	r.Input.File, r.Output.File = j.in.path, j.sound
	r.Settings = settings(cfg, s.profileName())
	if err := closeSource(); err != nil { // an open file cannot be replaced everywhere
		return err
	}
	plot, err := s.draw(j, pic, r)
	if err != nil {
		return err
	}
	defer plot.abort()
	for _, f := range []*output{learned, vad, plot, sound} {
		if err := f.commit(); err != nil {
			return err
		}
	}
	s.say(j, r)
	return nil
}
