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


def colour(r, most):
    """A smooth response: a gain per bin, a tilt and two peaks or dips of at most `most` dB. [BINS]"""
    f = np.log2(np.maximum(np.arange(BINS), .8) / 20)     # octaves over 1 kHz
    g = r.uniform(-most, most) * f / 3
    for _ in range(2):
        g = g + r.uniform(-most, most) * np.exp(-.5 * ((f - r.uniform(-3, 3)) / r.uniform(.3, 1.2)) ** 2)
    return db(g).astype(np.float32)


class Pools:
    def __init__(self, speech, noise, seed, held=0):
        """Folders that speech and noise are drawn from. held: so many items of speech at the end are left out, to look at."""
        load = lambda folders, name: [x for f in map(pathlib.Path, folders) if (f / name).exists() for x in np.load(f / name, mmap_mode='r')]
        self.speech, self.active, self.noise = load(speech, 'speech.npy'), load(speech, 'active.npy'), load(noise, 'noise.npy')
        self.seed, self.held = seed, held

    def one(self, r):
        """A noise from a random place, as it is or upside down, at another speed three times in ten."""
        y = self.noise[r.integers(len(self.noise))][0].astype(np.float32) / 32768
        y = np.roll(y, r.integers(len(y)))
        if r.random() < .3:
            at = np.arange(len(y), dtype=np.float32) * np.float32(r.uniform(.75, 1.35))
            y = np.interp(at % (len(y) - 1), np.arange(len(y), dtype=np.float32), y).astype(np.float32)
        return -y if r.random() < .5 else y

    def noise_at(self, r, level, silent):
        """One noise or two, at a level, and often, but for silent, another one far below speech."""
        y = self.one(r)
        if r.random() < .3:
            y = y + self.one(r) * db(r.uniform(-15, 0))
        y *= db(level) / rms(y)
        if not silent and r.random() < .5:
            z = self.one(r)
            y = y + z * db(SPEECH_DB - r.uniform(35, 65)) / rms(z)
        return y

    def words(self, r, at_once, softly):
        """Speech [2, samples] and active [hops] of an item; at_once: from within a word on; softly: the beginning much softer than
        the rest, as of somebody who comes nearer or breathes in."""
        j = r.integers(len(self.speech) - self.held)
        s, act = self.speech[j] / np.float32(32768), self.active[j]
        if at_once:
            h = int(r.choice(np.flatnonzero(act))) if act.any() else 0
            s, act = np.roll(s, -h * HOP, 1), np.roll(act, -h)
        if softly and act.any():
            over = np.argmax(act) + r.uniform(15, 200)     # hops
            at = np.arange(s.shape[1], dtype=np.float32) / HOP
            s = s * db(np.interp(at, (over - r.uniform(5, 100), over), (r.uniform(-24, -8), 0))).astype(np.float32)
        return s, act

    def batch(self, index, size, parts=1):
        """Items of `parts` times FRAMES hops, with other words and another noise in every part. -> X, R complex [size, hops, 161]:
        mixture and what it should become; gain [size] of the microphone; active [size, hops]; has [size]: 0 where there is
        nothing but noise."""
        r = np.random.default_rng([self.seed, index])
        n = FRAMES * HOP
        s, y = np.zeros((size, 2, parts * n), np.float32), np.zeros((size, parts * n), np.float32)
        act = np.zeros((size, parts * FRAMES), np.float32)
        gain, has, response = np.zeros(size, np.float32), np.zeros(size, np.float32), np.ones((2, size, 1, BINS), np.float32)
        for i in range(size):
            gain[i] = db((r.uniform(-42, -10) if r.random() < .85 else r.uniform(-55, -38)) - SPEECH_DB)
            clips = r.random() < .04
            if not clips:             # another microphone, another machine
                if r.random() < .6:
                    response[0, i, 0] = colour(r, 7)
                if r.random() < .5:
                    response[1, i, 0] = colour(r, 8)
            if r.random() < .15:      # a telephone, a codec
                response[:, i, 0, int(r.choice((68, 68, 80, 110, r.integers(60, 155)))):] = 0
            for p in range(parts):
                kind, here, hops = r.random(), slice(p * n, p * n + n), slice(p * FRAMES, (p + 1) * FRAMES)
                clean = kind > .9
                silent = clean and r.random() < .3     # behind a gate, or made in a studio
                snr = r.uniform(60, 95) if silent else r.uniform(28, 60) if clean else r.uniform(-6, 20) if r.random() < .85 else r.uniform(15, 30)
                if kind > .06:
                    at_once = p == 0 and r.random() < (.5 if clean else .06)
                    s[i, :, here], act[i, hops] = self.words(r, at_once, snr > 15 and r.random() < .4)
                    has[i] = 1
                y[i, here] = self.noise_at(r, SPEECH_DB - snr, silent)
                if clips:
                    m = s[i, 0, here] + y[i, here]
                    most = np.max(np.abs(m)) * r.uniform(.2, .8)
                    y[i, here] = np.clip(m, -most, most) - s[i, 0, here]
        s, y = torch.from_numpy(s), torch.from_numpy(y)
        a, b = torch.from_numpy(response)
        return stft(s[:, 0]) * a + stft(y) * b, stft(s[:, 1]) * a, torch.from_numpy(gain), torch.from_numpy(act), torch.from_numpy(has)
