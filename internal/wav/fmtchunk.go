package wav

import "fmt"

// parseFmt reads the body of a fmt chunk. The warnings tell of contradictions
// that were resolved.
func parseFmt(b []byte) (f Format, warnings []string, err error) {
	warn := func(format string, args ...any) { warnings = append(warnings, fmt.Sprintf(format, args...)) }
	if len(b) < 16 {
		return f, nil, fmt.Errorf("wav: the fmt chunk has %d bytes; at least 16 are needed", len(b))
	}
	tag := le.Uint16(b)
	channels := int(le.Uint16(b[2:]))
	rate := le.Uint32(b[4:])
	align := int(le.Uint16(b[12:]))
	bits := int(le.Uint16(b[14:]))

	if channels < 1 || channels > MaxChannels {
		return f, nil, fmt.Errorf("wav: the header says %d channels; accepted are 1 to %d", channels, MaxChannels)
	}
	if rate < 1 || rate > MaxSampleRate {
		return f, nil, fmt.Errorf("wav: the header says a sampling rate of %d Hz; accepted are 1 to %d", rate, MaxSampleRate)
	}
	f = Format{SampleRate: int(rate), Channels: channels}

	valid := bits
	if tag == tagExtensible {
		if len(b) < 40 {
			return f, nil, fmt.Errorf("wav: the extensible fmt chunk has %d bytes; 40 are needed", len(b))
		}
		f.Extensible = true
		valid = int(le.Uint16(b[18:]))
		f.ChannelMask = le.Uint32(b[20:])
		tag = le.Uint16(b[24:])
		switch string(b[26:40]) {
		case guidTail:
		case guidAmbisonic:
			f.Ambisonic = true
		default:
			return f, nil, fmt.Errorf("wav: unknown extensible sub-format %X; accepted are PCM, float, A-law and µ-law", b[24:40])
		}
	}

	switch tag {
	case tagPCM:
		size := (bits + 7) / 8
		switch {
		case bits == 0 && align%channels == 0 && align/channels >= 1 && align/channels <= 4:
			size = align / channels
			warn("the header gives no bits per sample; %d taken from its block size", 8*size)
		case size == 3 && align == 4*channels:
			size = 4 // 24 bits in the upper part of 32
		}
		switch size {
		case 1:
			f.Encoding = PCM8
		case 2:
			f.Encoding = PCM16
		case 3:
			f.Encoding = PCM24
		case 4:
			f.Encoding = PCM32
		default:
			return f, nil, fmt.Errorf("wav: integer samples of %d bits; accepted are 1 to 32", bits)
		}
		f.ValidBits = valid
		if valid > 8*size {
			warn("the header says %d valid bits in %d; %d assumed", valid, 8*size, 8*size)
		}
		if valid < 1 || valid > 8*size {
			f.ValidBits = 8 * size
		}
	case tagFloat:
		switch bits {
		case 32:
			f.Encoding = Float32
		case 64:
			f.Encoding = Float64
		default:
			return f, nil, fmt.Errorf("wav: float samples of %d bits; accepted are 32 and 64", bits)
		}
		f.ValidBits = bits
	case tagALaw, tagMuLaw:
		f.Encoding = ALaw
		if tag == tagMuLaw {
			f.Encoding = MuLaw
		}
		if bits != 8 {
			warn("the header says %d bits per sample of %v; 8 assumed", bits, f.Encoding)
		}
		f.ValidBits = 8
	default:
		name := tagNames[tag]
		if name == "" {
			name = "unknown"
		}
		return f, nil, fmt.Errorf("wav: format %#04x (%s) is not supported; accepted are PCM, float, A-law and µ-law", tag, name)
	}
	if align != f.BytesPerFrame() {
		warn("the header says blocks of %d bytes, %v has %d; %d assumed", align, f, f.BytesPerFrame(), f.BytesPerFrame())
	}
	return f, warnings, nil
}

// appendFmt appends a fmt chunk, its header included. f must be valid.
func appendFmt(b []byte, f Format) []byte {
	var tag uint16
	switch f.Encoding {
	case Float32, Float64:
		tag = tagFloat
	case ALaw:
		tag = tagALaw
	case MuLaw:
		tag = tagMuLaw
	default:
		tag = tagPCM
	}
	bits := 8 * f.BytesPerSample()
	// A plain header has no room for these. It could say 20 bits, but few
	// programs would read it.
	extensible := f.Extensible || f.Ambisonic || f.ChannelMask != 0 || f.validBits() != bits

	size, outer := uint32(16), tag
	switch {
	case extensible:
		size, outer = 40, tagExtensible
	case tag != tagPCM:
		size = 18 // anything but PCM states the size of its extension, 0
	}
	b = append(b, "fmt "...)
	b = le.AppendUint32(b, size)
	b = le.AppendUint16(b, outer)
	b = le.AppendUint16(b, uint16(f.Channels))
	b = le.AppendUint32(b, uint32(f.SampleRate))
	// Many channels at a high rate exceed 32 bits; players ignore the value.
	b = le.AppendUint32(b, uint32(min(int64(f.SampleRate)*int64(f.BytesPerFrame()), 0xFFFFFFFF)))
	b = le.AppendUint16(b, uint16(f.BytesPerFrame()))
	b = le.AppendUint16(b, uint16(bits))
	switch size {
	case 18:
		b = le.AppendUint16(b, 0)
	case 40:
		b = le.AppendUint16(b, 22)
		b = le.AppendUint16(b, uint16(f.validBits()))
		b = le.AppendUint32(b, f.ChannelMask)
		b = le.AppendUint16(b, tag)
		if f.Ambisonic {
			b = append(b, guidAmbisonic...)
		} else {
			b = append(b, guidTail...)
		}
	}
	return b
}
