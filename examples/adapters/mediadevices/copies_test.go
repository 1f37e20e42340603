package quietmedia

import (
	"os"
	"strings"
	"testing"
)

// cleaner.go is written once and copied, so that every adapter can be taken by
// itself. Where the others lie beside this one, they must have the same.
func TestCopiesAreTheSame(t *testing.T) {
	want, err := os.ReadFile("cleaner.go")
	if err != nil {
		t.Fatal(err)
	}
	for dir, name := range map[string]string{"livekit": "quietlivekit", "gumble": "quietgumble", "diago": "quietdiago"} {
		got, err := os.ReadFile("../" + dir + "/cleaner.go")
		if os.IsNotExist(err) {
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		if string(got) != strings.Replace(string(want), "package quietmedia", "package "+name, 1) {
			t.Errorf("%s/cleaner.go differs from the one here", dir)
		}
	}
}
