"""Mono 16-bit WAV files."""
import os
import wave

import numpy as np


def read(path):
    """(float32 samples of +-1, sample rate).  ValueError for anything but mono 16-bit PCM."""
    with wave.open(str(path), "rb") as w:
        if w.getnchannels() != 1 or w.getsampwidth() != 2:
            raise ValueError("peers: %s has %d channels of %d bits, want mono 16-bit" %
                             (path, w.getnchannels(), 8 * w.getsampwidth()))
        x = np.frombuffer(w.readframes(w.getnframes()), "<i2")
        return x.astype(np.float32) / 32768, w.getframerate()


def to_int16(x):
    return np.clip(np.rint(np.asarray(x, np.float64) * 32768), -32768, 32767).astype("<i2")


def write(path, x, rate):
    tmp = "%s.tmp%d" % (path, os.getpid())
    with wave.open(tmp, "wb") as w:
        w.setnchannels(1)
        w.setsampwidth(2)
        w.setframerate(rate)
        w.writeframes(to_int16(x).tobytes())
    os.replace(tmp, path)
