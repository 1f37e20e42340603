package main

import "io"

const helpIntro = `denoise takes the noise out of recordings of speech: fans, traffic, rain, hum.
The result has the format, sample rate, channels and length of the input, to the
sample, with its metadata; only the noise is gone. It takes WAV and Opus files,
and makes one of the other.

  denoise [flags] INPUT OUTPUT         one recording; - is standard input/output
  denoise [flags] INDIR OUTDIR         every WAV and .opus in a folder
  denoise [flags] -o DIR INPUT...      several recordings or folders into DIR
  denoise [flags] -in-place INPUT...   replace the recordings
  denoise [flags] -vad F INPUT         no sound, only -vad -stats -plot -learn

Examples
  denoise noisy.wav clean.wav
  denoise -strength mild -plot look.png noisy.wav clean.wav
  denoise -bitrate 24k noisy.wav clean.opus             .opus in and out by name
  denoise -removed noisy.wav noise.wav                  hear what is taken away
  denoise -learn-from 0s-1.5s noisy.wav clean.wav       a pause shows the noise
  denoise -learn fan.json fan.wav                       learn it once …
  denoise -profile fan.json talk.wav clean.wav          … use it again
  denoise -r -o clean recordings/                       a tree of folders
  denoise -vad labels.txt -stats - noisy.wav            who talks when, figures
  ffmpeg -i in.mp4 -f wav - | denoise - - | ffmpeg -i - out.flac
  arecord -t raw -f S16_LE -r 48000 | denoise -raw s16le:48000 - - | aplay …
`

const helpOutro = `
Good to know
  WAV may be 8 to 32-bit PCM, 32 or 64-bit float, A-law or µ-law, plain or
  EXTENSIBLE, RIFF, RF64 or BW64 of any size, 8 to 192 kHz, 1 to 64 channels.
  Opus (.opus, .ogg, .oga) is mono or stereo; it decodes to 48 kHz, as WAV to 16
  bits, and encodes 8, 12, 16, 24 and 48 kHz. An input is known by its contents.
  Flags may stand before, between and behind file names; -- ends them.
  An output that exists is replaced, once the new one is complete; never an
  input, without -in-place. Nothing half done is left behind, by Ctrl-C either.
  With several inputs -vad and -plot take a folder (labels/) or a name with *
  for the input's ('out/*-look.png').
  -strength off copies the samples bit for bit, unless Opus encodes them anew.
  dBFS: 0 is full scale, a square wave's RMS. Exit code: 0 done, 1 something
  failed (one line on standard error says what), 2 wrong usage, 130 interrupted.
`

func writeHelp(w io.Writer, f *flagSet) {
	io.WriteString(w, helpIntro)
	f.writeTo(w)
	io.WriteString(w, helpOutro)
}
