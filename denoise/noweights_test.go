//go:build quietline_noweights

package denoise

import (
	"strings"
	"testing"
)

// TestNoWeights: a build without the weights says so, and the classical engine does
// not miss them.
func TestNoWeights(t *testing.T) {
	_, err := New(Config{SampleRate: 16000, Engine: Neural})
	if err == nil || !strings.HasPrefix(err.Error(), "denoise: ") || !strings.Contains(err.Error(), "quietline_noweights") {
		t.Errorf("neural without weights: %v", err)
	}
	if _, err := New(Config{SampleRate: 16000}); err != nil {
		t.Error(err)
	}
}
