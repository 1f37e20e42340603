package simd

// Bins and groups of neighbouring bins.

// GroupSums sets dst[i] to the sum of src[i·width … (i+1)·width−1]. src has
// width·len(dst) values and must not overlap dst.
func GroupSums(dst, src []float32, width int) {
	n := len(dst)
	src = src[:n*width]
	if vectors && n >= 8 && (width == 2 || width == 4 || width == 8) {
		sum := groupSums4Vec
		switch width {
		case 2:
			sum = groupSums2Vec
		case 8:
			sum = groupSums8Vec
		}
		sum(&dst[0], &src[0], n&^7)
		if n&7 != 0 {
			// The last eight once more, to the end.
			sum(&dst[n-8], &src[(n-8)*width], 8)
		}
		return
	}
	groupSumsGo(dst, src, width)
}

// groupSumsGo adds in pairs, as the kernels do.
func groupSumsGo(dst, src []float32, width int) {
	switch width {
	case 2:
		for i := range dst {
			s := (*[2]float32)(src[2*i:])
			dst[i] = s[0] + s[1]
		}
	case 4:
		for i := range dst {
			s := (*[4]float32)(src[4*i:])
			dst[i] = (s[0] + s[1]) + (s[2] + s[3])
		}
	case 8:
		for i := range dst {
			s := (*[8]float32)(src[8*i:])
			dst[i] = ((s[0] + s[1]) + (s[2] + s[3])) + ((s[4] + s[5]) + (s[6] + s[7]))
		}
	default:
		for i := range dst {
			var sum float32
			for _, x := range src[i*width:][:width] {
				sum += x
			}
			dst[i] = sum
		}
	}
}

// Spread sets dst[i·width … (i+1)·width−1] to src[i]. dst has width·len(src)
// values and must not overlap src.
func Spread(dst, src []float32, width int) {
	n := len(src)
	dst = dst[:n*width]
	if vectors && n > 0 {
		switch width {
		case 2:
			whole := n &^ 3
			if whole > 0 {
				spread2Vec(&dst[0], &src[0], whole)
			}
			spreadGo(dst[2*whole:], src[whole:], width)
			return
		case 4:
			spread4Vec(&dst[0], &src[0], n)
			return
		case 8:
			spread8Vec(&dst[0], &src[0], n)
			return
		}
	}
	spreadGo(dst, src, width)
}

func spreadGo(dst, src []float32, width int) {
	switch width {
	case 2:
		for i, x := range src {
			d := (*[2]float32)(dst[2*i:])
			d[0], d[1] = x, x
		}
	case 4:
		for i, x := range src {
			d := (*[4]float32)(dst[4*i:])
			d[0], d[1], d[2], d[3] = x, x, x, x
		}
	case 8:
		for i, x := range src {
			d := (*[8]float32)(dst[8*i:])
			d[0], d[1], d[2], d[3], d[4], d[5], d[6], d[7] = x, x, x, x, x, x, x, x
		}
	default:
		for i, x := range src {
			d := dst[i*width:][:width]
			for k := range d {
				d[k] = x
			}
		}
	}
}

// GainGroups multiplies the complex spectrum re + i·im, width·len(g) values, by
// real gains g, each for width bins.
func GainGroups(re, im, g []float32, width int) {
	n := len(g)
	re, im = re[:n*width], im[:n*width]
	if width == 1 {
		Gain(re, im, g)
		return
	}
	if !vectors {
		gainGroupsGo(re, im, g, width)
		return
	}
	gainGroupsPieces(re, im, g, width)
}

// gainGroupsPieces spreads the gains in pieces that stay in the nearest cache.
func gainGroupsPieces(re, im, g []float32, width int) {
	var some [64]float32
	for len(g) > 0 && width <= len(some) {
		part := some[:min(len(some)/width, len(g))*width]
		m := len(part) / width
		Spread(part, g[:m], width)
		Gain(re[:len(part)], im, part)
		re, im, g = re[len(part):], im[len(part):], g[m:]
	}
	gainGroupsGo(re, im, g, width)
}

func gainGroupsGo(re, im, g []float32, width int) {
	switch width {
	case 2:
		for i, x := range g {
			r, m := (*[2]float32)(re[2*i:]), (*[2]float32)(im[2*i:])
			r[0], r[1] = r[0]*x, r[1]*x
			m[0], m[1] = m[0]*x, m[1]*x
		}
	case 4:
		for i, x := range g {
			r, m := (*[4]float32)(re[4*i:]), (*[4]float32)(im[4*i:])
			r[0], r[1], r[2], r[3] = r[0]*x, r[1]*x, r[2]*x, r[3]*x
			m[0], m[1], m[2], m[3] = m[0]*x, m[1]*x, m[2]*x, m[3]*x
		}
	default:
		for i, x := range g {
			r, m := re[i*width:][:width], im[i*width:][:width]
			for k := range r {
				r[k] *= x
				m[k] *= x
			}
		}
	}
}
