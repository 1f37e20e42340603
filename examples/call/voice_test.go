package main

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/quietline/quietline/bench/metrics"
	"github.com/quietline/quietline/opusio"
)

// encodeAll makes packets of 20 ms as a browser would.
func encodeAll(t testing.TB, pcm []float32) [][]byte {
	t.Helper()
	enc, err := opusio.Default.NewEncoder(opusio.EncoderConfig{SampleRate: rate, Bitrate: 40000, FEC: true, ExpectedLoss: 10})
	if err != nil {
		t.Fatal(err)
	}
	var out [][]byte
	buf := make([]byte, opusio.MaxPacketBytes)
	for i := 0; i+frame <= len(pcm); i += frame {
		n, err := enc.EncodeFloat32(pcm[i:i+frame], buf)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, append([]byte(nil), buf[:n]...))
	}
	return out
}

// listener decodes what a voice gives out, by timestamps.
type listener struct {
	t      testing.TB
	dec    opusio.BackendDecoder
	first  uint32
	began  bool
	seqs   []uint16
	pcm    []float32
	levels []opusio.AudioLevel
}

func newListener(t testing.TB) *listener {
	dec, err := opusio.Default.NewDecoder(opusio.DecoderConfig{SampleRate: rate})
	if err != nil {
		t.Fatal(err)
	}
	return &listener{t: t, dec: dec}
}

func (l *listener) hear(p outPacket) {
	if !l.began {
		l.began, l.first = true, p.ts
	}
	l.seqs = append(l.seqs, p.seq)
	l.levels = append(l.levels, p.level)
	at := int(int32(p.ts - l.first))
	if at < 0 || at > 600*rate {
		l.t.Fatalf("a packet %d samples after the first", at)
	}
	for len(l.pcm) < at+frame {
		l.pcm = append(l.pcm, 0)
	}
	if _, err := l.dec.DecodeFloat32(p.payload, l.pcm[at:at+frame]); err != nil {
		l.t.Errorf("what the server sent is no Opus: %v", err)
	}
}

// through sends a recording through a voice; mangle may drop packets (nil) or
// change settings.
func through(t testing.TB, s settings, pcm []float32, each func(i int, v *voice) bool) *listener {
	t.Helper()
	l := newListener(t)
	v, err := newVoice(s, l.hear)
	if err != nil {
		t.Fatal(err)
	}
	for i, p := range encodeAll(t, pcm) {
		if each == nil || each(i, v) {
			v.push(uint16(65500+i), uint32(i)*frame, p)
		}
	}
	return l
}

// oneGoroutine skips a test in which the race detector has nothing to find, or
// nothing that others do not show it with less sound.
func oneGoroutine(t *testing.T) {
	if underRace {
		t.Skip("nothing for the race detector")
	}
}

func on() settings  { return settings{Enabled: true, StrengthDB: defaultStrength} }
func off() settings { return settings{Enabled: false, StrengthDB: defaultStrength} }

// pauseDrop returns by how much quieter b is than a where clean has no speech,
// in dB; both lie where clean does, give or take 50 ms.
func pauseDrop(t testing.TB, clean, a, b []float32) float64 {
	t.Helper()
	n := min(len(clean), len(a), len(b))
	speech, err := metrics.Activity(clean[:n], rate)
	if err != nil {
		t.Fatal(err)
	}
	pauses := metrics.Between(metrics.Pauses(speech, 300*time.Millisecond, 100*time.Millisecond), time.Second, time.Hour)
	d, err := metrics.PauseAttenuation(a[:n], b[:n], pauses, rate)
	if err != nil {
		t.Fatal(err)
	}
	return d.Median
}

// estoi aligns and compares.
func estoi(t testing.TB, clean, x []float32) float64 {
	t.Helper()
	n := min(len(clean), len(x))
	ref, out, _, err := metrics.Align(clean[:n], x[:n], rate/4)
	if err != nil {
		t.Fatal(err)
	}
	e, err := metrics.ESTOI(ref, out, rate)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func TestVoiceTakesNoiseAway(t *testing.T) {
	oneGoroutine(t)
	noisy, clean := recording(t, "noisy_rain_48k.wav"), recording(t, "speech_48k.wav")
	with, without := through(t, on(), noisy, nil), through(t, off(), noisy, nil)
	drop := pauseDrop(t, clean, without.pcm, with.pcm)
	eOn, eOff := estoi(t, clean, with.pcm), estoi(t, clean, without.pcm)
	t.Logf("pauses %.1f dB quieter; ESTOI %.3f, without %.3f", drop, eOn, eOff)
	if drop < 12 {
		t.Errorf("pauses are %.1f dB quieter: want 12", drop)
	}
	if eOn < eOff-0.02 {
		t.Errorf("ESTOI %.3f, without noise cancellation %.3f", eOn, eOff)
	}
	speech, err := metrics.Activity(clean, rate)
	if err != nil {
		t.Fatal(err)
	}
	var hit, voiced, false_, unvoiced int
	for i, a := range with.levels {
		if k := 2*i - 2; k >= 0 && k+1 < len(speech) { // the ring lags by the latency, 16 ms
			if speech[k] && speech[k+1] {
				voiced++
				if a.Voice {
					hit++
				}
			} else if i < 45 { // the first second holds no speech
				unvoiced++
				if a.Voice {
					false_++
				}
			}
		}
		if a.Level > 127 {
			t.Fatalf("level %d", a.Level)
		}
	}
	t.Logf("voice bit on %d of %d packets with speech, %d of %d before it", hit, voiced, false_, unvoiced)
	if hit < voiced*7/10 || false_ > unvoiced/5 {
		t.Errorf("voice bit on %d of %d packets with speech, %d of %d before it", hit, voiced, false_, unvoiced)
	}
}

// One packet in ten is lost, some come late: the listener gets every 20 ms, in
// order, and hears words.
func TestVoiceBridgesLoss(t *testing.T) {
	oneGoroutine(t)
	noisy, clean := recording(t, "noisy_rain_48k.wav"), recording(t, "speech_48k.wav")
	rng := rand.New(rand.NewPCG(3, 4))
	lost := 0
	l := through(t, on(), noisy, func(i int, _ *voice) bool {
		if i > 10 && rng.IntN(10) == 0 {
			lost++
			return false
		}
		return true
	})
	want := len(noisy) / frame
	if got := len(l.seqs); got < want-4 {
		t.Errorf("%d packets for %d frames, %d of them lost", got, want, lost)
	}
	for i := 1; i < len(l.seqs); i++ {
		if l.seqs[i] != l.seqs[i-1]+1 {
			t.Fatal("a gap in the numbers of what the server encoded")
		}
	}
	whole := through(t, on(), noisy, nil)
	a, b := estoi(t, clean, l.pcm), estoi(t, clean, whole.pcm)
	t.Logf("ESTOI %.3f with %d of %d packets lost, %.3f with none", a, lost, want, b)
	if a < b-0.12 {
		t.Errorf("ESTOI %.3f with %d of %d packets lost, %.3f with none", a, lost, want, b)
	}
}

// The sender stops for a second (DTX): timestamps say so, nothing is made up.
func TestVoiceKeepsGaps(t *testing.T) {
	oneGoroutine(t)
	noisy := recording(t, "noisy_rain_48k.wav")
	l := newListener(t)
	v, err := newVoice(on(), l.hear)
	if err != nil {
		t.Fatal(err)
	}
	packets := encodeAll(t, noisy[:2*rate])
	for i, p := range packets {
		ts := uint32(i) * frame
		if i >= 50 {
			ts += rate
		}
		v.push(uint16(i), ts, p)
	}
	if len(l.seqs) != len(packets) {
		t.Errorf("%d packets of %d", len(l.seqs), len(packets))
	}
	if got, want := len(l.pcm), 3*rate; got != want {
		t.Errorf("%d samples: want %d, gap included", got, want)
	}
}

// jump returns the largest step from one sample to the next beside what the
// sound around it has: the click of a switch.
func jump(x []float32, from, to int) float64 {
	var most float64
	for i := max(from, 1); i < min(to, len(x)); i++ {
		most = max(most, math.Abs(float64(x[i]-x[i-1])))
	}
	return most
}

// recorder is an encoder that keeps what it is given.
type recorder struct {
	opusio.BackendEncoder
	pcm []float32
}

func (r *recorder) EncodeFloat32(pcm []float32, packet []byte) (int, error) {
	r.pcm = append(r.pcm, pcm...)
	return r.BackendEncoder.EncodeFloat32(pcm, packet)
}

// Switching on and off all the time makes no step in what is encoded that the
// sound there, on or off, does not have as well.
func TestVoiceSwitchDoesNotClick(t *testing.T) {
	oneGoroutine(t)
	noisy := recording(t, "noisy_rain_48k.wav")[:5*rate]
	record := func(s settings, toggle bool) []float32 {
		r := &recorder{}
		through(t, s, noisy, func(i int, v *voice) bool {
			if i == 0 {
				r.BackendEncoder, v.enc = v.enc, r
			}
			if toggle && i%10 == 5 {
				if i%20 == 5 {
					v.set(off())
				} else {
					v.set(on())
				}
			}
			return true
		})
		return r.pcm
	}
	toggled, with, without := record(on(), true), record(on(), false), record(off(), false)
	switches := 0
	for at := frame; at+frame < len(toggled); at += frame {
		if i := at / frame; i%10 == 5 {
			switches++
		}
		a := jump(toggled, at, at+frame)
		b := max(jump(with, at, at+frame), jump(without, at, at+frame))
		if a > 1.05*b+1e-4 {
			t.Errorf("at %.2f s the largest step is %.4f while switching, %.4f on or off", float64(at)/rate, a, b)
		}
	}
	if switches < 20 {
		t.Errorf("%d switches", switches)
	}
}

func TestVoiceMuted(t *testing.T) {
	oneGoroutine(t)
	noisy := recording(t, "noisy_rain_48k.wav")
	s := on()
	s.Muted = true
	talking := false
	l := through(t, s, noisy, func(_ int, v *voice) bool {
		talking = talking || v.dec.Denoiser().Stats().Voice
		return true
	})
	if level := dbfs(l.pcm[rate/2:]); level > -90 {
		t.Errorf("a muted voice at %.1f dBFS", level)
	}
	for _, a := range l.levels {
		if a != opusio.MutedLevel {
			t.Fatalf("a muted voice has level %+v", a)
		}
	}
	if !talking {
		t.Error("talking while muted went unnoticed")
	}
}

// Packets that are none, too short or too long do no harm to those that follow.
func TestVoiceHostilePackets(t *testing.T) {
	oneGoroutine(t)
	noisy := recording(t, "noisy_rain_48k.wav")[:rate]
	l := newListener(t)
	v, err := newVoice(on(), l.hear)
	if err != nil {
		t.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(5, 6))
	seq := uint16(0)
	for i, p := range encodeAll(t, noisy) {
		for range 5 {
			junk := make([]byte, rng.IntN(1275))
			for k := range junk {
				junk[k] = byte(rng.Uint32())
			}
			v.push(seq, rng.Uint32(), junk)
			seq += uint16(rng.IntN(3))
		}
		v.push(seq, uint32(i)*frame, p)
		seq++
	}
	for i, x := range l.pcm {
		if x != x || x > 20 || x < -20 {
			t.Fatalf("sample %d is %v", i, x)
		}
	}
	if v.bad.Load() == 0 {
		t.Error("nothing was refused")
	}
}

func FuzzVoice(f *testing.F) {
	f.Add([]byte{0xfc, 0xff, 0xfe}, uint16(1), uint32(960))
	f.Add([]byte{0x08, 1, 2, 3, 4}, uint16(2), uint32(1<<31))
	f.Fuzz(func(t *testing.T, payload []byte, seq uint16, ts uint32) {
		v, err := newVoice(on(), func(outPacket) {})
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range []uint16{0, seq, 1, seq + 1, 2} {
			v.push(s, ts*uint32(s), payload)
		}
	})
}

func BenchmarkVoice(b *testing.B) {
	packets := encodeAll(b, recording(b, "noisy_rain_48k.wav"))
	v, err := newVoice(on(), func(outPacket) {})
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	b.ResetTimer()
	for i := range b.N {
		v.push(uint16(i), uint32(i)*frame, packets[i%len(packets)])
	}
	decode, denoise, encode, _ := v.cost.since()
	b.ReportMetric(decode, "decode-µs/10ms")
	b.ReportMetric(denoise, "denoise-µs/10ms")
	b.ReportMetric(encode, "encode-µs/10ms")
}
