package opusio

import (
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/quietline/quietline/opusio/ogg"
)

// OggReader decodes an Ogg Opus file or stream to interleaved samples at 48 kHz,
// exact to the sample: pre-skip and end are trimmed, and the gain in the header
// is applied (RFC 7845, sections 4.2, 4.4 and 5.1). Packets that are missing or
// damaged are concealed, with forward error correction where the packet behind
// them has it, so that the length stays what it was. The links of a chain are
// read on one after the other as long as the number of channels stays.
//
// An OggReader belongs to one goroutine. Nothing is allocated for a packet but
// what the decoder needs to conceal one.
type OggReader struct {
	r        *ogg.Reader
	dec      BackendDecoder
	channels int
	gain     float32
	buf      []float32 // one packet
	pending  []float32 // what Read has not given out yet
	frames   int64
	links    int
	bad      int // packets that the decoder refused
	err      error
}

// NewOggReader reads the headers of an Ogg Opus stream. It never seeks; see
// ogg.NewReader for its errors, and ogg.WithMaxGap for an option. b is the
// backend that decodes, nil for Default.
func NewOggReader(r io.Reader, b Backend, options ...ogg.ReaderOption) (*OggReader, error) {
	if r == nil {
		return nil, errors.New("opusio: no reader to read from")
	}
	if b == nil {
		b = Default
	}
	packets, err := ogg.NewReader(r, options...)
	if err != nil {
		return nil, err
	}
	head := packets.Head()
	dec, err := b.NewDecoder(DecoderConfig{SampleRate: ogg.SampleRate, Channels: head.Channels})
	if err != nil {
		return nil, err
	}
	return &OggReader{
		r: packets, dec: dec, channels: head.Channels,
		gain: float32(head.GainFactor()),
		buf:  make([]float32, ogg.MaxPacketSamples*head.Channels),
	}, nil
}

// Channels returns the number of channels, 1 or 2.
func (r *OggReader) Channels() int { return r.channels }

// Head returns the header of the link of a chain that was decoded last, the
// first before Read.
func (r *OggReader) Head() ogg.Head { return r.r.Head() }

// Tags returns the comments of the same link. The caller must not change them.
func (r *OggReader) Tags() ogg.Tags { return r.r.Tags() }

// Frames returns the samples per channel that Read has given out. At the end
// that is the length of the stream.
func (r *OggReader) Frames() int64 { return r.frames }

// Damage returns counts of what was wrong with the input so far.
func (r *OggReader) Damage() ogg.Damage {
	d := r.r.Damage()
	d.BadPackets += int64(r.bad)
	return d
}

// Warnings returns what was wrong so far in plain sentences for a person.
func (r *OggReader) Warnings() []string {
	w := r.r.Warnings()
	if r.bad > 0 {
		w = append(slices.Clip(w), fmt.Sprintf("%d damaged packets were concealed", r.bad))
	}
	return w
}

// Read fills dst with interleaved samples in ±1 (loud files go a little
// beyond), whole frames of all channels only, and returns their number: at
// least one frame, as many as the current packet has left. At the end it
// returns 0 and io.EOF. dst must have room for a frame.
func (r *OggReader) Read(dst []float32) (int, error) {
	dst = dst[:len(dst)/r.channels*r.channels]
	if len(dst) == 0 {
		return 0, fmt.Errorf("opusio: no room for a sample of %d channels", r.channels)
	}
	if len(r.pending) == 0 {
		pcm, _, err := r.next()
		if err != nil {
			return 0, err
		}
		r.pending = pcm
	}
	n := copy(dst, r.pending)
	r.pending = r.pending[n:]
	r.frames += int64(n / r.channels)
	return n, nil
}

// next returns the samples of the next packet that has any to give out, valid
// until the next call. madeUp says that they were not in the file: lost, or
// left out by the encoder in a pause (DTX).
func (r *OggReader) next() (pcm []float32, madeUp bool, err error) {
	for r.err == nil {
		p, err := r.r.Next()
		if err == nil && p.NewLink {
			err = r.beginLink()
		}
		if err != nil {
			r.err = err
			break
		}
		pcm, madeUp = r.decode(p)
		pcm = pcm[p.TrimStart*r.channels : (p.Samples-p.TrimEnd)*r.channels]
		if len(pcm) == 0 {
			continue // the decoder needed it all the same
		}
		if r.gain != 1 {
			for i := range pcm {
				pcm[i] *= r.gain
			}
		}
		return pcm, madeUp, nil
	}
	return nil, false, r.err
}

// beginLink prepares for the first packet of a link.
func (r *OggReader) beginLink() error {
	if r.links++; r.links == 1 {
		return nil
	}
	head := r.r.Head()
	if head.Channels != r.channels {
		return fmt.Errorf("opusio: part %d of the chained file has %d channels, those before have %d: want the same in all", r.links, head.Channels, r.channels)
	}
	r.gain = float32(head.GainFactor())
	return r.dec.Reset()
}

// decode returns all samples of a packet, or of a stretch that is missing.
func (r *OggReader) decode(p ogg.Packet) (pcm []float32, madeUp bool) {
	pcm = r.buf[:p.Samples*r.channels]
	if p.Data != nil {
		n, err := r.dec.DecodeFloat32(p.Data, pcm)
		if err == nil && n == p.Samples {
			return pcm, IsDTX(p.Data)
		}
		r.bad++ // the framing was right, its contents are not
	}
	if r.recover(p, pcm) != nil && r.dec.DecodePLCFloat32(pcm) != nil {
		clear(pcm)
	}
	return pcm, true
}

var errNoFEC = errors.New("opusio: nothing to recover the packet from")

// recover gets missing samples out of the packet behind them, which describes a
// stretch as long as itself.
func (r *OggReader) recover(p ogg.Packet, pcm []float32) error {
	if n, err := PacketSamples48(p.Next); err != nil || n != p.Samples {
		return errNoFEC
	}
	return r.dec.DecodeFECFloat32(p.Next, pcm)
}
