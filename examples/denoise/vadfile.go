package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"path/filepath"
	"strconv"
	"strings"
)

// vadFormat is how voice segments are written.
type vadFormat uint8

const (
	vadByExtension vadFormat = iota
	vadJSON
	vadCSV
	vadAudacity
)

func parseVADFormat(s string) (vadFormat, error) {
	switch strings.ToLower(s) {
	case "json":
		return vadJSON, nil
	case "csv":
		return vadCSV, nil
	case "audacity", "txt", "labels":
		return vadAudacity, nil
	}
	return 0, fmt.Errorf("unknown format %q: want json, csv or audacity", s)
}

// vadFormatOf tells the format by the extension; a folder gets JSON.
func vadFormatOf(file string) (vadFormat, error) {
	switch ext := strings.ToLower(filepath.Ext(file)); {
	case ext == ".json":
		return vadJSON, nil
	case ext == ".csv":
		return vadCSV, nil
	case ext == ".txt":
		return vadAudacity, nil
	case isPattern(file) && !strings.Contains(filepath.Base(file), "*"):
		return vadJSON, nil
	}
	return 0, fmt.Errorf("-vad %s: want a name that ends in .json, .csv or .txt, or -vad-format", file)
}

func (f vadFormat) extension() string {
	switch f {
	case vadCSV:
		return ".csv"
	case vadAudacity:
		return ".txt"
	}
	return ".json"
}

// vadWriter writes voice segments as they come, so that hours need no memory.
type vadWriter struct {
	w      *bufio.Writer
	format vadFormat
	n      int
}

// newVADWriter starts the file of a recording.
func newVADWriter(w io.Writer, format vadFormat, name string, rate int) *vadWriter {
	v := &vadWriter{w: bufio.NewWriter(w), format: format}
	switch format {
	case vadJSON:
		quoted, _ := json.Marshal(name) // a string cannot fail
		fmt.Fprintf(v.w, "{\n  \"file\": %s,\n  \"sample_rate\": %d,\n  \"segments\": [", quoted, rate)
	case vadCSV:
		v.w.WriteString("start_s,end_s,speech_prob,level_dbov\n")
	}
	return v
}

// add writes a segment. Errors stay in the buffer until close.
func (v *vadWriter) add(s segment) {
	from, to := decimal(s.from, 6), decimal(s.to, 6)
	switch v.format {
	case vadJSON:
		if v.n > 0 {
			v.w.WriteByte(',')
		}
		fmt.Fprintf(v.w, "\n    {\"start_s\": %s, \"end_s\": %s, \"speech_prob\": %s, \"level_dbov\": %s}",
			from, to, decimal(s.prob, 3), decimal(s.level, 1))
	case vadCSV:
		fmt.Fprintf(v.w, "%s,%s,%s,%s\n", from, to, decimal(s.prob, 3), decimal(s.level, 1))
	case vadAudacity:
		fmt.Fprintf(v.w, "%s\t%s\tvoice\n", from, to)
	}
	v.n++
}

// close ends the file of a recording of so many seconds, with so many of voice.
func (v *vadWriter) close(seconds, voice float64) error {
	if v.format == vadJSON {
		if v.n > 0 {
			v.w.WriteString("\n  ")
		}
		fmt.Fprintf(v.w, "],\n  \"voice_s\": %s,\n  \"duration_s\": %s\n}\n", decimal(voice, 6), decimal(seconds, 6))
	}
	return v.w.Flush()
}

// decimal writes x with a fixed number of places: always a dot, never an
// exponent.
func decimal(x float64, places int) string { return strconv.FormatFloat(x, 'f', places, 64) }
