package worklet

import (
	"fmt"
	"os"
	"path/filepath"
)

// WriteScripts writes the scripts into dir, for a server that is not Handler.
func WriteScripts(dir string) error {
	entries, err := scripts.ReadDir(".")
	if err != nil {
		return fmt.Errorf("worklet: %w", err)
	}
	for _, e := range entries {
		text, err := scripts.ReadFile(e.Name())
		if err != nil {
			return fmt.Errorf("worklet: %w", err)
		}
		path := filepath.Join(dir, e.Name())
		if err := os.WriteFile(path+".new", text, 0o666); err != nil {
			return fmt.Errorf("worklet: %w", err)
		}
		if err := os.Rename(path+".new", path); err != nil {
			return fmt.Errorf("worklet: %w", err)
		}
	}
	return nil
}
