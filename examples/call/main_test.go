package main

import (
	"slices"
	"strings"
	"testing"
)

func TestUDPAddress(t *testing.T) {
	for _, c := range []struct{ udp, listen, want string }{
		{"", "localhost:8080", "127.0.0.1:0"}, {"", ":8443", ":0"}, {"", "[::1]:80", "127.0.0.1:0"},
		{"", "192.0.2.7:80", "192.0.2.7:0"}, {"", "example.org:80", ":0"}, {"", "[2001:db8::1]:80", ":0"},
		{":5000", "localhost:8080", ":5000"}, {"", "nonsense", ":0"},
	} {
		if got := udpAddress(c.udp, c.listen); got != c.want {
			t.Errorf("-udp %q -listen %q: %s, want %s", c.udp, c.listen, got, c.want)
		}
	}
	if got := list("a.example, b.example,,c"); !slices.Equal(got, []string{"a.example", "b.example", "c"}) {
		t.Errorf("%q", got)
	}
}

// Behind a translation of addresses browsers are told the public one alone.
func TestPublicAddress(t *testing.T) {
	m, err := newMedia("127.0.0.1:0", []string{"203.0.113.7"})
	if err != nil {
		t.Fatal(err)
	}
	defer m.close()
	s := newServer(defaultLimits(), m, nil)
	defer s.close()
	r, err := s.hub.room("blue", modeServer)
	if err != nil {
		t.Fatal(err)
	}
	w := &wire{out: make(chan []byte, wireQueue), done: make(chan struct{}), limits: r.limits}
	p, err := r.join(request{Name: "Ada", Mode: modeServer}, w)
	if err != nil {
		t.Fatal(err)
	}
	defer r.lost(p, w, true)
	for b := range w.out {
		if text := string(b); strings.Contains(text, `"offer"`) {
			if !strings.Contains(text, "203.0.113.7") || strings.Contains(text, "127.0.0.1 ") {
				t.Errorf("the offer names other addresses:\n%s", strings.ReplaceAll(text, `\r\n`, "\n"))
			}
			return
		}
	}
}

func TestRunRefusesNonsense(t *testing.T) {
	for _, args := range [][]string{{"-people", "1"}, {"-people", "17"}, {"-rooms", "0"}, {"extra"}, {"-listen", "nowhere:nothing"}, {"-udp", "x:y", "-listen", "127.0.0.1:0"}, {"-listen", "127.0.0.1:0", "-public", "home"}} {
		if err := run(args); err == nil || !strings.HasPrefix(err.Error(), "call: ") {
			t.Errorf("%q: %v", args, err)
		}
	}
}

func TestSelfSigned(t *testing.T) {
	c, err := selfSigned()
	if err != nil || len(c.Certificate) != 1 || c.PrivateKey == nil {
		t.Errorf("%+v, %v", c, err)
	}
}
