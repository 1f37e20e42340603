"""Mixtures as spectra, made anew for every step from the pools; the same seed and number give the same batch."""
import math, pathlib
import numpy as np, torch
from net import BINS

HOP, FRAMES = 160, 1200
WINDOW = torch.sin(math.pi * torch.arange(320) / 320)
SPEECH_DB = -26   # of the items of the pools


def stft(x):
    """float [B, N] -> complex [B, N/160, 161]: the frame that ends with each hop."""
    x = torch.nn.functional.pad(x, (HOP, 0))
    return torch.fft.rfft(x.unfold(-1, 2 * HOP, HOP) * WINDOW)


def db(x):
    return 10 ** (x / 20)


def rms(x):
    return math.sqrt(float(np.mean(x * x))) + 1e-9


class Pools:
    def __init__(self, folders, seed, held=0):
        """held: so many items of speech at the end are left out, to look at."""
        load = lambda name: [x for f in map(pathlib.Path, folders) if (f / name).exists() for x in np.load(f / name, mmap_mode='r')]
        self.speech, self.noise, self.active = load('speech.npy'), load('noise.npy'), load('active.npy')
        self.seed, self.held = seed, held

    def one(self, r):
        """A noise from a random place, as it is or upside down."""
        y = self.noise[r.integers(len(self.noise))][0].astype(np.float32) / 32768
        y = np.roll(y, r.integers(len(y)))
        return -y if r.random() < .5 else y

    def noise_at(self, r, level):
        """One noise or two, at a level, and often another one far below them."""
        y = self.one(r)
        if r.random() < .3:
            y = y + self.one(r) * db(r.uniform(-15, 0))
        y *= db(level) / rms(y)
        if r.random() < .5:
            z = self.one(r)
            y = y + z * db(SPEECH_DB - r.uniform(35, 65)) / rms(z)
        return y

    def batch(self, index, size):
        """-> X, R complex [size, FRAMES, 161]: mixture and what it should become; gain [size] of the microphone; active
        [size, FRAMES]; has [size]: 0 where there is nothing but noise."""
        r = np.random.default_rng([self.seed, index])
        s = np.zeros((size, 2, FRAMES * HOP), np.float32)
        n = np.zeros((size, FRAMES * HOP), np.float32)
        act = np.zeros((size, FRAMES), np.float32)
        gain, has, cut = np.zeros(size, np.float32), np.ones(size, np.float32), np.full(size, BINS)
        for i in range(size):
            kind = r.random()
            j = r.integers(len(self.speech) - self.held)
            s[i], act[i] = self.speech[j] / 32768., self.active[j]
            if kind < .06:
                s[i], act[i], has[i] = 0, 0, 0
            snr = r.uniform(28, 60) if kind > .94 else r.uniform(-6, 20) if r.random() < .85 else r.uniform(15, 30)
            n[i] = self.noise_at(r, SPEECH_DB - snr)
            gain[i] = db((r.uniform(-42, -10) if r.random() < .85 else r.uniform(-55, -38)) - SPEECH_DB)
            if r.random() < .15:      # a telephone, a codec
                cut[i] = int(r.choice((68, 68, 80, 110, r.integers(60, 155))))
            if r.random() < .04:      # the microphone clips
                m = s[i, 0] + n[i]
                most = np.max(np.abs(m)) * r.uniform(.2, .8)
                n[i] = np.clip(m, -most, most) - s[i, 0]
        s, n = torch.from_numpy(s), torch.from_numpy(n)
        X, R = stft(s[:, 0] + n), stft(s[:, 1])
        for i in np.flatnonzero(cut < BINS):
            X[i, :, cut[i]:] = 0
            R[i, :, cut[i]:] = 0
        return X, R, torch.from_numpy(gain), torch.from_numpy(act), torch.from_numpy(has)
