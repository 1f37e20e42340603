//go:build cgo

package main

import (
	"fmt"
	"io"
	"time"

	"github.com/gen2brain/malgo"
)

// backends are malgo's by name.
var backends = map[string]malgo.Backend{
	"wasapi": malgo.BackendWasapi, "dsound": malgo.BackendDsound, "winmm": malgo.BackendWinmm,
	"coreaudio": malgo.BackendCoreaudio, "sndio": malgo.BackendSndio, "audio4": malgo.BackendAudio4,
	"oss": malgo.BackendOss, "pulseaudio": malgo.BackendPulseaudio, "alsa": malgo.BackendAlsa,
	"jack": malgo.BackendJack, "aaudio": malgo.BackendAaudio, "opensl": malgo.BackendOpensl, "null": backendNull,
}

// backendNull is miniaudio's ma_backend_null. malgo v0.11.24 does not know that
// ma_backend_custom stands before it, and its BackendNull is that one.
const backendNull malgo.Backend = 14

// open starts a sound system.
func open(backend string) (*malgo.AllocatedContext, error) {
	var wanted []malgo.Backend
	if backend != "" {
		b, ok := backends[backend]
		if !ok {
			return nil, fmt.Errorf("malgo: unknown backend %q: want null, alsa, pulseaudio, jack, oss, sndio, coreaudio, wasapi, dsound or winmm", backend)
		}
		wanted = []malgo.Backend{b}
	}
	ctx, err := malgo.InitContext(wanted, malgo.ContextConfig{}, nil)
	if err != nil {
		return nil, fmt.Errorf("malgo: no sound system: %w", err)
	}
	return ctx, nil
}

func closeContext(ctx *malgo.AllocatedContext) {
	ctx.Uninit() // fails only for a context that is closed
	ctx.Free()
}

// start runs the loop on the default microphone and speaker until stop.
func start(backend string, period time.Duration, l *loop) (stop func(), err error) {
	ctx, err := open(backend)
	if err != nil {
		return nil, err
	}
	cfg := malgo.DefaultDeviceConfig(malgo.Duplex)
	cfg.SampleRate = uint32(l.rate)
	cfg.PeriodSizeInFrames = uint32(time.Duration(cfg.SampleRate) * period / time.Second)
	cfg.Capture.Format, cfg.Playback.Format = malgo.FormatF32, malgo.FormatF32
	cfg.Capture.Channels, cfg.Playback.Channels = uint32(l.channels), uint32(l.channels)
	dev, err := malgo.InitDevice(ctx.Context, cfg, malgo.DeviceCallbacks{Data: l.callback})
	if err != nil {
		closeContext(ctx)
		return nil, fmt.Errorf("malgo: no microphone and speaker with %d channels at %d Hz: %w", l.channels, cfg.SampleRate, err)
	}
	if err := dev.Start(); err != nil {
		dev.Uninit()
		closeContext(ctx)
		return nil, fmt.Errorf("malgo: the device does not start: %w", err)
	}
	return func() {
		dev.Uninit()
		closeContext(ctx)
	}, nil
}

// listDevices writes the names of microphones and speakers.
func listDevices(backend string, w io.Writer) error {
	ctx, err := open(backend)
	if err != nil {
		return err
	}
	defer closeContext(ctx)
	for _, kind := range []struct {
		name string
		kind malgo.DeviceType
	}{{"microphone", malgo.Capture}, {"speaker", malgo.Playback}} {
		devices, err := ctx.Devices(kind.kind)
		if err != nil {
			return fmt.Errorf("malgo: no list of devices: %w", err)
		}
		for _, d := range devices {
			fmt.Fprintf(w, "%s\t%s\n", kind.name, d.Name())
		}
	}
	return nil
}
