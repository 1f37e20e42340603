package main

import (
	"os"
	"runtime"
	"strings"

	"github.com/quietline/quietline/bench/lab"
	"github.com/quietline/quietline/internal/simd"
)

// machine is where the figures come from.
type machine struct {
	CPU     string `json:"cpu"`
	Cores   int    `json:"cores"`
	System  string `json:"system"`
	Go      string `json:"go"`
	Kernels bool   `json:"kernels"`
	Clock   string `json:"clock"`
	Load    string `json:"load,omitempty"` // before the run: 1, 5, 15 minutes
}

func thisMachine() machine {
	return machine{
		CPU:     cpuName(),
		Cores:   runtime.NumCPU(),
		System:  runtime.GOOS + "/" + runtime.GOARCH,
		Go:      runtime.Version(),
		Kernels: simd.Available(),
		Clock:   lab.CPUClock,
		Load:    load(),
	}
}

// cpuName returns the processor's name, where Linux tells it.
func cpuName() string {
	b, _ := os.ReadFile("/proc/cpuinfo")
	for line := range strings.Lines(string(b)) {
		if key, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(key) == "model name" {
			return strings.TrimSpace(value)
		}
	}
	return "unknown"
}

// load returns the load averages, where Linux tells them.
func load() string {
	b, _ := os.ReadFile("/proc/loadavg")
	f := strings.Fields(string(b))
	if len(f) < 3 {
		return ""
	}
	return strings.Join(f[:3], " ")
}
