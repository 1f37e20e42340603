package simd

import (
	"math"
)

// Follow moves gains towards exp(own·ln + rest·mean), not above 1, with the rate
// rise upwards and fall downwards: gain += rate·(target − gain).
func Follow(gain, ln, mean []float32, own, rest, rise, fall float32) {
	n := len(gain)
	ln, mean = ln[:n], mean[:n]
	if vectors && n > 0 {
		if long {
			followVecWide(&gain[0], &ln[0], &mean[0], n, own, rest, rise, fall)
			return
		}
		followVec(&gain[0], &ln[0], &mean[0], n, own, rest, rise, fall)
		return
	}
	followGo(gain, ln, mean, own, rest, rise, fall)
}

func followGo(gain, ln, mean []float32, own, rest, rise, fall float32) {
	ln, mean = ln[:len(gain)], mean[:len(gain)]
	own, rest = own*-log2E, rest*-log2E
	up, down := math.Float32bits(rise), math.Float32bits(fall)
	for k, l := range ln {
		x := own*l + rest*mean[k]
		if !(x > 0) {
			x = 0
		}
		d := exp2Neg(x) - gain[k]
		rate := up
		if int32(math.Float32bits(d)) <= 0 {
			rate = down
		}
		gain[k] += math.Float32frombits(rate) * d
	}
}
