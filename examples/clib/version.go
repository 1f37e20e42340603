package main

/*
#include <stdlib.h>
*/
import "C"

import (
	"runtime"
	"runtime/debug"
	"sync"
)

// versionText is a C string that stays.
var versionText = sync.OnceValue(func() *C.char { return C.CString(version()) })

//export quietline_go_version
func quietline_go_version() *C.char { return versionText() }

// version names the library's module version, the compiler and the platform.
func version() string {
	v := "devel"
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" && len(s.Value) >= 12 {
				v += "-" + s.Value[:12]
			}
		}
		if m := info.Main.Version; m != "" && m != "(devel)" {
			v = m
		}
	}
	return "Quietline " + v + " (" + runtime.Version() + ", " + runtime.GOOS + "/" + runtime.GOARCH + ")"
}
