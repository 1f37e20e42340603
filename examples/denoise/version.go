package main

import (
	"fmt"
	"runtime"
	"runtime/debug"
)

// version returns the module's version as the build recorded it, with the
// revision for a build from a checkout.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	v := info.Main.Version
	if v == "" || v == "(devel)" {
		v = "devel"
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" && len(s.Value) >= 12 {
				v += "-" + s.Value[:12]
			}
		}
	}
	return v
}

func versionLine() string {
	return fmt.Sprintf("denoise %s (Quietline, %s, %s/%s)", version(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
}
