package main

import (
	"bytes"
	"encoding/json"
	"io"
	"math"
	"unicode"
	"unicode/utf8"
)

// The modes of a room. Its first person chooses; all others must come with the
// same.
const (
	modeServer = "server" // the server decodes, cleans and encodes every voice
	modeE2EE   = "e2ee"   // browsers clean and encrypt; the server forwards what it cannot hear
)

// request is any message of a browser; Type says which fields count.
//
//	hello   Room, Name, Mode, Token (of an earlier welcome, to come back), Settings
//	answer  Peer and Offer (the numbers of the offer), SDP
//	set     Person ("" is oneself), Settings: those fields that change
//	voice   Voice: our voice detector in the browser began or ended (e2ee)
//	again   a new media connection, please
type request struct {
	Type   string `json:"type"`
	Room   string `json:"room"`
	Name   string `json:"name"`
	Mode   string `json:"mode"`
	Token  string `json:"token"`
	Peer   int    `json:"peer"`
	Offer  int    `json:"offer"`
	SDP    string `json:"sdp"`
	Person string `json:"person"`
	Voice  bool   `json:"voice"`
	change
}

// change is a change of settings; nil leaves one as it is.
type change struct {
	Muted      *bool    `json:"muted"`
	Enabled    *bool    `json:"enabled"`
	StrengthDB *float64 `json:"strengthDB"`
}

// settings are what a person, and in server mode everyone in the room, can
// choose about a voice.
type settings struct {
	Muted      bool    `json:"muted"`
	Enabled    bool    `json:"enabled"`    // noise cancellation
	StrengthDB float64 `json:"strengthDB"` // the most it takes away, minStrength to maxStrength
}

const (
	minStrength     = 3
	maxStrength     = 45
	defaultStrength = 29 // denoise.Strong
)

func (s settings) apply(c change) settings {
	if c.Muted != nil {
		s.Muted = *c.Muted
	}
	if c.Enabled != nil {
		s.Enabled = *c.Enabled
	}
	if c.StrengthDB != nil {
		s.StrengthDB = *c.StrengthDB
	}
	return s
}

// parseRequest reads a message strictly: one JSON object, no field that the
// protocol does not have.
func parseRequest(b []byte) (request, error) {
	var r request
	if !utf8.Valid(b) {
		return r, refuse("bad-message", "a message is JSON in UTF-8")
	}
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(&r); err != nil {
		return r, refuse("bad-message", "a message is one JSON object with the fields of the protocol")
	}
	if _, err := d.Token(); err != io.EOF {
		return r, refuse("bad-message", "something follows the JSON object")
	}
	if s := r.StrengthDB; s != nil && !(*s >= minStrength && *s <= maxStrength) {
		return r, refuse("bad-message", "a strength is %d to %d dB", minStrength, maxStrength)
	}
	return r, nil
}

// checkHello reports what is wrong with the first message.
func (r *request) checkHello(l limits) error {
	switch {
	case r.Type != "hello":
		return refuse("bad-message", "the first message is hello")
	case !validRoom(r.Room, l.RoomBytes):
		return refuse("bad-room", "a room's name is 1 to %d of a-z, 0-9 and -", l.RoomBytes)
	case r.Mode != modeServer && r.Mode != modeE2EE:
		return refuse("bad-message", "a mode is %q or %q", modeServer, modeE2EE)
	case len(r.Token) > 64:
		return refuse("bad-message", "a token has 32 characters")
	}
	if r.Name = cleanName(r.Name); r.Name == "" || utf8.RuneCountInString(r.Name) > l.NameRunes {
		return refuse("bad-name", "a name is 1 to %d letters", l.NameRunes)
	}
	return nil
}

func validRoom(s string, most int) bool {
	if len(s) == 0 || len(s) > most {
		return false
	}
	for _, c := range []byte(s) {
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' {
			return false
		}
	}
	return true
}

// cleanName drops what does not print (control and direction characters) and
// makes every run of spaces one.
func cleanName(s string) string {
	var out []rune
	space := false
	for _, c := range s {
		switch {
		case unicode.IsSpace(c):
			space = len(out) > 0
		case unicode.IsGraphic(c) && c != utf8.RuneError:
			if space {
				out = append(out, ' ')
			}
			out, space = append(out, c), false
		}
	}
	return string(out)
}

// What the server sends. Each has a Type of its own.
type (
	welcomeMessage struct {
		Type   string `json:"type"` // welcome
		ID     string `json:"id"`
		Token  string `json:"token"` // says who one is when one comes back
		Room   string `json:"room"`
		Mode   string `json:"mode"`
		Again  bool   `json:"again"` // came back: place and name were kept
		People int    `json:"people"`
	}
	offerMessage struct {
		Type  string `json:"type"` // offer
		Offer int    `json:"offer"`
		SDP   string `json:"sdp"`
		Peer  int    `json:"peer"` // counts media connections: another number, another RTCPeerConnection
	}
	// peopleMessage lists everyone, oneself included, in the order in which they
	// came. Slots tells which of the receiver's incoming streams carries whom.
	peopleMessage struct {
		Type   string            `json:"type"` // people
		People []personEntry     `json:"people"`
		Slots  map[string]string `json:"slots"`
	}
	personEntry struct {
		ID      string `json:"id"`
		Name    string `json:"name"`
		Present bool   `json:"present"` // false: the connection broke, and the place is kept for a while
		settings
	}
	// levelsMessage has what RFC 6464 says about each voice: −dBov and voice.
	levelsMessage struct {
		Type   string            `json:"type"` // levels
		Levels map[string][2]int `json:"levels"`
	}
	stripMessage struct {
		Type    string  `json:"type"` // strip: one's own voice before and after
		In      float64 `json:"in"`   // dBFS
		Out     float64 `json:"out"`
		Prob    float64 `json:"prob"`
		BandsIn []byte  `json:"bandsIn"` // see strip.go
		BandOut []byte  `json:"bandsOut"`
	}
	mutedTalkMessage struct {
		Type string `json:"type"` // talking-while-muted
		On   bool   `json:"on"`
	}
	figuresMessage struct {
		Type   string             `json:"type"`   // figures
		CPU    float64            `json:"cpu"`    // of the whole process, 1 is one core; −1: unknown here
		Voices float64            `json:"voices"` // share of one core spent on decoding, denoising and encoding
		People map[string]figures `json:"people"`
	}
	refusedMessage struct {
		Type string `json:"type"` // refused
		Code string `json:"code"`
		Text string `json:"text"`
	}
)

// figures tells of one voice what it costs and how it arrives.
type figures struct {
	DenoiseUS   float64 `json:"denoiseUS"` // per 10 ms
	DecodeUS    float64 `json:"decodeUS"`
	EncodeUS    float64 `json:"encodeUS"`
	LossPercent float64 `json:"loss"`     // of the packets to the server, last second
	DownPercent float64 `json:"downLoss"` // of the packets to this person, as its browser reports
	Kbps        float64 `json:"kbps"`
	NoiseDBFS   float64 `json:"noise"`
	ReductionDB float64 `json:"reduction"`
	Dropped     uint64  `json:"dropped"` // packets over the limits, or not decodable
}

func round1(x float64) float64 {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return 0
	}
	return math.Round(x*10) / 10
}
