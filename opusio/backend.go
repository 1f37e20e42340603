package opusio

import "fmt"

// Backend makes Opus encoders and decoders. Default is the one in pure Go;
// package opusio/libopus holds one on top of the C library.
type Backend interface {
	// Name says which library does the work, for people.
	Name() string
	NewEncoder(EncoderConfig) (BackendEncoder, error)
	NewDecoder(DecoderConfig) (BackendDecoder, error)
}

// BackendEncoder is an Encoder with what else every Backend gives.
type BackendEncoder interface {
	Encoder
	// Lookahead is the delay of encoder and decoder together in samples per
	// channel at the encoder's rate: the pre-skip of Ogg Opus (RFC 7845,
	// section 4.2) once multiplied up to 48 kHz.
	Lookahead() int
	// SetBitrate changes the bit rate in bits per second, 0 for the library's
	// own choice.
	SetBitrate(bitsPerSecond int) error
	// SetExpectedLoss changes the share of packets, in percent, that in-band
	// FEC prepares for.
	SetExpectedLoss(percent int) error
	// Reset begins a new stream.
	Reset() error
}

// BackendDecoder is a Decoder with what else every Backend gives.
type BackendDecoder interface {
	Decoder
	Concealer
	FECDecoder
	// Reset begins a new stream.
	Reset() error
}

// Application is what an encoder is tuned for.
type Application uint8

const (
	VoIP     Application = iota // speech: the default
	Audio                       // music and mixed content
	LowDelay                    // 4 ms less delay, without the speech modes
)

var applicationNames = [...]string{"voip", "audio", "lowdelay"}

// String returns voip, audio or lowdelay.
func (a Application) String() string {
	if int(a) >= len(applicationNames) {
		return fmt.Sprintf("Application(%d)", uint8(a))
	}
	return applicationNames[a]
}

// ParseApplication reads voip, audio or lowdelay.
func ParseApplication(name string) (Application, error) {
	for i, n := range applicationNames {
		if n == name {
			return Application(i), nil
		}
	}
	return 0, fmt.Errorf("opusio: unknown application %q: want voip, audio or lowdelay", name)
}

// MinComplexity is the lowest complexity of an encoder: Opus calls it 0, which
// in EncoderConfig stands for the default.
const MinComplexity = -1

// EncoderConfig describes an encoder. Only SampleRate must be set; the zero
// value of every other field is the default.
type EncoderConfig struct {
	SampleRate int // Hz: 8000, 12000, 16000, 24000 or 48000
	Channels   int // 1 or 2; 0 means 1

	Application Application
	Bitrate     int  // bits per second, 500 to 512000; 0 leaves the choice to the library
	Complexity  int  // 1 to 10, or MinComplexity; 0 means 9, the default of libopus
	CBR         bool // every packet of the same size; else constrained VBR
	DTX         bool // the codec's own discontinuous transmission

	// FEC adds to packets what their predecessor needs to be recovered, if
	// ExpectedLoss, in percent, is above 0 and the bit rate leaves room.
	FEC          bool
	ExpectedLoss int
}

// DecoderConfig describes the sound that a decoder gives out, whatever the
// packets hold.
type DecoderConfig struct {
	SampleRate int // Hz: 8000, 12000, 16000, 24000 or 48000
	Channels   int // 1 or 2; 0 means 1
}

// defaultComplexity is that of libopus.
const defaultComplexity = 9

// WithDefaults returns the configuration with every zero filled in; Complexity
// counts from 0 then, as Opus does. Backends begin with it.
func (c EncoderConfig) WithDefaults() EncoderConfig {
	if c.Channels == 0 {
		c.Channels = 1
	}
	switch c.Complexity {
	case 0:
		c.Complexity = defaultComplexity
	case MinComplexity:
		c.Complexity = 0
	}
	return c
}

// Validate reports the first field that no encoder can use.
func (c EncoderConfig) Validate() error {
	if err := validateFormat(c.SampleRate, c.Channels); err != nil {
		return err
	}
	switch {
	case int(c.Application) >= len(applicationNames):
		return fmt.Errorf("opusio: unknown application %d: want VoIP, Audio or LowDelay", c.Application)
	case c.Complexity < MinComplexity || c.Complexity > 10:
		return fmt.Errorf("opusio: complexity %d: want 1 to 10, 0 for the default or MinComplexity", c.Complexity)
	}
	if err := ValidateBitrate(c.Bitrate); err != nil {
		return err
	}
	return ValidateLoss(c.ExpectedLoss)
}

// ValidateBitrate reports a bit rate outside 500 to 512000 that is not 0
// either: the limits of libopus.
func ValidateBitrate(bitsPerSecond int) error {
	if bitsPerSecond != 0 && (bitsPerSecond < 500 || bitsPerSecond > 512000) {
		return fmt.Errorf("opusio: bit rate %d b/s: want 500 to 512000, or 0 for the library's choice", bitsPerSecond)
	}
	return nil
}

// ValidateLoss reports an expected loss that is no percentage.
func ValidateLoss(percent int) error {
	if percent < 0 || percent > 100 {
		return fmt.Errorf("opusio: expected loss %d %%: want 0 to 100", percent)
	}
	return nil
}

// WithDefaults returns the configuration with every zero filled in.
func (c DecoderConfig) WithDefaults() DecoderConfig {
	if c.Channels == 0 {
		c.Channels = 1
	}
	return c
}

// Validate reports the first field that no decoder can use.
func (c DecoderConfig) Validate() error { return validateFormat(c.SampleRate, c.Channels) }

func validateFormat(rate, channels int) error {
	switch rate {
	case 8000, 12000, 16000, 24000, 48000:
	default:
		return fmt.Errorf("opusio: sample rate %d Hz: want 8000, 12000, 16000, 24000 or 48000", rate)
	}
	if channels < 0 || channels > 2 {
		return fmt.Errorf("opusio: %d channels: want 1 or 2", channels)
	}
	return nil
}

// Lookahead returns the delay of an Opus encoder and decoder together, in
// samples per channel at the given rate, for libraries that do not tell: 2.5 ms
// of overlap and, but for LowDelay, 4 ms to line the speech modes up with the
// others (what OPUS_GET_LOOKAHEAD of libopus returns). 312 at 48 kHz, 120 for
// LowDelay.
func Lookahead(a Application, sampleRate int) int {
	n := sampleRate / 400
	if a != LowDelay {
		n += sampleRate / 250
	}
	return n
}
