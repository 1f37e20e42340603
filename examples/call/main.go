// Call is a voice room for groups in the browser, with the noise taken out of
// every voice: by the server, or in each browser before the sound is encrypted
// end to end.
//
//	go run .                     http://localhost:8080
//	go run . -listen :8443 -tls  for other devices in the network
package main

import (
	"context"
	"crypto/tls"
	"errors"
	"flag"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"
)

func main() {
	if err := run(os.Args[1:]); err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(args []string) error {
	l := defaultLimits()
	f := flag.NewFlagSet("call", flag.ContinueOnError)
	listen := f.String("listen", "localhost:8080", "`address` of the page and the signalling")
	udp := f.String("udp", "", "`address` of the UDP port for sound (default: that of -listen, any port)")
	public := f.String("public", "", "public `addresses` of this machine, by commas, if they are not its own")
	origins := f.String("origins", "", "other `hosts`, by commas, whose pages may connect")
	secure := f.Bool("tls", false, "HTTPS with a certificate made for this run, which browsers ask about")
	f.IntVar(&l.People, "people", l.People, "most people in a room, 2 to 16")
	f.IntVar(&l.Rooms, "rooms", l.Rooms, "most rooms at a time")
	wasm := f.String("wasm", "", "`file` with the denoiser for browsers (default: it is compiled at the start)")
	if err := f.Parse(args); err != nil {
		return err
	}
	if l.People < 2 || l.People > 16 || l.Rooms < 1 || f.NArg() > 0 {
		return errors.New("call: want -people 2 to 16, -rooms 1 or more, and nothing after the flags")
	}

	ln, err := net.Listen("tcp", *listen)
	if err != nil {
		return fmt.Errorf("call: %w", err)
	}
	defer ln.Close()
	m, err := newMedia(udpAddress(*udp, *listen), list(*public))
	if err != nil {
		return err
	}
	defer m.close()
	stop, cancel := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer cancel()
	clean := newCleaner(stop, *wasm)
	go func() {
		if <-clean.done; clean.err != nil && stop.Err() == nil {
			fmt.Fprintf(os.Stderr, "call: browsers get no denoiser of their own, so end-to-end encrypted rooms stay noisy: %v\n", clean.err)
		}
	}()
	s := newServer(l, m, list(*origins))
	h := newHTTPServer(s.handler(pageFiles(), clean))
	scheme := "http"
	if *secure {
		c, err := selfSigned()
		if err != nil {
			return err
		}
		scheme = "https"
		ln = tls.NewListener(ln, &tls.Config{Certificates: []tls.Certificate{c}, MinVersion: tls.VersionTLS12})
	}
	fmt.Printf("call: %s://%s (sound: UDP %s)\n", scheme, shown(ln.Addr()), m.udp.LocalAddr())

	go func() {
		<-stop.Done()
		s.close()
		c, cancel := context.WithTimeout(context.Background(), 3*time.Second)
		defer cancel()
		_ = h.Shutdown(c)
	}()
	if err := h.Serve(ln); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("call: %w", err)
	}
	return nil
}

// udpAddress is where sound arrives: the same interface as the page unless it is
// said otherwise.
func udpAddress(udp, listen string) string {
	if udp != "" {
		return udp
	}
	host, _, err := net.SplitHostPort(listen)
	if err != nil {
		return ":0"
	}
	ip := net.ParseIP(host)
	switch {
	case host == "localhost" || ip.IsLoopback():
		host = "127.0.0.1"
	case ip == nil || ip.To4() == nil: // a name, or version 6
		host = ""
	}
	return net.JoinHostPort(host, "0")
}

func list(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == ' ' })
}

// shown is an address as a person would type it.
func shown(a net.Addr) string {
	t, ok := a.(*net.TCPAddr)
	if !ok {
		return a.String()
	}
	if t.IP.IsUnspecified() || t.IP.IsLoopback() {
		return fmt.Sprintf("localhost:%d", t.Port)
	}
	return t.String()
}
