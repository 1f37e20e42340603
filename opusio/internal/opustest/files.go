package opustest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"testing"

	"github.com/quietline/quietline/denoise"
	"github.com/quietline/quietline/internal/wav"
	"github.com/quietline/quietline/opusio"
	"github.com/quietline/quietline/opusio/ogg"
)

// Files runs what is about Ogg Opus files over a backend.
func Files(t *testing.T, b opusio.Backend) {
	t.Run("RoundTrip", func(t *testing.T) { fileRoundTrip(t, b) })
	t.Run("Lengths", func(t *testing.T) { fileLengths(t, b) })
	t.Run("Rates", func(t *testing.T) { fileRates(t, b) })
	t.Run("Transcode", func(t *testing.T) { fileTranscode(t, b) })
	t.Run("Lost", func(t *testing.T) { fileLost(t, b) })
	t.Run("Allocations", func(t *testing.T) { fileAllocations(t, b) })
}

// EncodeFile makes an Ogg Opus file of interleaved samples.
func EncodeFile(t testing.TB, b opusio.Backend, o opusio.OggWriterOptions, x []float32) []byte {
	t.Helper()
	var file bytes.Buffer
	w, err := opusio.NewOggWriter(&file, b, o)
	if err != nil {
		t.Fatal(err)
	}
	for at := 0; at < len(x); at += 1234 {
		if n, err := w.Write(x[at:min(at+1234, len(x))]); err != nil || n != min(1234, len(x)-at) {
			t.Fatalf("%d samples, %v", n, err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if n := int(w.Frames()) * max(o.Codec.Channels, 1); n != len(x) {
		t.Fatalf("the writer counts %d samples, want %d", n, len(x))
	}
	return file.Bytes()
}

// DecodeFile returns the sound of an Ogg Opus file, interleaved.
func DecodeFile(t testing.TB, b opusio.Backend, file []byte) ([]float32, *opusio.OggReader) {
	t.Helper()
	r, err := opusio.NewOggReader(bytes.NewReader(file), b)
	if err != nil {
		t.Fatal(err)
	}
	var y []float32
	buf := make([]float32, 1001)
	for {
		n, err := r.Read(buf)
		y = append(y, buf[:n]...)
		if errors.Is(err, io.EOF) && n == 0 {
			break
		}
		if err != nil || n == 0 || n%r.Channels() != 0 {
			t.Fatalf("%d samples, %v", n, err)
		}
	}
	if n := int(r.Frames()) * r.Channels(); n != len(y) {
		t.Fatalf("the reader counts %d samples, want %d", n, len(y))
	}
	return y, r
}

// Shift returns by how many samples y is late against x, negative if early, at
// the largest correlation within a limit.
func Shift(x, y []float32, limit int) (int, float64) {
	late, r := Delay(x, y, limit)
	early, s := Delay(y, x, limit)
	if s > r {
		return -early, s
	}
	return late, r
}

// Noisy returns speech in rain at 48 kHz, the same on every channel but for its
// level.
func Noisy(t testing.TB, channels int) []float32 {
	x := readWAV(t, "noisy_rain_48k.wav")
	return Interleave(x[:min(len(x), 3*48000+17)], channels)
}

// throughWAV writes samples to a WAV of 16 bits and reads it.
func throughWAV(t testing.TB, x []float32, channels int) []float32 {
	t.Helper()
	var file bytes.Buffer
	w, err := wav.NewWriter(&file, wav.Format{SampleRate: 48000, Channels: channels, Encoding: wav.PCM16})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(x); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	r, err := wav.NewReader(&file)
	if err != nil {
		t.Fatal(err)
	}
	y := make([]float32, len(x)+channels)
	n := 0
	for {
		m, err := r.Read(y[n:])
		n += m
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if n != len(x) {
		t.Fatalf("a WAV of %d samples holds %d", len(x), n)
	}
	return y[:n]
}

// clean denoises a recording, its delay taken out.
func clean(t testing.TB, x []float32, channels int, s denoise.Strength) []float32 {
	t.Helper()
	d := NewDenoiser(t, denoise.Config{SampleRate: 48000, Channels: channels, Strength: s})
	y := make([]float32, len(x)+d.Latency()*channels)
	d.Process(y, x)
	if n := d.Flush(y[len(x):]); n != d.Latency()*channels {
		t.Fatalf("Flush gives %d", n)
	}
	return y[d.Latency()*channels:]
}

// fileRoundTrip: WAV → denoise → Ogg Opus → WAV keeps the number of samples and
// their time.
func fileRoundTrip(t *testing.T, b opusio.Backend) {
	for _, channels := range []int{1, 2} {
		for _, s := range []denoise.Strength{denoise.Off, denoise.Default} {
			for _, app := range []opusio.Application{opusio.Audio, opusio.LowDelay} {
				x := throughWAV(t, Noisy(t, channels), channels)
				y := clean(t, x, channels, s)
				file := EncodeFile(t, b, opusio.OggWriterOptions{
					Codec: opusio.EncoderConfig{SampleRate: 48000, Channels: channels, Application: app, Bitrate: 64000 * channels},
				}, y)
				got, r := DecodeFile(t, b, file)
				z := throughWAV(t, got, channels)
				if len(z) != len(x) || r.Channels() != channels || r.Damage().Any() || len(r.Warnings()) > 0 {
					t.Fatalf("%d samples became %d of %d channels, %v %q", len(x), len(z), r.Channels(), r.Damage(), r.Warnings())
				}
				for c := range channels {
					at, corr := Shift(Channel(x, c, channels), Channel(z, c, channels), 100)
					want := 0.95
					if s == denoise.Default {
						want = 0.8
					}
					if at < -1 || at > 1 || corr < want {
						t.Errorf("%d channels, %v, %v: shifted by %d samples, correlation %.3f", channels, s, app, at, corr)
					}
				}
			}
		}
	}
}

// fileLengths: every length around packets, every length of packets.
func fileLengths(t *testing.T, b opusio.Backend) {
	x := Noisy(t, 1)
	for _, n := range []int{0, 1, 119, 647, 648, 649, 960, 961, 2567, 2568, 2569, 5761} {
		for _, d := range Durations {
			for _, app := range Applications {
				file := EncodeFile(t, b, opusio.OggWriterOptions{
					Codec:         opusio.EncoderConfig{SampleRate: 48000, Application: app, Complexity: 1},
					FrameDuration: d,
				}, x[:n])
				if y, r := DecodeFile(t, b, file); len(y) != n || len(r.Warnings()) > 0 || r.Head().PreSkip != opusio.Lookahead(app, 48000) {
					t.Errorf("%v, packets of %v: %d samples became %d, pre-skip %d, %q", app, d, n, len(y), r.Head().PreSkip, r.Warnings())
				}
			}
		}
	}
}

// fileRates: what comes in at a lower rate comes out at 48 kHz, at its time.
func fileRates(t *testing.T, b opusio.Backend) {
	whole := Sound(t, "speech_48k.wav", 48000)
	for _, rate := range Rates {
		step := 48000 / rate
		x := Sound(t, "speech_48k.wav", rate)[rate : rate*2+3]
		file := EncodeFile(t, b, opusio.OggWriterOptions{
			Codec: opusio.EncoderConfig{SampleRate: rate, Application: opusio.Audio, Bitrate: 64000},
		}, x)
		y, r := DecodeFile(t, b, file)
		at, corr := Shift(whole[48000:48000+len(x)*step], y, 200)
		t.Logf("%d Hz: shifted by %d samples at 48 kHz, correlation %.3f", rate, at, corr)
		if len(y) != len(x)*step || at < -step || at > step || corr < 0.9 || r.Head().InputRate != rate {
			t.Errorf("%d Hz: %d samples became %d, shifted by %d, correlation %.3f, input rate %d", rate, len(x), len(y), at, corr, r.Head().InputRate)
		}
	}
}

// fileTranscode: Ogg Opus to Ogg Opus, with strength off and on.
func fileTranscode(t *testing.T, b opusio.Backend) {
	for _, channels := range []int{1, 2} {
		for _, n := range []int{0, 1, 300, 1000, 3*48000 + 17} {
			x := Noisy(t, channels)[:n*channels]
			codec := opusio.EncoderConfig{SampleRate: 48000, Channels: channels, Application: opusio.Audio, Bitrate: 64000 * channels}
			tags := ogg.Tags{Vendor: "v", Comments: []string{"TITLE=Regen", "encoder=old", "ENCODER_OPTIONS=--old", "ARTIST=x=y"}}
			in := EncodeFile(t, b, opusio.OggWriterOptions{Codec: codec, Tags: tags, InputRate: 44100}, x)
			for _, s := range []denoise.Strength{denoise.Off, denoise.Default} {
				name := fmt.Sprintf("%d channels, %d samples, %v", channels, n, s)
				var out bytes.Buffer
				res, err := opusio.Transcode(context.Background(), &out, bytes.NewReader(in), opusio.TranscodeOptions{
					Denoise: denoise.Config{Strength: s}, Backend: b, Codec: codec, Program: "test",
				})
				if err != nil {
					t.Fatal(err)
				}
				y, r := DecodeFile(t, b, out.Bytes())
				if len(y) != len(x) || res.Frames != int64(n) || r.Channels() != channels || r.Head().InputRate != 44100 || len(r.Warnings()) > 0 {
					t.Errorf("%s: became %d samples, %+v, %+v, %q", name, len(y), res, r.Head(), r.Warnings())
				}
				if got := fmt.Sprint(r.Tags().Vendor, r.Tags().Comments); got != b.Name()+"[ENCODER=test TITLE=Regen ARTIST=x=y]" {
					t.Errorf("%s: tags %s", name, got)
				}
				if n < 48000 {
					continue
				}
				for c := range channels {
					if at, corr := Shift(Channel(x, c, channels), Channel(y, c, channels), 100); at < -1 || at > 1 || corr < 0.8 {
						t.Errorf("%s: shifted by %d samples, correlation %.3f", name, at, corr)
					}
				}
				if on := s != denoise.Off; on != (Level(y) < Level(x)-0.3) {
					t.Errorf("%s: level %.1f dBFS became %.1f", name, Level(x), Level(y))
				}
			}
		}
	}
}

// fileLost: pages that are lost are concealed, and the file stays as long; where
// packets carry forward error correction, better.
func fileLost(t *testing.T, b opusio.Backend) {
	x := Sound(t, "speech_48k.wav", 48000)[48000 : 5*48000]
	correlation := map[bool]float64{}
	for _, fec := range []bool{false, true} {
		file := EncodeFile(t, b, opusio.OggWriterOptions{
			Codec:        opusio.EncoderConfig{SampleRate: 48000, Bitrate: 24000, FEC: fec, ExpectedLoss: 20},
			PageDuration: -1, // a page for each packet
		}, x)
		whole, _ := DecodeFile(t, b, file)
		var damaged []byte
		for i, page := range bytes.SplitAfter(bytes.ReplaceAll(file, []byte("OggS"), []byte("\x00cut\x00OggS")), []byte("\x00cut\x00")) {
			page = bytes.TrimSuffix(page, []byte("\x00cut\x00"))
			if i < 6 || i%5 != 0 {
				damaged = append(damaged, page...)
			}
		}
		y, r := DecodeFile(t, b, damaged)
		d := r.Damage()
		if len(y) != len(x) || d.LostPages < 30 || d.MissingSamples != 960*d.LostPages || !Finite(y) {
			t.Fatalf("FEC %v: %d samples, want %d; %+v %q", fec, len(y), len(x), d, r.Warnings())
		}
		correlation[fec] = Correlation(whole, y, 0)

		var out bytes.Buffer
		res, err := opusio.Transcode(context.Background(), &out, bytes.NewReader(damaged), opusio.TranscodeOptions{Backend: b})
		if err != nil || res.Stats.ConcealedHops == 0 || res.Damage.LostPages != d.LostPages {
			t.Errorf("%+v, %v", res, err)
		}
		if y, _ := DecodeFile(t, b, out.Bytes()); len(y) != len(x) {
			t.Errorf("transcoded: %d samples, want %d", len(y), len(x))
		}
	}
	t.Logf("correlation with what was lost: %.3f with FEC, %.3f without", correlation[true], correlation[false])
	if correlation[true] < correlation[false]+0.02 {
		t.Errorf("FEC does not help: correlation %.3f, without %.3f", correlation[true], correlation[false])
	}
}

// fileAllocations: nothing is allocated for a packet, in or out.
func fileAllocations(t *testing.T, b opusio.Backend) {
	x := Noisy(t, 1)
	o := opusio.OggWriterOptions{Codec: opusio.EncoderConfig{SampleRate: 48000, Bitrate: 24000}}
	w, err := opusio.NewOggWriter(io.Discard, b, o)
	if err != nil {
		t.Fatal(err)
	}
	at := 0
	write := func() {
		if _, err := w.Write(x[at : at+960]); err != nil {
			t.Fatal(err)
		}
		at += 960
	}
	for range 20 {
		write()
	}
	if a := testing.AllocsPerRun(100, write); a != 0 {
		t.Errorf("%v allocations per packet written", a)
	}
	r, err := opusio.NewOggReader(bytes.NewReader(EncodeFile(t, b, o, x)), b)
	if err != nil {
		t.Fatal(err)
	}
	buf := make([]float32, 960)
	read := func() {
		if _, err := r.Read(buf); err != nil {
			t.Fatal(err)
		}
	}
	for range 20 {
		read()
	}
	if a := testing.AllocsPerRun(100, read); a != 0 {
		t.Errorf("%v allocations per packet read", a)
	}
}
