package main

import (
	"image/png"
	"io"

	"github.com/quietline/quietline/denoise"
	"github.com/quietline/quietline/internal/wav"
)

// picture gathers what -plot shows, hop by hop and in bounded memory.
type picture struct {
	format        wav.Format
	hop           int
	frames        int64
	before, after *spectrogram
	heard         *columns // per hop: input power, noise power, speech probability, voice
	given         *columns // per hop: output power
}

func newPicture(f wav.Format, hop int) (*picture, error) {
	p := &picture{format: f, hop: hop, heard: newColumns(4, maxColumns), given: newColumns(1, maxColumns)}
	var err error
	if p.before, err = newSpectrogram(f); err != nil {
		return nil, err
	}
	p.after, err = newSpectrogram(f)
	return p, err
}

func (p *picture) input(hop []float32, s denoise.Stats) {
	p.frames += int64(len(hop) / p.format.Channels)
	p.before.add(hop)
	voice := float32(0)
	if s.Voice {
		voice = 1
	}
	p.heard.add([]float32{
		float32(energy(hop) / float64(len(hop))), float32(fromDB(s.NoiseDBFS)), float32(s.SpeechProb), voice,
	})
}

func (p *picture) output(hop []float32) {
	p.after.add(hop)
	p.given.add([]float32{float32(energy(hop) / float64(len(hop)))})
}

// seconds returns the length of the recording.
func (p *picture) seconds() float64 { return float64(p.frames) / float64(p.format.SampleRate) }

// encode draws the picture and writes it as PNG.
func (p *picture) encode(w io.Writer, r *report) error {
	p.before.close()
	p.after.close()
	p.heard.flush()
	p.given.flush()
	img, err := p.draw(r)
	if err != nil {
		return err
	}
	return png.Encode(w, img)
}

// draw makes a job's picture, nil for none.
func (s *session) draw(j job, p *picture, r *report) (*output, error) {
	if p == nil {
		return nil, nil
	}
	out, err := s.open(j.plot)
	if err != nil {
		return nil, err
	}
	if err := p.encode(out.w, r); err != nil {
		out.abort()
		return nil, writing(j.plot, err)
	}
	return out, nil
}
