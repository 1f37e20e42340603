package main

import (
	"time"

	"github.com/quietline/quietline/opusio"
)

const (
	tellLevels  = 100 * time.Millisecond
	tellFigures = 10 // times that
)

// tell sends levels and figures to the room as long as it lasts.
func (r *room) tell() {
	tick := time.NewTicker(tellLevels)
	defer tick.Stop()
	for n := 1; ; n++ {
		select {
		case <-r.stop:
			return
		case <-tick.C:
		}
		r.mu.Lock()
		r.tellLevels(time.Now())
		if n%tellFigures == 0 {
			r.tellFigures(time.Now())
		}
		r.mu.Unlock()
	}
}

// tellLevels sends every level to everyone, and to each what became of their own
// voice.
func (r *room) tellLevels(now time.Time) {
	levels := make(map[string][2]int, len(r.people))
	for _, p := range r.people {
		a := p.ring.get(now)
		if p.set.Muted {
			a = opusio.MutedLevel
		}
		voice := 0
		if a.Voice {
			voice = 1
		}
		levels[p.id] = [2]int{int(a.Level), voice}
	}
	for _, p := range r.people {
		if p.wire == nil {
			continue
		}
		p.wire.sendIfRoom(levelsMessage{"levels", levels})
		if p.voice == nil {
			continue
		}
		stats := p.voice.dec.Denoiser().Stats()
		if v := p.voice.latest.Swap(nil); v != nil {
			p.wire.sendIfRoom(stripMessage{"strip", round1(v.in), round1(v.out), stats.SpeechProb, v.bandIn[:], v.bandOut[:]})
		}
		if talking := p.set.Muted && stats.Voice; talking != p.talking {
			p.talking = talking
			p.wire.sendIfRoom(mutedTalkMessage{"talking-while-muted", talking})
		}
	}
}

// tellFigures sends what every voice costs and loses.
func (r *room) tellFigures(now time.Time) {
	wall := now.Sub(r.lastAt).Seconds()
	m := figuresMessage{Type: "figures", CPU: -1, People: make(map[string]figures, len(r.people))}
	if cpu, ok := processCPU(); ok {
		m.CPU = (cpu - r.lastCPU).Seconds() / wall
		r.lastCPU = cpu
	}
	r.lastAt = now
	var worst float64 // what listeners lose, for the encoders
	for _, p := range r.people {
		var f figures
		var bytes int64
		f.LossPercent, bytes = p.arrivals.Load().since()
		f.LossPercent, f.Kbps = round1(f.LossPercent), round1(float64(bytes)*8/1000/wall)
		if p.peer != nil {
			f.DownPercent = round1(p.peer.lossPercent())
			worst = max(worst, f.DownPercent)
		}
		f.Dropped = p.dropped.Load()
		if v := p.voice; v != nil {
			var busy float64
			f.DecodeUS, f.DenoiseUS, f.EncodeUS, busy = v.cost.since()
			f.DecodeUS, f.DenoiseUS, f.EncodeUS = round1(f.DecodeUS), round1(f.DenoiseUS), round1(f.EncodeUS)
			m.Voices += busy / wall
			s := v.dec.Denoiser().Stats()
			f.NoiseDBFS, f.ReductionDB = round1(s.NoiseDBFS), round1(s.ReductionDB)
			f.Dropped += v.bad.Load()
		}
		m.People[p.id] = f
	}
	for _, p := range r.people {
		if p.voice != nil {
			p.voice.setLoss(worst)
		}
		if p.wire != nil {
			p.wire.sendIfRoom(m)
		}
	}
}
