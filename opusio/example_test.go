package opusio_test

import (
	"fmt"
	"log"
	"math"
	"math/rand/v2"

	"github.com/quietline/quietline/denoise"
	"github.com/quietline/quietline/opusio"
)

// yourEncoder stands for an encoder that the program has already: one of
// hraban/opus is an opusio.Encoder as it stands, for others there is a From
// function.
type yourEncoder struct{}

func (yourEncoder) Encode(pcm []int16, packet []byte) (int, error) {
	return copy(packet, []byte{9 << 3, 1, 2, 3}), nil
}

func (yourEncoder) EncodeFloat32(pcm []float32, packet []byte) (int, error) {
	return copy(packet, []byte{9 << 3, 1, 2, 3}), nil
}

// Wrap the encoder that you have: Encode stays what it was.
func ExampleNewDenoisingEncoder() {
	d, err := denoise.New(denoise.Config{SampleRate: 48000, FrameSize: 960, ComfortNoiseDB: -65})
	if err != nil {
		log.Fatal(err)
	}
	enc, err := opusio.NewDenoisingEncoder(yourEncoder{}, d, opusio.SendOptions{DTX: true})
	if err != nil {
		log.Fatal(err)
	}
	rtp := opusio.NewPacketizer(1000, 0)

	pcm := make([]int16, 960) // 20 ms from the microphone
	packet := make([]byte, opusio.MaxPacketBytes)
	for range 50 {
		for i := range pcm {
			pcm[i] = int16(rand.IntN(200) - 100) // nobody talks
		}
		n, err := enc.Encode(pcm, packet)
		if err != nil {
			log.Fatal(err)
		}
		status := enc.Status()
		header, send, err := rtp.Next(packet[:n], status.Delivery)
		if err != nil {
			log.Fatal(err)
		}
		if send {
			// Send header and packet[:n], status.Level.Byte() in the extension
			// of RFC 6464.
			_ = header
		}
	}
	header, _, _ := rtp.Next(packet, opusio.Send)
	fmt.Println("timestamp:", header.Timestamp)
	fmt.Println("fewer packets than frames:", header.SequenceNumber < 1050)
	// Output:
	// timestamp: 48000
	// fewer packets than frames: true
}

// Denoise what a sender's packets hold, with packets lost on the way.
func ExampleNewDenoisingDecoder() {
	enc, err := opusio.Default.NewEncoder(opusio.EncoderConfig{SampleRate: 48000, Bitrate: 24000, FEC: true, ExpectedLoss: 10})
	if err != nil {
		log.Fatal(err)
	}
	plain, err := opusio.Default.NewDecoder(opusio.DecoderConfig{SampleRate: 48000})
	if err != nil {
		log.Fatal(err)
	}
	d, err := denoise.New(denoise.Config{SampleRate: 48000})
	if err != nil {
		log.Fatal(err)
	}
	dec, err := opusio.NewDenoisingDecoder(plain, d)
	if err != nil {
		log.Fatal(err)
	}

	noise := rand.New(rand.NewPCG(1, 2))
	frame, packet := make([]float32, 960), make([]byte, opusio.MaxPacketBytes)
	pcm := make([]float32, 5760) // room for 120 ms
	lost := false
	for i := range 200 {
		for k := range frame {
			frame[k] = 0.01 * float32(noise.NormFloat64())
		}
		n, err := enc.EncodeFloat32(frame, packet)
		if err != nil {
			log.Fatal(err)
		}
		if lost { // the packet before this one may be in it
			if err := dec.DecodeFECFloat32(packet[:n], pcm[:960]); err != nil {
				log.Fatal(err)
			}
			// Play pcm[:960].
		}
		if lost = i%10 == 9; lost {
			continue
		}
		if n, err = dec.DecodeFloat32(packet[:n], pcm); err != nil {
			log.Fatal(err)
		}
		// Play pcm[:n].
		_ = pcm[:n]
	}
	st := dec.Denoiser().Stats()
	fmt.Printf("noise at %.0f dBFS, %d hops made up\n", math.Round(st.NoiseDBFS/5)*5, st.ConcealedHops)
	// Output: noise at -50 dBFS, 38 hops made up
}

// An encoder of thesyncim/gopus needs an adapter, since its Encode takes
// float32.
func ExampleFromGopusEncoder() {
	var yours opusio.GopusEncoder = &syncimEncoder{} // gopus.NewEncoder(…)
	enc := opusio.FromGopusEncoder(yours)

	packet := make([]byte, opusio.MaxPacketBytes)
	n, err := enc.Encode(make([]int16, 2*960), packet)
	fmt.Println(n, err)
	// Output: 3 <nil>
}
