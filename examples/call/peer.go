package main

import (
	"context"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pion/rtcp"
	"github.com/pion/webrtc/v4"
)

// peer is one media connection of a person. The server offers, the browser
// answers: there is one who begins, so two offers never meet.
type peer struct {
	number int
	pc     *webrtc.PeerConnection
	person *person
	limits limits

	kick    chan struct{} // a new offer is due
	answers chan request
	done    chan struct{}
	once    sync.Once
	cancel  context.CancelFunc

	slots []*slotUse // guarded by the room's lock
	heard atomic.Bool
	loss  atomic.Int32
}

// slotUse is a slot and whom it carries, nil while it is free.
type slotUse struct {
	*slot
	carries *person
}

func newPeer(m *media, p *person, number int, l limits) (*peer, error) {
	pc, err := m.api.NewPeerConnection(webrtc.Configuration{})
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(context.Background())
	e := &peer{
		number: number, pc: pc, person: p, limits: l,
		kick: make(chan struct{}, 1), answers: make(chan request, 1),
		done: make(chan struct{}), cancel: cancel,
	}
	_, err = pc.AddTransceiverFromKind(webrtc.RTPCodecTypeAudio, webrtc.RTPTransceiverInit{Direction: webrtc.RTPTransceiverDirectionRecvonly})
	if err != nil {
		e.close()
		return nil, err
	}
	pc.OnTrack(func(t *webrtc.TrackRemote, r *webrtc.RTPReceiver) {
		if !e.heard.Swap(true) { // one microphone, whatever else the answer announced
			listen(e, t, r)
		}
	})
	pc.OnConnectionStateChange(func(s webrtc.PeerConnectionState) {
		if s == webrtc.PeerConnectionStateFailed {
			e.close() // the browser notices too and asks for another
		}
	})
	go e.negotiate(ctx)
	return e, nil
}

// addSlot adds a stream to the browser, which takes effect with the next offer.
// The room's lock is held.
func (e *peer) addSlot() (*slotUse, error) {
	s := newSlot("slot-" + strconv.Itoa(len(e.slots)))
	t, err := e.pc.AddTransceiverFromTrack(s, webrtc.RTPTransceiverInit{Direction: webrtc.RTPTransceiverDirectionSendonly})
	if err != nil {
		return nil, err
	}
	go e.reports(t.Sender())
	u := &slotUse{slot: s}
	e.slots = append(e.slots, u)
	return u, nil
}

// reports reads what the browser says of a stream, which the reports of the
// library need as well.
func (e *peer) reports(s *webrtc.RTPSender) {
	for {
		packets, _, err := s.ReadRTCP()
		if err != nil {
			return
		}
		for _, p := range packets {
			if r, ok := p.(*rtcp.ReceiverReport); ok {
				for _, b := range r.Reports {
					e.loss.Store(int32(b.FractionLost)) // RFC 3550, section 6.4.1: of 256
				}
			}
		}
	}
}

// lossPercent is what the browser reported last.
func (e *peer) lossPercent() float64 { return float64(e.loss.Load()) * 100 / 256 }

// renegotiate makes an offer due.
func (e *peer) renegotiate() {
	select {
	case e.kick <- struct{}{}:
	default: // it is already
	}
}

// negotiate makes offers, one after the other's answer.
func (e *peer) negotiate(ctx context.Context) {
	for number := 1; ; number++ {
		select {
		case <-e.kick:
		case <-ctx.Done():
			return
		}
		if err := e.round(ctx, number); err != nil && ctx.Err() == nil {
			e.person.refuseFrom(e, asRefusal(err))
			e.close()
			return
		}
	}
}

// round is an offer and its answer.
func (e *peer) round(ctx context.Context, number int) error {
	offer, err := e.pc.CreateOffer(nil)
	if err != nil {
		return err
	}
	gathered := webrtc.GatheringCompletePromise(e.pc)
	if err := e.pc.SetLocalDescription(offer); err != nil {
		return err
	}
	timeout := time.NewTimer(e.limits.Answer)
	defer timeout.Stop()
	late := refuse("timeout", "no answer to an offer for %v", e.limits.Answer)
	select {
	case <-gathered:
	case <-timeout.C:
		return late
	case <-ctx.Done():
		return ctx.Err()
	}
	e.person.sendFrom(e, offerMessage{"offer", number, e.pc.LocalDescription().SDP, e.number})
	for {
		select {
		case a := <-e.answers:
			if a.Offer != number {
				continue
			}
			return e.accept(a.SDP, offer.SDP)
		case <-timeout.C:
			return late
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (e *peer) accept(answer, offer string) error {
	if err := checkAnswer(answer, offer, e.limits); err != nil {
		return err
	}
	if e.pc.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeAnswer, SDP: answer}) != nil {
		return refuse("bad-sdp", "the answer does not fit the offer")
	}
	return nil
}

// answer hands over an answer of the browser. One at a time: whoever sends more
// than offers were made is not listened to.
func (e *peer) answer(r request) error {
	select {
	case e.answers <- r:
		return nil
	default:
		return refuse("bad-message", "more answers than offers")
	}
}

// close ends the connection. Any goroutine, any number of times.
func (e *peer) close() {
	e.once.Do(func() {
		e.cancel()
		close(e.done)
		go e.pc.Close() // it waits for its own callbacks, of which we may be one
	})
}
