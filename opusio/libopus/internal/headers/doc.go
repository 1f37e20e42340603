//go:build !cgo

package headers
