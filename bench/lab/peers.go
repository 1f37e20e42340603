package lab

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// Peer is another system, as bench/peers/peers.json lists it.
type Peer struct {
	Name    string   `json:"name"`
	Label   string   `json:"label"`
	Kind    []string `json:"kind"`    // denoise, vad
	Command []string `json:"command"` // of the driver, to be run in the repository
	Rate    int      `json:"rate"`    // Hz, inside
	Licence string   `json:"licence"`
	Version string   `json:"version"`
	From    string   `json:"from"` // where it comes from
	Timing  string   `json:"timing"`
	// Threshold is the speech probability from which it counts as voice, 0 if
	// it is no detector.
	Threshold float64 `json:"threshold"`
}

func (p Peer) info() Info {
	i := Info{Name: p.Name, Label: p.Label, Version: p.Version, Licence: p.Licence, From: p.From, Timing: p.Timing}
	if i.Label == "" {
		i.Label = p.Name
	}
	return i
}

// Peers reads the list of peers of a kind, "denoise" or "vad". A list that is
// not there is empty.
func Peers(root, kind string) ([]Peer, error) {
	name := filepath.Join(root, "bench", "peers", "peers.json")
	b, err := os.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var list []Peer
	if err := json.Unmarshal(b, &list); err != nil {
		var object struct {
			Systems []Peer `json:"systems"`
			Peers   []Peer `json:"peers"`
		}
		if err2 := json.Unmarshal(b, &object); err2 != nil {
			return nil, fmt.Errorf("lab: %s: %w", name, err)
		}
		list = append(object.Systems, object.Peers...)
	}
	return slices.DeleteFunc(list, func(p Peer) bool { return !slices.Contains(p.Kind, kind) }), nil
}
