package neural

import (
	"bytes"
	"fmt"
	"sync"
)

// Default returns the model of the package, the same one every time; nil in a build
// with the tag quietline_noweights, which leaves its bytes out of the program.
func Default() *Model { return defaultModel() }

var defaultModel = sync.OnceValue(func() *Model {
	if len(embedded) == 0 {
		return nil
	}
	m, err := Load(bytes.NewReader(embedded))
	if err != nil {
		panic(fmt.Sprintf("neural: model.bin: %v", err)) // the package's own test reads it
	}
	return m
})
