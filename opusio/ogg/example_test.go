package ogg_test

import (
	"bytes"
	"fmt"
	"io"
	"log"
	"os"

	"github.com/quietline/quietline/opusio/ogg"
)

// A decoder loop that gives every sample its place. The decoder, which would be
// given p.Data or asked to conceal p.Samples, is left out.
func Example() {
	f, err := os.Open("testdata/opusenc_mono.opus")
	if err != nil {
		log.Fatal(err)
	}
	defer f.Close()
	r, err := ogg.NewReader(f)
	if err != nil {
		log.Fatal(err)
	}
	total, packets := 0, 0
	for {
		p, err := r.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			log.Fatal(err)
		}
		if p.NewLink {
			title, _ := r.Tags().Get("TITLE")
			fmt.Println(r.Head().Channels, "channel,", title)
		}
		packets++
		total += len(make([]float32, p.Samples)[p.TrimStart : p.Samples-p.TrimEnd])
	}
	fmt.Println(packets, "packets play", total, "samples")
	// Output:
	// 1 channel, tone
	// 21 packets play 19200 samples
}

// 1000 samples in an encoder with a delay of 312: two packets of 20 ms, and the
// end trimmed to what went in.
func ExampleWriter() {
	var file bytes.Buffer
	tags := ogg.Tags{Vendor: "libopus 1.5.2"}
	tags.Add("TITLE", "two packets")
	w, err := ogg.NewWriter(&file, ogg.Head{Channels: 1, PreSkip: 312, InputRate: 48000}, tags)
	if err != nil {
		log.Fatal(err)
	}
	packet := []byte{31 << 3, 1, 2, 3} // from an encoder
	for range 2 {
		if err := w.WritePacket(packet); err != nil {
			log.Fatal(err)
		}
	}
	fmt.Println(w.Samples(), "samples before trimming")
	if err := w.SetEnd(1000); err != nil {
		log.Fatal(err)
	}
	if err := w.Close(); err != nil {
		log.Fatal(err)
	}

	r, err := ogg.NewReader(&file)
	if err != nil {
		log.Fatal(err)
	}
	for p, err := r.Next(); err == nil; p, err = r.Next() {
		fmt.Println(p.Samples, p.TrimStart, p.TrimEnd, p.Position)
	}
	// Output:
	// 1608 samples before trimming
	// 960 312 0 0
	// 960 0 608 648
}

// A packet was lost on the way to a recorder: the file keeps its time.
func ExampleWriter_WriteMissing() {
	var file bytes.Buffer
	w, err := ogg.NewWriter(&file, ogg.Head{Channels: 1}, ogg.Tags{})
	if err != nil {
		log.Fatal(err)
	}
	w.WritePacket([]byte{9 << 3, 1, 2, 3}) // SILK, 20 ms
	w.WriteMissing(960)
	w.WritePacket([]byte{9 << 3, 1, 2, 3})
	if err := w.Close(); err != nil {
		log.Fatal(err)
	}
	fmt.Println(w.Samples())
	// Output: 2880
}

func ExamplePacketDuration() {
	n, err := ogg.PacketDuration([]byte{9<<3 | 3, 3}) // SILK wideband, three frames of 20 ms
	fmt.Println(n, err)
	_, err = ogg.PacketDuration(nil)
	fmt.Println(err)
	// Output:
	// 2880 <nil>
	// ogg: an Opus packet of 0 bytes; it has at least one
}
