package lab

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/quietline/quietline/denoise"
)

// Engine is this project's denoiser, in this process, in chunks of 10 ms.
type Engine struct {
	info Info
	cfg  denoise.Config
}

// NewEngine returns the engine that spec names: a strength (default, mild,
// medium, strong, maximum, off) or a limit in dB ("24"), then, each behind a
// colon, any of a gain rule (omlsa, logmmse, wiener, subtraction), a noise
// tracker (mmse, minimum), neural and music: "default", "medium:wiener",
// "default:minimum", "24:neural". "neural" alone is "default:neural".
func NewEngine(spec string) (*Engine, error) {
	if spec == "neural" {
		spec = "default:neural"
	}
	parts := strings.Split(spec, ":")
	cfg := denoise.Config{SampleRate: Rate, FrameSize: Hop}
	if s, err := denoise.ParseStrength(parts[0]); err == nil {
		cfg.Strength = s
	} else if db, err := strconv.ParseFloat(parts[0], 64); err == nil && db > 0 {
		cfg.LimitDB = db
	} else {
		return nil, fmt.Errorf("lab: engine %q: want a strength (default, off, mild, medium, strong, maximum) or a limit in dB first", spec)
	}
	for _, p := range parts[1:] {
		rule, ruleErr := denoise.ParseRule(p)
		tracker, trackerErr := denoise.ParseTracker(p)
		switch {
		case p == "music":
			cfg.Music = true
		case p == "neural":
			cfg.Engine = denoise.Neural
		case ruleErr == nil:
			cfg.Rule = rule
		case trackerErr == nil:
			cfg.Tracker = tracker
		default:
			return nil, fmt.Errorf("lab: engine %q: unknown %q: want a gain rule, a noise tracker or music", spec, p)
		}
	}
	if _, err := denoise.New(cfg); err != nil {
		return nil, fmt.Errorf("lab: engine %q: %w", spec, err)
	}
	e := &Engine{cfg: cfg, info: Info{Name: "quietline", Label: "Quietline", Ours: true}}
	switch spec {
	case "default":
	case "default:neural":
		e.info.Name, e.info.Label = "quietline-neural", "Quietline neural"
	default:
		e.info.Name += "-" + strings.ReplaceAll(spec, ":", "-")
		e.info.Label += " " + strings.ReplaceAll(spec, ":", ", ")
	}
	return e, nil
}

// Info implements System.
func (e *Engine) Info() Info { return e.info }

// Close implements System.
func (e *Engine) Close() error { return nil }

// Process implements System. The delay is taken out, the output rounded to
// 16 bit like that of systems that write files.
func (e *Engine) Process(x []float32) (Result, error) {
	d, err := denoise.New(e.cfg)
	if err != nil {
		return Result{}, err
	}
	late := d.Latency()
	hops := (len(x) + late + Hop - 1) / Hop
	buf := make([]float32, hops*Hop)
	copy(buf, x)
	prob := make([]float32, hops)

	cpu, err := CPUTime(func() error {
		for i := range hops {
			chunk := buf[i*Hop : (i+1)*Hop]
			d.Process(chunk, chunk)
			prob[i] = float32(d.Stats().SpeechProb)
		}
		return nil
	})
	if err != nil {
		return Result{}, err
	}
	return Result{
		Out:   Quantize(buf[late : late+len(x)]),
		Prob:  prob[:len(x)/Hop],
		CPU:   cpu,
		Hops:  hops,
		Taken: late,
	}, nil
}
