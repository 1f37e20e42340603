package metrics

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// TestFrames: the frames of every rate are whole and lie side by side.
func TestFrames(t *testing.T) {
	for _, rate := range []int{8000, 11025, 16000, 22050, 44100, 48000, 8001, 192000} {
		for n := range 3000 {
			want := 0
			for (want+1)*rate/100 <= n {
				want++
			}
			if got := framesIn(n, rate); got != want {
				t.Fatalf("%d samples at %d Hz: %d frames, want %d", n, rate, got, want)
			}
		}
		if frameStart(100, rate) != rate {
			t.Errorf("%d Hz: 1 s is %d samples", rate, frameStart(100, rate))
		}
	}
}

func draw(mask []bool) string {
	var b strings.Builder
	for _, v := range mask {
		b.WriteByte("-#"[map[bool]int{true: 1}[v]])
	}
	return b.String()
}

func undraw(s string) []bool {
	m := make([]bool, len(s))
	for i := range s {
		m[i] = s[i] == '#'
	}
	return m
}

func TestPauses(t *testing.T) {
	for _, c := range []struct {
		speech        string
		before, after time.Duration
		want          string
	}{
		{"----------", 50 * ms, 200 * ms, "##########"},
		{"----##--------", 0, 0, "####--########"},
		{"----##--------", 20 * ms, 30 * ms, "##-------#####"},
		{"----##--------", 11 * ms, 29 * ms, "##-------#####"}, // rounded up
		{"#-----##----#-", 20 * ms, 10 * ms, "--##-----#----"},
		{"-#", 50 * ms, 200 * ms, "--"},
	} {
		if got := draw(Pauses(undraw(c.speech), c.before, c.after)); got != c.want {
			t.Errorf("%s with %v before and %v after: %s, want %s", c.speech, c.before, c.after, got, c.want)
		}
	}
}

func TestBetween(t *testing.T) {
	all := undraw("##########")
	for want, d := range map[string][2]time.Duration{
		"##########": {0, 0}, "###-------": {0, 30 * ms}, "---#######": {30 * ms, 0}, "--###-----": {20 * ms, 50 * ms}, "----------": {time.Second, 0},
	} {
		if got := draw(Between(all, d[0], d[1])); got != want {
			t.Errorf("%v: %s, want %s", d, got, want)
		}
	}
	if got := draw(Between(undraw("#-#-#"), 10*ms, 0)); got != "--#-#" {
		t.Error(got)
	}
	if got := draw(all); got != "##########" {
		t.Errorf("Between changed its argument: %s", got)
	}
}

func TestRuns(t *testing.T) {
	for mask, want := range map[string]string{"": "[]", "---": "[]", "##": "[{0 2}]", "-##-#": "[{1 3} {4 5}]"} {
		if got := fmt.Sprint(runs(undraw(mask))); got != want {
			t.Errorf("%s: %s, want %s", mask, got, want)
		}
	}
}
