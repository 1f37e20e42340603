package neural

import "github.com/quietline/quietline/internal/simd"

// prepare multiplies the taps by the gain and spreads them over bins 1 to 160, once
// for all channels. A spectrum X_{n−i} is seen from another origin of time than the
// frame n−1 that is made of it: a hop is half a turn of bin 1, so in odd bins the
// taps i = 0, 2, 4 change their sign.
func (w *Work) prepare(gain []float32) {
	if w.bins > lowBins {
		w.bridge(gain)
	}
	taps := w.model.sizes.Taps
	stride := w.model.head.Stride()
	n := lowBins - 1
	for i := range taps {
		odd := float32(1) // sign of odd bins
		if i%2 == 0 {
			odd = -1
		}
		w.spread(w.taps[2*i*n:][:n], w.head[1+i:], stride, gain, odd)
		w.spread(w.taps[(2*i+1)*n:][:n], w.head[1+taps+i:], stride, gain, odd)
	}
}

// edge is the first of the positions from 7.65 to 8 kHz, where recordings at 16 kHz,
// which the network learned from, have next to nothing.
const edge = positions - 2

// bridge gives these positions the filter of the one below them, where sound goes on
// above 8 kHz: the network's own would cut a gap into it.
func (w *Work) bridge(gain []float32) {
	stride := w.model.head.Stride()
	below := w.head[(edge-1)*stride:][:stride]
	for j := edge; j < positions; j++ {
		gain[j] = gain[edge-1]
		copy(w.head[j*stride:], below)
	}
}

// spread writes gain times a value per position, stride apart, to the position's
// bins, the first of which is odd.
func (w *Work) spread(dst, src []float32, stride int, gain []float32, odd float32) {
	gain, dst = gain[:positions], dst[:lowBins-1]
	j := 0
	for k := 0; k < single; k += 2 {
		dst[k] = odd * (gain[j] * src[j*stride])
		dst[k+1] = gain[j+1] * src[(j+1)*stride]
		j += 2
	}
	for k := single; k < single+2*double; k += 2 {
		v := gain[j] * src[j*stride]
		dst[k], dst[k+1] = odd*v, v
		j++
	}
	for k := single + 2*double; k < lowBins-1; k += 4 {
		v := gain[j] * src[j*stride]
		dst[k], dst[k+1], dst[k+2], dst[k+3] = odd*v, v, odd*v, v
		j++
	}
}

// filterLow writes bins 0 to 160 of Y_{n−1} = G Σ c_i X_{n−i}, of frames that are not
// muted if audible is true.
func (w *Work) filterLow(re, im []float32, h *History, audible bool) {
	re, im = re[:w.low], im[:w.low]
	clear(re)
	clear(im)
	n := w.low - 1
	for i := range h.taps {
		if audible && h.mute[h.slot(i)] {
			continue
		}
		xr, xi := h.spectrum(i)
		c := w.taps[2*i*(lowBins-1):]
		simd.ComplexAdd(re[1:], im[1:], c[:n], c[lowBins-1:], xr[1:], xi[1:])
	}
}
