package denoise

// block is the memory of a stream's state: one allocation, handed out piece by
// piece in the order in which a hop needs it. A nil block allocates each piece.
type block struct{ free []float32 }

// newBlock returns one of n values.
func newBlock(n int) *block { return &block{make([]float32, n)} }

// lineLen returns n values made whole cache lines of 64 bytes. Pieces that begin with
// a line are read and written in long vectors without crossing one.
func lineLen(n int) int { return (n + 15) &^ 15 }

// take returns the next n values and skips what is left of their last cache line.
func (b *block) take(n int) []float32 {
	if b == nil {
		return make([]float32, n)
	}
	piece := b.free[:n:n]
	b.free = b.free[lineLen(n):]
	return piece
}
