module github.com/quietline/quietline/examples/call

go 1.25.0

require github.com/quietline/quietline v0.0.0

require (
	github.com/go-audio/audio v1.0.0 // indirect
	golang.org/x/sys v0.31.0 // indirect
	gonum.org/v1/gonum v0.17.0 // indirect
)

replace github.com/quietline/quietline => ../..
