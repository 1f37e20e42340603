module github.com/quietline/quietline/examples/adapters/livekit

go 1.26

require (
	github.com/livekit/media-sdk v0.0.0-20260605212526-4c11a51d3c97
	github.com/quietline/quietline v0.0.0
)

require (
	github.com/go-audio/audio v1.0.0 // indirect
	github.com/pion/randutil v0.1.0 // indirect
	github.com/pion/rtp v1.10.2 // indirect
	github.com/pion/webrtc/v4 v4.2.11 // indirect
	golang.org/x/sys v0.45.0 // indirect
	gonum.org/v1/gonum v0.17.0 // indirect
)

replace github.com/quietline/quietline => ../../..
