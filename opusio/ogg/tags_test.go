package ogg

import (
	"bytes"
	"reflect"
	"strings"
	"testing"
)

func TestTagsRoundTrip(t *testing.T) {
	for _, want := range []Tags{
		{},
		{Vendor: "libopus 1.5.2", Comments: []string{"TITLE=Tür", "artist=a=b", "EMPTY="}},
		{Vendor: "v", Tail: []byte{1, 0, 2}},
		{Comments: []string{"A=" + strings.Repeat("x", 300000)}, Tail: []byte{255}},
	} {
		b := want.appendTo(nil)
		got, err := ParseTags(b)
		if err != nil || !reflect.DeepEqual(got, want) || len(b) != want.size() {
			t.Errorf("%.99v, %v", got, err)
		}
		// And in a file, where large ones go over several pages.
		r := mustReader(t, write(t, Head{Channels: 1}, want, repeat20(3, 10), -1))
		if !reflect.DeepEqual(r.Tags(), want) {
			t.Errorf("%.99v", r.Tags())
		}
		if ps := readAll(t, r); len(ps) != 3 || len(r.Warnings()) > 0 || r.Damage().Any() {
			t.Errorf("%d packets, %q", len(ps), r.Warnings())
		}
	}
}

func TestTagsGet(t *testing.T) {
	tags := Tags{Comments: []string{"no value", "Title=a", "TITLE=b"}}
	tags.Add("ARTIST", "c=d")
	for _, c := range []struct {
		name, value string
		ok          bool
	}{{"title", "a", true}, {"artist", "c=d", true}, {"no value", "", false}, {"", "", false}} {
		if v, ok := tags.Get(c.name); v != c.value || ok != c.ok {
			t.Errorf("%q: %q, %v", c.name, v, ok)
		}
	}
}

func TestParseTagsDamaged(t *testing.T) {
	whole := Tags{Vendor: "ven", Comments: []string{"A=1", "B=2"}}.appendTo(nil)
	for n := range whole {
		tags, err := ParseTags(whole[:n])
		if err == nil || !strings.HasPrefix(err.Error(), "ogg: ") {
			t.Fatalf("%d bytes: %v", n, err)
		}
		if n == len(whole)-1 && (tags.Vendor != "ven" || len(tags.Comments) != 1 || !strings.Contains(err.Error(), "comment 2 of 2")) {
			t.Errorf("%+v, %v", tags, err)
		}
	}
	// Lengths that lie must not cost memory.
	for _, s := range []string{"OpusTags\xFF\xFF\xFF\xFFab", "OpusTags\x00\x00\x00\x00\xFF\xFF\xFF\xFF", "OpusTags\x00\x00\x00\x00\x01\x00\x00\x00\xFF\xFF\xFF\xFF"} {
		if n := testing.AllocsPerRun(1, func() { ParseTags([]byte(s)) }); n > 10 {
			t.Errorf("%v allocations", n)
		}
	}
	// Padding is dropped.
	if tags, err := ParseTags(append(whole, 0, 1, 1)); err != nil || tags.Tail != nil {
		t.Errorf("%+v, %v", tags, err)
	}
}

func TestTagsValidate(t *testing.T) {
	for _, tags := range []Tags{
		{Vendor: "\xFF"}, {Comments: []string{"no value"}}, {Comments: []string{"=v"}}, {Comments: []string{"Ü=v"}}, {Comments: []string{"A~=v"}},
		{Comments: []string{"A\n=v"}}, {Comments: []string{"A=\xFF"}}, {Tail: []byte{2}}, {Comments: []string{"A=" + strings.Repeat("x", MaxTagsBytes)}},
	} {
		if _, err := NewWriter(nil, Head{Channels: 1}, tags); err == nil || !strings.HasPrefix(err.Error(), "ogg: ") || len(err.Error()) > 200 {
			t.Errorf("%.99v: %v", tags, err)
		}
	}
}

// TestTagsMissing: whatever happens to the tags, the audio is read.
func TestTagsMissing(t *testing.T) {
	packets := repeat20(5, 100)
	for _, c := range []struct {
		what, warning string
		tags          func(s *stream)
	}{
		{"absent", "the tags are missing", func(s *stream) {}},
		{"page lost", "pages are missing", func(s *stream) { s.seq++ }},
		{"damaged", "tags are damaged", func(s *stream) { s.packet(0, 0, []byte("OpusTags\xFF\x00\x00\x00")) }},
		{"page corrupt", "the tags are missing", func(s *stream) {
			s.packet(0, 0, Tags{}.appendTo(nil))
			s.pages[1][40] ^= 1
		}},
		{"too large", "tags cannot be read", func(s *stream) {
			full := bytes.Repeat([]byte{255}, 255)
			for i := range MaxTagsBytes/65025 + 2 {
				s.add(flagContinued*byte(min(i, 1)), noGranule, full, make([]byte, 65025))
			}
			s.add(flagContinued, 0, []byte{0}, nil)
		}},
		{"cut in the middle", "tags cannot be read", func(s *stream) {
			s.add(0, noGranule, []byte{255}, make([]byte, 255))
			s.seq++
			s.add(flagContinued, 0, []byte{9}, make([]byte, 9))
		}},
	} {
		s := &stream{serial: 1}
		s.packet(flagBOS, 0, Head{Channels: 1}.appendTo(nil))
		c.tags(s)
		s.audio(packets, layout{whole: 2}, -1)
		r := mustReader(t, s.bytes())
		ps := readAll(t, r)
		samePackets(t, data(ps), packets)
		if w := strings.Join(r.Warnings(), "; "); kept(ps) != 4800 || !strings.Contains(w, c.warning) {
			t.Errorf("%s: %d samples, %q", c.what, kept(ps), w)
		}
	}
}
