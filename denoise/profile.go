package denoise

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"slices"

	"github.com/quietline/quietline/spectral"
)

// Profile is the spectrum of a noise: what a room sounds like when nobody
// talks. It is independent of rate and frame size, so a profile learned at
// 48 kHz serves a call at 16 kHz.
type Profile struct {
	// BinHz is the distance of the values of PSD in Hz; the first is at 0 Hz.
	BinHz float64
	// PSD is the power spectral density in dB full scale (mean square of ±1)
	// per hertz, one-sided.
	PSD []float64
}

const (
	profileFormat  = "quietline-noise-profile"
	profileVersion = 1
	profileMaxBins = 1 << 16
	profileMinDB   = -250
	profileMaxDB   = 60
)

// profileFile is the JSON that a profile is kept in.
type profileFile struct {
	Format  string     `json:"format"`
	Version int        `json:"version"`
	BinHz   float64    `json:"bin_hz"`
	PSD     []*float64 `json:"psd_dbfs_per_hz"` // pointers tell null from 0
}

func (p *Profile) validate() error {
	if !(p.BinHz >= 0.1 && p.BinHz <= 1000) {
		return fmt.Errorf("denoise: profile with bins %v Hz apart: want 0.1 to 1000", p.BinHz)
	}
	if len(p.PSD) < 2 || len(p.PSD) > profileMaxBins {
		return fmt.Errorf("denoise: profile with %d values: want 2 to %d", len(p.PSD), profileMaxBins)
	}
	for i, v := range p.PSD {
		if !(v >= profileMinDB && v <= profileMaxDB) {
			return fmt.Errorf("denoise: profile value %d is %v dB: want %d to %d", i, v, profileMinDB, profileMaxDB)
		}
	}
	return nil
}

// clone returns a copy that its owner cannot change; nil for nil.
func (p *Profile) clone() *Profile {
	if p == nil {
		return nil
	}
	return &Profile{BinHz: p.BinHz, PSD: slices.Clone(p.PSD)}
}

// psd returns |X|² per bin of a frame of size samples under a sine window,
// whose mean square is ½: S·rate/2 · size/2 for a one-sided density S.
func (p *Profile) psd(sampleRate, size int) []float32 {
	out := make([]float32, size/2+1)
	scale := float64(sampleRate) / 2 * float64(size) / 2
	for k := range out {
		at := float64(k) * float64(sampleRate) / float64(size) / p.BinHz
		out[k] = float32(math.Max(scale*math.Pow(10, p.at(at)/10), powerFloor))
	}
	return out
}

// at interpolates PSD between bins; beyond the last it holds.
func (p *Profile) at(bin float64) float64 {
	if bin >= float64(len(p.PSD)-1) {
		return p.PSD[len(p.PSD)-1]
	}
	i := int(bin)
	f := bin - float64(i)
	return (1-f)*p.PSD[i] + f*p.PSD[i+1]
}

// newProfile makes a profile of |X|² per bin, the inverse of psd.
func newProfile(psd []float32, sampleRate int) *Profile {
	size := 2 * (len(psd) - 1)
	p := &Profile{BinHz: float64(sampleRate) / float64(size), PSD: make([]float64, len(psd))}
	scale := float64(sampleRate) / 2 * float64(size) / 2
	for k, v := range psd {
		db := 10 * math.Log10(float64(v)/scale)
		// Round to a hundredth: files stay short and diffs readable.
		p.PSD[k] = math.Round(100*math.Min(math.Max(db, profileMinDB), profileMaxDB)) / 100
	}
	return p
}

// LearnProfile measures the noise in a recording of noise alone: the mean
// periodogram over frames of 20 ms (Welch 1967). pcm is interleaved; channels
// are averaged. At least 0.1 s is wanted; a second or more is better.
func LearnProfile(pcm []float32, sampleRate, channels int) (*Profile, error) {
	cfg := Config{SampleRate: sampleRate, Channels: channels}.withDefaults()
	if err := cfg.validate(); err != nil {
		return nil, err
	}
	hop := hopSize(sampleRate)
	cfg.FrameSize = hop
	frames := len(pcm) / cfg.Channels / hop
	if frames < 10 {
		return nil, fmt.Errorf("denoise: %d samples are too few to learn a noise profile: want 0.1 s or more", len(pcm)/cfg.Channels)
	}
	w, err := newWorkspace(cfg)
	if err != nil {
		return nil, err
	}
	f, stft := newFraming(w, nil), w.stft
	power, re, im := w.power[0], w.channels[0].re, w.channels[0].im
	mean := make([]float64, hop+1)
	used := 0
	for c := range cfg.Channels {
		stft.Reset()
		for i := range frames {
			f.fill = 0
			f.loadFloat32(pcm[i*hop*cfg.Channels : (i+1)*hop*cfg.Channels])
			stft.Analyze(re, im, f.in[c])
			if i == 0 || meanSquare(f.in[c]) < silenceLevel {
				continue // half a frame, or digital silence
			}
			spectral.Power(power, re, im)
			for k, p := range power {
				mean[k] += float64(p)
			}
			used++
		}
	}
	if used == 0 {
		return nil, fmt.Errorf("denoise: cannot learn a noise profile from digital silence")
	}
	psd := make([]float32, hop+1)
	for k, p := range mean {
		psd[k] = float32(p/float64(used)) + powerFloor
	}
	return newProfile(psd, sampleRate), nil
}

// Profile returns the noise that the stream has tracked so far (of channel 0
// with Independent or LinkMinimum), nil before the first sound. It belongs to
// the goroutine that owns the stream.
func (d *Denoiser) Profile() *Profile {
	d.mustBeOpen()
	if d.current.list[0].noisePSD() == nil {
		return nil
	}
	psd := make([]float32, d.bins)
	d.current.list[0].unbiasedNoise(psd)
	return newProfile(psd, d.cfg.SampleRate)
}

// WriteTo writes the profile as JSON.
func (p *Profile) WriteTo(w io.Writer) (int64, error) {
	if err := p.validate(); err != nil {
		return 0, err
	}
	f := profileFile{Format: profileFormat, Version: profileVersion, BinHz: p.BinHz}
	for i := range p.PSD {
		f.PSD = append(f.PSD, &p.PSD[i])
	}
	b, err := json.Marshal(f)
	if err != nil {
		return 0, fmt.Errorf("denoise: writing a profile: %w", err)
	}
	n, err := w.Write(append(b, '\n'))
	return int64(n), err
}

// ReadProfile reads what WriteTo wrote. It takes at most 4 MiB and rejects
// anything but a valid profile.
func ReadProfile(r io.Reader) (*Profile, error) {
	const limit = 4 << 20
	b, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err != nil {
		return nil, fmt.Errorf("denoise: reading a profile: %w", err)
	}
	if len(b) > limit {
		return nil, fmt.Errorf("denoise: profile is larger than %d bytes", limit)
	}
	var f profileFile
	if err := json.Unmarshal(b, &f); err != nil {
		return nil, fmt.Errorf("denoise: not a noise profile: %w", err)
	}
	if f.Format != profileFormat || f.Version != profileVersion {
		return nil, fmt.Errorf("denoise: not a noise profile: format %q version %d, want %q version %d",
			f.Format, f.Version, profileFormat, profileVersion)
	}
	p := &Profile{BinHz: f.BinHz}
	for i, v := range f.PSD {
		if v == nil {
			return nil, fmt.Errorf("denoise: not a noise profile: value %d is null", i)
		}
		p.PSD = append(p.PSD, *v)
	}
	if err := p.validate(); err != nil {
		return nil, err
	}
	return p, nil
}
