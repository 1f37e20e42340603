package main

import (
	"encoding/json"
	"io"
	"math"
	"time"

	"github.com/quietline/quietline/denoise"
)

// report is what -stats writes about one recording.
type report struct {
	Input    reportInput     `json:"input"`
	Error    string          `json:"error,omitempty"` // the rest is missing then
	Output   *reportOutput   `json:"output,omitempty"`
	Settings *reportSettings `json:"settings,omitempty"`
	Speed    *reportSpeed    `json:"speed,omitempty"`
	Voice    *reportVoice    `json:"voice,omitempty"`
	Noise    *reportNoise    `json:"noise,omitempty"`
}

type reportInput struct {
	File       string   `json:"file"` // "-" for standard input
	Container  string   `json:"container,omitempty"`
	Encoding   string   `json:"encoding,omitempty"`
	SampleRate int      `json:"sample_rate_hz,omitempty"`
	Channels   int      `json:"channels,omitempty"`
	Frames     int64    `json:"frames"` // samples per channel
	Seconds    float64  `json:"duration_s"`
	FullScale  int64    `json:"full_scale_samples"` // at or beyond full scale: many mean a clipped recording
	Truncated  bool     `json:"truncated"`
	Warnings   []string `json:"warnings,omitempty"`
	Silence    float64  `json:"silence_s"` // digital silence
}

type reportOutput struct {
	File    string `json:"file"`            // "" if none was written
	Clipped int64  `json:"clipped_samples"` // were beyond full scale and had to be cut
}

type reportSettings struct {
	Version  string  `json:"version"`
	Strength string  `json:"strength,omitempty"`
	LimitDB  float64 `json:"limit_db"`
	Rule     string  `json:"rule"`
	Tracker  string  `json:"tracker"`
	Link     string  `json:"link"`
	Music    bool    `json:"music"`
	Output   string  `json:"output"`
	Comfort  float64 `json:"comfort_dbfs,omitempty"`
	Gate     bool    `json:"gate"`
	Profile  string  `json:"profile,omitempty"`
}

type reportSpeed struct {
	WallSeconds  float64 `json:"wall_s"`
	Realtime     float64 `json:"realtime_factor"` // seconds of sound per second, all included
	HopMillis    float64 `json:"hop_ms"`
	MicrosPerHop float64 `json:"denoiser_us_per_hop"` // in the denoiser alone, one core
	LatencyMS    float64 `json:"latency_ms"`          // of the denoiser; taken out of the file
	Latency      int     `json:"latency_samples"`
}

type reportVoice struct {
	Seconds  float64  `json:"voice_s"`
	Share    float64  `json:"share"` // 0 to 1
	Segments int      `json:"segments"`
	LevelDB  *float64 `json:"mean_level_dbfs"` // RMS where there is voice, null without any
}

type reportNoise struct {
	LevelDB     *float64 `json:"mean_level_dbfs"`        // RMS of the estimate
	SNRDB       *float64 `json:"snr_db"`                 // where there is voice
	ReductionDB *float64 `json:"reduction_in_pauses_db"` // measured, input over output; null with -removed
}

// figures fills in what a finished pass has measured.
func (r *report) figures(p *pass, m *meter, v *voiceTracker, wall time.Duration) {
	f := p.src.format()
	r.Input.Container, r.Input.Encoding = p.src.kind()
	hop := float64(p.hop) / float64(f.SampleRate)
	r.Input.SampleRate, r.Input.Channels = f.SampleRate, f.Channels
	r.Input.Frames, r.Input.Seconds = p.frames, places(p.seconds(), 6)
	r.Input.FullScale = m.inFull
	r.Input.Truncated, r.Input.Warnings = p.src.truncated(), p.src.warnings()
	r.Input.Silence = places(float64(m.silentHops)*hop, 3)
	r.Output = &reportOutput{Clipped: p.dst.clipped()}
	r.Speed = &reportSpeed{
		WallSeconds: places(wall.Seconds(), 6),
		HopMillis:   places(1000*hop, 3),
		Latency:     p.d.Latency(),
		LatencyMS:   places(1000*float64(p.d.Latency())/float64(f.SampleRate), 3),
	}
	if wall > 0 {
		r.Speed.Realtime = places(p.seconds()/wall.Seconds(), 1)
	}
	if p.hops > 0 {
		r.Speed.MicrosPerHop = places(float64(p.spent.Nanoseconds())/1000/float64(p.hops), 2)
	}
	r.Voice = &reportVoice{Seconds: places(v.total, 3), Segments: v.count, LevelDB: optional(m.speechDB())}
	if p.frames > 0 {
		r.Voice.Share = places(v.total/p.seconds(), 3)
	}
	r.Noise = &reportNoise{
		LevelDB: optional(m.noiseDB()),
		SNRDB:   optional(m.snrDB()),
	}
	if !p.removed {
		r.Noise.ReductionDB = optional(m.reductionDB())
	}
}

// settings describes a configuration.
func settings(c denoise.Config, profile string) *reportSettings {
	s := &reportSettings{
		Version: version(), Strength: c.Strength.String(), LimitDB: c.Limit(),
		Rule: c.Rule.String(), Tracker: c.Tracker.String(), Link: c.Link.String(),
		Music: c.Music, Output: c.Output.String(), Comfort: c.ComfortNoiseDB, Gate: c.Gate.Enabled,
		Profile: profile,
	}
	if c.LimitDB > 0 {
		s.Strength = ""
	}
	return s
}

// writeReports writes one report, or a list if many.
func writeReports(w io.Writer, reports []*report, many bool) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	if many {
		return e.Encode(reports)
	}
	return e.Encode(reports[0])
}

// optional is nil unless ok, rounded to a hundredth.
func optional(v float64, ok bool) *float64 {
	if !ok {
		return nil
	}
	v = places(v, 2)
	return &v
}

// places rounds to so many places: files stay readable.
func places(v float64, n int) float64 {
	scale := math.Pow(10, float64(n))
	return math.Round(v*scale) / scale
}
