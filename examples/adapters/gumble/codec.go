// Package quietgumble puts noise cancellation into layeh.com/gumble, the Mumble
// client library, by wrapping the codec that it is given:
//
//	mic, err := quietgumble.New(denoise.Config{})
//	if err != nil {
//		return err
//	}
//	others, err := quietgumble.New(denoise.Config{Strength: denoise.Mild})
//	if err != nil {
//		return err
//	}
//	gumble.RegisterAudioCodec(opus.ID, quietgumble.Wrap(opus.Codec, mic, others))
//	client, err := gumble.DialWithDialer(…) // as ever
//	…
//	mic.SetEnabled(false) // the switch
//
// What is sent is cleaned before it is encoded, and what comes from others after
// it is decoded, everybody apart. Frames of any length; the delay is 10 ms for
// frames of whole 10 ms, which are all that Mumble has. Nothing is allocated for a
// frame beyond what the codec does.
package quietgumble

import "layeh.com/gumble/gumble"

// Wrap returns a codec that is codec with noise cancellation: of what is sent,
// under mic's settings, and of what is received, under others'. nil leaves a
// direction as it is. Wrap a codec before gumble.Dial: encoders and decoders that
// gumble has already stay what they are.
func Wrap(codec gumble.AudioCodec, mic, others *Cleaner) gumble.AudioCodec {
	return &wrapped{AudioCodec: codec, mic: mic, others: others}
}

type wrapped struct {
	gumble.AudioCodec
	mic, others *Cleaner
}

// NewEncoder is called by gumble once a connection.
func (w *wrapped) NewEncoder() gumble.AudioEncoder {
	e := w.AudioCodec.NewEncoder()
	if w.mic == nil || e == nil {
		return e
	}
	return &encoder{AudioEncoder: e, stream: stream{c: w.mic}}
}

// NewDecoder is called by gumble once for everybody who talks.
func (w *wrapped) NewDecoder() gumble.AudioDecoder {
	d := w.AudioCodec.NewDecoder()
	if w.others == nil || d == nil {
		return d
	}
	return &decoder{AudioDecoder: d, stream: stream{c: w.others}}
}

type encoder struct {
	gumble.AudioEncoder
	stream
	clean []int16
}

// Encode cleans a copy of pcm, which is the caller's, and encodes it.
func (e *encoder) Encode(pcm []int16, mframeSize, maxDataBytes int) ([]byte, error) {
	if d := e.ready(gumble.AudioSampleRate, gumble.AudioChannels, len(pcm)); d != nil {
		e.clean = append(e.clean[:0], pcm...)
		d.ProcessInt16(e.clean, e.clean)
		pcm = e.clean
	}
	return e.AudioEncoder.Encode(pcm, mframeSize, maxDataBytes)
}

// Reset ends a talk spurt: the noise that is known stays known for the next.
func (e *encoder) Reset() {
	e.AudioEncoder.Reset()
	if e.d != nil {
		e.d.ResetTransient()
	}
}

type decoder struct {
	gumble.AudioDecoder
	stream
}

// Decode decodes a packet and cleans the samples in place: they are the caller's.
func (d *decoder) Decode(data []byte, frameSize int) ([]int16, error) {
	pcm, err := d.AudioDecoder.Decode(data, frameSize)
	if err != nil {
		return pcm, err
	}
	if q := d.ready(gumble.AudioSampleRate, gumble.AudioChannels, len(pcm)); q != nil {
		q.ProcessInt16(pcm, pcm)
	}
	return pcm, nil
}

// Reset is called after a gap.
func (d *decoder) Reset() {
	d.AudioDecoder.Reset()
	if d.d != nil {
		d.d.ResetTransient()
	}
}
