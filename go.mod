module github.com/quietline/quietline

go 1.25.0

require (
	github.com/go-audio/audio v1.0.0
	github.com/hraban/opus v0.0.0-20260708213942-bde8e4304501
	github.com/mjibson/go-dsp v0.0.0-20180508042940-11479a337f12
	github.com/schollz/progressbar/v3 v3.18.0
	github.com/thesyncim/gopus v0.1.1
	golang.org/x/image v0.25.0
	golang.org/x/sys v0.31.0
	golang.org/x/term v0.30.0
	gonum.org/v1/gonum v0.17.0
)

require (
	github.com/mitchellh/colorstring v0.0.0-20190213212951-d06e56a500db // indirect
	github.com/rivo/uniseg v0.4.7 // indirect
	golang.org/x/text v0.23.0 // indirect
)
