package opustest

import (
	"bytes"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/quietline/quietline/opusio"
)

// Durations are those of Opus frames and packets.
var Durations = []time.Duration{
	2500 * time.Microsecond, 5 * time.Millisecond, 10 * time.Millisecond, 20 * time.Millisecond, 40 * time.Millisecond,
	60 * time.Millisecond, 80 * time.Millisecond, 100 * time.Millisecond, 120 * time.Millisecond,
}

// Samples returns a duration in samples per channel.
func Samples(d time.Duration, rate int) int { return int(int64(d) * int64(rate) / int64(time.Second)) }

// Applications are those of opusio.
var Applications = []opusio.Application{opusio.VoIP, opusio.Audio, opusio.LowDelay}

// Conformance runs the table over a backend.
func Conformance(t *testing.T, b opusio.Backend) {
	t.Run("RoundTrip", func(t *testing.T) { t.Parallel(); roundTrip(t, b) })
	t.Run("Lookahead", func(t *testing.T) { t.Parallel(); lookahead(t, b) })
	t.Run("PLC", func(t *testing.T) { t.Parallel(); plc(t, b) })
	t.Run("FEC", func(t *testing.T) { t.Parallel(); fec(t, b) })
	t.Run("DTX", func(t *testing.T) { t.Parallel(); dtx(t, b) })
	t.Run("Rate", func(t *testing.T) { t.Parallel(); rate(t, b) })
	t.Run("Reset", func(t *testing.T) { t.Parallel(); reset(t, b) })
	t.Run("Errors", func(t *testing.T) { t.Parallel(); failures(t, b) })
	t.Run("Buffers", func(t *testing.T) { t.Parallel(); buffers(t, b) })
	t.Run("Largest", func(t *testing.T) { t.Parallel(); largest(t, b) })
	t.Run("Allocations", func(t *testing.T) { allocations(t, b) })
}

func newEncoder(t testing.TB, b opusio.Backend, cfg opusio.EncoderConfig) opusio.BackendEncoder {
	t.Helper()
	e, err := b.NewEncoder(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func newDecoder(t testing.TB, b opusio.Backend, rate, channels int) opusio.BackendDecoder {
	t.Helper()
	d, err := b.NewDecoder(opusio.DecoderConfig{SampleRate: rate, Channels: channels})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// Encode encodes all whole frames of x, interleaved.
func Encode(t testing.TB, e opusio.Encoder, x []float32, frame int) [][]byte {
	t.Helper()
	var packets [][]byte
	buf := make([]byte, opusio.MaxPacketBytes)
	for at := 0; at+frame <= len(x); at += frame {
		n, err := e.EncodeFloat32(x[at:at+frame], buf)
		if err != nil {
			t.Fatal(err)
		}
		packets = append(packets, append([]byte(nil), buf[:n]...))
	}
	return packets
}

// Decode decodes packets of frame samples, interleaved; nil ones are concealed.
func Decode(t testing.TB, d opusio.Decoder, packets [][]byte, frame, channels int) []float32 {
	t.Helper()
	y := make([]float32, 0, len(packets)*frame)
	buf := make([]float32, frame)
	for i, p := range packets {
		if p == nil {
			if err := d.(opusio.Concealer).DecodePLCFloat32(buf); err != nil {
				t.Fatal(err)
			}
		} else if n, err := d.DecodeFloat32(p, buf); err != nil || n*channels != frame {
			t.Fatalf("packet %d of %d bytes: %d samples, %v; want %d", i, len(p), n, err, frame/channels)
		}
		y = append(y, buf...)
	}
	return y
}

func roundTrip(t *testing.T, b opusio.Backend) {
	for _, rate := range Rates {
		speech := Sound(t, "speech_48k.wav", rate)[rate+rate/10 : rate+rate*7/10]
		for _, channels := range []int{1, 2} {
			x := Interleave(speech, channels)
			for _, app := range Applications {
				for _, d := range Durations {
					name := fmt.Sprintf("%d Hz %d ch %v %v", rate, channels, app, d)
					frame := Samples(d, rate) * channels
					e := newEncoder(t, b, opusio.EncoderConfig{
						SampleRate: rate, Channels: channels, Application: app, Bitrate: 64000 * channels, Complexity: 2,
					})
					packets := Encode(t, e, x, frame)
					for _, p := range packets {
						if got, err := opusio.PacketDuration(p); err != nil || got != d {
							t.Fatalf("%s: a packet of %v, %v", name, got, err)
						}
					}
					y := Decode(t, newDecoder(t, b, rate, channels), packets, frame, channels)
					if !Finite(y) {
						t.Fatalf("%s: not finite", name)
					}
					for c := range channels {
						in, out := Channel(x, c, channels), Channel(y, c, channels)
						want := 0.97
						if app == opusio.VoIP { // its high-pass turns the phase
							want = 0.87
						}
						if r := Correlation(in, out, e.Lookahead()); r < want {
							t.Errorf("%s, channel %d: correlation %.3f", name, c, r)
						}
						if g := Level(out) - Level(in[:len(out)]); math.Abs(g) > 1 {
							t.Errorf("%s, channel %d: level changed by %.2f dB", name, c, g)
						}
					}
				}
			}
		}
	}
	// 16-bit samples go the same way.
	x := Sound(t, "speech_48k.wav", 16000)[16000:32000]
	e, d := newEncoder(t, b, opusio.EncoderConfig{SampleRate: 16000, Bitrate: 32000}), newDecoder(t, b, 16000, 1)
	packet, pcm := make([]byte, opusio.MaxPacketBytes), make([]int16, 1920)
	var y []float32
	for in := Int16(x); len(in) >= 320; in = in[320:] {
		n, err := e.Encode(in[:320], packet)
		if err != nil {
			t.Fatal(err)
		}
		if n, err = d.Decode(packet[:n], pcm); err != nil || n != 320 {
			t.Fatalf("%d samples, %v", n, err)
		}
		for _, v := range pcm[:n] {
			y = append(y, float32(v)/32768)
		}
	}
	if r := Correlation(x, y, e.Lookahead()); r < 0.9 {
		t.Errorf("16 bit: correlation %.3f", r)
	}
}

// lookahead measures the delay that Lookahead states. The speech modes resample
// by fractions of a sample and come up to 3 samples at 48 kHz, 63 µs, early.
func lookahead(t *testing.T, b opusio.Backend) {
	for _, rate := range Rates {
		x := Sound(t, "speech_48k.wav", rate)[rate : rate*2]
		for _, app := range Applications {
			for _, bitrate := range []int{16000, 64000} {
				for _, d := range []time.Duration{5 * time.Millisecond, 20 * time.Millisecond} {
					if bitrate < 20000 && d < 20*time.Millisecond {
						continue // too few bits for short frames
					}
					e := newEncoder(t, b, opusio.EncoderConfig{SampleRate: rate, Application: app, Bitrate: bitrate})
					want := opusio.Lookahead(app, rate)
					if got := e.Lookahead(); got != want {
						t.Errorf("%d Hz %v: Lookahead %d, want %d", rate, app, got, want)
					}
					frame := Samples(d, rate)
					y := Decode(t, newDecoder(t, b, rate, 1), Encode(t, e, x, frame), frame, 1)
					got, r := Delay(x[:len(y)], y, 2*want)
					t.Logf("%d Hz %v %d b/s %v: lookahead %d, measured %d (correlation %.3f)", rate, app, bitrate, d, want, got, r)
					early := 1
					if bitrate < 20000 && app != opusio.LowDelay {
						early = (3*rate + 47999) / 48000
					}
					if got < want-early || got > want+1 {
						t.Errorf("%d Hz %v %d b/s %v: the delay is %d samples, Lookahead says %d", rate, app, bitrate, d, got, want)
					}
				}
			}
		}
	}
}

func plc(t *testing.T, b opusio.Backend) {
	for _, rate := range Rates {
		for _, channels := range []int{1, 2} {
			x := Interleave(Sound(t, "speech_48k.wav", rate)[rate:rate*8/5], channels)
			for _, d := range Durations {
				frame := Samples(d, rate) * channels
				e := newEncoder(t, b, opusio.EncoderConfig{SampleRate: rate, Channels: channels, Bitrate: 48000 * channels, Complexity: 3, ExpectedLoss: 25})
				packets := Encode(t, e, x, frame)
				for i := range packets {
					if i > 0 && i%4 == 3 {
						packets[i] = nil
					}
				}
				y := Decode(t, newDecoder(t, b, rate, channels), packets, frame, channels)
				// A quarter of packets below 10 ms is more than the energy
				// prediction of CELT recovers from, in either library.
				long := d >= 10*time.Millisecond
				if !Finite(y) || Level(y) > 0 || long && (Level(y) > Level(x)+3 || Level(y) < Level(x)-9) {
					t.Errorf("%d Hz, %d channels, %v: level %.1f with loss, %.1f before", rate, channels, d, Level(y), Level(x))
				}
			}
			// Before the first packet there is nothing to go on from.
			quiet := make([]float32, Samples(20*time.Millisecond, rate)*channels)
			if err := newDecoder(t, b, rate, channels).DecodePLCFloat32(quiet); err != nil || Level(quiet) > -90 {
				t.Errorf("%d Hz: PLC at the start: level %.0f, %v", rate, Level(quiet), err)
			}
			pcm := make([]int16, len(quiet))
			if err := newDecoder(t, b, rate, channels).DecodePLC(pcm); err != nil {
				t.Error(err)
			}
		}
	}
}

func fec(t *testing.T, b opusio.Backend) {
	for _, rate := range []int{8000, 16000, 48000} {
		x := Sound(t, "speech_48k.wav", rate)[rate : rate*5]
		frame := rate / 50
		e := newEncoder(t, b, opusio.EncoderConfig{SampleRate: rate, Bitrate: 24000, FEC: true, ExpectedLoss: 20})
		packets := Encode(t, e, x, frame)
		decode := func(fec bool) []float32 {
			d := newDecoder(t, b, rate, 1)
			var y []float32
			for i := 0; i < len(packets); i++ {
				buf := make([]float32, frame)
				if i%5 == 4 && i+1 < len(packets) { // lost
					var err error
					if fec {
						err = d.DecodeFECFloat32(packets[i+1], buf)
					} else {
						err = d.DecodePLCFloat32(buf)
					}
					if err != nil {
						t.Fatal(err)
					}
				} else if _, err := d.DecodeFloat32(packets[i], buf); err != nil {
					t.Fatal(err)
				}
				y = append(y, buf...)
			}
			return y
		}
		with, without := Correlation(x, decode(true), e.Lookahead()), Correlation(x, decode(false), e.Lookahead())
		t.Logf("%d Hz: correlation with FEC %.3f, without %.3f", rate, with, without)
		if with < without+0.02 {
			t.Errorf("%d Hz: FEC does not help: correlation %.3f, without %.3f", rate, with, without)
		}
		d, pcm := newDecoder(t, b, rate, 1), make([]int16, frame)
		if err := d.DecodeFEC(packets[5], pcm); err != nil {
			t.Error(err)
		}
	}
}

func dtx(t *testing.T, b opusio.Backend) {
	const rate, frame = 16000, 320
	speech := Sound(t, "speech_48k.wav", rate)
	share := func(on bool) float64 {
		e := newEncoder(t, b, opusio.EncoderConfig{SampleRate: rate, Bitrate: 16000, DTX: on})
		x := append(append([]float32(nil), speech[rate:2*rate]...), make([]float32, 2*rate)...)
		packets := Encode(t, e, x, frame)
		Decode(t, newDecoder(t, b, rate, 1), packets, frame, 1)
		small := 0
		for _, p := range packets[60:] {
			if opusio.IsDTX(p) {
				small++
			}
		}
		return float64(small) / float64(len(packets)-60)
	}
	if on, off := share(true), share(false); on < 0.7 || off > 0 {
		t.Errorf("%.0f %% of silence is left out with DTX, %.0f %% without", 100*on, 100*off)
	}
}

func rate(t *testing.T, b opusio.Backend) {
	const rate, frame = 48000, 960
	x := Sound(t, "speech_48k.wav", rate)[rate : rate*3]
	size := func(cfg opusio.EncoderConfig) (bitrate float64, same bool) {
		cfg.SampleRate = rate
		packets := Encode(t, newEncoder(t, b, cfg), x, frame)
		sum := 0
		same = true
		for _, p := range packets {
			sum += len(p)
			same = same && len(p) == len(packets[0])
		}
		return float64(sum*8) / float64(len(packets)) * 50, same
	}
	for _, want := range []int{12000, 24000, 64000} {
		got, same := size(opusio.EncoderConfig{Bitrate: want})
		if got < 0.5*float64(want) || got > 1.3*float64(want) || same {
			t.Errorf("VBR at %d b/s: %.0f, all packets the same: %v", want, got, same)
		}
		got, same = size(opusio.EncoderConfig{Bitrate: want, CBR: true})
		if math.Abs(got-float64(want)) > 0.02*float64(want) || !same {
			t.Errorf("CBR at %d b/s: %.0f, all packets the same: %v", want, got, same)
		}
	}
	e := newEncoder(t, b, opusio.EncoderConfig{SampleRate: rate, Bitrate: 64000, CBR: true})
	for _, step := range []struct{ bitrate, bytes int }{{64000, 160}, {16000, 40}, {32000, 80}} {
		if err := e.SetBitrate(step.bitrate); err != nil {
			t.Fatal(err)
		}
		if p := Encode(t, e, x[:frame], frame); len(p[0]) != step.bytes {
			t.Errorf("SetBitrate(%d): a packet of %d bytes, want %d", step.bitrate, len(p[0]), step.bytes)
		}
	}
	if err := e.SetBitrate(0); err != nil {
		t.Error(err)
	}
}

func reset(t *testing.T, b opusio.Backend) {
	const rate, frame = 16000, 320
	x := Sound(t, "speech_48k.wav", rate)[rate : 2*rate]
	cfg := opusio.EncoderConfig{SampleRate: rate, Bitrate: 20000}
	e, d := newEncoder(t, b, cfg), newDecoder(t, b, rate, 1)
	first := Encode(t, e, x, frame)
	want := Decode(t, d, first, frame, 1)
	if err := e.Reset(); err != nil {
		t.Fatal(err)
	}
	if err := d.Reset(); err != nil {
		t.Fatal(err)
	}
	second := Encode(t, e, x, frame)
	for i := range first {
		if !bytes.Equal(first[i], second[i]) {
			t.Fatalf("packet %d differs after Reset", i)
		}
	}
	got := Decode(t, d, second, frame, 1)
	for i := range want {
		if got[i] != want[i] {
			t.Fatalf("sample %d differs after Reset: %v, %v", i, got[i], want[i])
		}
	}
}

func failures(t *testing.T, b opusio.Backend) {
	for _, cfg := range []opusio.EncoderConfig{
		{}, {SampleRate: 44100}, {SampleRate: 48000, Channels: 3}, {SampleRate: 48000, Application: 9},
		{SampleRate: 48000, Bitrate: 100}, {SampleRate: 48000, Complexity: 11}, {SampleRate: 48000, ExpectedLoss: 101},
	} {
		if _, err := b.NewEncoder(cfg); err == nil || !strings.HasPrefix(err.Error(), "opusio: ") {
			t.Errorf("%+v: %v", cfg, err)
		}
	}
	for _, cfg := range []opusio.DecoderConfig{{}, {SampleRate: 44100}, {SampleRate: 48000, Channels: -1}} {
		if _, err := b.NewDecoder(cfg); err == nil || !strings.HasPrefix(err.Error(), "opusio: ") {
			t.Errorf("%+v: %v", cfg, err)
		}
	}
	for _, complexity := range []int{opusio.MinComplexity, 0, 10} {
		if _, err := b.NewEncoder(opusio.EncoderConfig{SampleRate: 48000, Complexity: complexity}); err != nil {
			t.Error(err)
		}
	}
	e, d := newEncoder(t, b, opusio.EncoderConfig{SampleRate: 48000}), newDecoder(t, b, 48000, 1)
	for _, err := range []error{e.SetBitrate(1), e.SetExpectedLoss(-1)} {
		if err == nil || !strings.HasPrefix(err.Error(), "opusio: ") {
			t.Errorf("%v", err)
		}
	}
	if _, err := e.EncodeFloat32(make([]float32, 961), make([]byte, 4000)); err == nil {
		t.Error("a frame of 961 samples was encoded")
	}
	if _, err := d.DecodeFloat32([]byte{3, 0}, make([]float32, 5760)); err == nil {
		t.Error("a packet of no frames was decoded")
	}
}

// buffers checks that nothing is written behind the length of a slice that has
// more capacity.
func buffers(t *testing.T, b opusio.Backend) {
	x := Sound(t, "speech_48k.wav", 48000)[48000:]
	packet := bytes.Repeat([]byte{0xA5}, 2000)
	e := newEncoder(t, b, opusio.EncoderConfig{SampleRate: 48000, Bitrate: 512000})
	for i := range 10 {
		// A smaller packet, or an error.
		if n, err := e.EncodeFloat32(x[i*960:(i+1)*960], packet[:60]); err == nil && n > 60 {
			t.Fatalf("%d bytes in a buffer of 60", n)
		}
	}
	for i, v := range packet[60:] {
		if v != 0xA5 {
			t.Fatalf("byte %d of a buffer of 60 was written", 60+i)
		}
	}
	n, err := newEncoder(t, b, opusio.EncoderConfig{SampleRate: 48000}).EncodeFloat32(x[:960], packet)
	if err != nil {
		t.Fatal(err)
	}
	pcm := make([]float32, 5760)
	if _, err := newDecoder(t, b, 48000, 1).DecodeFloat32(packet[:n], pcm[:480]); err == nil {
		t.Error("a packet of 960 samples was decoded into a buffer of 480")
	}
	if err := newDecoder(t, b, 48000, 1).DecodePLCFloat32(pcm[:480]); err != nil {
		t.Error(err)
	}
	for i, v := range pcm[480:] {
		if v != 0 {
			t.Fatalf("sample %d of a buffer of 480 was written", 480+i)
		}
	}
}

// largest checks that MaxPacketBytes is enough for the highest bit rate.
func largest(t *testing.T, b opusio.Backend) {
	x := Interleave(Sound(t, "noisy_rain_48k.wav", 48000)[48000:96000], 2)
	for _, d := range Durations {
		frame := Samples(d, 48000) * 2
		e := newEncoder(t, b, opusio.EncoderConfig{SampleRate: 48000, Channels: 2, Application: opusio.Audio, Bitrate: 512000, Complexity: opusio.MinComplexity})
		Decode(t, newDecoder(t, b, 48000, 2), Encode(t, e, x, frame), frame, 2)
	}
}

// allocations checks that nothing is allocated for a packet that arrives. Some
// libraries do for one that is lost.
func allocations(t *testing.T, b opusio.Backend) {
	x := Sound(t, "speech_48k.wav", 48000)[48000:]
	e := newEncoder(t, b, opusio.EncoderConfig{SampleRate: 48000, Bitrate: 24000})
	d := newDecoder(t, b, 48000, 1)
	packet, pcm := make([]byte, 4000), make([]float32, 960)
	at, n := 0, 0
	step := func() {
		var err error
		if n, err = e.EncodeFloat32(x[at:at+960], packet); err != nil {
			t.Fatal(err)
		}
		if _, err = d.DecodeFloat32(packet[:n], pcm); err != nil {
			t.Fatal(err)
		}
		at += 960
	}
	for range 50 {
		step()
	}
	if a := testing.AllocsPerRun(100, step); a != 0 {
		t.Errorf("%v allocations per packet", a)
	}
	plc := testing.AllocsPerRun(20, func() {
		if err := d.DecodePLCFloat32(pcm); err != nil {
			t.Fatal(err)
		}
	})
	fec := testing.AllocsPerRun(20, func() {
		if err := d.DecodeFECFloat32(packet[:n], pcm); err != nil {
			t.Fatal(err)
		}
	})
	t.Logf("allocations of the library: %v per packet concealed, %v per packet recovered", plc, fec)
}
