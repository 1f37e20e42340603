package main

import "github.com/quietline/quietline/bench/lab"

// metric is one figure of one file. README.md defines each.
type metric struct {
	key    string // in report.json
	head   string // of a column
	digits int
	good   direction
}

// direction says which values are better.
type direction int

const (
	higher direction = iota
	lower
	nearer // to zero
)

// metricList holds every metric, in the order of the tables.
var metricList = []metric{
	{"pesq_wb", "PESQ-WB", 2, higher},
	{"pesq_nb", "PESQ-NB", 2, higher},
	{"stoi", "STOI", 3, higher},
	{"estoi", "ESTOI", 3, higher},
	{"sisdr", "SI-SDR dB", 2, higher},
	{"segsnr", "segSNR dB", 2, higher},
	{"fwsegsnr", "fwSegSNR dB", 2, higher},
	{"lsd", "LSD dB", 2, lower},
	{"sig", "SIG", 2, higher},
	{"bak", "BAK", 2, higher},
	{"ovrl", "OVRL", 2, higher},
	{"p808", "P.808", 2, higher},
	{"att", "pauses dB", 1, higher},
	{"att_median", "pauses, median dB", 1, higher},
	{"att_first", "first second dB", 1, higher},
	{"gain", "speech level dB", 2, nearer},
	{"level", "active level dB", 2, nearer},
	{"musical", "musical noise", 2, lower},
	{"onset_loss", "onset loss dB", 2, lower},
	{"onset_clipped", "onsets clipped %", 1, lower},
	{"converge_start", "settled after start s", 2, lower},
	{"converge_step", "settled after step s", 2, lower},
	{"estoi_oracle", "ESTOI (pystoi)", 3, higher},
	{"stoi_oracle", "STOI (pystoi)", 3, higher},
}

// byKey returns a metric; it panics if there is none of that key.
func byKey(key string) metric {
	for _, m := range metricList {
		if m.key == key {
			return m
		}
	}
	panic("quality: no metric " + key)
}

// group is a choice of items over which means are taken.
type group struct {
	name string
	has  func(*lab.Item) bool
}
