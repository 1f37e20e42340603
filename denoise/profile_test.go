package denoise

import (
	"bytes"
	"errors"
	"math"
	"strings"
	"testing"
	"testing/iotest"
)

// TestLearnProfile: the density of white noise is its mean square over the band.
func TestLearnProfile(t *testing.T) {
	for _, rate := range []int{8000, 11025, 48000} {
		for _, channels := range []int{1, 2} {
			x := white(4*rate*channels, 1, -40)
			p, err := LearnProfile(x, rate, channels)
			if err != nil {
				t.Fatal(err)
			}
			want := -40 - 10*math.Log10(float64(rate)/2)
			var mean float64
			for _, v := range p.PSD[2 : len(p.PSD)-2] {
				mean += v / float64(len(p.PSD)-4)
			}
			if math.Abs(mean-want) > 0.3 {
				t.Errorf("%d Hz, %d channels: %.2f dB per Hz, want %.2f", rate, channels, mean, want)
			}
			if got := p.BinHz * float64(len(p.PSD)-1); math.Abs(got-float64(rate)/2) > 1e-6 {
				t.Errorf("%d Hz: profile ends at %v Hz", rate, got)
			}
		}
	}
	// Silence in a recording is not part of its noise.
	x := white(96000, 1, -40)
	p, _ := LearnProfile(x, 48000, 1)
	clear(x[24000:72000])
	q, err := LearnProfile(x, 48000, 1)
	if err != nil {
		t.Fatal(err)
	}
	for k := 2; k < len(p.PSD)-2; k++ {
		if math.Abs(p.PSD[k]-q.PSD[k]) > 3.5 {
			t.Fatalf("with a silent half bin %d is %v dB, want about %v", k, q.PSD[k], p.PSD[k])
		}
	}
}

func TestLearnProfileErrors(t *testing.T) {
	long := make([]float32, 48000)
	for name, f := range map[string]func() (*Profile, error){
		"short":    func() (*Profile, error) { return LearnProfile(white(4000, 1, -40), 48000, 1) },
		"silent":   func() (*Profile, error) { return LearnProfile(long, 48000, 1) },
		"rate":     func() (*Profile, error) { return LearnProfile(long, 100, 1) },
		"channels": func() (*Profile, error) { return LearnProfile(long, 48000, -1) },
		"nothing":  func() (*Profile, error) { return LearnProfile(nil, 48000, 2) },
	} {
		if p, err := f(); err == nil || p != nil || !strings.HasPrefix(err.Error(), "denoise: ") {
			t.Errorf("%s: %v, %v", name, p, err)
		}
	}
}

// TestProfileRoundTrip: what is written is read again, to the last bit.
func TestProfileRoundTrip(t *testing.T) {
	p, err := LearnProfile(pink(48000, 1, -40), 48000, 1)
	if err != nil {
		t.Fatal(err)
	}
	p.PSD[7] = -61.123456789012345
	var b bytes.Buffer
	n, err := p.WriteTo(&b)
	if err != nil || n != int64(b.Len()) {
		t.Fatalf("WriteTo: %d of %d bytes, %v", n, b.Len(), err)
	}
	q, err := ReadProfile(iotest.OneByteReader(&b))
	if err != nil {
		t.Fatal(err)
	}
	if q.BinHz != p.BinHz || len(q.PSD) != len(p.PSD) {
		t.Fatalf("read %v Hz, %d bins; wrote %v Hz, %d bins", q.BinHz, len(q.PSD), p.BinHz, len(p.PSD))
	}
	for k := range p.PSD {
		if p.PSD[k] != q.PSD[k] {
			t.Fatalf("bin %d: %v, wrote %v", k, q.PSD[k], p.PSD[k])
		}
	}
	if _, err := (&Profile{}).WriteTo(&b); err == nil {
		t.Error("an invalid profile is written")
	}
	if _, err := p.WriteTo(failingWriter{}); !errors.Is(err, errFailing) {
		t.Errorf("WriteTo gives %v, want the writer's error", err)
	}
	if _, err := ReadProfile(iotest.ErrReader(errFailing)); !errors.Is(err, errFailing) {
		t.Errorf("ReadProfile gives %v, want the reader's error", err)
	}
}

var errFailing = errors.New("disk on fire")

type failingWriter struct{}

func (failingWriter) Write([]byte) (int, error) { return 0, errFailing }

// hostileProfiles are refused; FuzzReadProfile begins with them.
var hostileProfiles = []string{
	``, `{}`, `[]`, `null`, `{"format":"quietline-noise-profile"}`, "\x00\xff", `{"format":"x","version":1,"bin_hz":50,"psd_dbfs_per_hz":[-60,-60]}`,
	`{"format":"quietline-noise-profile","version":2,"bin_hz":50,"psd_dbfs_per_hz":[-60,-60]}`,
	`{"format":"quietline-noise-profile","version":1,"bin_hz":0,"psd_dbfs_per_hz":[-60,-60]}`,
	`{"format":"quietline-noise-profile","version":1,"bin_hz":-50,"psd_dbfs_per_hz":[-60,-60]}`,
	`{"format":"quietline-noise-profile","version":1,"bin_hz":1e-300,"psd_dbfs_per_hz":[-60,-60]}`,
	`{"format":"quietline-noise-profile","version":1,"bin_hz":1e300,"psd_dbfs_per_hz":[-60,-60]}`,
	`{"format":"quietline-noise-profile","version":1,"bin_hz":1e999,"psd_dbfs_per_hz":[-60,-60]}`,
	`{"format":"quietline-noise-profile","version":1,"bin_hz":50,"psd_dbfs_per_hz":[-60]}`,
	`{"format":"quietline-noise-profile","version":1,"bin_hz":50,"psd_dbfs_per_hz":[]}`,
	`{"format":"quietline-noise-profile","version":1,"bin_hz":50,"psd_dbfs_per_hz":[null,-60]}`,
	`{"format":"quietline-noise-profile","version":1,"bin_hz":50,"psd_dbfs_per_hz":["a",-60]}`,
	`{"format":"quietline-noise-profile","version":1,"bin_hz":50,"psd_dbfs_per_hz":[1000,-60]}`,
	`{"format":"quietline-noise-profile","version":1,"bin_hz":50,"psd_dbfs_per_hz":[-1e9,-60]}`,
	`{"format":"quietline-noise-profile","version":1,"bin_hz":50,"psd_dbfs_per_hz":[-60,-60]} trailing`,
	`{"format":"quietline-noise-profile","version":1,"bin_hz":50,"psd_dbfs_per_hz":[` + strings.Repeat("-1,", 70000) + `-1]}`,
	strings.Repeat(" ", 4<<20) + `{}`,
	strings.Repeat(`[`, 100000),
}

func TestHostileProfiles(t *testing.T) {
	for _, s := range hostileProfiles {
		p, err := ReadProfile(strings.NewReader(s))
		if err == nil || p != nil || !strings.HasPrefix(err.Error(), "denoise: ") {
			t.Errorf("%.100q: %v, %v", s, p, err)
		}
	}
}

// FuzzReadProfile: whatever is accepted can be used at any rate and survives
// being written and read again.
func FuzzReadProfile(f *testing.F) {
	for _, s := range hostileProfiles {
		if len(s) < 1000 {
			f.Add([]byte(s))
		}
	}
	f.Add([]byte(`{"format":"quietline-noise-profile","version":1,"bin_hz":50,"psd_dbfs_per_hz":[-60,-70,-80]}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		p, err := ReadProfile(bytes.NewReader(b))
		if err != nil {
			if !strings.HasPrefix(err.Error(), "denoise: ") {
				t.Fatalf("error %v", err)
			}
			return
		}
		for _, rate := range []int{8000, 192000} {
			d, err := New(Config{SampleRate: rate, Profile: p})
			if err != nil {
				t.Fatal(err)
			}
			x := white(rate/20, 1, -40)
			d.Process(x, x)
			if !allFinite(x) {
				t.Fatal("output is not finite")
			}
		}
		var buf bytes.Buffer
		if _, err := p.WriteTo(&buf); err != nil {
			t.Fatal(err)
		}
		if _, err := ReadProfile(&buf); err != nil {
			t.Fatal(err)
		}
	})
}

// TestFixedProfile removes its noise from the first frame on, at the rate that
// it was learned at and at another, and nothing else for long: it does not learn.
func TestFixedProfile(t *testing.T) {
	p, err := LearnProfile(white(96000, 1, -40), 48000, 1)
	if err != nil {
		t.Fatal(err)
	}
	for _, rate := range []int{48000, 16000, 44100} {
		// The same density at another rate has less power in its band.
		db := -40 + 10*math.Log10(float64(rate)/48000)
		x := white(2*rate, 2, db)
		d := mustNew(t, Config{SampleRate: rate, Profile: p})
		if n := d.Profile(); n == nil {
			t.Fatal("no noise before the first frame")
		}
		before := d.Profile()
		y := aligned(d, x)
		early, late := db-level(y[:rate/5]), db-level(y[rate:])
		t.Logf("%d Hz: −%.1f dB in the first 200 ms, −%.1f dB later", rate, early, late)
		if early < 12 || late < 12 {
			t.Errorf("%d Hz: noise −%.1f dB in the first 200 ms, −%.1f dB later, want 12", rate, early, late)
		}
		process(d, white(2*rate, 3, -20), 0) // something louder
		after := d.Profile()
		for k := range before.PSD {
			if before.PSD[k] != after.PSD[k] {
				t.Fatalf("%d Hz: a fixed profile moves in bin %d from %v to %v", rate, k, before.PSD[k], after.PSD[k])
			}
		}
		loud := white(2*rate, 4, -20)
		y = aligned(d, loud)
		// Nobody talks in it, so it is damped like any pause; a dB more goes in
		// bins that are at the profile by chance.
		if g := -20 - level(y[rate:]); g > pauseDampDB+1 {
			t.Errorf("%d Hz: noise 20 dB above the profile is −%.1f dB", rate, g)
		}
	}
}

// TestProfileStart tracks from the profile on: at once good for its noise, and
// later for another.
func TestProfileStart(t *testing.T) {
	p, err := LearnProfile(white(96000, 1, -40), 48000, 1)
	if err != nil {
		t.Fatal(err)
	}
	for _, tracker := range []Tracker{TrackMMSE, TrackMinimum} {
		d := mustNew(t, Config{SampleRate: 48000, Profile: p, ProfileMode: ProfileStart, Tracker: tracker})
		begun := func(when string) {
			q := d.Profile()
			if q == nil {
				t.Fatalf("%v: %s no noise is known", tracker, when)
			}
			points := d.work.tables.points // what the noise is known on
			for k := range p.PSD {
				var want float64
				first, end := points.Range(points.Point(k))
				for _, db := range p.PSD[first:end] {
					want += math.Pow(10, db/10) / float64(end-first)
				}
				if want = 10 * math.Log10(want); math.Abs(q.PSD[k]-want) > 0.02 {
					t.Fatalf("%v: %s the noise of bin %d is %v dB, in the profile %v", tracker, when, k, q.PSD[k], want)
				}
			}
		}
		begun("after New")
		x := append(white(48000, 2, -40), white(4*48000, 3, -28)...)
		y := aligned(d, x)
		early, late := -40-level(y[:9600]), -28-level(y[4*48000:])
		if early < 12 || late < 12 {
			t.Errorf("%v: −%.1f dB in the first 200 ms, −%.1f dB for another noise later, want 12", tracker, early, late)
		}
		d.Reset()
		begun("after Reset")
		y = aligned(d, x)
		if again := -40 - level(y[:9600]); math.Abs(again-early) > 1e-9 {
			t.Errorf("%v: after Reset −%.1f dB at the start, before −%.1f", tracker, again, early)
		}
	}
	// SetProfile may be called again with the same profile: it starts again.
	d := mustNew(t, Config{SampleRate: 48000})
	for range 2 {
		if err := d.SetProfile(p, ProfileStart); err != nil {
			t.Fatal(err)
		}
		x := white(4800, 5, -40)
		y := process(d, x, 0)
		if g := -40 - level(y[2400:]); g < 12 {
			t.Errorf("after SetProfile noise is −%.1f dB", g)
		}
		process(d, white(96000, 6, -80), 0)
	}
}

// TestProfileOfTheStream: what Profile returns is the noise, and serves as a
// profile.
func TestProfileOfTheStream(t *testing.T) {
	d := mustNew(t, Config{SampleRate: 48000})
	if d.Profile() != nil {
		t.Error("a noise before the first sound")
	}
	process(d, white(96000, 1, -40), 0)
	p := d.Profile()
	if err := p.validate(); err != nil {
		t.Fatal(err)
	}
	var mean float64
	for _, v := range p.PSD[110:470] {
		mean += v / 360
	}
	if want := -40 - 10*math.Log10(24000); math.Abs(mean-want) > 2 {
		t.Errorf("%.1f dB per Hz, want %.1f", mean, want)
	}
	// A copy: the stream does not write to it, nor it to the stream.
	kept := p.PSD[100]
	process(d, white(96000, 2, -20), 0)
	if p.PSD[100] != kept {
		t.Error("the stream changes a profile that it gave away")
	}
}
