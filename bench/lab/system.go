package lab

import "time"

// Result is what a system made of one item.
type Result struct {
	Out   []float32     // len of the input; delay still in it
	Prob  []float32     // speech probability of every 10 ms; nil if not asked for or not known
	CPU   time.Duration // of the processing alone
	Hops  int           // 10 ms each, that CPU was for
	Delay int           // samples that Out is late, −1 where not known
	Taken int           // samples of delay that were taken out of Out already
}

// Info describes a system for reports.
type Info struct {
	Name    string `json:"name"`  // short, for flags and files
	Label   string `json:"label"` // for tables and figures
	Ours    bool   `json:"ours,omitempty"`
	Version string `json:"version,omitempty"`
	Licence string `json:"licence,omitempty"`
	From    string `json:"from,omitempty"`
	Timing  string `json:"timing,omitempty"` // what its cost holds
}

// System denoises recordings, each from a new state.
type System interface {
	Info() Info
	// Process runs a mono recording at Rate through the system. After a
	// *Dead error the system is of no more use; after others it is.
	Process(x []float32) (Result, error)
	// Close ends the system. Process must not be called again.
	Close() error
}

// Unprocessed is the system that does nothing.
type Unprocessed struct{}

// Info implements System.
func (Unprocessed) Info() Info { return Info{Name: "noisy", Label: "noisy input"} }

// Process implements System.
func (Unprocessed) Process(x []float32) (Result, error) {
	return Result{Out: append([]float32(nil), x...)}, nil
}

// Close implements System.
func (Unprocessed) Close() error { return nil }
