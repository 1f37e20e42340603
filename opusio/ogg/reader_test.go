package ogg

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
	"time"
)

// TestFixtures reads what opusenc and ffmpeg wrote.
func TestFixtures(t *testing.T) {
	for _, c := range []struct {
		name     string
		channels int
		rate     int
		preSkip  int
		packet   int
		plays    int64
	}{
		{"opusenc_mono.opus", 1, 48000, 312, 960, 19200},
		{"opusenc_stereo_60.opus", 2, 44100, 312, 2880, 12000},
		{"ffmpeg_mono.opus", 1, 48000, 312, 960, 19200},
		{"ffmpeg_stereo_2.5.opus", 2, 48000, 120, 120, 12000},
		{"ffmpeg_flac_opus.ogg", 1, 48000, 312, 960, 12000},
	} {
		b, err := os.ReadFile(filepath.Join("testdata", c.name))
		if err != nil {
			t.Fatal(err)
		}
		r := mustReader(t, b)
		if h := r.Head(); h.Channels != c.channels || h.InputRate != c.rate || h.PreSkip != c.preSkip || h.Gain != 0 {
			t.Errorf("%s: %+v", c.name, h)
		}
		if e, ok := r.Tags().Get("encoder"); !ok || e == "" || r.Tags().Vendor == "" {
			t.Errorf("%s: %+v", c.name, r.Tags())
		}
		ps := readAll(t, r)
		pos := int64(0)
		for _, p := range ps {
			if p.Data == nil || p.Samples > c.packet || p.Samples < c.packet && p.TrimEnd == 0 && p.Position+960 < c.plays || p.Keep() > 0 && p.Position != pos {
				t.Fatalf("%s: %d samples at %d, want %d", c.name, p.Samples, p.Position, pos)
			}
			pos += int64(p.Keep())
		}
		if pos != c.plays || r.Damage().Any() || len(r.Warnings()) > 0 {
			t.Errorf("%s: plays %d; %+v %q", c.name, pos, r.Damage(), r.Warnings())
		}
	}
	b, err := os.ReadFile("testdata/ffmpeg_51.opus")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := NewReader(bytes.NewReader(b)); err == nil || !strings.Contains(err.Error(), "family 1 with 6 channels in 4 streams (2 coupled)") {
		t.Error(err)
	}
}

// TestLayouts: the same packets in every layout, at every speed of the input.
func TestLayouts(t *testing.T) {
	sizes := []int{1, 254, 255, 256, 509, 510, 511, 3, 765, 1275, 2, 20000, 61440, 255, 61200}
	packets := packets20(sizes...)
	packets = append(packets, repeat20(300, 7)...)
	total := int64(len(packets))*960 - 312 - 100
	for _, l := range []layout{{}, {segments: 1}, {segments: 2}, {segments: 3}, {segments: 17}, {segments: 254}, {whole: 1}, {whole: 2}, {whole: 50}, {whole: 255}} {
		b := file(packets, 312, l, total+312)
		for i, in := range []io.Reader{bytes.NewReader(b), iotest.HalfReader(bytes.NewReader(b)), iotest.DataErrReader(bytes.NewReader(b))} {
			r, err := NewReader(in)
			if err != nil {
				t.Fatal(err)
			}
			ps := readAll(t, r)
			samePackets(t, data(ps), packets)
			if kept(ps) != total || r.Damage() != (Damage{}) || len(r.Warnings()) > 0 {
				t.Errorf("%+v, input %d: %d samples, want %d; %+v %q", l, i, kept(ps), total, r.Damage(), r.Warnings())
			}
		}
	}
}

// TestTiming: trims, positions and gaps in small streams of packets of 960.
func TestTiming(t *testing.T) {
	two := repeat20(2, 10)
	for _, c := range []struct {
		what    string
		preSkip int
		pages   func(s *stream)
		want    string
		warning string
	}{
		{"plain", 0, func(s *stream) { s.packet(flagEOS, 1920, two...) }, "D960@0L D960@960", ""},
		{"pre-skip", 312, func(s *stream) { s.packet(flagEOS, 1920, two...) }, "D960-312-0@0L D960@648", ""},
		{"pre-skip of more than a packet", 1000, func(s *stream) { s.packet(flagEOS, 1920, two...) }, "D960-960-0@-40L D960-40-0@0", ""},
		{"pre-skip of everything", 1920, func(s *stream) { s.packet(flagEOS, 1920, two...) }, "D960-960-0@-960L D960-960-0@0", ""},
		{"end trim", 0, func(s *stream) { s.packet(flagEOS, 1900, two...) }, "D960@0L D960-0-20@960", ""},
		{"end trim of more than a packet", 0, func(s *stream) { s.packet(flagEOS, 900, two...) }, "D960-0-60@0L D960-0-960@960", ""},
		{"both in one packet", 312, func(s *stream) { s.packet(flagEOS, 322, two[0]) }, "D960-312-638@0L", ""},
		{"nothing left", 312, func(s *stream) { s.packet(flagEOS, 312, two[0]) }, "D960-312-648@0L", ""},
		{"end within the pre-skip", 312, func(s *stream) { s.packet(flagEOS, 100, two[0]) }, "D960-312-648@0L", "within the pre-skip"},
		{"trim on the second page", 0, func(s *stream) {
			s.packet(0, 1920, two...)
			s.packet(flagEOS, 2000, two...)
		}, "D960@0L D960@960 D960-0-880@1920 D960-0-960@2880", ""},
		{"trim of more than the last page", 0, func(s *stream) {
			s.packet(0, 1920, two...)
			s.packet(flagEOS, 1000, two...)
		}, "D960@0L D960@960 D960-0-960@1920 D960-0-960@2880", "more samples than it holds"},
		{"empty last page", 0, func(s *stream) {
			s.packet(0, 1920, two...)
			s.add(flagEOS, 1920, nil, nil)
		}, "D960@0L D960@960", ""},
		{"empty last page without granule position", 0, func(s *stream) {
			s.packet(0, 1920, two...)
			s.add(flagEOS, -1, nil, nil)
		}, "D960@0L D960@960", ""},
		{"no last page", 0, func(s *stream) { s.packet(0, 1920, two...) }, "D960@0L D960@960", "without the last page"},
		{"joined late", 312, func(s *stream) {
			s.packet(0, 1_001_920, two...)
			s.packet(flagEOS, 1_002_880, two[0])
		}, "D960-312-0@1000000L D960@1000648 D960@1001608", ""},
		{"joined late within a packet", 0, func(s *stream) {
			s.add(flagContinued, 5960, []byte{3, 10}, append([]byte{1, 2, 3}, two[0]...))
			s.packet(flagEOS, 6920, two[0])
		}, "D960@5000L D960@5960", ""},
		{"joined late, trimmed", 0, func(s *stream) {
			s.packet(0, 5960, two[0])
			s.packet(flagEOS, 6000, two[0])
		}, "D960@5000L D960-0-920@5960", ""},
		{"single page that is late", 0, func(s *stream) { s.packet(flagEOS, 5960, two[0]) }, "D960@5000L", ""},
		{"positions of the beginnings of packets", 0, func(s *stream) {
			s.packet(0, 0, two[0])
			s.packet(0, 960, two[0])
			s.packet(flagEOS, 1920, two[0])
		}, "D960@-960L D960@0 D960@960", "smaller than the samples on it"},
		{"no granule position", 0, func(s *stream) {
			s.packet(0, -1, two[0])
			s.packet(flagEOS, 1920, two[0])
		}, "D960@0L D960@960", "no granule position"},
		{"absurd granule position", 0, func(s *stream) {
			s.packet(0, 1<<63-1, two[0])
			s.packet(flagEOS, -1<<63, two[0])
		}, "D960@0L D960@960", "no granule position"},
		{"pause that was not sent", 0, func(s *stream) {
			s.packet(0, 960, two[0])
			s.packet(flagEOS, 960+2000*120+960, two[0])
		}, "D960@0L " + missing(960, 960, 250) + " D960@240960", ""},
		{"gap of an odd size", 0, func(s *stream) {
			s.packet(0, 960, two[0])
			s.packet(flagEOS, 3360, two[0])
		}, "D960@0L M480@960 M960@1440N D960@2400", ""},
		{"rounding", 0, func(s *stream) {
			s.packet(0, 960, two[0])
			s.packet(0, 1940, two[0])
			s.packet(0, 2860, two[0])
			s.packet(flagEOS, 3000, two[0])
		}, "D960@0L D960@980 D960@1900 D960-0-820@2860", "smaller than the samples before it"},
		{"pages lost", 0, func(s *stream) {
			s.packet(0, 960, two[0])
			s.seq += 2
			s.packet(flagEOS, 3840, two[0])
		}, "D960@0L M960@960 M960@1920N D960@2880", "2 pages are missing before page 5 "},
		{"pages lost, odd", 0, func(s *stream) {
			s.packet(0, 960, two[0])
			s.seq++
			s.packet(flagEOS, 2020, two[0])
		}, "D960@0L M120-0-20@960N D960@1060", "1 pages are missing"},
		{"pages lost, more than the limit", 0, func(s *stream) {
			s.packet(0, 960, two[0])
			s.seq++
			s.packet(0, 1<<40, two[0])
			s.packet(flagEOS, 1<<40+960, two[0])
		}, "D960@0L D960@1099511626816B D960@1099511627776", "longer than the limit"},
		{"pages lost, positions jump back", 0, func(s *stream) {
			s.packet(0, 5960, two[0])
			s.seq++
			s.packet(0, 1920, two[0])
			s.packet(flagEOS, 2880, two[0])
		}, "D960@5000L D960@960B D960@1920", "smaller than the samples before it"},
		{"pages lost, then no position", 0, func(s *stream) {
			s.packet(0, 960, two[0])
			s.seq++
			s.packet(0, -1, two[0])
			s.packet(flagEOS, 2880, two[0])
		}, "D960@0L D960@960B D960@1920", "no granule position"},
		{"pages lost, trimmed", 0, func(s *stream) {
			s.packet(0, 960, two[0])
			s.seq++
			s.packet(flagEOS, 2000, two...)
		}, "D960@0L D960@960 D960-0-880@1920", "1 pages are missing"},
		{"page lost before the last, which is empty", 0, func(s *stream) {
			s.packet(0, 960, two[0])
			s.seq++
			s.add(flagEOS, 2880, nil, nil)
		}, "D960@0L M960@960 M960@1920", "1 pages are missing"},
		{"page lost in the pre-skip", 1000, func(s *stream) {
			s.packet(0, 960, two[0])
			s.seq++
			s.packet(flagEOS, 2880, two[0])
		}, "D960-960-0@-40L M960-40-0@0N D960@920", "1 pages are missing"},
		{"first page lost, never seen", 0, func(s *stream) {
			s.seq++
			s.packet(flagEOS, 1920, two[0])
		}, "D960@960L", "1 pages are missing"},
		{"first page corrupt", 0, func(s *stream) {
			s.packet(0, 960, two[0])
			s.pages[2][30] ^= 1
			s.packet(flagEOS, 1920, two[0])
		}, "M960@0LN D960@960", "1 pages are missing"},
		{"page lost within a packet", 0, func(s *stream) {
			s.add(0, 960, []byte{10, 255}, append(two[0], make([]byte, 255)...))
			s.seq++
			s.add(flagContinued, 2880, []byte{5, 10}, append(make([]byte, 5), two[0]...))
			s.add(flagEOS, 3840, []byte{10}, two[0])
		}, "D960@0L M960@960N D960@1920 D960@2880", "1 pages are missing"},
		{"rest of a packet missing", 0, func(s *stream) {
			s.add(0, 960, []byte{10, 255}, append(two[0], make([]byte, 255)...))
			s.add(flagEOS, 2880, []byte{10}, two[0])
		}, "D960@0L M960@960N D960@1920", "the rest of a packet is missing"},
		{"beginning of a packet missing", 0, func(s *stream) {
			s.add(0, 960, []byte{10}, two[0])
			s.add(flagContinued|flagEOS, 2880, []byte{10, 10}, append(two[0], two[0]...))
		}, "D960@0L M960@960N D960@1920", ""},
		{"malformed packet in the middle", 0, func(s *stream) {
			s.packet(0, 960, two[0])
			s.packet(flagEOS, 3840, two[0], []byte{3}, two[1])
		}, "D960@0L D960@960 M960@1920N D960@2880", "a packet is dropped"},
		{"packet of no bytes at the end", 0, func(s *stream) {
			s.packet(0, 960, two[0])
			s.packet(0, 2880, two[0], nil)
			s.packet(flagEOS, 3840, two[0])
		}, "D960@0L D960@960 M960@1920 D960@2880", "0 bytes"},
		{"nothing but a malformed packet", 0, func(s *stream) { s.packet(flagEOS, 960, []byte{3}) }, "M960@0L", "a packet is dropped"},
		{"packet of 61,441 bytes", 0, func(s *stream) {
			s.packet(0, 960, packet20(61440, 0))
			s.packet(flagEOS, 2880, two[0], packet20(61441, 0))
		}, "D960@0L D960@960 M960@1920", "more than 61440 bytes"},
		{"packet of many megabytes", 0, func(s *stream) {
			s.packet(0, 960, two[0])
			for i := range byte(200) {
				s.add(min(i, 1), -1, bytes.Repeat([]byte{255}, 255), make([]byte, 65025))
			}
			s.add(flagContinued|flagEOS, 2880, []byte{2, 10}, append([]byte{1, 1}, two[0]...))
		}, "D960@0L M960@960N D960@1920", "more than 61440 bytes"},
		{"the same page again", 0, func(s *stream) {
			s.packet(0, 960, two[0])
			s.pages = append(s.pages, s.pages[2])
			s.packet(flagEOS, 1920, two[1])
		}, "D960@0L D960@960", ""},
		{"page numbers that stand still", 0, func(s *stream) {
			for i := range int64(3) {
				s.packet(0, 960*(i+1), two[0])
				s.seq = 2
			}
		}, "D960@0L D960@960 D960@1920", "page numbers jump"},
		{"pages behind the last", 0, func(s *stream) {
			s.packet(flagEOS, 960, two[0])
			s.packet(0, 1920, two[0])
		}, "D960@0L", "behind the last page"},
		{"no audio", 312, func(s *stream) { s.add(flagEOS, 0, nil, nil) }, "", ""},
	} {
		s := headers(3, c.preSkip)
		c.pages(s)
		r := mustReader(t, s.bytes())
		ps := readAll(t, r)
		if got := shape(ps); got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.what, got, c.want)
		}
		if w := strings.Join(r.Warnings(), "; "); c.warning == "" && w != "" || !strings.Contains(w, c.warning) {
			t.Errorf("%s: warnings %q, want %q", c.what, w, c.warning)
		}
		n := int64(0)
		for _, p := range ps {
			if p.Data == nil {
				n += int64(p.Samples)
			}
		}
		if d := r.Damage().MissingSamples; d > n || d < n-120 {
			t.Errorf("%s: %d missing samples, %d reported", c.what, n, d)
		}
	}
}

// missing is the shape of n pieces that are missing from position on.
func missing(position, step, n int) string {
	var ps []Packet
	for i := range n {
		ps = append(ps, Packet{Samples: step, Position: int64(position + i*step)})
	}
	ps[n-1].Next = []byte{0}
	return shape(ps)
}

func TestMaxGap(t *testing.T) {
	s := headers(1, 0)
	s.packet(0, 960, packet20(3, 0))
	s.packet(flagEOS, 960+96000+960, packet20(3, 1))
	for _, c := range []struct {
		max  time.Duration
		want int64
	}{{0, 1920}, {-1, 1920}, {1999 * time.Millisecond, 1920}, {2 * time.Second, 97920}, {1 << 62, 97920}} {
		r := mustReader(t, s.bytes(), WithMaxGap(c.max))
		ps := readAll(t, r)
		last := ps[len(ps)-1]
		if kept(ps) != c.want || last.Break != (c.want == 1920) || last.Position != 96960 {
			t.Errorf("%v: %d samples, %+v", c.max, kept(ps), last)
		}
	}
}

// TestCorruptEveryPage: whichever page is damaged or lost, the total stays
// exact, except for the headers, and the last page, which nothing follows.
func TestCorruptEveryPage(t *testing.T) {
	packets := packets20(50, 700, 255, 30, 1300, 61000, 2, 90, 10, 80, 256, 1000, 4)
	const total = 13*960 - 312 - 500
	for _, l := range []layout{{segments: 4}, {whole: 2}, {whole: 1}} {
		s := headers(9, 312)
		s.audio(packets, l, total+312)
		for i := 2; i < len(s.pages)-1; i++ {
			for _, lose := range []bool{false, true} {
				pages := bytes.Join(s.pages[:i], nil)
				if !lose {
					bad := bytes.Clone(s.pages[i])
					bad[len(bad)/2] ^= 4
					pages = append(pages, bad...)
				} else if i == 2 {
					continue // could be a stream that was joined late
				}
				pages = append(pages, bytes.Join(s.pages[i+1:], nil)...)
				r := mustReader(t, pages)
				ps := readAll(t, r)
				if kept(ps) != total {
					t.Errorf("%+v, page %d: %d samples, want %d: %s", l, i, kept(ps), total, shape(ps))
				}
				d := r.Damage()
				if d.LostPages != 1 || !lose && (d.BadPages != 1 || d.SkippedBytes != int64(len(s.pages[i]))) || !d.Any() || d.Truncated {
					t.Errorf("%+v, page %d: %+v", l, i, d)
				}
			}
		}
	}
}

// TestTruncated: whatever is left of a file is read, and what came stays the
// same.
func TestTruncated(t *testing.T) {
	packets := repeat20(9, 300)
	whole := file(packets, 100, layout{segments: 5}, -1)
	start := len(headers(7, 100).bytes())
	for n := start; n < len(whole); n++ {
		r := mustReader(t, whole[:n])
		ps := readAll(t, r)
		samePackets(t, data(ps), packets[:len(ps)])
		if !r.Damage().Truncated {
			t.Fatalf("%d bytes: %+v", n, r.Damage())
		}
	}
	for n := range start - 1 {
		if _, err := NewReader(bytes.NewReader(whole[:n])); err == nil {
			t.Fatalf("%d bytes: no error", n)
		}
	}
}

func TestInputFails(t *testing.T) {
	boom := errors.New("boom")
	b := file(repeat20(2, 10), 0, layout{whole: 1}, -1)
	r, err := NewReader(io.MultiReader(bytes.NewReader(b[:len(b)-3]), iotest.ErrReader(boom)))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.Next(); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if _, err := r.Next(); !errors.Is(err, boom) || !strings.HasPrefix(err.Error(), "ogg: ") {
			t.Error(err)
		}
	}
}

// TestChain: links one after the other, each with its header and tags, which
// change with the first packet of the link.
func TestChain(t *testing.T) {
	var in []byte
	link := func(channels, preSkip int, title string, n int, end int64, serial uint32) {
		tags := Tags{Comments: []string{"TITLE=" + title}}
		in = append(in, write(t, Head{Channels: channels, PreSkip: preSkip}, tags, repeat20(n, 20), end, WithSerial(serial))...)
	}
	link(1, 312, "one", 3, 2000, 1)
	link(2, 100, "two", 60, -1, 2)
	link(2, 0, "three", 1, 7, 2) // the same serial number
	r := mustReader(t, in)
	want := []struct {
		title    string
		channels int
		plays    int64
	}{{"one", 1, 2000}, {"two", 2, 60*960 - 100}, {"three", 2, 7}}
	i, plays := -1, int64(0)
	for {
		p, err := r.Next()
		if err == io.EOF || p.NewLink {
			if i >= 0 && plays != want[i].plays {
				t.Errorf("link %d plays %d", i, plays)
			}
			i++
			plays = 0
		}
		if err == io.EOF {
			break
		}
		plays += int64(p.Keep())
		if title, _ := r.Tags().Get("title"); title != want[i].title || r.Head().Channels != want[i].channels {
			t.Fatalf("link %d: %q, %+v", i, title, r.Head())
		}
	}
	if i != 3 || r.Damage() != (Damage{}) || len(r.Warnings()) > 0 || r.Serial() != 2 {
		t.Errorf("%d links, %+v %q", i, r.Damage(), r.Warnings())
	}
}

// TestChainOdd: links that end early, hold nothing or something else.
func TestChainOdd(t *testing.T) {
	opus := func(serial uint32, n int) *stream {
		s := headers(serial, 0)
		s.audio(repeat20(n, 20), layout{whole: 1}, -1)
		return s
	}
	other := &stream{serial: 50}
	other.packet(flagBOS, 0, []byte("\x01vorbis"))
	other.packet(flagEOS, 0, []byte("x"))
	empty := headers(60, 0)
	empty.add(flagEOS, 0, nil, nil)
	a, b := opus(1, 4), opus(2, 3)
	noEnd := bytes.Join(a.pages[:4], nil)
	six := &stream{serial: 9}
	six.packet(flagBOS, 0, []byte("OpusHead\x01\x06\x38\x01\x80\xBB\x00\x00\x00\x00\xFF"))
	six.packet(0, 0, []byte("OpusTags"))
	for _, c := range []struct {
		what    string
		in      []byte
		packets int
		links   int
		warning string
		err     string
	}{
		{"first not ended", join(noEnd, b.bytes()), 5, 2, "next link of the chain begins", ""},
		{"Vorbis between", join(a.bytes(), other.bytes(), b.bytes()), 7, 2, "it holds Vorbis", ""},
		{"Vorbis that begins late", join(noEnd, other.pages[0], a.pages[4], a.pages[5]), 4, 1, "", ""},
		{"empty between", join(a.bytes(), empty.bytes(), b.bytes()), 7, 2, "", ""},
		{"too many channels", join(a.bytes(), six.bytes(), b.bytes()), 4, 1, "", "family 255"},
		{"begins within another", join(bytes.Join(a.pages[2:], nil), b.bytes()), 3, 1, "", ""},
		{"damage in the first, and the second joined late", join(bytes.Join(a.pages[:3], nil), "junk OggS", make([]byte, 50), a.pages[4], a.pages[5], b.pages[0], b.pages[1], b.pages[3], b.pages[4]), 6, 2, "pages are missing", ""},
		{"multiplexed", join(other.pages[0], a.pages[0], b.pages[0], other.pages[1], a.pages[1], b.pages[1], a.pages[2], b.pages[2], a.pages[3], b.pages[3], a.pages[4], b.pages[4], a.pages[5]), 4, 1, "", ""},
		{"multiplexed with one that cannot be read", join(six.pages[0], a.pages[0], six.pages[1], bytes.Join(a.pages[1:], nil)), 4, 1, "", ""},
	} {
		r := mustReader(t, c.in)
		n, links := 0, 0
		var err error
		for {
			var p Packet
			if p, err = r.Next(); err != nil {
				break
			}
			n++
			if p.NewLink {
				links++
			}
		}
		if c.err == "" && err != io.EOF || !strings.Contains(err.Error(), c.err) {
			t.Errorf("%s: %v", c.what, err)
		}
		if w := strings.Join(r.Warnings(), "; "); n != c.packets || links != c.links || c.warning == "" && w != "" || !strings.Contains(w, c.warning) {
			t.Errorf("%s: %d packets, %d links, %q", c.what, n, links, w)
		}
	}
}

// TestLive: Next does not ask for more input than the page of the packet.
func TestLive(t *testing.T) {
	s := headers(1, 0)
	s.audio(repeat20(5, 100), layout{whole: 1}, -1)
	pr, pw := io.Pipe()
	step := make(chan struct{})
	go func() {
		pw.Write(s.pages[0])
		pw.Write(s.pages[1])
		for _, p := range s.pages[2:] {
			<-step
			pw.Write(p)
		}
		pw.Close()
	}()
	r, err := NewReader(pr)
	if err != nil {
		t.Fatal(err)
	}
	for range 5 {
		step <- struct{}{}
		if _, err := r.Next(); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := r.Next(); err != io.EOF {
		t.Error(err)
	}
}

func TestReaderAllocations(t *testing.T) {
	r := mustReader(t, file(packets20(repeatInts([]int{3, 255, 40, 900}, 500)...), 0, layout{segments: 5}, -1))
	for range 100 {
		r.Next()
	}
	if n := testing.AllocsPerRun(1500, func() {
		if _, err := r.Next(); err != nil {
			t.Fatal(err)
		}
	}); n > 0 {
		t.Errorf("%v allocations a packet", n)
	}
}

func repeatInts(x []int, n int) (all []int) {
	for range n {
		all = append(all, x...)
	}
	return all
}

func BenchmarkReader(b *testing.B) {
	in := write(b, Head{Channels: 1}, Tags{}, repeat20(5000, 80), -1)
	b.SetBytes(80)
	b.ReportAllocs()
	var r *Reader
	for i := range b.N {
		if i%5000 == 0 {
			r = mustReader(b, in)
		}
		if _, err := r.Next(); err != nil {
			b.Fatal(err)
		}
	}
}
