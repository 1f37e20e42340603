package main

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/quietline/quietline/opusio"
)

// headerBytes is what IPv4, UDP and RTP put before each packet that is sent.
const headerBytes = 20 + 8 + 12

// row sums one sender at one bit rate up over all recordings of a sampling
// rate.
type row struct {
	Rate    int     `json:"sample_rate"`
	Sound   string  `json:"sound"`
	DTXBy   string  `json:"dtx_by"`
	Target  int     `json:"target"` // b/s; 0: not coded
	Files   int     `json:"recordings"`
	Seconds float64 `json:"seconds"`
	Active  float64 `json:"active_seconds"`
	traffic
	ESTOI float64 `json:"estoi"` // mean over the recordings
}

// kbps returns the mean bit rate in kb/s, with so many bytes before each
// packet that was sent.
func (r *row) kbps(header int) float64 {
	return float64(r.Bytes+header*(r.Packets-r.DTX)) * 8 / r.Seconds / 1000
}

func (r *row) dtxPercent() float64 { return 100 * float64(r.DTX) / float64(max(r.Packets, 1)) }

// report is what the command prints.
type report struct {
	Backend string   `json:"codec"`
	LeftOut int      `json:"left_out"` // recordings without speech or without noise
	Rows    []row    `json:"rows"`     // by sampling rate, bit rate, sender
	Results []result `json:"recordings"`
}

func newReport(results []result, leftOut int) *report {
	rep := &report{Backend: opusio.Default.Name(), LeftOut: leftOut, Results: results}
	for _, res := range results {
		at := slices.IndexFunc(rep.Rows, func(r row) bool {
			return r.Rate == res.Rate && r.Sound == res.Sound && r.DTXBy == res.DTXBy && r.Target == res.Target
		})
		if at < 0 {
			at = len(rep.Rows)
			rep.Rows = append(rep.Rows, row{Rate: res.Rate, Sound: res.Sound, DTXBy: res.DTXBy, Target: res.Target})
		}
		r := &rep.Rows[at]
		r.Files++
		r.Seconds += res.Seconds
		r.Active += res.Seconds * res.Activity
		r.Packets += res.Packets
		r.DTX += res.DTX
		r.Bytes += res.Bytes
		r.Cut += (res.Cut - r.Cut) / float64(r.Files)
		r.ESTOI += (res.ESTOI - r.ESTOI) / float64(r.Files)
	}
	// Senders stay in their order.
	slices.SortStableFunc(rep.Rows, func(a, b row) int {
		if a.Rate != b.Rate {
			return b.Rate - a.Rate
		}
		return a.Target - b.Target
	})
	return rep
}

func (rep *report) writeJSON(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetIndent("", " ")
	return e.Encode(rep)
}

// writeMarkdown writes one table per sampling rate.
func (rep *report) writeMarkdown(w io.Writer) error {
	var b strings.Builder
	for i, r := range rep.Rows {
		if i == 0 || r.Rate != rep.Rows[i-1].Rate {
			if i > 0 {
				b.WriteString("\n")
			}
			fmt.Fprintf(&b, "**%g kHz**, recordings: %d, %.1f s in all, speech in %.0f %% of it. Opus by %s, mono, VoIP, 20 ms, VBR, DTX.\n\n",
				float64(r.Rate)/1000, r.Files, r.Seconds, 100*r.Active/r.Seconds, rep.Backend)
			b.WriteString("| target kb/s | what is encoded | DTX by | kb/s | bytes | with headers kb/s | DTX | speech cut | ESTOI |\n")
			b.WriteString("|---|---|---|---|---|---|---|---|---|\n")
		}
		if r.Target == 0 {
			fmt.Fprintf(&b, "| not coded | %s | | | | | | | %.3f |\n", r.Sound, r.ESTOI)
			continue
		}
		fmt.Fprintf(&b, "| %g | %s | %s | %.1f | %d | %.1f | %.0f %% | %.2f %% | %.3f |\n",
			float64(r.Target)/1000, r.Sound, r.DTXBy, r.kbps(0), r.Bytes, r.kbps(headerBytes), r.dtxPercent(), 100*r.Cut, r.ESTOI)
	}
	if rep.LeftOut > 0 {
		fmt.Fprintf(&b, "\nLeft out, without speech or without noise: %d.\n", rep.LeftOut)
	}
	_, err := io.WriteString(w, b.String())
	return err
}
