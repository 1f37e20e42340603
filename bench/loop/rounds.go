package main

import (
	"fmt"
	"io"
	"math/rand/v2"
	"time"
)

// measured is what the rounds have found about one task.
type measured struct {
	task   *task
	us     []float64 // µs per hop, round by round
	allocs *float64
	checked
}

// measure lets the tasks take turns, one turn each in every round, in another
// order each time, for the rounds asked for, and one before that does not
// count. Nothing is reset between rounds.
func measure(tasks []*task, rounds int, progress io.Writer) ([]*measured, error) {
	all := make([]*measured, len(tasks))
	for i, t := range tasks {
		m := &measured{task: t}
		all[i] = m
		if t.check != nil {
			c, err := t.check()
			if err != nil {
				return nil, fmt.Errorf("loop: %s: %w", t.name, err)
			}
			m.checked = c
		}
		if t.inGo {
			if _, err := t.allocs(t.turn); err != nil { // what is made on first use
				return nil, fmt.Errorf("loop: %s: %w", t.name, err)
			}
			a, err := t.allocs(t.turn)
			if err != nil {
				return nil, fmt.Errorf("loop: %s: %w", t.name, err)
			}
			m.allocs = &a
		}
	}
	random := rand.New(rand.NewPCG(1, 2))
	start := time.Now()
	for round := -1; round < rounds; round++ {
		for _, i := range random.Perm(len(tasks)) {
			t := tasks[i]
			d, err := t.once(t.turn)
			if err != nil {
				return nil, fmt.Errorf("loop: %s: %w", t.name, err)
			}
			if round >= 0 {
				all[i].us = append(all[i].us, float64(d.Nanoseconds())/1e3/float64(t.turn))
			}
		}
		if round == 0 {
			left := time.Duration(rounds-1) * time.Since(start) / 2
			fmt.Fprintf(progress, "  %d tasks, %d rounds, %.0f s\n", len(tasks), rounds, left.Seconds())
		}
	}
	return all, nil
}
