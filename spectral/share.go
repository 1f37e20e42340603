package spectral

// Programs that run many streams on one goroutine, such as servers, need the
// memory that a transform or an estimator uses within a call only once: the
// Share methods return one more of a kind that has nothing but its state for
// itself. Clone, in contrast, makes one for another goroutine: it shares
// nothing but what is never written.

// StateLen returns the number of values that a transform keeps from hop to
// hop: twice Size − Hop.
func (s *STFT) StateLen() int { return len(s.past) + len(s.tail) }

// Share returns a new transform with the settings of s for one more channel or
// stream of the same goroutine. It shares all of s but the state: windows and
// tables, as Clone does, and the memory that is used within a call only.
//
// The state is kept in state, StateLen values that are the transform's own from
// then on; nil allocates them. Other lengths panic.
func (s *STFT) Share(state []float32) *STFT {
	c := *s
	rest := stateOf("STFT", state, s.StateLen())
	c.past, c.tail = cut(&rest, len(s.past)), cut(&rest, len(s.tail))
	c.Reset()
	return &c
}

// Past returns the last Size − Hop samples that went into Analyze. The slice is
// the transform's own, valid until the next Analyze; what is written to it
// counts as having gone in.
func (s *STFT) Past() []float32 { return s.past }

// stateOf returns state, which must have n values, or memory of its own.
func stateOf(name string, state []float32, n int) []float32 {
	if state == nil {
		return make([]float32, n)
	}
	if len(state) != n {
		panicLen(name+".Share state", len(state), n)
	}
	return state
}

// cut takes the first n values off s.
func cut(s *[]float32, n int) []float32 {
	head := (*s)[:n:n]
	*s = (*s)[n:]
	return head
}
