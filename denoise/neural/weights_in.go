//go:build !quietline_noweights

package neural

import _ "embed"

// The model of the package: train/README.md is its card, train/export.py writes it.
//
//go:embed model.bin
var embedded []byte
