package main

import "fmt"

// warn passes on what was odd about a recording that could be cleaned all the
// same.
func (s *session) warn(j job, warnings []string) {
	if s.o.quiet {
		return
	}
	for _, w := range warnings {
		s.progress.print("denoise: warning: %s: %s", nameOf(j.in.path), w)
	}
}

// say sums a job up on a terminal.
func (s *session) say(j job, r *report) {
	if !s.talk {
		return
	}
	line := nameOf(j.in.path)
	if j.sound != "" && j.sound != "-" {
		line += " → " + j.sound
	}
	line += fmt.Sprintf(": %s of sound in %.2f s", clock(r.Input.Seconds), r.Speed.WallSeconds)
	if db := r.Noise.ReductionDB; db != nil && j.sound != "" {
		line += fmt.Sprintf(", %.0f dB less noise in pauses", *db)
	}
	if r.Output.Clipped > 0 {
		line += fmt.Sprintf(", %d samples clipped", r.Output.Clipped)
	}
	s.progress.print("%s", line)
}

// clock writes a length of time: 7.7 s, 2:05 or 1:02:05.
func clock(seconds float64) string {
	whole := int64(seconds + 0.5)
	switch {
	case seconds < 99.95:
		return fmt.Sprintf("%.1f s", seconds)
	case whole < 3600:
		return fmt.Sprintf("%d:%02d", whole/60, whole%60)
	}
	return fmt.Sprintf("%d:%02d:%02d", whole/3600, whole/60%60, whole%60)
}
