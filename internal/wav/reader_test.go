package wav

import (
	"bytes"
	"errors"
	"io"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
)

// TestFixtures reads what sox and ffmpeg wrote and compares with the formula
// in testdata/README.md.
func TestFixtures(t *testing.T) {
	// Half a quantisation step, plus one where sox truncates. The companded
	// ones have steps of 1/32 of the value and sox truncates: 0.5/32.
	tolerance := map[Encoding]float64{
		PCM8: 0.5001 / 128, PCM16: 0.51 / 32768, PCM24: 1.1 / (1 << 23), PCM32: 1e-7, Float32: 1e-7, Float64: 1e-7,
		ALaw: 0.0157, MuLaw: 0.0165,
	}
	for _, c := range []struct {
		name     string
		encoding Encoding
		frames   int64 // Frames(), −1 unknown
		mask     uint32
		chunks   string
	}{
		{"ffmpeg_u8", PCM8, 160, 0, "LIST"},
		{"ffmpeg_s16", PCM16, 160, 0, "LIST"},
		{"ffmpeg_s24", PCM24, 160, 3, "LIST"},
		{"ffmpeg_s32", PCM32, 160, 3, "LIST"},
		{"ffmpeg_f32", Float32, 160, 3, "fact LIST"},
		{"ffmpeg_f64", Float64, 160, 3, "fact LIST"},
		{"ffmpeg_alaw", ALaw, 160, 0, "fact LIST"},
		{"ffmpeg_mulaw", MuLaw, 160, 0, "fact LIST"},
		{"ffmpeg_pipe_s16", PCM16, -1, 0, "LIST"},
		{"ffmpeg_pipe_f32", Float32, -1, 3, "LIST"},
		{"ffmpeg_rf64_s24", PCM24, 160, 3, "LIST"},
		{"ffmpeg_rf64_pipe_s16", PCM16, -1, 0, "LIST"},
		{"ffmpeg_list_s16", PCM16, 160, 0, "bext LIST"},
		{"ffmpeg_51_s16", PCM16, 160, 0x3F, "LIST"},
		{"sox_u8", PCM8, 160, 0, ""},
		{"sox_s16", PCM16, 160, 0, ""},
		{"sox_s24", PCM24, 160, 3, "fact"},
		{"sox_s32", PCM32, 160, 3, "fact"},
		{"sox_f32", Float32, 160, 0, "fact"},
		{"sox_f64", Float64, 160, 0, "fact"},
		{"sox_alaw", ALaw, 160, 0, "fact"},
		{"sox_mulaw", MuLaw, 160, 0, "fact"},
		{"sox_pipe_s16", PCM16, -1, 0, ""},
		{"sox_pipe_s24", PCM24, -1, 3, "fact"},
		{"sox_pipe_alaw", ALaw, -1, 0, "fact"},
		{"sox_odd_u8", PCM8, 159, 0, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			f, err := os.Open(filepath.Join("testdata", c.name+".wav"))
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			r, err := NewReader(f)
			if err != nil {
				t.Fatal(err)
			}
			got := r.Format()
			if got.Encoding != c.encoding || got.SampleRate != 8000 || got.ChannelMask != c.mask || got.Extensible != (c.mask != 0) || r.Frames() != c.frames {
				t.Errorf("%+v, %d frames", got, r.Frames())
			}
			x := readAll(t, r, 7)
			ch := got.Channels
			if want := strings.Contains(c.name, "odd"); len(x) != 160*ch && !want || want && len(x) != 159 {
				t.Errorf("%d samples", len(x))
			}
			for i, v := range x {
				if d := math.Abs(float64(v) - sine(i%ch, i/ch)); d > tolerance[c.encoding] {
					t.Fatalf("sample %d: %v, %g off", i, v, d)
				}
			}
			var ids []string
			for _, c := range r.Chunks() {
				ids = append(ids, c.ID)
			}
			if s := strings.Join(ids, " "); s != c.chunks {
				t.Errorf("chunks %q, want %q", s, c.chunks)
			}
			if r.Truncated() || len(r.Warnings()) > 0 {
				t.Errorf("truncated %v, warnings %q", r.Truncated(), r.Warnings())
			}
		})
	}
}

// sine is the signal of the fixtures.
func sine(channel, n int) float64 {
	switch channel {
	case 0:
		return 0.5 * math.Sin(2*math.Pi*440/8000*float64(n))
	case 1:
		return 0.25 * math.Sin(2*math.Pi*880/8000*float64(n))
	}
	return 0
}

func TestFixtureMetadata(t *testing.T) {
	b, err := os.ReadFile("testdata/ffmpeg_list_s16.wav")
	if err != nil {
		t.Fatal(err)
	}
	c := mustReader(t, b).Chunks()
	if len(c) != 2 || len(c[0].Data) != 602 || !bytes.HasPrefix(c[0].Data, []byte("sine\x00")) || !bytes.Contains(c[1].Data, []byte("INAM\x06\x00\x00\x00Quiet\x00")) {
		t.Errorf("%+v", c)
	}
}

// TestHeaders reads small files with unusual headers; the samples of all are
// the s16 values 1…4, unless told otherwise.
func TestHeaders(t *testing.T) {
	samples := file(u16(1), u16(2), u16(3), u16(4))
	data := file("data", u32(8), samples)
	list := file("LIST", u32(4), "INFO")
	odd := file("LIST", u32(5), "INFOx")
	rf64 := func(id string, riffSize, dataSize u64, after ...any) []byte {
		return file(id, u32(sizeUnknown), "WAVEds64", u32(28), riffSize, dataSize, u64(4), u32(0), mono16, file(after...))
	}
	for _, c := range []struct {
		name    string
		in      []byte
		frames  int64
		got     int // samples, 4 unless set; −1: none
		chunks  string
		warning string // part of the only warning
		cut     bool   // Truncated
	}{
		{name: "plain", in: riff(mono16, data), frames: 4},
		{name: "stream 0xFFFFFFFF", in: file("RIFF", u32(sizeUnknown), "WAVE", mono16, "data", u32(sizeUnknown), samples), frames: -1},
		{name: "stream 0", in: file("RIFF", u32(0), "WAVE", mono16, "data", u32(0), samples), frames: -1},
		{name: "never finished", in: file("RIFF", u32(36), "WAVE", mono16, "data", u32(0), samples), frames: -1},
		{name: "sox 0x7FFFF000", in: file("RIFF", u32(0x7FFFF024), "WAVE", mono16, "data", u32(0x7FFFF000), samples), frames: -1},
		{name: "0x7FFFFFFF", in: file("RIFF", u32(0x7FFFFFFF), "WAVE", mono16, "data", u32(0x7FFFFFFF-36), samples), frames: -1},
		{name: "arecord 0x80000000", in: file("RIFF", u32(0x80000024), "WAVE", mono16, "data", u32(0x80000000), samples), frames: -1},
		{name: "0xFFFFFFFF less header", in: file("RIFF", u32(sizeUnknown), "WAVE", mono16, "data", u32(sizeUnknown-36), samples), frames: -1},
		{name: "stream cut in a frame", in: file("RIFF", u32(sizeUnknown), "WAVE", mono16, "data", u32(sizeUnknown), samples, "x"), frames: -1, warning: "within a frame, 1 bytes", cut: true},
		{name: "empty", in: riff(mono16, "data", u32(0)), frames: 0, got: -1},
		{name: "empty, chunk behind", in: riff(mono16, "data", u32(0), list), frames: 0, got: -1, chunks: "LIST+"},
		{name: "odd chunk", in: riff(mono16, odd, "\x00", data), frames: 4, chunks: "LIST"},
		{name: "odd chunk, no pad", in: riff(mono16, odd, data), frames: 4, chunks: "LIST", warning: "without a pad byte"},
		{name: "odd chunk, odd pad", in: riff(mono16, odd, " ", data), frames: 4, chunks: "LIST"},
		{name: "odd chunk before fmt, no pad", in: riff("note", u32(1), "x", mono16, data), frames: 4, chunks: "note", warning: "without a pad byte"},
		{name: "chunks around", in: riff("JUNK", u32(2), "xx", list, mono16, "cue ", u32(4), u32(0), data, "id3 ", u32(3), "ID3", "\x00", "LIST", u32(0)), frames: 4, chunks: "LIST cue  id3 + LIST+"},
		{name: "chunks behind, RIFF size stale", in: file("RIFF", u32(36), "WAVE", mono16, data, list), frames: 4, chunks: "LIST+"},
		{name: "chunk behind cut", in: file("RIFF", u32(900), "WAVE", mono16, data, "LIST", u32(800), "INFO"), frames: 4, warning: "could not be read: the input ends within one"},
		{name: "garbage behind", in: file("RIFF", u32(900), "WAVE", mono16, data, make([]byte, 100)), frames: 4, warning: "is not a chunk"},
		{name: "two files", in: file("RIFF", u32(900), "WAVE", mono16, data, riff(mono16, data)), frames: 4, warning: "another RIFF file"},
		{name: "junk bytes between", in: riff(mono16, "\x00\x00\x01", list, data), frames: 4, chunks: "LIST", warning: "3 unreadable bytes"},
		{name: "fmt longer than it says", in: riff(mono16, u16(0), data), frames: 4, warning: "2 unreadable bytes"},
		{name: "fmt of 18", in: riff("fmt ", u32(18), mono16[8:], u16(0), data), frames: 4},
		{name: "second fmt", in: riff(mono16, plainFmt(tagPCM, 2, 44100, 4, 16), data), frames: 4, warning: "second fmt"},
		{name: "second data", in: riff(mono16, data, data), frames: 4, warning: `second "data"`},
		{name: "truncated", in: file("RIFF", u32(44), "WAVE", mono16, "data", u32(16), samples), frames: 8, warning: "4 of 8 frames", cut: true},
		{name: "truncated in a frame", in: file("RIFF", u32(44), "WAVE", mono16, "data", u32(16), samples, "x"), frames: 8, warning: "4 of 8 frames", cut: true},
		{name: "data not whole frames", in: riff(mono16, "data", u32(9), samples, "x", "\x00", list), frames: 4, chunks: "LIST+", warning: "last 1 bytes are dropped"},
		{name: "align 0", in: riff(plainFmt(tagPCM, 1, 8000, 0, 16), data), frames: 4, warning: "blocks of 0 bytes"},
		{name: "align wrong", in: riff(plainFmt(tagPCM, 1, 8000, 5, 16), data), frames: 4, warning: "blocks of 5 bytes"},
		{name: "bits 0", in: riff(plainFmt(tagPCM, 1, 8000, 2, 0), data), frames: 4, warning: "no bits per sample"},
		{name: "RF64", in: rf64("RF64", 80, 8, "data", u32(sizeUnknown), samples), frames: 4},
		{name: "BW64", in: rf64("BW64", 80, 8, "axml", u32(1), "<\x00", "data", u32(sizeUnknown), samples, list), frames: 4, chunks: "axml LIST+"},
		{name: "RF64 size in data", in: rf64("RF64", 92, 99, "data", u32(8), samples, list), frames: 4, chunks: "LIST+"},
		{name: "RF64 stream", in: rf64("RF64", 0, 0, "data", u32(sizeUnknown), samples), frames: -1},
		{name: "RF64 all ones", in: rf64("RF64", 1<<64-1, 1<<64-1, "data", u32(sizeUnknown), samples), frames: -1},
		{name: "RF64 absurd length", in: rf64("RF64", 1<<61+64, 1<<61, "data", u32(sizeUnknown), samples), frames: 1 << 60, warning: "4 of 1152921504606846976", cut: true},
		{name: "RF64 without ds64", in: file("RF64", u32(sizeUnknown), "WAVE", mono16, "data", u32(sizeUnknown), samples), frames: -1, warning: "without a ds64"},
		{name: "RF64 table", in: file("RF64", u32(sizeUnknown), "WAVEds64", u32(40), u64(120), u64(8), u64(4), u32(1), "bigg", u64(3), mono16, "bigg", u32(sizeUnknown), "abc\x00", "data", u32(sizeUnknown), samples), frames: 4, chunks: "bigg"},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, oneByte := range []bool{false, true} {
				var in io.Reader = bytes.NewReader(c.in)
				if oneByte {
					in = iotest.OneByteReader(in)
				}
				r, err := NewReader(in)
				if err != nil {
					t.Fatal(err)
				}
				if r.Frames() != c.frames {
					t.Errorf("%d frames, want %d", r.Frames(), c.frames)
				}
				want := []float32{1. / 32768, 2. / 32768, 3. / 32768, 4. / 32768}
				if c.got < 0 {
					want = nil
				}
				if x := readAll(t, r, 3); !same(x, want) {
					t.Errorf("samples %v", x)
				}
				var ids []string
				for _, c := range r.Chunks() {
					if c.AfterData {
						c.ID += "+"
					}
					ids = append(ids, c.ID)
				}
				if s := strings.Join(ids, " "); s != c.chunks {
					t.Errorf("chunks %q, want %q", s, c.chunks)
				}
				w := r.Warnings()
				if (c.warning == "") != (len(w) == 0) || len(w) > 1 || len(w) == 1 && !strings.Contains(w[0], c.warning) {
					t.Errorf("warnings %q, want %q", w, c.warning)
				}
				if r.Truncated() != c.cut {
					t.Errorf("Truncated %v", r.Truncated())
				}
				if n, err := r.Read(make([]float32, 9)); n != 0 || err != io.EOF {
					t.Errorf("after the end: %d, %v", n, err)
				}
			}
		})
	}
}

func TestFormats(t *testing.T) {
	for _, c := range []struct {
		name    string
		fmt     []byte
		want    Format
		warning string
	}{
		{"u8", plainFmt(tagPCM, 1, 8000, 1, 8), Format{8000, 1, PCM8, 0, false, false, 8}, ""},
		{"plain 12 in 16", plainFmt(tagPCM, 1, 8000, 2, 12), Format{8000, 1, PCM16, 0, false, false, 12}, ""},
		{"plain 24 in 32", plainFmt(tagPCM, 2, 8000, 8, 24), Format{8000, 2, PCM32, 0, false, false, 24}, ""},
		{"s32", plainFmt(tagPCM, 2, 192000, 8, 32), Format{192000, 2, PCM32, 0, false, false, 32}, ""},
		{"f32", plainFmt(tagFloat, 2, 44100, 8, 32), Format{44100, 2, Float32, 0, false, false, 32}, ""},
		{"f64", plainFmt(tagFloat, 2, 44100, 16, 64), Format{44100, 2, Float64, 0, false, false, 64}, ""},
		{"alaw", plainFmt(tagALaw, 1, 8000, 1, 8), Format{8000, 1, ALaw, 0, false, false, 8}, ""},
		{"mulaw, 16 bits", plainFmt(tagMuLaw, 1, 8000, 1, 16), Format{8000, 1, MuLaw, 0, false, false, 8}, "16 bits per sample"},
		{"ext 20 in 24", extFmt(2, 48000, 6, 24, 20, 3, tagPCM, guidTail), Format{48000, 2, PCM24, 3, true, false, 20}, ""},
		{"ext 24 in 32", extFmt(6, 48000, 24, 32, 24, 0x60F, tagPCM, guidTail), Format{48000, 6, PCM32, 0x60F, true, false, 24}, ""},
		{"ext valid 0", extFmt(1, 48000, 2, 16, 0, 4, tagPCM, guidTail), Format{48000, 1, PCM16, 4, true, false, 16}, ""},
		{"ext valid too many", extFmt(1, 48000, 2, 16, 17, 4, tagPCM, guidTail), Format{48000, 1, PCM16, 4, true, false, 16}, "17 valid bits"},
		{"ext float", extFmt(1, 48000, 4, 32, 32, 4, tagFloat, guidTail), Format{48000, 1, Float32, 4, true, false, 32}, ""},
		{"ext alaw", extFmt(1, 8000, 1, 8, 8, 0, tagALaw, guidTail), Format{8000, 1, ALaw, 0, true, false, 8}, ""},
		{"ambisonic", extFmt(4, 48000, 12, 24, 24, 0, tagPCM, guidAmbisonic), Format{48000, 4, PCM24, 0, true, true, 24}, ""},
		{"many channels", plainFmt(tagFloat, MaxChannels, 48000, 8*MaxChannels, 64), Format{48000, MaxChannels, Float64, 0, false, false, 64}, ""},
	} {
		r, err := NewReader(bytes.NewReader(riff(c.fmt, "data", u32(0))))
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if r.Format() != c.want {
			t.Errorf("%s: %+v", c.name, r.Format())
		}
		if err := r.Format().Validate(); err != nil {
			t.Errorf("%s: the Reader's format is not valid: %v", c.name, err)
		}
		if w := r.Warnings(); (c.warning == "") != (len(w) == 0) || c.warning != "" && !strings.Contains(w[0], c.warning) {
			t.Errorf("%s: warnings %q", c.name, w)
		}
	}
}

func TestRefused(t *testing.T) {
	data := file("data", u32(2), u16(1))
	for _, c := range []struct {
		name string
		in   []byte
		want string // part of the error
	}{
		{"nothing", nil, "empty"},
		{"short", []byte("RIFF"), "only 4 bytes"},
		{"RIFX", file("RIFX", u32(0), "WAVE"), "big-endian RIFX"},
		{"AVI", file("RIFF", u32(0), "AVI "), `RIFF file of type "AVI "`},
		{"AIFF", file("FORM", u32(0), "AIFF"), `type "AIFF"`},
		{"FLAC", []byte("fLaC\x00\x00\x00\x22xxxxxxx"), "FLAC"},
		{"Ogg", []byte("OggS\x00\x02xxxxxxxxxx"), "Ogg"},
		{"MP3 tag", []byte("ID3\x04\x00xxxxxxxxxx"), "MP3"},
		{"MP3", []byte("\xFF\xFB\x90\x64xxxxxxxxxxxx"), "MP3"},
		{"AAC", []byte("\xFF\xF1\x50\x80xxxxxxxxxxxx"), "AAC"},
		{"MP4", []byte("\x00\x00\x00\x20ftypM4A xxxx"), "MP4"},
		{"W64", []byte("riff\x2E\x91\xCF\x11\xA5\xD6\x28\xDB"), "Wave64"},
		{"zeros", make([]byte, 100), `starts with "\x00\x00\x00\x00"`},
		{"no chunks", riff(), "ends before a whole fmt chunk"},
		{"fmt cut", riff("fmt ", u32(16), "xx"), "ends before a whole fmt chunk"},
		{"no data", riff(mono16, "LIST", u32(4), "INFO"), "no data chunk"},
		{"chunk beyond the end", riff(mono16, "LIST", u32(1<<20), "INFO"), "no data chunk"},
		{"huge chunk", riff(mono16, "LIST", u32(0xFFFFFFF0), "INFO"), "more than 256 MiB"},
		{"data first", riff(data, mono16), "before the fmt chunk"},
		{"fmt short", riff("fmt ", u32(14), make([]byte, 14), data), "14 bytes; at least 16"},
		{"fmt huge", riff("fmt ", u32(0xFFFFFFFE), mono16[8:], make([]byte, 100)), "more than 256 MiB"},
		{"no channels", riff(plainFmt(tagPCM, 0, 8000, 2, 16), data), "0 channels"},
		{"many channels", riff(plainFmt(tagPCM, 65535, 8000, 2, 16), data), "65535 channels"},
		{"rate 0", riff(plainFmt(tagPCM, 1, 0, 2, 16), data), "sampling rate of 0"},
		{"rate huge", riff(plainFmt(tagPCM, 1, 0xFFFFFFFF, 2, 16), data), "sampling rate of 4294967295"},
		{"bits 64", riff(plainFmt(tagPCM, 1, 8000, 8, 64), data), "integer samples of 64 bits"},
		{"bits 0", riff(plainFmt(tagPCM, 1, 8000, 0, 0), data), "integer samples of 0 bits"},
		{"half float", riff(plainFmt(tagFloat, 1, 8000, 2, 16), data), "float samples of 16 bits"},
		{"ADPCM", riff(plainFmt(0x11, 1, 8000, 256, 4), data), "IMA ADPCM"},
		{"unknown tag", riff(plainFmt(0x1234, 1, 8000, 2, 16), data), "0x1234 (unknown)"},
		{"ext short", riff(plainFmt(tagExtensible, 1, 8000, 2, 16), data), "40 are needed"},
		{"ext GUID", riff(extFmt(1, 8000, 2, 16, 16, 0, tagPCM, strings.Repeat("\x01", 14)), data), "unknown extensible sub-format"},
		{"garbage for chunks", riff(mono16, make([]byte, 1<<16)), "no chunk found at byte 36"},
		{"endless chunks", riff(bytes.Repeat(file("LIST", u32(0)), 5000)), "4096 chunks"},
		{"RF64 cut", file("RF64", u32(sizeUnknown), "WAVEds64", u32(28), u64(1)), "ends before"},
		{"RF64 ds64 huge", file("RF64", u32(sizeUnknown), "WAVEds64", u32(0xFFFFFFFF), make([]byte, 500)), "more than 256 MiB"},
		{"RF64 table huge", file("RF64", u32(sizeUnknown), "WAVEds64", u32(40), u64(1), u64(1), u64(1), u32(1), "bigg", u64(1<<62), "bigg", u32(sizeUnknown)), "more than 256 MiB"},
	} {
		_, err := NewReader(bytes.NewReader(c.in))
		if err == nil || !strings.HasPrefix(err.Error(), "wav: ") || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want … %s", c.name, err, c.want)
		}
	}
}

// TestUnknownLengthWithChunks reads a length that looks like "unknown" but is
// right, and one that is not and where more follows. The 2 GiB are simulated.
func TestUnknownLengthWithChunks(t *testing.T) {
	const size = 0x7FFFF000
	head := file("RIFF", u32(size+44), "WAVE", mono16, "data", u32(size))
	for _, c := range []struct {
		name, behind string
		frames       int64
		chunks       int
	}{
		{"chunk", "LIST\x04\x00\x00\x00INFO", size / 2, 1},
		{"nothing", "", size / 2, 0},
		{"more samples", "\x01\x00\x02\x00\x03\x00", size/2 + 3, 0},
	} {
		r, err := NewReader(io.MultiReader(bytes.NewReader(head), io.LimitReader(zeros{}, size), strings.NewReader(c.behind)))
		if err != nil {
			t.Fatal(err)
		}
		if got := countRaw(t, r); got != c.frames || r.Frames() != -1 || len(r.Chunks()) != c.chunks || r.Truncated() {
			t.Errorf("%s: %d frames, want %d; %d declared, %d chunks, warnings %q", c.name, got, c.frames, r.Frames(), len(r.Chunks()), r.Warnings())
		}
	}
}

// zeros gives an endless body without touching it, to be quick.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) { return len(p), nil }

func countRaw(t *testing.T, r *Reader) (frames int64) {
	t.Helper()
	buf := make([]byte, 16<<20)
	for {
		n, err := r.ReadRaw(buf)
		frames += int64(n / r.Format().BytesPerFrame())
		if err == io.EOF {
			return frames
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// TestBeyond4GiB reads an RF64 of 5 GiB whose body is made up.
func TestBeyond4GiB(t *testing.T) {
	const size = 5 << 30
	head := file("RF64", u32(sizeUnknown), "WAVEds64", u32(28), u64(size+100), u64(size), u64(size/2), u32(0), mono16, "data", u32(sizeUnknown))
	r, err := NewReader(io.MultiReader(bytes.NewReader(head), io.LimitReader(zeros{}, size), strings.NewReader("LIST\x04\x00\x00\x00INFO")))
	if err != nil {
		t.Fatal(err)
	}
	if r.Frames() != size/2 {
		t.Errorf("%d frames", r.Frames())
	}
	if n := countRaw(t, r); n != size/2 || len(r.TrailingChunks()) != 1 {
		t.Errorf("%d frames, chunks %v, warnings %q", n, r.Chunks(), r.Warnings())
	}
}

func TestMetadataBounds(t *testing.T) {
	big := func(id string, n int) []byte { return file(id, u32(n), make([]byte, n)) }
	in := riff(mono16, big("aaaa", maxChunkBytes), big("bbbb", maxChunkBytes+2), big("cccc", 100), big("dddd", maxChunkBytes), "data", u32(2), u16(1), big("eeee", 64))
	r := mustReader(t, in)
	readAll(t, r, 10)
	var ids []string
	for _, c := range r.Chunks() {
		ids = append(ids, c.ID)
	}
	if !slices.Equal(ids, []string{"aaaa", "cccc", "eeee"}) || len(r.Warnings()) != 2 {
		t.Errorf("%v, %q", ids, r.Warnings())
	}
	r = mustReader(t, riff(mono16, bytes.Repeat(file("note", u32(0)), maxChunks+100), "data", u32(0)))
	if len(r.Chunks()) != maxChunks || len(r.Warnings()) == 0 || len(r.Warnings()) > 32 {
		t.Errorf("%d chunks, %d warnings", len(r.Chunks()), len(r.Warnings()))
	}
}

func TestReadErrors(t *testing.T) {
	broken := errors.New("broken")
	in := riff(plainFmt(tagPCM, 2, 8000, 4, 16), "data", u32(8), "abcdefgh")
	for cut := range len(in) {
		r, err := NewReader(io.MultiReader(bytes.NewReader(in[:cut]), iotest.ErrReader(broken)))
		if err == nil {
			for err == nil {
				_, err = r.Read(make([]float32, 2))
			}
			if _, again := r.Read(make([]float32, 2)); again != err {
				t.Errorf("cut at %d: %v, then %v", cut, err, again)
			}
		}
		if !errors.Is(err, broken) || !strings.HasPrefix(err.Error(), "wav: ") {
			t.Fatalf("cut at %d: %v", cut, err)
		}
	}
	r := mustReader(t, in)
	if n, err := r.Read(make([]float32, 1)); n != 0 || err == nil || err == io.EOF {
		t.Errorf("half a frame: %d, %v", n, err)
	}
	if n, err := r.ReadRaw(make([]byte, 3)); n != 0 || err == nil || err == io.EOF {
		t.Errorf("half a raw frame: %d, %v", n, err)
	}
	if n, err := r.Read(nil); n != 0 || err != nil {
		t.Errorf("nil: %d, %v", n, err)
	}
	if n, err := r.Read(make([]float32, 5)); n != 4 || err != nil {
		t.Errorf("two and a half frames: %d, %v", n, err)
	}
}

// TestReadRawMatchesRead compares both paths, also through a reader that gives
// odd pieces and at a truncated end.
func TestReadRawMatchesRead(t *testing.T) {
	x := noise(3001)
	raw := make([]byte, 3*len(x))
	Encode(raw, x, PCM24)
	for _, declared := range []u32{u32(len(raw)), u32(len(raw)) + 600, sizeUnknown} {
		in := file("RIFF", u32(sizeUnknown), "WAVE", plainFmt(tagPCM, 1, 8000, 3, 24), "data", declared, raw, "xx")
		if declared == u32(len(raw)) {
			in = in[:len(in)-2]
		}
		r, err := NewReader(iotest.HalfReader(bytes.NewReader(in)))
		if err != nil {
			t.Fatal(err)
		}
		var got []byte
		buf := make([]byte, 1000)
		for err == nil {
			var n int
			n, err = r.ReadRaw(buf)
			if n%3 != 0 {
				t.Fatalf("%d bytes", n)
			}
			got = append(got, buf[:n]...)
		}
		s := mustReader(t, in)
		samples := readAll(t, s, 100)
		if err != io.EOF || !bytes.Equal(got, raw) || len(samples) != len(x) || r.Truncated() != s.Truncated() || !slices.Equal(r.Warnings(), s.Warnings()) {
			t.Errorf("declared %d: %v, %d and %d bytes, truncated %v %v, %q %q", declared, err, len(got), len(raw), r.Truncated(), s.Truncated(), r.Warnings(), s.Warnings())
		}
	}
}

// TestReadDoesNotWait: a Reader on a live pipe hands over what is there, and
// ends without waiting for the pipe to close if the header says that this is
// all.
func TestReadDoesNotWait(t *testing.T) {
	pr, pw := io.Pipe()
	defer pw.Close()
	in := riff(mono16, "data", u32(4), u16(1), u16(2))
	next := make(chan bool)
	go func() {
		pw.Write(in[:46])
		<-next
		pw.Write(in[46:]) // and does not close
	}()
	r, err := NewReader(pr)
	if err != nil {
		t.Fatal(err)
	}
	buf := make([]float32, 100)
	if n, err := r.Read(buf); n != 1 || err != nil {
		t.Fatalf("%d, %v", n, err)
	}
	next <- true
	if n, err := r.Read(buf); n != 1 || err != nil {
		t.Fatalf("%d, %v", n, err)
	}
	if n, err := r.Read(buf); n != 0 || err != io.EOF {
		t.Fatalf("%d, %v", n, err)
	}
}

func TestReadDoesNotAllocate(t *testing.T) {
	head := file("RIFF", u32(sizeUnknown), "WAVE", plainFmt(tagPCM, 2, 48000, 6, 24), "data", u32(sizeUnknown))
	r, err := NewReader(io.MultiReader(bytes.NewReader(head), zeros{}))
	if err != nil {
		t.Fatal(err)
	}
	buf, raw := make([]float32, 960), make([]byte, 5760)
	if n := testing.AllocsPerRun(100, func() { r.Read(buf); r.ReadRaw(raw) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// TestHostileSizesAllocateLittle: memory follows the bytes that are there, not
// the sizes that a header claims.
func TestHostileSizesAllocateLittle(t *testing.T) {
	for name, in := range map[string][]byte{
		"metadata": riff(mono16, "LIST", u32(maxChunkBytes), "INFO"),
		"huge":     riff("LIST", u32(sizeUnknown), "INFO"),
		"data":     riff(mono16, "data", u32(sizeUnknown-1), "INFO"),
		"table":    file("RF64", u32(sizeUnknown), "WAVEds64", u32(0x0FFFFFFF), u64(1<<62), u64(1<<62), u64(1<<62), u32(sizeUnknown), "abc"),
		"behind":   riff(mono16, "data", u32(2), "xx", "LIST", u32(maxChunkBytes), "INFO"),
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		r, err := NewReader(bytes.NewReader(in))
		if err == nil {
			readAll(t, r, 100)
		}
		runtime.ReadMemStats(&after)
		if n := after.TotalAlloc - before.TotalAlloc; n > bufferBytes+32<<10 {
			t.Errorf("%s: %d bytes allocated", name, n)
		}
	}
}
