package main

import (
	"fmt"
	"io"
	"net"

	"github.com/pion/interceptor"
	"github.com/pion/logging"
	"github.com/pion/webrtc/v4"
)

// media makes WebRTC connections: Opus and nothing else, one UDP port for all.
type media struct {
	api *webrtc.API
	udp net.PacketConn
}

// newMedia listens for media at a UDP address. Public addresses, if the server
// is behind a translation of addresses, are what browsers are told.
//
// The server is an ICE lite agent (RFC 8445, section 2.5): it has addresses that
// browsers reach, they do the looking for a path, and so no candidate of theirs
// is ever sent, parsed or tried.
func newMedia(listen string, public []string) (*media, error) {
	for _, p := range public {
		if net.ParseIP(p).To4() == nil {
			return nil, fmt.Errorf("call: public address %q: want an IPv4 address", p)
		}
	}
	udp, err := net.ListenPacket("udp4", listen)
	if err != nil {
		return nil, fmt.Errorf("call: UDP port for media: %w", err)
	}
	// The log of the port says no more than that it was closed.
	quiet := logging.NewDefaultLeveledLoggerForScope("ice", logging.LogLevelDisabled, io.Discard)
	var se webrtc.SettingEngine
	se.SetLite(true)
	se.SetICEUDPMux(webrtc.NewICEUDPMux(quiet, udp))
	se.SetNetworkTypes([]webrtc.NetworkType{webrtc.NetworkTypeUDP4})
	se.SetIncludeLoopbackCandidate(true)
	if len(public) > 0 {
		err := se.SetICEAddressRewriteRules(webrtc.ICEAddressRewriteRule{
			External: public, AsCandidateType: webrtc.ICECandidateTypeHost, Mode: webrtc.ICEAddressRewriteReplace,
		})
		if err != nil {
			udp.Close()
			return nil, fmt.Errorf("call: public addresses: %w", err)
		}
	}

	var engine webrtc.MediaEngine
	err = engine.RegisterCodec(webrtc.RTPCodecParameters{
		RTPCodecCapability: webrtc.RTPCodecCapability{
			MimeType: webrtc.MimeTypeOpus, ClockRate: rate, Channels: 2, // RFC 7587, section 7: always 48000 and 2
			SDPFmtpLine: "minptime=10;useinbandfec=1",
		},
		PayloadType: 111,
	}, webrtc.RTPCodecTypeAudio)
	if err == nil {
		err = engine.RegisterHeaderExtension(webrtc.RTPHeaderExtensionCapability{URI: levelURI}, webrtc.RTPCodecTypeAudio)
	}
	// Reports, for the figures of loss; no retransmission: a voice has moved on.
	reports := &interceptor.Registry{}
	if err == nil {
		err = webrtc.ConfigureRTCPReports(reports)
	}
	if err != nil {
		udp.Close()
		return nil, fmt.Errorf("call: %w", err)
	}
	return &media{
		api: webrtc.NewAPI(webrtc.WithSettingEngine(se), webrtc.WithMediaEngine(&engine), webrtc.WithInterceptorRegistry(reports)),
		udp: udp,
	}, nil
}

func (m *media) close() { m.udp.Close() }
