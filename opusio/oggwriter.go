package opusio

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/quietline/quietline/opusio/ogg"
)

// OggWriterOptions says how an OggWriter encodes. Codec.SampleRate must be set,
// that of the samples; the zero value of every other field is the default.
type OggWriterOptions struct {
	// Codec says how to encode. Bitrate 0 means FileBitrate: files are for
	// keeping, and at lower bit rates the speech modes take over, whose
	// resampling moves the sound by up to 3 samples.
	Codec EncoderConfig

	// FrameDuration is the length of a packet: 2.5, 5, 10, 20, 40, 60, 80, 100
	// or 120 ms; 0 means 20 ms. Longer packets are smaller by up to 1 kb/s,
	// shorter ones cost more.
	FrameDuration time.Duration

	// PageDuration is how much sound goes on a page of the file, and so how
	// late a live stream gets, up to a minute; 0 means 1 s, negative a page for
	// each packet.
	PageDuration time.Duration

	// Tags goes into the file. An empty Vendor becomes the name of the backend,
	// and an ENCODER comment is added where there is none; see KeptTags.
	Tags ogg.Tags

	// Program is the name for the ENCODER comment; "" means Quietline.
	Program string

	// InputRate is the sampling rate in Hz of the original, for information; 0
	// means Codec.SampleRate.
	InputRate int
}

const (
	defaultFrameDuration = 20 * time.Millisecond
	defaultPageDuration  = time.Second

	// paddingFade is how fast the last sound fades in the padding of the last
	// packet: 1/s, 5 ms.
	paddingFade = 200

	// loudestSample bounds what is encoded; beyond, the codec's sums overflow.
	loudestSample = 8
)

// OggWriter encodes interleaved samples to an Ogg Opus file that plays exactly
// as many of them: the delay of the encoder is the pre-skip, the last page says
// where the sound ends (RFC 7845, sections 4.2 and 4.4).
//
// An OggWriter belongs to one goroutine. Nothing is allocated for a packet.
type OggWriter struct {
	w        *ogg.Writer
	enc      BackendEncoder
	channels int
	step     int64 // samples at 48 kHz for one of the input

	frame   []float32 // filled up to fill
	fill    int
	packet  []byte
	preSkip int64
	coded   int64 // samples at 48 kHz in packets
	frames  int64 // samples per channel written
	end     tail
	closed  bool
	err     error
}

// NewOggWriter writes the headers of a file to w and returns a writer for its
// sound. b is the backend that encodes, nil for Default. The error says which
// option cannot be used, or is that of w.
func NewOggWriter(w io.Writer, b Backend, o OggWriterOptions) (*OggWriter, error) {
	if w == nil {
		return nil, errors.New("opusio: no writer to write to")
	}
	if b == nil {
		b = Default
	}
	if err := o.Codec.Validate(); err != nil {
		return nil, err
	}
	o = o.withDefaults(b)
	n48 := int(int64(o.FrameDuration) * ogg.SampleRate / int64(time.Second))
	if time.Duration(n48)*time.Second/ogg.SampleRate != o.FrameDuration || !validFrame48(n48) {
		return nil, fmt.Errorf("opusio: packets of %v: want 2.5, 5, 10, 20, 40, 60, 80, 100 or 120 ms", o.FrameDuration)
	}
	enc, err := b.NewEncoder(o.Codec)
	if err != nil {
		return nil, err
	}
	channels := o.Codec.WithDefaults().Channels
	step := ogg.SampleRate / o.Codec.SampleRate
	preSkip := enc.Lookahead() * step
	packets, err := ogg.NewWriter(w, ogg.Head{Channels: channels, PreSkip: preSkip, InputRate: o.InputRate}, o.Tags,
		ogg.WithPageDuration(max(o.PageDuration, 0)))
	if err != nil {
		return nil, err
	}
	const most = 1277 // bytes for 20 ms (RFC 6716, section 3.2.1), with their length
	return &OggWriter{
		w: packets, enc: enc, channels: channels, step: int64(step),
		frame:   make([]float32, n48/step*channels),
		packet:  make([]byte, max(MaxPacketBytes, (n48/960+1)*most)),
		preSkip: int64(preSkip),
		end:     newTail(o.Codec.SampleRate/paddingFade, channels),
	}, nil
}

func (o OggWriterOptions) withDefaults(b Backend) OggWriterOptions {
	if o.FrameDuration == 0 {
		o.FrameDuration = defaultFrameDuration
	}
	if o.PageDuration == 0 {
		o.PageDuration = defaultPageDuration
	}
	if o.Codec.Bitrate == 0 {
		o.Codec.Bitrate = FileBitrate(o.Codec.SampleRate, o.Codec.Channels)
	}
	if o.InputRate == 0 {
		o.InputRate = o.Codec.SampleRate
	}
	if o.Program == "" {
		o.Program = "Quietline"
	}
	if o.Tags.Vendor == "" {
		o.Tags.Vendor = b.Name()
	}
	if _, ok := o.Tags.Get(encoderTag); !ok {
		// Not into the caller's array.
		o.Tags.Comments = append([]string{encoderTag + "=" + o.Program}, o.Tags.Comments...)
	}
	return o
}

// FileBitrate returns a bit rate, in bits per second, at which a file sounds
// like its original: 64 kb/s for mono and 96 kb/s for stereo at 48 kHz, in
// proportion less at lower sampling rates, as in opusenc.
func FileBitrate(sampleRate, channels int) int {
	return 32000 * (1 + max(channels, 1)) / 64 * (sampleRate/1000 + 16)
}

const encoderTag = "ENCODER"

// KeptTags returns those tags of a file that stay true when its sound is
// encoded anew: all comments but ENCODER and ENCODER_OPTIONS, and not the
// vendor. Comments that no writer accepts are left out.
func KeptTags(t ogg.Tags) ogg.Tags {
	kept := ogg.Tags{Tail: t.Tail}
	for _, c := range t.Comments {
		name, _, _ := strings.Cut(c, "=")
		if strings.EqualFold(name, encoderTag) || strings.EqualFold(name, "ENCODER_OPTIONS") {
			continue
		}
		if (ogg.Tags{Comments: []string{c}}).Validate() == nil {
			kept.Comments = append(kept.Comments, c)
		}
	}
	return kept
}

// Write encodes interleaved samples in ±1, a whole number of frames of all
// channels, and returns how many it took: all, unless there is an error. NaN
// counts as 0; beyond ±8 samples are cut. After an error of the destination or
// the codec the file is of no use.
func (w *OggWriter) Write(pcm []float32) (int, error) {
	switch {
	case w.err != nil:
		return 0, w.err
	case w.closed:
		return 0, errors.New("opusio: Write after Close")
	case len(pcm)%w.channels != 0:
		return 0, fmt.Errorf("opusio: %d samples, %d channels: want a multiple", len(pcm), w.channels)
	}
	done := 0
	for done < len(pcm) {
		n := min(len(w.frame)-w.fill, len(pcm)-done)
		bound(w.frame[w.fill:w.fill+n], pcm[done:done+n])
		w.fill += n
		if w.fill == len(w.frame) {
			w.end.remember(w.frame)
			if w.encode(); w.err != nil {
				return done, w.err
			}
		}
		done += n
		w.frames += int64(n / w.channels)
	}
	return done, nil
}

// bound copies samples that the codec can take.
func bound(dst, src []float32) {
	src = src[:len(dst)]
	for i, v := range src {
		if v != v {
			v = 0
		}
		dst[i] = min(max(v, -loudestSample), loudestSample)
	}
}

// encode writes the frame as a packet and keeps the first error.
func (w *OggWriter) encode() {
	w.fill = 0
	n, err := w.enc.EncodeFloat32(w.frame, w.packet)
	if err == nil {
		err = w.w.WritePacket(w.packet[:n])
	}
	w.coded += int64(len(w.frame)/w.channels) * w.step
	w.err = err
}

// Frames returns the samples per channel, at the rate of the input, that were
// written.
func (w *OggWriter) Frames() int64 { return w.frames }

// Close encodes what is left and ends the file. It does not close the
// destination. Further calls return the same error.
func (w *OggWriter) Close() error {
	if w.closed || w.err != nil {
		w.closed = true
		return w.err
	}
	w.closed = true
	// The last sound goes on for the length of the encoder's delay, and fades:
	// a sudden end would be heard before it comes.
	end := w.frames * w.step
	if w.fill > 0 {
		w.end.remember(w.frame[:w.fill])
	}
	for end > 0 && w.coded < w.preSkip+end {
		w.end.end(w.frame[w.fill:])
		if w.encode(); w.err != nil {
			return w.err
		}
	}
	if w.err = w.w.SetEnd(end); w.err != nil {
		return w.err
	}
	w.err = w.w.Close()
	return w.err
}
