//go:build !cgo

package main

import (
	"errors"
	"io"
	"time"
)

var errNoCgo = errors.New("malgo: built without cgo, which malgo needs: want a C compiler and CGO_ENABLED=1")

func start(string, time.Duration, *loop) (func(), error) { return nil, errNoCgo }

func listDevices(string, io.Writer) error { return errNoCgo }
