package mic

import (
	"io"
	"math"
	"os"
	"slices"
	"testing"

	"github.com/quietline/quietline/denoise"
	"github.com/quietline/quietline/internal/wav"
)

const rate = 48000

// noisy returns the noisy speech of the repository's testdata, 48 kHz mono.
func noisy(t *testing.T) []float32 {
	t.Helper()
	f, err := os.Open("../../../../testdata/noisy_rain_48k.wav")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r, err := wav.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	var x []float32
	buf := make([]float32, 4096)
	for {
		n, err := r.Read(buf)
		x = append(x, buf[:n]...)
		if err == io.EOF {
			return x
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

func open(t *testing.T, rate, channels int) *Mic {
	t.Helper()
	m, err := New(rate, channels)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// run sends a copy of x through m and returns it with the reports.
func run(m *Mic, x []float32, chunk int) ([]float32, []Report) {
	y := slices.Clone(x)
	var reports []Report
	for at := 0; at < len(y); at += chunk {
		if m.Process(y[at:min(at+chunk, len(y))]) {
			reports = append(reports, *m.Report())
		}
	}
	return y, reports
}

func TestIsTheDenoiser(t *testing.T) {
	x := noisy(t)
	d, err := denoise.New(denoise.Config{SampleRate: rate})
	if err != nil {
		t.Fatal(err)
	}
	want := make([]float32, len(x))
	d.Process(want, x)
	m := open(t, rate, 1)
	if m.Latency() != d.Latency() {
		t.Errorf("latency %d, want %d", m.Latency(), d.Latency())
	}
	first, reports := run(m, x, 128)
	if !slices.Equal(first, want) {
		t.Error("output is not that of the denoiser")
	}
	if want := len(x) / (rate / 10); len(reports) != want {
		t.Errorf("%d reports, want %d", len(reports), want)
	}
	for _, chunk := range []int{1, 441, 480, 4096} {
		y, again := run(open(t, rate, 1), x, chunk)
		if !slices.Equal(y, first) || !slices.Equal(again, reports) {
			t.Errorf("chunks of %d give something else than chunks of 128", chunk)
		}
	}
}

func TestDisabledIsTheInput(t *testing.T) {
	x := noisy(t)[:2*rate]
	m := open(t, rate, 1)
	m.SetEnabled(false)
	y, _ := run(m, x, 128)
	n := m.Latency()
	// The switch is cross-faded with the first hop.
	if !slices.Equal(y[n+480:], x[480:len(x)-n]) {
		t.Error("off, the output is not the input of Latency samples ago")
	}
}

func TestStrength(t *testing.T) {
	x := noisy(t)[:rate] // rain alone
	power := func(db float64) float64 {
		m := open(t, rate, 1)
		m.SetLimitDB(db)
		y, _ := run(m, x, 128)
		var sum float64
		for _, v := range y[rate/2:] {
			sum += float64(v) * float64(v)
		}
		return 10 * math.Log10(sum)
	}
	off, mild, strong := power(0), power(6), power(29)
	if d := off - mild; d < 4.5 || d > 6.5 {
		t.Errorf("a limit of 6 dB turns rain down by %.1f dB", d)
	}
	if d := off - strong; d < 15 {
		t.Errorf("a limit of 29 dB turns rain down by %.1f dB, want 15 or more", d)
	}
}

// Mute: silence after 10 ms, no step on either side, a warning while somebody
// talks, and the cleaned sound again afterwards.
func TestMute(t *testing.T) {
	x := noisy(t)
	want, _ := run(open(t, rate, 1), x, 128)
	m := open(t, rate, 1)
	const from, to = 2 * rate / 128 * 128, 5 * rate / 128 * 128
	y, _ := run(m, x[:from], 128)
	m.SetMuted(true)
	closed, reports := run(m, x[from:to], 128)
	m.SetMuted(false)
	opened, _ := run(m, x[to:], 128)
	y = append(append(y, closed...), opened...)

	const fade = rate / 100
	for i := range fade {
		// Between the sound and silence, less and less of it.
		bound := float64(want[from+i]) * float64(fade-i) / fade
		if math.Abs(float64(y[from+i])) > math.Abs(bound)+1e-6 {
			t.Fatalf("sample %d of the fade is %g, want at most %g", i, y[from+i], bound)
		}
	}
	// And no step: the first half of it is still most of the sound.
	if d := level(want[from:from+fade/2]) - level(y[from:from+fade/2]); d < 1 || d > 5 {
		t.Errorf("the first half of the fade is %.1f dB down, want 1 to 5", d)
	}
	if i := slices.IndexFunc(y[from+fade+1:to], func(v float32) bool { return v != 0 }); i >= 0 {
		t.Errorf("sound comes out %d samples after the fade", i)
	}
	warned := 0
	for _, r := range reports {
		if r.Speaking != 0 {
			t.Fatal("a muted talker is reported as speaking")
		}
		if r.Warning != 0 {
			warned++
		}
	}
	if warned < 10 || warned == len(reports) { // pauses are between the phrases
		t.Errorf("%d of %d reports warn, want 10 or more, not all", warned, len(reports))
	}
	if last := reports[len(reports)-1]; last.OutputLevel != floorDB || slices.Max(last.SpectrumOut[:]) != 0 || last.InputLevel < -60 {
		t.Errorf("muted, the output is %g dB with a spectrum up to %d, the input %g dB",
			last.OutputLevel, slices.Max(last.SpectrumOut[:]), last.InputLevel)
	}
	var before, after float32 // the largest steps
	for i := to; i < to+2*rate/10; i++ {
		after = max(after, max(y[i]-y[i-1], y[i-1]-y[i]))
		before = max(before, max(want[i]-want[i-1], want[i-1]-want[i]))
	}
	if after > 1.2*before+1e-4 {
		t.Errorf("opening steps by up to %g, the sound itself by %g", after, before)
	}
	if l, w := level(y[to+rate:]), level(want[to+rate:]); math.Abs(l-w) > 1 {
		t.Errorf("a second after opening: %.1f dB, want %.1f", l, w)
	}
}

func level(x []float32) float64 {
	var sum float64
	for _, v := range x {
		sum += float64(v) * float64(v)
	}
	return 10 * math.Log10(sum/float64(len(x)))
}

func TestLevels(t *testing.T) {
	x := noisy(t)
	y, reports := run(open(t, rate, 1), x, 128)
	for i, r := range reports {
		at := i * rate / 10
		in, out := level(x[at:at+rate/10]), max(level(y[at:at+rate/10]), floorDB)
		if math.Abs(float64(r.InputLevel)-in) > 0.01 || math.Abs(float64(r.OutputLevel)-out) > 0.01 {
			t.Fatalf("report %d: levels %.2f and %.2f dB, want %.2f and %.2f", i, r.InputLevel, r.OutputLevel, in, out)
		}
	}
}

func TestStereo(t *testing.T) {
	x := noisy(t)[:2*rate]
	both := make([]float32, 2*len(x))
	for i, v := range x {
		both[2*i], both[2*i+1] = v, v
	}
	mono, monoReports := run(open(t, rate, 1), x, 128)
	stereo, reports := run(open(t, rate, 2), both, 256)
	for i, v := range mono {
		if math.Abs(float64(stereo[2*i]-v)) > 1e-5 || stereo[2*i] != stereo[2*i+1] {
			t.Fatalf("sample %d is %g and %g, mono %g", i, stereo[2*i], stereo[2*i+1], v)
		}
	}
	for i := range reports {
		if math.Abs(float64(reports[i].InputLevel-monoReports[i].InputLevel)) > 0.01 || reports[i].SpectrumIn != monoReports[i].SpectrumIn {
			t.Fatalf("report %d differs from that of one channel", i)
		}
	}
}

func TestRefuses(t *testing.T) {
	for _, c := range [][2]int{{7999, 1}, {192001, 1}, {48000, -1}, {48000, 65}} {
		if _, err := New(c[0], c[1]); err == nil {
			t.Errorf("%d Hz, %d channels: no error", c[0], c[1])
		}
	}
	m := open(t, rate, 1)
	x := make([]float32, rate)
	x[100], x[200] = float32(math.NaN()), float32(math.Inf(1))
	y, reports := run(m, x, 128)
	if slices.ContainsFunc(y, func(v float32) bool { return v != v || v > 1 }) || reports[9].InputLevel != floorDB {
		t.Errorf("NaN and Inf: %+v", reports[9])
	}
}

func TestDoesNotAllocate(t *testing.T) {
	m := open(t, rate, 1)
	x := noisy(t)
	at, muted := 0, false
	if n := testing.AllocsPerRun(2000, func() {
		m.Process(x[at : at+128])
		if at += 128; at+128 > len(x) {
			at = 0
		}
		if at%12800 == 0 {
			muted = !muted
			m.SetMuted(muted)
		}
	}); n != 0 {
		t.Errorf("%g allocations a quantum", n)
	}
}
