package main

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/pion/interceptor"
	"github.com/pion/rtp"
	"github.com/pion/webrtc/v4"

	"github.com/quietline/quietline/opusio"
)

// bench is a server for a test.
type bench struct {
	*server
	url string // of the WebSocket
	web string // of the page
}

func newBench(t testing.TB, change func(*limits)) *bench {
	t.Helper()
	l := defaultLimits()
	if change != nil {
		change(&l)
	}
	m, err := newMedia("127.0.0.1:0", nil)
	if err != nil {
		t.Fatal(err)
	}
	s := newServer(l, m, nil)
	h := httptest.NewServer(s.handler(pageFiles(), nil))
	t.Cleanup(func() {
		s.close()
		h.Close()
		m.close()
	})
	return &bench{s, "ws" + strings.TrimPrefix(h.URL, "http") + "/ws", h.URL}
}

// message is any message of the server.
type message struct {
	Type   string
	ID     string
	Token  string
	Again  bool
	Offer  int
	Peer   int
	SDP    string
	People json.RawMessage
	Slots  map[string]string
	Levels map[string][2]int
	In     float64
	Out    float64
	On     bool
	Code   string
	Text   string
	Voices float64
}

// client is a participant without a browser.
type client struct {
	t    testing.TB
	c    *websocket.Conn
	ctx  context.Context
	stop context.CancelFunc
	api  *webrtc.API
	mic  *micTrack

	mu      sync.Mutex
	id      string
	token   string
	again   bool
	people  []personEntry
	slots   map[string]string
	levels  map[string][2]int
	figures map[string]figures
	strips  []message
	muted   bool // told that one talks while muted
	refused string
	pc      *webrtc.PeerConnection
	peer    int
	offers  int
	got     map[string][]rtp.Packet // by slot
	ext     uint8
	closed  bool
	quit    chan struct{}
}

// dial opens a WebSocket as pages of an origin do, "" for none.
func dial(t testing.TB, url, origin string) (*websocket.Conn, *http.Response, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	h := http.Header{}
	if origin != "" {
		h.Set("Origin", origin)
	}
	return websocket.Dial(ctx, url, &websocket.DialOptions{HTTPHeader: h})
}

// join comes into a room. more is added to the hello, such as a token.
func join(t testing.TB, b *bench, room, name, mode string, more map[string]any) *client {
	t.Helper()
	c, _, err := dial(t, b.url, "")
	if err != nil {
		t.Fatal(err)
	}
	c.SetReadLimit(1 << 20)
	ctx, stop := context.WithCancel(context.Background())
	k := &client{
		t: t, c: c, ctx: ctx, stop: stop, api: clientAPI(t), mic: newMicTrack(),
		got: map[string][]rtp.Packet{}, figures: map[string]figures{}, quit: make(chan struct{}),
	}
	hello := map[string]any{"type": "hello", "room": room, "name": name, "mode": mode}
	for key, v := range more {
		hello[key] = v
	}
	k.send(hello)
	go k.read()
	t.Cleanup(k.leave)
	return k
}

func clientAPI(t testing.TB) *webrtc.API {
	var se webrtc.SettingEngine
	se.SetIncludeLoopbackCandidate(true)
	var e webrtc.MediaEngine
	err := e.RegisterCodec(webrtc.RTPCodecParameters{
		RTPCodecCapability: webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeOpus, ClockRate: rate, Channels: 2, SDPFmtpLine: "minptime=10;useinbandfec=1"},
		PayloadType:        111,
	}, webrtc.RTPCodecTypeAudio)
	if err != nil {
		t.Fatal(err)
	}
	if err := e.RegisterHeaderExtension(webrtc.RTPHeaderExtensionCapability{URI: levelURI}, webrtc.RTPCodecTypeAudio); err != nil {
		t.Fatal(err)
	}
	r := &interceptor.Registry{}
	if err := webrtc.ConfigureRTCPReports(r); err != nil {
		t.Fatal(err)
	}
	return webrtc.NewAPI(webrtc.WithSettingEngine(se), webrtc.WithMediaEngine(&e), webrtc.WithInterceptorRegistry(r))
}

func (k *client) send(m any) {
	b, err := json.Marshal(m)
	if err != nil {
		k.t.Error(err)
		return
	}
	ctx, cancel := context.WithTimeout(k.ctx, 10*time.Second)
	defer cancel()
	_ = k.c.Write(ctx, websocket.MessageText, b) // what became of it, the reader sees
}

func (k *client) read() {
	defer close(k.quit)
	for {
		_, b, err := k.c.Read(k.ctx)
		if err != nil {
			k.mu.Lock()
			k.closed = true
			k.mu.Unlock()
			return
		}
		var m message
		if err := json.Unmarshal(b, &m); err != nil {
			k.t.Errorf("%s: %v", b, err)
			return
		}
		k.mu.Lock()
		switch m.Type {
		case "welcome":
			k.id, k.token, k.again = m.ID, m.Token, m.Again
		case "people":
			k.slots, k.people = m.Slots, nil
			if err := json.Unmarshal(m.People, &k.people); err != nil {
				k.t.Error(err)
			}
		case "levels":
			k.levels = m.Levels
		case "figures":
			if err := json.Unmarshal(m.People, &k.figures); err != nil {
				k.t.Error(err)
			}
		case "strip":
			k.strips = append(k.strips, m)
		case "talking-while-muted":
			k.muted = m.On
		case "refused":
			k.refused = m.Code
		case "offer":
			k.offers++
			if err := k.accept(m); err != nil && k.ctx.Err() == nil {
				k.t.Errorf("answering an offer: %v", err)
			}
		}
		k.mu.Unlock()
	}
}

// accept answers an offer. The lock is held.
func (k *client) accept(m message) error {
	if k.pc == nil || m.Peer != k.peer {
		if k.pc != nil {
			k.pc.Close()
		}
		pc, err := k.api.NewPeerConnection(webrtc.Configuration{})
		if err != nil {
			return err
		}
		k.pc, k.peer = pc, m.Peer
		pc.OnTrack(k.hear)
	}
	if err := k.pc.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeOffer, SDP: m.SDP}); err != nil {
		return err
	}
	if s := k.pc.GetTransceivers()[0].Sender(); s == nil || s.Track() == nil {
		if _, err := k.pc.AddTrack(k.mic); err != nil {
			return err
		}
	}
	a, err := k.pc.CreateAnswer(nil)
	if err != nil {
		return err
	}
	done := webrtc.GatheringCompletePromise(k.pc)
	if err := k.pc.SetLocalDescription(a); err != nil {
		return err
	}
	<-done
	go k.send(map[string]any{"type": "answer", "peer": m.Peer, "offer": m.Offer, "sdp": k.pc.LocalDescription().SDP})
	return nil
}

func (k *client) hear(t *webrtc.TrackRemote, r *webrtc.RTPReceiver) {
	id := levelID(r.GetParameters().HeaderExtensions)
	for {
		p, _, err := t.ReadRTP()
		if err != nil {
			return
		}
		if len(p.Payload) == 0 {
			continue
		}
		k.mu.Lock()
		k.ext = id
		k.got[t.StreamID()] = append(k.got[t.StreamID()], *p)
		k.mu.Unlock()
	}
}

// from returns the packets that came from a person so far.
func (k *client) from(id string) []rtp.Packet {
	k.mu.Lock()
	defer k.mu.Unlock()
	return slices.Clone(k.heard(id))
}

// heard is from for use in until.
func (k *client) heard(id string) []rtp.Packet {
	for slot, who := range k.slots {
		if who == id {
			return k.got[slot]
		}
	}
	return nil
}

// talk sends packets of 20 ms in real time, each with its level.
func (k *client) talk(packets [][]byte, level opusio.AudioLevel) {
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for _, p := range packets {
		k.mic.write(p, level)
		select {
		case <-tick.C:
		case <-k.ctx.Done():
			return
		}
	}
}

// drop breaks the connection as a network does.
func (k *client) drop() {
	k.stop()
	_ = k.c.CloseNow()
	k.mu.Lock()
	pc := k.pc
	k.pc = nil
	k.mu.Unlock()
	if pc != nil {
		pc.Close()
	}
}

func (k *client) leave() {
	if k.ctx.Err() == nil {
		k.send(map[string]any{"type": "leave"})
	}
	k.drop()
	<-k.quit
}

// until waits for a condition, which is called with the client's lock held.
func (k *client) until(what string, ok func() bool) {
	k.t.Helper()
	deadline := time.Now().Add(15 * time.Second)
	for {
		k.mu.Lock()
		good, refused := ok(), k.refused
		k.mu.Unlock()
		if good {
			return
		}
		if time.Now().After(deadline) {
			k.t.Fatalf("waited in vain for %s (refused: %q)", what, refused)
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// person is what k was last told of somebody, who may have entered before it or
// after; for use in until.
func (k *client) person(id string) personEntry {
	for _, p := range k.people {
		if p.ID == id {
			return p
		}
	}
	return personEntry{}
}

// connected waits for the media connection.
func (k *client) connected() {
	k.t.Helper()
	k.until("the media connection", func() bool {
		return k.pc != nil && k.pc.ConnectionState() == webrtc.PeerConnectionStateConnected
	})
}

// micTrack is a microphone: packets as they are given.
type micTrack struct {
	mu   sync.Mutex
	out  webrtc.TrackLocalWriter
	h    rtp.Header
	ext  uint8
	skip int // packets to lose on the way
	sent [][]byte
}

func newMicTrack() *micTrack {
	return &micTrack{h: rtp.Header{Version: 2, SequenceNumber: 65500, Timestamp: 1 << 31}}
}

func (m *micTrack) write(payload []byte, level opusio.AudioLevel) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.h.SequenceNumber++
	m.h.Timestamp += frame
	if m.out == nil {
		return
	}
	if m.skip > 0 {
		m.skip--
		return
	}
	h := m.h
	if m.ext != 0 {
		_ = h.SetExtension(m.ext, []byte{level.Byte()})
	}
	m.sent = append(m.sent, bytes.Clone(payload))
	_, _ = m.out.WriteRTP(&h, payload)
}

func (m *micTrack) Bind(ctx webrtc.TrackLocalContext) (webrtc.RTPCodecParameters, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	c := ctx.CodecParameters()[0]
	m.out, m.h.SSRC, m.h.PayloadType = ctx.WriteStream(), uint32(ctx.SSRC()), uint8(c.PayloadType)
	m.ext = levelID(ctx.HeaderExtensions())
	return c, nil
}

func (m *micTrack) Unbind(webrtc.TrackLocalContext) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.out = nil
	return nil
}

func (m *micTrack) ID() string                { return "mic" }
func (m *micTrack) RID() string               { return "" }
func (m *micTrack) StreamID() string          { return "mic" }
func (m *micTrack) Kind() webrtc.RTPCodecType { return webrtc.RTPCodecTypeAudio }
