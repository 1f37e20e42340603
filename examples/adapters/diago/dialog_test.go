package quietdiago

import (
	"context"
	"errors"
	"io"
	"net"
	"testing"
	"time"

	"github.com/emiago/diago"
	"github.com/emiago/diago/audio"
	"github.com/emiago/diago/media"
	"github.com/emiago/sipgo"
	"github.com/emiago/sipgo/sip"

	"github.com/quietline/quietline/denoise"
)

// phone returns a SIP endpoint on the loopback interface and its port.
func phone(t *testing.T) (*diago.Diago, int) {
	t.Helper()
	c, err := net.ListenPacket("udp4", "127.0.0.1:0") // a port that is free
	if err != nil {
		t.Skipf("no UDP here: %v", err)
	}
	port := c.LocalAddr().(*net.UDPAddr).Port
	c.Close()
	ua, err := sipgo.NewUA()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { ua.Close() })
	return diago.NewDiago(ua, diago.WithTransport(diago.Transport{Transport: "udp", BindHost: "127.0.0.1", BindPort: port})), port
}

// call makes a real call over the loopback interface: the caller plays G.711, the
// callee records what its reader gives.
func call(t *testing.T, sound []int16, caller, callee func(*diago.DialogMedia) error) []int16 {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	ulaw := make([]byte, len(sound))
	if _, err := audio.EncodeUlawTo(ulaw, toBytes(sound)); err != nil {
		t.Fatal(err)
	}
	heard, failed := make(chan []byte, 1), make(chan error, 1)
	server, port := phone(t)
	err := server.ServeBackground(ctx, func(in *diago.DialogServerSession) {
		err := func() error {
			if err := in.Answer(); err != nil {
				return err
			}
			if err := callee(in.Media()); err != nil {
				return err
			}
			r, err := in.AudioReader()
			if err != nil {
				return err
			}
			var got []byte
			b := make([]byte, media.RTPBufSize)
			for len(got) < len(ulaw) {
				n, err := r.Read(b)
				if err != nil {
					return err
				}
				if n != 160 {
					return errors.New("a packet is not 20 ms long")
				}
				got = append(got, b[:n]...)
			}
			heard <- got
			return nil
		}()
		if err != nil {
			failed <- err
		}
	})
	if err != nil {
		t.Fatal(err)
	}

	client, _ := phone(t)
	out, err := client.Invite(ctx, sip.Uri{User: "b", Host: "127.0.0.1", Port: port}, diago.InviteOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	if err := caller(out.Media()); err != nil {
		t.Fatal(err)
	}
	w, err := out.AudioWriter()
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(ulaw); i += 160 { // a Write waits for the packet's time
		if n, err := w.Write(ulaw[i : i+160]); n != 160 || err != nil {
			t.Fatal(n, err)
		}
	}
	select {
	case got := <-heard:
		if err := out.Hangup(ctx); err != nil {
			t.Error(err)
		}
		b := make([]byte, 2*len(got))
		if _, err := audio.DecodeUlawTo(b, got); err != nil {
			t.Fatal(err)
		}
		return toShorts(b)
	case err := <-failed:
		t.Fatal(err)
	case <-time.After(10 * time.Second):
		t.Fatal("packets were lost on the loopback interface")
	}
	return nil
}

func nothing(*diago.DialogMedia) error { return nil }

// In a call, cleaned where it arrives, or where it leaves. The calls take the
// time that they take, all at once.
func TestCall(t *testing.T) {
	if testing.Short() {
		t.Skip("calls of four seconds")
	}
	sound := rain(t)[:4*8000]
	short := sound[:8000]
	for _, c := range []struct {
		name string
		run  func(t *testing.T, noise *Cleaner)
	}{
		{"incoming", func(t *testing.T, noise *Cleaner) {
			twice := func(m *diago.DialogMedia) error { return errors.Join(noise.Incoming(m), noise.Incoming(m)) }
			cleaned(t, "incoming", sound, call(t, sound, nothing, twice), 8000, 80)
			if s := noise.Stats(); s.VoiceHops == 0 || s.ReductionDB < 12 {
				t.Errorf("statistics %+v", s)
			}
		}},
		{"outgoing", func(t *testing.T, noise *Cleaner) {
			twice := func(m *diago.DialogMedia) error { return errors.Join(noise.Outgoing(m), noise.Outgoing(m)) }
			cleaned(t, "outgoing", sound, call(t, sound, twice, nothing), 8000, 80)
		}},
		{"off", func(t *testing.T, noise *Cleaner) {
			noise.SetEnabled(false)
			before := call(t, short, nothing, nothing)
			after := call(t, short, nothing, noise.Incoming)
			for i := range before[:len(before)-80] {
				if before[i] != after[i+80] {
					t.Fatalf("off, sample %d is %d, want %d", i, after[i+80], before[i])
				}
			}
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			c.run(t, newCleaner(t, denoise.Config{}))
		})
	}
}

// Telephone events are no sound: they pass as they are.
func TestEventsPass(t *testing.T) {
	tr, err := newCleaner(t, denoise.Config{}).transcoder(media.CodecAudioUlaw)
	if err != nil {
		t.Fatal(err)
	}
	rtp := &media.RTPPacketReader{}
	r := &packetReader{transcoder: tr, src: &packets{[]byte{5, 10, 0, 160, 5, 10, 0, 160}, 4, io.EOF}, rtp: rtp}
	b := make([]byte, media.RTPBufSize)
	rtp.PacketHeader.PayloadType = media.CodecTelephoneEvent8000.PayloadType
	if n, err := r.Read(b); err != nil || string(b[:n]) != "\x05\x0a\x00\xa0" {
		t.Errorf("an event became %x, %v", b[:n], err)
	}
	rtp.PacketHeader.PayloadType = 0
	if n, err := r.Read(b); err != nil || n != 4 || string(b[:n]) == "\x05\x0a\x00\xa0" {
		t.Errorf("sound stayed %x, %v", b[:n], err)
	}
	if _, err := r.Read(b); err != io.EOF {
		t.Errorf("the end became %v", err)
	}
}

func TestUnknownCodec(t *testing.T) {
	if _, err := newCleaner(t, denoise.Config{}).transcoder(media.Codec{Name: "G729", PayloadType: 18, SampleRate: 8000, NumChannels: 1}); err == nil {
		t.Error("G.729 was taken")
	}
}
