package main

import "fmt"

// What a network with many places on the frequency axis needs.

func denseKernels() {
	for _, outputs := range []int{16, 8} {
		dense(outputs)
	}
}

// dense keeps the sums of six places in registers, 24 of the 32 for 16 outputs: six
// more hold four inputs of each place, whose lanes are the factors, and the last
// two a pair of vectors of weights, each of which serves six products. Steps and
// the stride are in values; in and groups, the places by six, are at least 1.
func dense(outputs int) {
	name := fmt.Sprintf("denseVec%d", outputs)
	if !kernel(name, fmt.Sprintf("%s is denseGo of %d outputs and six places at a time in NEON.", name, outputs)) {
		return
	}
	dst, start, w, x := arg("dst"), arg("start"), arg("w"), arg("x")
	stride, startStep, inputStep := shifted(arg("stride"), 2), shifted(arg("startStep"), 2), shifted(arg("step"), 2)
	in, groups := arg("in"), arg("groups")

	var acc [6][]vec
	var at6 [6]gp // the places of the inputs, at the first
	for p := range acc {
		at6[p] = newGP()
		for range outputs / 4 {
			acc[p] = append(acc[p], newVec())
		}
	}
	group, four, rest, single, done := label("group"), label("four"), label("rest"), label("single"), label("done")
	mark(group)
	for p := range acc {
		for v := 0; v < len(acc[p]); v += 2 {
			loadTwoInto(acc[p][v], acc[p][v+1], at(start, 16*v))
		}
		advance(start, startStep)
	}
	for p := range at6 {
		set(at6[p], x)
		advance(x, inputStep)
	}
	column, byte0, count := clone(w), newGP(), clone(in)
	setNumber(byte0, 0)
	inputs := func(n int, a access) {
		var xs [6]vec
		for p := range xs {
			xs[p] = a.load(atIndex(at6[p], byte0))
		}
		for i := range n {
			for v := 0; v < outputs/4; v += 2 {
				w0, w1 := loadTwo(at(column, 64*i+16*v))
				for p := range acc {
					accumulate(acc[p][v], w0, lane{xs[p], i})
				}
				for p := range acc {
					accumulate(acc[p][v+1], w1, lane{xs[p], i})
				}
			}
		}
		step(byte0, 4*n)
		step(column, 64*n)
	}
	step(count, -4)
	jumpIfNumber(count, "LT", 0, rest)
	mark(four)
	inputs(4, loadQ)
	countDown(count, 4, "GE", four)
	mark(rest)
	step(count, 4)
	jumpIfNumber(count, "EQ", 0, done)
	mark(single)
	inputs(1, loadS)
	countDown(count, 1, "NE", single)
	mark(done)
	least := splatArgHere("least")
	for p := range acc {
		for v := 0; v < len(acc[p]); v += 2 {
			storeTwo(fmax.of(acc[p][v], least), fmax.of(acc[p][v+1], least), at(dst, 16*v))
		}
		advance(dst, stride)
	}
	countDown(groups, 1, "NE", group)
}
