package denoise

// block is the memory of a stream's state: one allocation, handed out piece by
// piece in the order in which a hop needs it. A nil block allocates each piece.
type block struct{ free []float32 }

// take returns the next n values.
func (b *block) take(n int) []float32 {
	if b == nil {
		return make([]float32, n)
	}
	piece := b.free[:n:n]
	b.free = b.free[n:]
	return piece
}
