package metrics

import (
	"errors"
	"math"
	"math/rand/v2"
	"testing"
	"time"
)

// TestROCAreaIsPairs compares with the comparison of every pair of frames.
func TestROCAreaIsPairs(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	for range 50 {
		n := 2 + r.IntN(60)
		prob, speech := make([]float32, n), make([]bool, n)
		for i := range prob {
			speech[i] = r.Float64() < 0.4
			prob[i] = float32(r.IntN(8)) / 8 // ties
			if speech[i] {
				prob[i] += float32(r.IntN(3)) / 8
			}
		}
		var won, pairs float64
		for i := range prob {
			for j := range prob {
				if speech[i] && !speech[j] {
					pairs++
					switch {
					case prob[i] > prob[j]:
						won++
					case prob[i] == prob[j]:
						won += 0.5
					}
				}
			}
		}
		got, err := ROCArea(prob, speech)
		if pairs == 0 {
			if !errors.Is(err, ErrTooShort) {
				t.Errorf("one kind of frames: %v", err)
			}
		} else if err != nil || math.Abs(got-won/pairs) > 1e-12 {
			t.Errorf("%g, %v; want %g", got, err, won/pairs)
		}
	}
}

// track makes a track of a drawing of the decision and one of the truth.
func track(prob, speech string) VoiceTrack {
	t := VoiceTrack{Speech: undraw(speech)}
	for _, on := range undraw(prob) {
		p := float32(0.25)
		if on {
			p = 0.75
		}
		t.Prob = append(t.Prob, p)
	}
	return t
}

// TestScoreVoiceByHand counts two short tracks.
func TestScoreVoiceByHand(t *testing.T) {
	tracks := []VoiceTrack{
		track("--#---###-#---------------####################",
			"----######-----##----#########################"),
		track("###-",
			"-##-"),
	}
	// First: runs 4–10 (on at 6, two frames late; 9 missed too), 15–17 (missed), 21–46 (on at 26).
	// Second: 1–3, on already.
	got, err := ScoreVoice(tracks, 0.5)
	check(t, err)
	voiced, missed := 6+2+25+2.0, 2+1+2+5.0
	want := VoiceScore{
		Miss: missed / voiced, FalseAlarm: 3.0 / 15, // frames 2 and 10, and the first of the second track
		Onsets: 4, MissedOnsets: 0.25, MedianDelay: 20 * time.Millisecond, // 20, 20 (its length), 50, 0 ms
		ClippedStart:      (3 + 2 + 5 + 0.0) / (6 + 2 + 20 + 2),
		SwitchesPerMinute: (7 + 2) / (50.0 / 6000), SwitchRatio: 9.0 / 7,
		Frames: 50,
	}
	// With two values only, of the hits against what was no alarm, and half of the ties.
	hit, quiet := 1-want.Miss, 1-want.FalseAlarm
	want.ROCArea = hit*quiet + (want.Miss*quiet+hit*want.FalseAlarm)/2
	if math.Abs(got.ROCArea-want.ROCArea) > 1e-12 {
		t.Errorf("ROC area %g, want %g", got.ROCArea, want.ROCArea)
	}
	got.ROCArea = want.ROCArea
	if math.Abs(got.SwitchesPerMinute-want.SwitchesPerMinute) < 1e-9 {
		got.SwitchesPerMinute = want.SwitchesPerMinute
	}
	if got != want {
		t.Errorf("\n%+v, want\n%+v", got, want)
	}
	// A threshold is to be passed, not reached.
	if s, err := ScoreVoice(tracks, 0.75); err != nil || s.Miss != 1 || s.FalseAlarm != 0 || s.MissedOnsets != 1 || s.SwitchRatio != 0 {
		t.Errorf("at 0.75: %+v, %v", s, err)
	}
	if s, err := ScoreVoice(tracks, 0); err != nil || s.Miss != 0 || s.FalseAlarm != 1 || s.MedianDelay != 0 || s.ClippedStart != 0 {
		t.Errorf("at 0: %+v, %v", s, err)
	}
}

func TestFalseAlarmPerMinute(t *testing.T) {
	got, err := FalseAlarmPerMinute([]VoiceTrack{track("##--", ""), track("------", "------")}, 0.5)
	if err != nil || math.Abs(got-12) > 1e-12 { // 2 of 10
		t.Errorf("%g s/min, %v; want 12", got, err)
	}
	if _, err := FalseAlarmPerMinute(nil, 0.5); err == nil {
		t.Error("nothing: no error")
	}
}

func TestVoiceErrors(t *testing.T) {
	ok := track("#-#-#-", "##--##")
	long := track("#-#-#-###", "##--##")
	slack := track("#-#-#-##", "##--##")
	nan := track("#-#-#-", "##--##")
	nan.Prob[2] = float32(math.NaN())
	if _, err := ROCArea(long.Prob, long.Speech); err == nil || errors.Is(err, ErrTooShort) {
		t.Errorf("three frames more: %v", err)
	}
	if _, err := ScoreVoice([]VoiceTrack{ok, long}, 0.5); err == nil {
		t.Error("three frames more: no error")
	}
	if s, err := ScoreVoice([]VoiceTrack{slack}, 0.5); err != nil || s.Frames != 6 {
		t.Errorf("two frames more: %+v, %v", s, err)
	}
	if _, err := ROCArea(nan.Prob, nan.Speech); err == nil {
		t.Error("NaN: no error")
	}
	if _, err := FalseAlarmPerMinute([]VoiceTrack{nan}, 0.5); err == nil {
		t.Error("NaN: no error")
	}
	for _, tracks := range [][]VoiceTrack{nil, {track("##", "--")}, {track("##", "##")}} {
		if _, err := ScoreVoice(tracks, 0.5); !errors.Is(err, ErrTooShort) {
			t.Errorf("%v: %v", tracks, err)
		}
	}
}
