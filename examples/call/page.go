package main

import (
	"embed"
	"io/fs"
)

// page holds the files that a browser gets: plain HTML, CSS and modules, nothing
// built, nothing fetched from elsewhere.
//
//go:embed page
var page embed.FS

func pageFiles() fs.FS {
	f, err := fs.Sub(page, "page")
	if err != nil {
		panic(err) // the embedded folder has another name
	}
	return f
}
