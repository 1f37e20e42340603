//go:build quietline_noweights

package neural

var embedded []byte
