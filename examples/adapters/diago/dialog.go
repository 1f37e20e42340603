package quietdiago

import (
	"fmt"
	"io"

	"github.com/emiago/diago"
	"github.com/emiago/diago/audio"
	"github.com/emiago/diago/media"
)

// Incoming cleans what the far end of a dialog says: it puts itself in front of
// the dialog's audio reader. Call it after Answer and after
// AudioReader(WithAudioReaderDTMF), and again after a re-INVITE that changed the
// codec. The error says that the codec cannot be decoded in this build (diago has
// Opus with cgo only).
//
// Packets that are not of the audio codec, such as telephone events, pass as
// they are.
func (c *Cleaner) Incoming(m *diago.DialogMedia) error {
	var props diago.MediaProps
	r, err := m.AudioReader(diago.WithAudioReaderMediaProps(&props))
	if err != nil {
		return err
	}
	if old, ok := r.(*packetReader); ok { // once more: in its place
		r = old.src
	}
	t, err := c.transcoder(props.Codec)
	if err != nil {
		return err
	}
	m.SetAudioReader(&packetReader{transcoder: t, src: r, rtp: m.RTPPacketReader, payloadType: props.Codec.PayloadType})
	return nil
}

// Outgoing cleans what is said to the far end, as Incoming does the other way.
func (c *Cleaner) Outgoing(m *diago.DialogMedia) error {
	var props diago.MediaProps
	w, err := m.AudioWriter(diago.WithAudioWriterMediaProps(&props))
	if err != nil {
		return err
	}
	if old, ok := w.(*packetWriter); ok {
		w = old.dst
	}
	t, err := c.transcoder(props.Codec)
	if err != nil {
		return err
	}
	m.SetAudioWriter(&packetWriter{transcoder: t, dst: w, buf: make([]byte, media.RTPBufSize)})
	return nil
}

// transcoder cleans encoded packets: decoded, cleaned, encoded.
type transcoder struct {
	pcm
	dec audio.PCMDecoder
	enc audio.PCMEncoder
	raw []byte // decoded
}

func (c *Cleaner) transcoder(codec media.Codec) (*transcoder, error) {
	t := &transcoder{pcm: c.pcm(codec)}
	if err := t.dec.Init(codec); err != nil {
		return nil, fmt.Errorf("quietdiago: %s cannot be decoded: %w", codec.Name, err)
	}
	if err := t.enc.Init(codec); err != nil {
		return nil, fmt.Errorf("quietdiago: %s cannot be encoded: %w", codec.Name, err)
	}
	// Room for the longest packet: G.711 fills two bytes from one, Opus 120 ms.
	t.raw = make([]byte, max(2*media.RTPBufSize, 2*codec.NumChannels*int(codec.SampleRate)*120/1000))
	return t, nil
}

// packet cleans the packet in src into dst and returns its length there.
func (t *transcoder) packet(dst, src []byte) (int, error) {
	n, err := t.dec.DecoderTo(t.raw, src)
	if err != nil {
		return 0, err
	}
	if err := t.clean(t.raw[:n]); err != nil {
		return 0, err
	}
	return t.enc.EncoderTo(dst, t.raw[:n])
}

type packetReader struct {
	*transcoder
	src         io.Reader
	rtp         *media.RTPPacketReader
	payloadType uint8
}

// Read reads a packet's payload, as the dialog's own reader does.
func (r *packetReader) Read(b []byte) (int, error) {
	n, err := r.src.Read(b)
	if n == 0 || err != nil || r.rtp != nil && r.rtp.PacketHeader.PayloadType != r.payloadType {
		return n, err
	}
	return r.packet(b, b[:n])
}

type packetWriter struct {
	*transcoder
	dst io.Writer
	buf []byte
}

// Write writes a packet's payload.
func (w *packetWriter) Write(b []byte) (int, error) {
	n, err := w.packet(w.buf, b)
	if err != nil {
		return 0, err
	}
	if _, err := w.dst.Write(w.buf[:n]); err != nil {
		return 0, err
	}
	return len(b), nil
}
