//go:build race

package main

// underRace: the codec takes fifteen times as long then, so what listens to the
// sound is left out, and what goroutines share is tested with little of it.
const underRace = true
