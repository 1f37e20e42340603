package opusio_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/quietline/quietline/denoise"
	"github.com/quietline/quietline/opusio"
	"github.com/quietline/quietline/opusio/internal/opustest"
	"github.com/quietline/quietline/opusio/ogg"
)

// remux writes the packets of a file anew, changed.
func remux(t testing.TB, file []byte, change func(h *ogg.Head, packets [][]byte)) []byte {
	t.Helper()
	r, err := ogg.NewReader(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	var packets [][]byte
	var frames int64
	for {
		p, err := r.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		packets = append(packets, bytes.Clone(p.Data))
		frames += int64(p.Keep())
	}
	head := r.Head()
	change(&head, packets)
	var out bytes.Buffer
	w, err := ogg.NewWriter(&out, head, r.Tags())
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range packets {
		if err := w.WritePacket(p); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(w.SetEnd(frames), w.Close()); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func shortFile(t testing.TB, channels int) (file []byte, x []float32) {
	x = opustest.Noisy(t, channels)[:12345*channels]
	return opustest.EncodeFile(t, nil, opusio.OggWriterOptions{
		Codec: opusio.EncoderConfig{SampleRate: 48000, Channels: channels, Bitrate: 32000},
	}, x), x
}

// Files of other programs have the length that they were made of.
func TestOggReaderFixtures(t *testing.T) {
	for name, want := range map[string]int64{
		"opusenc_mono": 19200, "opusenc_stereo_60": 12000, "ffmpeg_mono": 19200, "ffmpeg_stereo_2.5": 12000,
	} {
		data, err := os.ReadFile("ogg/testdata/" + name + ".opus")
		if err != nil {
			t.Fatal(err)
		}
		y, r := opustest.DecodeFile(t, nil, data)
		if r.Frames() != want || len(r.Warnings()) > 0 {
			t.Errorf("%s: %d samples, want %d; %q", name, r.Frames(), want, r.Warnings())
		}
		// A tone of 440 Hz and amplitude 0.3.
		left := opustest.Channel(y, 0, r.Channels())[2000:10000]
		tone := make([]float32, len(left))
		for i := range tone {
			tone[i] = float32(0.3 * math.Sin(2*math.Pi*440/48000*float64(2000+i)))
		}
		if c, db := opustest.Correlation(tone, left, 0), opustest.Level(left)-opustest.Level(tone); (c < 0.98 || math.Abs(db) > 0.5) && name != "ffmpeg_stereo_2.5" || c < 0.8 { // 24 kb/s is little for 2.5 ms
			t.Errorf("%s: not the tone that was encoded: correlation %.3f, %.2f dB off", name, c, db)
		}
	}
	f, err := os.Open("ogg/testdata/ffmpeg_51.opus")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := opusio.NewOggReader(f, nil); err == nil || !strings.Contains(err.Error(), "6 channels") {
		t.Errorf("5.1: %v", err)
	}
}

func TestOggReaderGain(t *testing.T) {
	file, _ := shortFile(t, 1)
	want, _ := opustest.DecodeFile(t, nil, file)
	y, r := opustest.DecodeFile(t, nil, remux(t, file, func(h *ogg.Head, _ [][]byte) { h.Gain = -6 * 256 }))
	if len(y) != len(want) || r.Head().GainDB() != -6 {
		t.Fatalf("%d samples, %v dB", len(y), r.Head().GainDB())
	}
	for i := range y {
		if d := float64(y[i]) - float64(want[i])*math.Pow(10, -6.0/20); math.Abs(d) > 1e-6 {
			t.Fatalf("sample %d is off by %g", i, d)
		}
	}
}

// A chain plays its parts one after the other, each as if it were alone.
func TestOggReaderChain(t *testing.T) {
	mono, x := shortFile(t, 1)
	stereo, _ := shortFile(t, 2)
	first, _ := opustest.DecodeFile(t, nil, mono)
	soft := remux(t, mono, func(h *ogg.Head, _ [][]byte) { h.Gain = 2 * 256 })
	second, _ := opustest.DecodeFile(t, nil, soft)
	y, r := opustest.DecodeFile(t, nil, append(bytes.Clone(mono), soft...))
	if len(y) != 2*len(x) || len(r.Warnings()) > 0 {
		t.Fatalf("%d samples, want twice %d; %q", len(y), len(x), r.Warnings())
	}
	for i, v := range append(first, second...) {
		if y[i] != v {
			t.Fatalf("sample %d of the chain is %v, alone %v", i, y[i], v)
		}
	}
	var out bytes.Buffer
	res, err := opusio.Transcode(context.Background(), &out, bytes.NewReader(append(bytes.Clone(mono), soft...)), opusio.TranscodeOptions{})
	if err != nil || res.Frames != 2*int64(len(x)) {
		t.Errorf("%+v, %v", res, err)
	}

	bad, err := opusio.NewOggReader(bytes.NewReader(append(bytes.Clone(mono), stereo...)), nil)
	if err != nil {
		t.Fatal(err)
	}
	n, buf := 0, make([]float32, 5760)
	for err == nil {
		var m int
		m, err = bad.Read(buf)
		n += m
	}
	if _, again := bad.Read(buf); n != len(x) || !strings.Contains(err.Error(), "part 2 of the chained file has 2 channels") || again != err {
		t.Errorf("mono, then stereo: %d samples, %v, %v", n, err, again)
	}
}

// A packet that the decoder refuses is concealed.
func TestOggReaderBadPacket(t *testing.T) {
	file, x := shortFile(t, 1)
	y, r := opustest.DecodeFile(t, nil, remux(t, file, func(_ *ogg.Head, packets [][]byte) {
		packets[5] = []byte{packets[5][0]&^3 | 2, 252} // two frames, the first beyond the end
		packets[5][0] = packets[5][0]&7 | 30<<3        // of 10 ms
	}))
	if len(y) != len(x) || r.Damage().BadPackets != 1 || fmt.Sprint(r.Warnings()) != "[1 damaged packets were concealed]" {
		t.Errorf("%d samples, want %d; %+v %q", len(y), len(x), r.Damage(), r.Warnings())
	}
}

func TestOggReaderErrors(t *testing.T) {
	for _, in := range []string{"", "OggS", "RIFF and so on, for more than a page header", "fLaC\x00\x00\x00\x22 and so on"} {
		if _, err := opusio.NewOggReader(strings.NewReader(in), nil); err == nil || !strings.HasPrefix(err.Error(), "ogg: ") {
			t.Errorf("%q: %v", in, err)
		}
	}
	if _, err := opusio.NewOggReader(nil, nil); err == nil {
		t.Error("no reader, no error")
	}
	file, _ := shortFile(t, 2)
	r, err := opusio.NewOggReader(bytes.NewReader(file), nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.Read(make([]float32, 1)); err == nil {
		t.Error("half a frame was read")
	}
	if n, err := r.Read(make([]float32, 3)); n != 2 || err != nil {
		t.Errorf("%d samples in room for 3, %v", n, err)
	}
	fails := errors.New("disk on fire")
	r, err = opusio.NewOggReader(io.MultiReader(bytes.NewReader(file[:len(file)/2]), failing{fails}), nil)
	for err == nil {
		_, err = r.Read(make([]float32, 5760))
	}
	if !errors.Is(err, fails) {
		t.Errorf("a source that fails: %v", err)
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error)  { return 0, f.err }
func (f failing) Write([]byte) (int, error) { return 0, f.err }

func TestOggWriterErrors(t *testing.T) {
	codec := opusio.EncoderConfig{SampleRate: 48000, Channels: 2}
	for want, o := range map[string]opusio.OggWriterOptions{
		"44100 Hz":         {Codec: opusio.EncoderConfig{SampleRate: 44100}},
		"bit rate 1 b/s":   {Codec: opusio.EncoderConfig{SampleRate: 48000, Bitrate: 1}},
		"packets of 15ms":  {Codec: codec, FrameDuration: 15 * time.Millisecond},
		"packets of 20.01": {Codec: codec, FrameDuration: 20010 * time.Microsecond},
		"packets of -20ms": {Codec: codec, FrameDuration: -20 * time.Millisecond},
		"audio on a page":  {Codec: codec, PageDuration: time.Hour},
		"NAME=value":       {Codec: codec, Tags: ogg.Tags{Comments: []string{"no name"}}},
		"input rate of -1": {Codec: codec, InputRate: -1},
	} {
		var out bytes.Buffer
		if _, err := opusio.NewOggWriter(&out, nil, o); err == nil || !strings.Contains(err.Error(), want) || out.Len() > 0 {
			t.Errorf("%s: %v, %d bytes written", want, err, out.Len())
		}
	}
	if _, err := opusio.NewOggWriter(nil, nil, opusio.OggWriterOptions{Codec: codec}); err == nil {
		t.Error("no writer, no error")
	}
	w, err := opusio.NewOggWriter(io.Discard, nil, opusio.OggWriterOptions{Codec: codec})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(make([]float32, 3)); err == nil {
		t.Error("half a frame was written")
	}
	if err := errors.Join(w.Close(), w.Close()); err != nil {
		t.Error(err)
	}
	if _, err := w.Write(make([]float32, 2)); err == nil {
		t.Error("written after Close")
	}
	fails := errors.New("disk full")
	if _, err := opusio.NewOggWriter(failing{fails}, nil, opusio.OggWriterOptions{Codec: codec}); !errors.Is(err, fails) {
		t.Errorf("the headers: %v", err)
	}
	w, err = opusio.NewOggWriter(&failsAfter{2, fails}, nil, opusio.OggWriterOptions{Codec: codec, PageDuration: -1})
	if err != nil {
		t.Fatal(err)
	}
	n, err := w.Write(make([]float32, 96000))
	if _, again := w.Write(make([]float32, 2)); !errors.Is(err, fails) || n == 96000 || again != err || w.Close() != err {
		t.Errorf("%d samples, %v, %v", n, err, again)
	}
}

// failsAfter takes so many writes.
type failsAfter struct {
	left int
	err  error
}

func (f *failsAfter) Write(p []byte) (int, error) {
	if f.left--; f.left < 0 {
		return 0, f.err
	}
	return len(p), nil
}

// What is no number does not reach the codec, and does not stay in it.
func TestOggWriterNotNumbers(t *testing.T) {
	x := opustest.Noisy(t, 1)[:48000]
	for i, v := range []float64{math.NaN(), math.Inf(1), math.Inf(-1), 1e30, -1e38} {
		x[5000+100*i] = float32(v)
	}
	for _, app := range opustest.Applications {
		y, _ := opustest.DecodeFile(t, nil, opustest.EncodeFile(t, nil, opusio.OggWriterOptions{
			Codec: opusio.EncoderConfig{SampleRate: 48000, Application: app},
		}, x))
		if !opustest.Finite(y) || len(y) != len(x) || opustest.Level(y[40000:]) > opustest.Level(x[40000:])+3 {
			t.Errorf("%v: %d samples, level %.1f dBFS at the end, %.1f before", app, len(y), opustest.Level(y[40000:]), opustest.Level(x[40000:]))
		}
	}
}

func TestFileBitrate(t *testing.T) {
	for _, c := range [][3]int{{48000, 1, 64000}, {48000, 2, 96000}, {48000, 0, 64000}, {16000, 1, 32000}, {8000, 1, 24000}, {8000, 2, 36000}} {
		if got := opusio.FileBitrate(c[0], c[1]); got != c[2] {
			t.Errorf("%d Hz, %d channels: %d b/s, want %d", c[0], c[1], got, c[2])
		}
	}
}

// The tags of the caller are left as they were.
func TestOggWriterTags(t *testing.T) {
	comments := make([]string, 1, 4)
	comments[0] = "TITLE=x"
	o := opusio.OggWriterOptions{Codec: opusio.EncoderConfig{SampleRate: 8000}, Tags: ogg.Tags{Comments: comments}}
	_, r := opustest.DecodeFile(t, nil, opustest.EncodeFile(t, nil, o, nil))
	if got := fmt.Sprint(r.Tags()); got != "{thesyncim/gopus [ENCODER=Quietline TITLE=x] []}" || comments[:2][1] != "" {
		t.Errorf("%s, %q", got, comments[:2])
	}
	o.Tags = ogg.Tags{Vendor: "mine", Comments: []string{"Encoder=my own"}}
	if _, r := opustest.DecodeFile(t, nil, opustest.EncodeFile(t, nil, o, nil)); fmt.Sprint(r.Tags()) != "{mine [Encoder=my own] []}" {
		t.Error(r.Tags())
	}
	got := opusio.KeptTags(ogg.Tags{Vendor: "v", Comments: []string{"a=b", "no name", "ENCODER=x", "\x01=y", "encoder_OPTIONS=z", "c==d"}, Tail: []byte{1}})
	if fmt.Sprint(got) != "{ [a=b c==d] [1]}" {
		t.Error(got)
	}
}

func TestTranscodeErrors(t *testing.T) {
	file, _ := shortFile(t, 1)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	fails := errors.New("disk full")
	for want, c := range map[string]struct {
		ctx context.Context
		dst io.Writer
		src string
		o   opusio.TranscodeOptions
	}{
		"context canceled": {ctx: ctx},
		"empty":            {src: " "},
		"limit 100 dB":     {o: opusio.TranscodeOptions{Denoise: denoise.Config{LimitDB: 100}}},
		"complexity 11":    {o: opusio.TranscodeOptions{Codec: opusio.EncoderConfig{Complexity: 11}}},
		"disk full":        {dst: &failsAfter{2, fails}},
		"packets of 1ns":   {o: opusio.TranscodeOptions{FrameDuration: 1}},
	} {
		if c.ctx == nil {
			c.ctx = context.Background()
		}
		if c.dst == nil {
			c.dst = io.Discard
		}
		if c.src == "" {
			c.src = string(file)
		}
		if _, err := opusio.Transcode(c.ctx, c.dst, strings.NewReader(strings.TrimSpace(c.src)), c.o); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", want, err)
		}
	}
}

// Longer recordings do not allocate more.
func TestTranscodeAllocations(t *testing.T) {
	o := opusio.OggWriterOptions{Codec: opusio.EncoderConfig{SampleRate: 48000, Bitrate: 24000, Complexity: 1}}
	x := opustest.Noisy(t, 1)
	count := func(n int) float64 {
		file := opustest.EncodeFile(t, nil, o, x[:n])
		return testing.AllocsPerRun(1, func() {
			if _, err := opusio.Transcode(context.Background(), io.Discard, bytes.NewReader(file), opusio.TranscodeOptions{Codec: o.Codec}); err != nil {
				t.Fatal(err)
			}
		})
	}
	if short, long := count(80000), count(len(x)); long > short {
		t.Errorf("%v allocations for 1.7 s, %v for 3 s", short, long)
	}
}

// Whatever the input, nothing panics, the counts add up and the sound is sound.
func FuzzOggReader(f *testing.F) {
	for _, channels := range []int{1, 2} {
		file, _ := shortFile(f, channels)
		f.Add(file)
		f.Add(file[:len(file)/2])
	}
	for _, name := range []string{"opusenc_mono", "opusenc_stereo_60", "ffmpeg_stereo_2.5"} {
		data, err := os.ReadFile("ogg/testdata/" + name + ".opus")
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		fuzzReader(t, data)
		// With checksums set right the packets get to the decoder.
		fuzzReader(t, withChecksums(data))
	})
}

func fuzzReader(t *testing.T, data []byte) {
	r, err := opusio.NewOggReader(bytes.NewReader(data), nil, ogg.WithMaxGap(time.Second))
	if err != nil {
		return
	}
	buf := make([]float32, 2000)
	// A minute is enough: a few bytes may claim more.
	for r.Frames() < 60*48000 {
		n, err := r.Read(buf)
		if err != nil {
			if n != 0 {
				t.Fatalf("%d samples and %v", n, err)
			}
			return
		}
		if n == 0 || n%r.Channels() != 0 {
			t.Fatalf("%d samples of %d channels", n, r.Channels())
		}
		if !opustest.Finite(buf[:n]) {
			t.Fatal("not finite")
		}
	}
}

// withChecksums returns Ogg pages with the checksums that they should have (RFC
// 3533, section 6: CRC-32 by polynomial 0x04c11db7, not reflected).
func withChecksums(data []byte) []byte {
	data = bytes.Clone(data)
	for at := 0; at+27 <= len(data) && string(data[at:at+4]) == "OggS"; {
		end := at + 27 + int(data[at+26])
		if end > len(data) {
			break
		}
		for _, n := range data[at+27 : end] {
			end += int(n)
		}
		if end > len(data) {
			break
		}
		page := data[at:end]
		copy(page[22:26], "\x00\x00\x00\x00")
		var crc uint32
		for _, b := range page {
			crc ^= uint32(b) << 24
			for range 8 {
				if crc&(1<<31) != 0 {
					crc = crc<<1 ^ 0x04c11db7
				} else {
					crc <<= 1
				}
			}
		}
		page[22], page[23], page[24], page[25] = byte(crc), byte(crc>>8), byte(crc>>16), byte(crc>>24)
		at = end
	}
	return data
}
