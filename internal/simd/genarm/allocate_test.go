package main

import (
	"fmt"
	"math/rand"
	"testing"
)

// machine runs lines whose def and use are registers: an instruction writes a hash
// of what it reads, so that a register shared by mistake changes what follows.
func machine(lines []*line, physical bool, turns map[string]int) uint64 {
	labels := map[string]int{}
	for i, l := range lines {
		if l.label != "" {
			labels[l.label] = i
		}
	}
	left := map[string]int{}
	for k, v := range turns {
		left[k] = v
	}
	values := map[any]uint64{}
	name := func(r *reg) any {
		if physical {
			return fmt.Sprint(r.general, r.number)
		}
		return r
	}
	var sum uint64
	for i := 0; i < len(lines); i++ {
		l := lines[i]
		h := uint64(i)*0x9e3779b97f4a7c15 + 1
		for _, r := range l.use {
			h = (h ^ values[name(r)]) * 0x100000001b3
		}
		sum = (sum ^ h) * 0x100000001b3
		for _, r := range l.def {
			values[name(r)] = h
		}
		if l.target != "" && left[l.target] > 0 {
			left[l.target]--
			i = labels[l.target] - 1
		}
	}
	return sum
}

// TestAllocate: programs with loops in loops compute the same with the machine's
// registers as with any number of them.
func TestAllocate(t *testing.T) {
	rng := rand.New(rand.NewSource(1))
	for range 300 {
		var lines []*line
		var alive []*reg
		turns := map[string]int{}
		var block func(depth int)
		block = func(depth int) {
			outer := len(alive)
			for range 3 + rng.Intn(8) {
				if depth < 2 && rng.Intn(6) == 0 {
					l := fmt.Sprintf("l%d", len(turns))
					turns[l] = rng.Intn(3)
					lines = append(lines, &line{label: l})
					block(depth + 1)
					lines = append(lines, &line{target: l})
					continue
				}
				n := &line{}
				for range min(rng.Intn(3), len(alive)) {
					n.use = append(n.use, alive[rng.Intn(len(alive))])
				}
				if len(alive) > 0 && rng.Intn(4) == 0 { // in place
					r := alive[rng.Intn(len(alive))]
					n.def, n.use = []*reg{r}, append(n.use, r)
				} else {
					r := &reg{general: rng.Intn(2) == 0}
					n.def = []*reg{r}
					alive = append(alive, r)
				}
				lines = append(lines, n)
				if len(alive) > 16 {
					alive = alive[8:]
					outer = max(outer-8, 0)
				}
			}
			alive = alive[:min(outer, len(alive))] // what a loop sets, only it reads
		}
		block(0)
		want := machine(lines, false, turns)
		(&function{signature: &signature{name: "test"}}).allocate(lines)
		if got := machine(lines, true, turns); got != want {
			t.Fatalf("%d lines give %x with few registers, %x with many", len(lines), got, want)
		}
	}
}
