#!/usr/bin/env python3
"""Rebuild the recordings of this folder from Debian packages.

    python3 -m venv v && v/bin/pip install numpy==2.4.6 scipy==1.17.1 soundfile==0.14.0
    v/bin/python make.py [--debs DIR] [--out DIR] [--check]

The packages (Debian 12, names and versions in PACKAGES) are taken from --debs; what is not there is fetched with
`apt-get download NAME=VERSION`. Needs dpkg-deb. Nothing is installed. The result is the same every time: there is
no random number in here. --check compares with the files next to this script and writes nothing (a sample may differ by one
step where another Vorbis decoder rounds differently; more is an error).

Sources, authors and licences: README.md.
"""
import argparse
import os
import subprocess
import sys
import tempfile

import numpy as np
import soundfile as sf
from scipy.signal import butter, lfilter, resample_poly, sosfilt

PACKAGES = {
    "flare-game": "1.14-1",
    "pocketsphinx-testdata": "0.8+5prealpha+1-15",
    "sonic-pi-samples": "3.2.2~repack-8",
    "asterisk-core-sounds-en-wav": "1.6.1-1",
    "asterisk-core-sounds-es-wav": "1.6.1-1",
}
FLARE = "usr/share/games/flare/mods/"
NPC = FLARE + "fantasycore/soundfx/npcs/"
FOLEY = FLARE + "fantasycore/soundfx/inventory/"
RAIN = FLARE + "empyrean_campaign/soundfx/environment/rain.ogg"
WIND = FLARE + "fantasycore/soundfx/environment/wind_loop.ogg"
LIBRIVOX = "usr/share/pocketsphinx/test/data/librivox/sense_and_sensibility_01_austen_64kb-0920.wav"
PRINTER = "usr/share/sonic-pi/samples/loop_3d_printer.flac"
VINYL = "usr/share/sonic-pi/samples/vinyl_hiss.flac"
EN = "usr/share/asterisk/sounds/en_US_f_Allison/"
ES = "usr/share/asterisk/sounds/es_MX_f_Allison/"

BY_SA = "CC-BY-SA-3.0, https://creativecommons.org/licenses/by-sa/3.0/"
SPEECH_DBFS = -26.0  # active level of the speech in every file


def db(x):
    return 10 ** (x / 20)


def rms(x):
    return np.sqrt(np.mean(np.square(x)))


class Sources:
    """The unpacked packages."""

    def __init__(self, debs, work):
        self.root = {}
        for name, version in PACKAGES.items():
            prefix = f"{name}_{version.replace(':', '%3a')}_"
            found = [f for f in sorted(os.listdir(debs)) if f.startswith(prefix) and f.endswith(".deb")]
            if not found:
                subprocess.run(["apt-get", "download", f"{name}={version}"], cwd=debs, check=True)
                found = [f for f in sorted(os.listdir(debs)) if f.startswith(prefix) and f.endswith(".deb")]
            self.root[name] = os.path.join(work, name)
            subprocess.run(["dpkg-deb", "-x", os.path.join(debs, found[0]), self.root[name]], check=True)

    def read(self, package, path, rate, mono=True):
        """A recording, brought to `rate`, float64 in ±1, (n) or (n, channels)."""
        x, fs = sf.read(os.path.join(self.root[package], path), always_2d=True)
        if mono:
            x = x.mean(axis=1, keepdims=True)
        if fs != rate:
            g = np.gcd(fs, rate)
            x = resample_poly(x, rate // g, fs // g, axis=0, window=("kaiser", 12.0))
        return x[:, 0] if mono else x


def trim(x, rate, below_db=35.0, keep=0.06):
    """x without the silence at its ends: from the first to the last 10 ms within below_db of the loudest, plus keep s."""
    h = rate // 100
    e = np.mean(x[: len(x) // h * h].reshape(-1, h) ** 2, axis=1)
    live = np.flatnonzero(e > e.max() * 10 ** (-below_db / 10))
    a = max(0, live[0] * h - int(keep * rate))
    b = min(len(x), (live[-1] + 1) * h + int(keep * rate))
    y = x[a:b].copy()
    f = min(rate // 200, len(y) // 2)
    y[:f] *= np.linspace(0, 1, f)
    y[-f:] *= np.linspace(1, 0, f)
    return y


def active_level(x, rate):
    """Active speech level in dBFS after ITU-T P.56 method B: envelope of two 30 ms poles, 0.2 s hangover, 15.9 dB margin."""
    pole = np.exp(-1 / (0.03 * rate))
    envelope = lfilter([1 - pole], [1, -pole], lfilter([1 - pole], [1, -pole], np.abs(x)))
    hang = int(0.2 * rate)
    last = None
    for bits in range(15, -1, -1):
        over = np.flatnonzero(envelope >= 2.0**-bits)
        if len(over) == 0:
            break
        # samples within the hangover of a crossing: the union of [i, i+hang)
        active = np.sum(np.minimum(np.diff(over, append=over[-1] + hang), hang))
        level = 10 * np.log10(np.sum(x**2) / active)
        margin = level + 20 * np.log10(2) * bits
        if margin <= 15.9 and last is not None:
            t = (last[1] - 15.9) / (last[1] - margin)
            return last[0] + t * (level - last[0])
        last = (level, margin)
    raise ValueError("no speech")


def talk(phrases, rate, gap, seconds, lead=1.0, level=SPEECH_DBFS):
    """The phrases one after the other, each at the same active level, after lead s of nothing; exactly `seconds` long."""
    out = np.zeros(int(round(seconds * rate)))
    at = int(lead * rate)
    for p in phrases:
        p = trim(p, rate)
        p = p * db(level - active_level(p, rate))
        if at + len(p) > len(out):
            raise ValueError(f"phrases need {(at + len(p)) / rate:.2f} s, file has {seconds} s")
        out[at : at + len(p)] += p
        at += len(p) + int(gap * rate)
    return out


def at_snr(noise, speech, rate, snr):
    """noise scaled so that the speech's active level is snr dB over its RMS."""
    return noise * db(active_level(speech, rate) - snr) / rms(noise)


def s16(x):
    y = np.round(np.asarray(x) * 32768)
    if np.max(np.abs(y)) > 32767:
        raise ValueError("clips")
    return y.astype(np.int16)


def highpass(x, rate, hz):
    return sosfilt(butter(2, hz / (rate / 2), "high", output="sos"), x, axis=0)


def rain_48k(src):
    """One woman, heavy steady rain; the clean speech, the noisy sum of exactly the two, and another stretch of the rain."""
    fs, flare = 48000, "flare-game"
    lines = [src.read(flare, NPC + f"female_merchant_0{i}.ogg", fs) for i in (3, 5, 8, 4)]
    speech = talk(lines, fs, 0.45, 7.2)
    rain = src.read(flare, RAIN, fs)
    noise = at_snr(rain[20 * fs :][: len(speech)], speech, fs, 5.0)
    gain = noise[0] / rain[20 * fs]
    speech = s16(speech)
    who = "Voice: Holly Daniel. From the game Flare, (c) 2012-2021 Clint Bellanger and others. "
    return {
        "speech_48k.wav": (fs, speech, "Speech, clean", who + "Cut, levelled, resampled."),
        "noisy_rain_48k.wav": (fs, speech + s16(noise), "Speech in rain, SNR 5 dB", who + "Foley: adamgryu, GuntherDorksen. Cut, levelled, resampled, mixed with rain of the game."),
        "noise_rain_48k.wav": (fs, s16(rain[40 * fs : 42 * fs] * gain), "Rain alone",
                               "From the game Flare, (c) 2012-2021 Clint Bellanger and others. Cut, levelled."),
    }


def clicks_48k(src):
    """One man between knocks, coins, a page and vinyl crackle: transients, some on top of words, some in pauses."""
    fs, flare = 48000, "flare-game"
    lines = [src.read(flare, NPC + f"male_merchant_0{i}.ogg", fs) for i in (2, 4, 1)]
    speech = talk(lines, fs, 0.40, 5.2)
    vinyl = src.read("sonic-pi-samples", VINYL, fs)[: len(speech)]
    noise = at_snr(highpass(vinyl, fs, 40), speech, fs, 20.0)
    for name, seconds in (("wood", 0.25), ("gem", 0.80), ("coins", 1.35), ("object", 1.95), ("book", 2.30), ("gem", 3.05),
                          ("page", 3.40), ("metal", 3.75), ("wood", 4.05), ("gem", 4.45), ("object", 4.60)):
        hit = trim(src.read(flare, FOLEY + f"inventory_{name}.ogg", fs), fs, keep=0.005)
        hit = hit * db(-15) / np.max(np.abs(hit))
        at = int(seconds * fs)
        hit = hit[: len(noise) - at]
        noise[at : at + len(hit)] += hit
    return {"noisy_clicks_48k.wav": (fs, s16(speech + noise), "Speech between knocks and clicks",
                                     "Voice: Brandon Morris; foley: Brandon Morris, Justin Jacobs, rubberduck. From the game Flare, (c) 2012-2021 "
                                     "Clint Bellanger and others. Cut, levelled, resampled, mixed; crackle: veezay (CC0).")}


def printer_16k(src):
    """A sentence read by a LibriVox volunteer, beside a running 3D printer."""
    fs = 16000
    speech = talk([src.read("pocketsphinx-testdata", LIBRIVOX, fs)], fs, 0, 7.3)
    printer = src.read("sonic-pi-samples", PRINTER, fs)[: len(speech)]
    noise = at_snr(printer, speech, fs, 5.0)
    speech = s16(speech)
    who = ("Jane Austen, Sense and Sensibility, chapter 1, LibriVox (public domain). From CMU pocketsphinx, (c) 1995-2014 Carnegie Mellon "
           "University, 2014-2015 Alpha Cephei Inc. ")
    return {
        "speech_16k.wav": (fs, speech, "Read speech, clean", who + "Cut, levelled.", "BSD-2-Clause"),
        "noisy_printer_16k.wav": (fs, speech + s16(noise), "Read speech beside a 3D printer, SNR 5 dB",
                                  who + "Cut, levelled, mixed with a 3D printer recorded by hullum (CC0).", "BSD-2-Clause AND CC0-1.0"),
    }


def phone_8k(src):
    """A telephone prompt, recorded at 8 kHz, over six prompts that talk at once."""
    fs, es = 8000, "asterisk-core-sounds-es-wav"
    speech = talk([src.read("asterisk-core-sounds-en-wav", EN + "queue-youarenext.wav", fs)], fs, 0, 6.6)
    babble = np.zeros(len(speech))
    for i, name in enumerate(("demo-congrats", "demo-echotest", "conf-adminmenu", "vm-options", "demo-abouttotry", "tt-monkeys")):
        x = src.read(es if name != "tt-monkeys" else "asterisk-core-sounds-en-wav", (ES if name != "tt-monkeys" else EN) + name + ".wav", fs)
        x = x[i * fs // 3 :]
        x = np.tile(x, 1 + len(babble) // len(x))[: len(babble)]
        babble += x / rms(x)
    noise = at_snr(babble, speech, fs, 10.0)
    return {"noisy_phone_8k.wav": (fs, s16(speech + noise), "Telephone prompt over babble, SNR 10 dB",
                                   "Voice: Allison Smith, asterisk-core-sounds, (c) 2003-2010 Allison Smith. Cut, levelled, prompts mixed.")}


def stereo_44k1(src):
    """A woman on the left and a man on the right in wind, which differs between the channels."""
    fs, flare = 44100, "flare-game"
    seconds = 4.0
    left = talk([src.read(flare, NPC + "female_merchant_03.ogg", fs)], fs, 0, seconds)
    right = talk([src.read(flare, NPC + "male_merchant_01.ogg", fs)], fs, 0, seconds, lead=2.3)
    wind = src.read(flare, WIND, fs, mono=False)[10 * fs : 10 * fs + len(left)]
    wind = wind * db(SPEECH_DBFS - 3.0) / rms(wind)
    out = np.stack([left + 0.35 * right, 0.35 * left + right], axis=1) + wind
    return {"stereo_wind_44k1.wav": (fs, s16(out), "Two talkers left and right in wind",
                                     "Voices: Holly Daniel, Brandon Morris. From the game Flare, (c) 2012-2021 Clint Bellanger and others. "
                                     "Cut, levelled, panned, mixed with the game's wind.")}


def write(path, rate, x, title, comment, licence=BY_SA):
    """16 bit PCM WAV with title, credit and licence in a LIST INFO chunk before the data."""
    with sf.SoundFile(path, "w", samplerate=rate, channels=1 if x.ndim == 1 else x.shape[1], subtype="PCM_16", format="WAV") as f:
        f.title = title
        f.copyright = licence
        f.comment = comment
        f.write(x)


def main():
    here = os.path.dirname(os.path.abspath(__file__))
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--debs", help="folder with the .deb files (default: a temporary one)")
    ap.add_argument("--out", default=here)
    ap.add_argument("--check", action="store_true")
    a = ap.parse_args()
    bad = 0
    with tempfile.TemporaryDirectory() as work:
        debs = a.debs or os.path.join(work, "debs")
        os.makedirs(debs, exist_ok=True)
        src = Sources(debs, work)
        for build in (rain_48k, clicks_48k, printer_16k, phone_8k, stereo_44k1):
            for name, item in build(src).items():
                if a.check:
                    have, fs = sf.read(os.path.join(here, name), dtype="int16")
                    same = fs == item[0] and have.shape == item[1].shape and np.max(np.abs(have.astype(int) - item[1])) <= 1
                    bad += not same
                    print(name, "same" if same else "DIFFERS")
                else:
                    write(os.path.join(a.out, name), *item)
                    print(f"{name}: {len(item[1]) / item[0]:.2f} s, {item[0]} Hz, {os.path.getsize(os.path.join(a.out, name))} bytes")
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
