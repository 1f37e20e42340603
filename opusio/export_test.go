package opusio

import "github.com/thesyncim/gopus"

// FinalRanges returns the states of the range coder that an encoder and a
// decoder of Default were left in.
func FinalRanges(e BackendEncoder, d BackendDecoder) (encoder, decoder uint32) {
	return e.(*gopusBackendEncoder).enc.FinalRange(), d.(*gopusDecoder).d.(*gopus.Decoder).FinalRange()
}
