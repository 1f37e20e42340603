package main

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"net/url"
	"os/exec"
	"strings"
	"testing"
)

// opener opens what the page seals, written from RFC 9605 once more.
type opener struct{ base []byte }

// openerFor has the key of an invitation.
func openerFor(t testing.TB, link string) *opener {
	t.Helper()
	u, err := url.Parse(link)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := base64.RawURLEncoding.DecodeString(strings.TrimPrefix(u.Fragment, "key="))
	if err != nil || len(secret) != 16 {
		t.Fatalf("no key of 16 bytes in %s", link)
	}
	base, err := hkdf.Key(sha256.New, secret, nil, "quietline call "+u.Query().Get("room"), 32)
	if err != nil {
		t.Fatal(err)
	}
	return &opener{base}
}

var errSealed = errors.New("call: not sealed with this key")

func (o *opener) open(frame []byte) ([]byte, error) {
	if len(frame) < 1+16 {
		return nil, errSealed
	}
	at := 1
	number := func(extended bool, v byte) uint64 { // section 4.3
		if !extended {
			return uint64(v)
		}
		var n uint64
		for range int(v) + 1 {
			if at < len(frame) {
				n = n<<8 | uint64(frame[at])
			}
			at++
		}
		return n
	}
	kid := number(frame[0]&0x80 != 0, frame[0]>>4&7)
	ctr := number(frame[0]&0x08 != 0, frame[0]&7)
	if at+16 > len(frame) {
		return nil, errSealed
	}
	gcm, salt, err := o.keys(kid, ctr)
	if err != nil {
		return nil, err
	}
	return gcm.Open(nil, salt, frame[at:], frame[:at])
}

// keys are those of a key id, and the nonce of a counter: sections 4.4.2, 4.4.3.
func (o *opener) keys(kid, ctr uint64) (cipher.AEAD, []byte, error) {
	tail := binary.BigEndian.AppendUint16(binary.BigEndian.AppendUint64(nil, kid), 4)
	secret, err := hkdf.Extract(sha256.New, o.base, nil)
	if err != nil {
		return nil, nil, err
	}
	key, err := hkdf.Expand(sha256.New, secret, "SFrame 1.0 Secret key "+string(tail), 16)
	if err != nil {
		return nil, nil, err
	}
	salt, err := hkdf.Expand(sha256.New, secret, "SFrame 1.0 Secret salt "+string(tail), 12)
	if err != nil {
		return nil, nil, err
	}
	for i, b := range binary.BigEndian.AppendUint64(make([]byte, 4), ctr) {
		salt[i] ^= b
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, nil, err
	}
	gcm, err := cipher.NewGCM(block)
	if err != nil {
		return nil, nil, err
	}
	return gcm, salt, err
}

// sealer seals as the page does, under a key id of one byte.
type sealer struct {
	t testing.TB
	o *opener
	n uint64
}

func newSealer(t testing.TB, o *opener) *sealer { return &sealer{t: t, o: o} }

func (s *sealer) seal(plain []byte) []byte {
	s.n++
	head := binary.BigEndian.AppendUint32([]byte{0x0b | 5<<4}, uint32(s.n)) // key id 5, counter of 4 bytes
	gcm, nonce, err := s.o.keys(5, s.n)
	if err != nil {
		s.t.Error(err)
		return nil
	}
	return gcm.Seal(head, nonce, plain, head)
}

const sframeScript = `
import {Opener, Sealer, roomKey} from './page/sframe.js';
const secret = Uint8Array.from({length: 16}, (_, i) => i);
const sealer = new Sealer(await roomKey(secret, 'red')), opener = new Opener(await roomKey(secret, 'red'));
const other = new Opener(await roomKey(secret, 'blue'));
const refuses = async (o, frame) => o.open(frame).then(() => { throw new Error('opened'); }, () => {});
const frames = [];
for (let i = 0; i < 300; i++) {
  const plain = Uint8Array.from({length: i}, (_, k) => k * i);
  const sealed = await sealer.seal(plain);
  frames.push(sealed);
  const changed = new Uint8Array(sealed.slice(0));
  changed[(i * 7) % changed.length] ^= 1 << i % 8;
  await refuses(opener, changed.buffer);
  await refuses(other, sealed);
  const opened = new Uint8Array(await opener.open(sealed));
  if (opened.length !== i || opened.some((b, k) => b !== plain[k])) throw new Error('frame ' + i);
  await refuses(opener, sealed); // again
  console.log(Buffer.from(sealed).toString('base64'));
}
await refuses(opener, frames[0]);
for (let n = 0; n < 40; n++) await refuses(opener, new Uint8Array(n).fill(0xff).buffer);
`

// What the page seals opens by the RFC as read a second time, in Go, byte for
// byte; what was changed, came before or has another key does not open.
func TestSFrame(t *testing.T) {
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("skipped: no node in PATH")
	}
	cmd := exec.Command(node, "--input-type=module", "-e", sframeScript)
	var said bytes.Buffer
	cmd.Stderr = &said
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, said.Bytes())
	}
	o := openerFor(t, "http://localhost/?room=red#key="+base64.RawURLEncoding.EncodeToString([]byte{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}))
	lines := strings.Fields(string(out))
	if len(lines) != 300 {
		t.Fatalf("%d frames", len(lines))
	}
	for i, line := range lines {
		sealed, err := base64.StdEncoding.DecodeString(line)
		if err != nil {
			t.Fatal(err)
		}
		plain, err := o.open(sealed)
		if err != nil {
			t.Fatalf("frame %d: %v", i, err)
		}
		want := make([]byte, i)
		for k := range want {
			want[k] = byte(k * i)
		}
		if !bytes.Equal(plain, want) {
			t.Fatalf("frame %d opened to something else", i)
		}
		if extra := len(sealed) - i; extra < 23 || extra > 25 {
			t.Errorf("frame %d grew by %d bytes", i, extra)
		}
	}
}
