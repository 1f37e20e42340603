"""Training material: mixtures at 16 kHz (some at 8 kHz) with the truth per hop of 10 ms, made from a seed.

recordings() decodes what the licences allow, Mixer(...).item(i) makes item i, truth() and band_truth() say what it holds.
"""
import csv, random
import numpy as np, soundfile as sf, soxr
from scipy.fft import irfft, rfft
from scipy.signal import butter, lfilter, oaconvolve, sosfilt

FS, HOP, KEPT = 16000, 160, 24000   # KEPT: rate at which recordings are kept, so that resampling may go down and up
SECONDS = 12
LICENCES = {'CC0', 'CC0-1.0', 'Public Domain', 'Public Domain (per contributor)', 'MIT', 'Apache-2.0'}
# Edges in Hz of the bands whose presence is taught: groups of the bands of internal/voicenet.
GROUPS = (75, 475, 975, 1825, 3375, 4975, 7975)


def rows(train):
    """(speech or noise, source of speech or kind of noise, row of the manifest) of what the licences allow."""
    with open(train / 'manifest.csv', newline='') as f:
        return [(*row['file'].split('/')[:2], row) for row in csv.DictReader(f) if row['licence'] in LICENCES]


def recordings(train):
    """{'speech': {source: [int16 at KEPT]}, 'noise': {kind: [...]}}."""
    found = {'speech': {}, 'noise': {}}
    for what, group, row in rows(train):
        x, fs = sf.read(train / row['file'], always_2d=True, dtype='float32')
        x = soxr.resample(x.mean(1), fs, KEPT)
        found[what].setdefault(group, []).append(np.clip(np.round(x * 32767), -32768, 32767).astype(np.int16))
    return found


def sources(train):
    """Lines saying how much there is of what, under which licence."""
    sums = {}
    for what, group, row in rows(train):
        name = f"{what}, {group if what == 'speech' else row['upstream'].split(' freesound')[0]}, {row['licence']}"
        files, seconds = sums.get(name, (0, 0))
        sums[name] = files + 1, seconds + float(row['dur_s'])
    return [f'{name}: {files} files, {seconds / 60:.1f} minutes' for name, (files, seconds) in sums.items()]


def db(x):
    return 10 ** (x / 20)


def rms(x):
    return np.sqrt(np.mean(x ** 2) + 1e-20)


def shape(x, r, most=6.0, tilt=6.0):
    """x through a random smooth response: a tilt and three peaks or dips of at most `most` dB."""
    X = rfft(x.astype('f4'))
    f = np.log2(np.linspace(40, FS / 2, 400) / 1000)
    g = r.uniform(-tilt, tilt) * f / 3
    for _ in range(3):
        g = g + r.uniform(-most, most) * np.exp(-.5 * ((f - r.uniform(-3, 3)) / r.uniform(.3, 1.2)) ** 2)
    return irfft(X * np.interp(np.linspace(0, FS / 2, len(X)), np.linspace(40, FS / 2, 400), db(g)).astype('f4'), len(x)).astype(float)


def level_of(x):
    """P.56 level in dB re full scale as dev/mix.py has it, looked at once a millisecond."""
    g, step = np.exp(-1 / (FS * .03)), FS // 1000
    q = lfilter([1 - g], [1, -g], lfilter([1 - g], [1, -g], np.abs(x)))[::step]
    n, energy, before = np.arange(len(q)), np.sum(x ** 2), None
    for c in 2. ** np.arange(-15, 1):
        active = step * np.sum(n - np.maximum.accumulate(np.where(q >= c, n, -10 ** 9)) <= 200)
        if active == 0:
            break
        a = 10 * np.log10(energy / active + 1e-20)
        d = a - 20 * np.log10(c)
        if d <= 15.9 and before:
            return before[0] + (before[1] - 15.9) / (before[1] - d + 1e-12) * (a - before[0])
        before = (a, d)
    return 10 * np.log10(energy / len(x) + 1e-20)


def whisper(x, g):
    """x with noise in place of the voice: the envelope of its spectrum, frame by frame, on white noise, less bass."""
    n, step = 512, 128
    w = np.hanning(n + 1)[:n]
    at = np.arange(0, len(x) - n, step)[:, None] + np.arange(n)
    near = np.hanning(17)[1:-1]
    e = lfilter(near / near.sum(), 1, np.pad(np.abs(rfft(x[at] * w, axis=1)) ** 2, ((0, 0), (0, 7))), axis=1)[:, 7:]
    y = irfft(np.sqrt(e) * rfft(g.standard_normal((len(at), n)) * w, axis=1), n, axis=1) * w
    out = np.zeros(len(x))
    np.add.at(out, at, y)
    return lfilter([1, -.9], 1, out)


def highpass(x, hz):
    return sosfilt(butter(2, hz / (FS / 2), 'high', output='sos'), x)


class Mixer:
    def __init__(self, mix, found, seed):
        self.mix, self.found, self.seed = mix, found, seed
        mix.FS = FS   # its room and its P.56 level take the rate from there
        self.rooms = [mix.room(.15 + .6 * i / 63, 9000 + seed * 1000 + i) for i in range(64)]

    # -- sources --------------------------------------------------------------------------------------------------
    def resampled(self, x, n, ratio):
        """n samples at FS of x (int16 at KEPT) from a random place, `ratio` times as fast."""
        want = int(n * KEPT / FS * ratio) + 64
        o = self.r.randrange(max(1, len(x) - want))
        y = soxr.resample(x[o:o + want].astype(np.float32) / 32768, KEPT * 1.0, FS * ratio, quality='HQ').astype(float)
        return y[:n]

    def voice(self, seconds, source=None, file=None):
        """Words of one file, cut where it is quiet."""
        r = self.r
        source = source or r.choice(sorted(self.found['speech']))
        x = file if file is not None else r.choice(self.found['speech'][source])
        y = self.resampled(x, int(seconds * FS) + FS // 2, self.speed)
        e = np.cumsum(np.pad(y ** 2, (240, 240)))
        e = e[480:] - e[:-480]
        def quiet(a, b):
            a, b = max(a, 0), min(b, len(y))
            return a + int(np.argmin(e[a:b])) if b > a + 1 else a
        a, b = quiet(0, FS // 4), quiet(len(y) - FS // 4, len(y))
        y = y[a:max(b, a + FS // 4)].copy()
        k = min(80, len(y) // 2)
        y[:k] *= np.linspace(0, 1, k)
        y[len(y) - k:] *= np.linspace(1, 0, k)
        return y / (rms(y[np.abs(y) > .1 * np.max(np.abs(y) + 1e-9)]) + 1e-6)

    def speech(self, n):
        """Words and pauses: n samples."""
        r = self.r
        out = np.zeros(n)
        self.speed = r.uniform(.85, 1.18)
        source = r.choice(sorted(self.found['speech']))
        file = r.choice(self.found['speech'][source])
        at = r.uniform(0, .05) if r.random() < .2 else r.uniform(.3, 1.5)
        breath = r.random() < .03
        while at < n / FS - .3:
            if r.random() < .12:
                source = r.choice(sorted(self.found['speech'])); file = r.choice(self.found['speech'][source])
                self.speed = r.uniform(.85, 1.18)
            y = self.voice(r.choice((r.uniform(.4, 1.2), r.uniform(1, 5))), source, file) * db(r.uniform(-4, 4))
            if breath and len(y) > 1024:
                y = whisper(y, self.g)
                y *= db(-4) / rms(y)
            o = int(at * FS)
            y = y[:n - o]
            out[o:o + len(y)] += y
            at += len(y) / FS + (r.uniform(2, 5) if r.random() < .15 else r.uniform(.15, 1.2))
        out = shape(out, r)
        if r.random() < .4:
            out = highpass(out, r.uniform(60, 200))
        return out

    # -- noises ---------------------------------------------------------------------------------------------------
    def real(self, n):
        r = self.r
        kinds = self.found['noise']
        # weight by the root of how much there is of a kind
        names = sorted(kinds)
        kind = r.choices(names, [sum(map(len, kinds[k])) ** .5 for k in names])[0]
        x = r.choice(kinds[kind])
        y = self.resampled(x, n, r.choice((1, r.uniform(.7, 1.4))))
        if r.random() < .25:
            y = y[::-1].copy()
        o = r.randrange(len(y))
        y = np.roll(y, -o) if len(y) > FS else np.tile(y, 1 + FS // len(y))
        y = self.mix.loop(y, n)[:n]
        if r.random() < .5:
            y = shape(y, r)
        if r.random() < .2:
            y = oaconvolve(y, r.choice(self.rooms)[0])[:n]
        return y

    def hiss(self, n, steep=None):
        r = self.r
        X = rfft(self.g.standard_normal(n))
        f = np.maximum(np.fft.rfftfreq(n, 1 / FS), 20)
        y = irfft(X * f ** -(r.uniform(-.2, 1.3) if steep is None else steep), n)
        return shape(y, r) if r.random() < .6 else y

    def fan(self, n):
        """Coloured noise, blade tones, slow beating."""
        r, t = self.r, np.arange(n) / FS
        y = self.hiss(n, r.uniform(.4, 1.2))
        y /= rms(y)
        f0 = r.uniform(25, 400)
        ph = 2 * np.pi * f0 * t + r.uniform(0, 3) * np.sin(2 * np.pi * r.uniform(.05, .7) * t)
        for h in range(1, r.randrange(2, 16)):
            if f0 * h < FS / 2:
                y += db(r.uniform(-30, 3)) * np.sin(h * ph + r.uniform(0, 6)) * .7
        return y * (1 + r.uniform(0, .5) * np.sin(2 * np.pi * r.uniform(.1, 8) * t + r.uniform(0, 6)))

    def wind(self, n):
        """Rumble in gusts that may clip, with a little hiss."""
        r = self.r
        X = rfft(self.g.standard_normal(n))
        f = np.fft.rfftfreq(n, 1 / FS)
        y = irfft(X / (1 + (f / r.uniform(30, 350)) ** r.uniform(1, 3)), n)
        k = int(n * r.uniform(.3, 4) / FS) + 3
        gust = np.interp(np.linspace(0, k, n), np.arange(k + 1), self.g.standard_normal(k + 1) * r.uniform(2, 8))
        y = y / rms(y) * db(gust)
        if r.random() < .3:
            most = r.uniform(1, 3) * rms(y)
            y = np.clip(y, -most, most)
        return y + db(r.uniform(-45, -15)) * self.hiss(n)

    def machine(self, n):
        """The same burst over and over, two or three parts, with a hum or hiss below."""
        r = self.r
        y = np.zeros(n)
        period = 1 / r.choice((r.uniform(1, 6), r.uniform(4, 30)))
        for _ in range(r.randrange(1, 4)):
            m = int(min(period * r.uniform(.1, 1.2), .4) * FS) + 16
            b = shape(self.g.standard_normal(m), r, 12, 12) * np.exp(-np.arange(m) / (m * r.uniform(.1, 1)))
            if r.random() < .5:
                t = np.arange(m) / FS
                b = b / rms(b) + r.uniform(.5, 3) * sum(np.sin(2 * np.pi * f * t) for f in
                    [r.uniform(80, 3000) for _ in range(r.randrange(1, 5))]) * np.exp(-np.arange(m) / (m * r.uniform(.1, .6)))
            b *= np.minimum(1, np.arange(m) / r.choice((8, .2 * m)))
            g, at = db(r.uniform(-10, 0)) / rms(b), r.uniform(0, period)
            while at * FS < n:
                o = int(at * FS)
                c = b[:n - o]
                y[o:o + len(c)] += g * db(r.gauss(0, 1)) * c
                at += period * r.gauss(1, .01)
        below = r.choice((self.fan, self.hiss, self.hum))(n)
        y = y / rms(y) + db(r.uniform(-25, 0)) * below / rms(below)
        if r.random() < .5:
            y = oaconvolve(y, r.choice(self.rooms)[0])[:n]
        return shape(y, r)

    def hum(self, n):
        r, t = self.r, np.arange(n) / FS
        f0 = r.choice((50, 60)) * r.uniform(.995, 1.005)
        y = np.zeros(n)
        for h in range(1, r.randrange(3, 40)):
            y += db(r.uniform(-25, 0) - r.uniform(0, 1.2) * h) * np.sin(2 * np.pi * f0 * h * t + r.uniform(0, 6))
        y /= rms(y)
        h = self.hiss(n)
        return y + db(r.uniform(-30, -5)) * h / rms(h)

    def keys(self, n):
        """Clicks and key strokes: short filtered bursts, singly or in runs."""
        r = self.r
        y = np.zeros(n)
        at = r.uniform(0, 1)
        pole = r.uniform(.6, .97)
        while at < n / FS - .1:
            for part, wait in ((1, 0), (r.uniform(.1, .7), r.uniform(.04, .14))):
                o = int((at + wait) * FS)
                m = int(r.uniform(.002, .05) * FS)
                b = self.g.standard_normal(m) * np.exp(-np.arange(m) / (m * r.uniform(.1, .4)))
                if r.random() < .6:
                    f = r.uniform(200, 6000)
                    b = b + r.uniform(.3, 3) * np.sin(2 * np.pi * f * np.arange(m) / FS) * np.exp(-np.arange(m) / (m * .3))
                if r.random() < .4:
                    b = lfilter([1 - pole], [1, -pole], b)
                b = b[:max(n - o, 0)]
                if len(b) < 8:
                    continue
                y[o:o + len(b)] += part * db(r.uniform(-12, 0)) * b / (np.max(np.abs(b)) + 1e-9)
            at += r.uniform(.06, .3) if r.random() < .85 else r.uniform(.5, 3)
        if r.random() < .5:
            y = oaconvolve(y, r.choice(self.rooms)[0])[:n]
        return shape(y, r)

    def tones(self, n):
        """Beeps, sirens, ringing, steady whistles."""
        r, t = self.r, np.arange(n) / FS
        y = np.zeros(n)
        kind = r.randrange(4)
        f = r.uniform(250, 3500)
        if kind == 0:      # beeps
            on, off = r.uniform(.05, .6), r.uniform(.05, 1.5)
            gate = ((t + r.uniform(0, 2)) % (on + off)) < on
        else:
            gate = np.ones(n)
        if kind == 1:      # siren
            f = f * 2 ** (r.uniform(.1, .6) * np.sin(2 * np.pi * r.uniform(.2, 4) * t))
        if kind == 2:      # two-tone
            f = np.where((t * r.uniform(.5, 8)) % 1 < .5, f, f * r.uniform(1.05, 1.6))
        ph = 2 * np.pi * np.cumsum(f * np.ones(n)) / FS
        for h in range(1, r.randrange(2, 7)):
            y += db(-r.uniform(2, 12) * (h - 1)) * np.sin(h * ph) * (np.max(h * f) < FS / 2)
        k = int(.005 * FS)
        gate = np.convolve(gate, np.ones(k) / k, 'same')
        y = y * gate
        if r.random() < .3:
            y = oaconvolve(y, r.choice(self.rooms)[0])[:n]
        return y

    def babble(self, n):
        """Four to twelve voices at once, in a room, filtered."""
        r = self.r
        y = np.zeros(n)
        for _ in range(r.randrange(4, 13)):
            self.speed = r.uniform(.8, 1.25)
            v = self.voice(min(n / FS, 12))
            v = self.mix.loop(np.roll(v, -r.randrange(len(v))), n)[:n] if len(v) > FS else np.resize(v, n)
            if r.random() < .25:
                v = v[::-1]
            y += v * db(r.uniform(-8, 0))
        if r.random() < .8:
            y = oaconvolve(y, r.choice(self.rooms)[0])[:n]
        return shape(y, r)

    def music(self, n):
        """Chords, a melody, a bass and a beat from plain oscillators."""
        r = self.r
        y = np.zeros(n)
        beat = r.uniform(.2, .8)
        root = r.uniform(80, 220)
        scale = (0, 2, 4, 5, 7, 9, 11, 12) if r.random() < .5 else (0, 2, 3, 5, 7, 8, 10, 12)
        tilt, attack = r.uniform(3, 14), r.uniform(.003, .08)
        held, vibrato = r.random() < .5, r.uniform(0, .01)
        def note(f, o, d, g):
            m = min(int(d * FS), n - o)
            if m < 200:
                return
            t = np.arange(m) / FS
            env = np.minimum(1, t / attack) * (1 if held else np.exp(-t / (d * .4))) * np.minimum(1, (m / FS - t) / .02)
            ph = 2 * np.pi * f * t + vibrato * f / 5 * np.sin(2 * np.pi * 5 * t)
            s = sum(db(-tilt * (h - 1) ** .7 + odd * (h % 2)) * np.sin(h * ph) for h in range(1, 9) if f * h < 7600)
            y[o:o + m] += g * env * s
        odd = r.choice((0, 0, 12))
        mel, chords, bass, drums = (r.random() < p for p in (.8, .6, .5, .5))
        step = 0
        for i in range(int(n / FS / beat) + 1):
            o = int(i * beat * FS)
            if o >= n:
                break
            if chords and i % 4 == 0:
                k = r.choice((0, 3, 4, 5))
                for j in (0, 2, 4):
                    note(root * 2 ** (scale[(k + j) % 7] / 12), o, beat * 4, .5)
            if mel and r.random() < .8:
                step = min(max(step + r.randrange(-2, 3), 0), 7)
                note(root * 2 * 2 ** (scale[step] / 12), o, beat * r.choice((.5, 1, 1, 2)), 1)
            if bass and i % 2 == 0:
                note(root / 2 * 2 ** (scale[r.randrange(8)] / 12), o, beat * 2, 1)
            if drums:
                m = min(int(.12 * FS), n - o)
                t = np.arange(m) / FS
                if r.random() < .5:      # a bass drum
                    f = r.uniform(40, 70) * (1 + r.uniform(.5, 3) * np.exp(-t / .02))
                    y[o:o + m] += r.uniform(.5, 3) * np.sin(2 * np.pi * np.cumsum(f) / FS) * np.exp(-t / r.uniform(.03, .1)) * np.minimum(1, t / .002)
                hit = lfilter([1, -r.uniform(-.5, .95)], 1, self.g.standard_normal(m))
                y[o:o + m] += r.uniform(.3, 1.5) * hit * np.exp(-t / r.uniform(.01, .05))
        if r.random() < .5:
            y = oaconvolve(y, r.choice(self.rooms)[0])[:n]
        return shape(y, r)

    def solo(self, n):
        """One instrument that glides from note to note, with vibrato and a body of its own, and a little breath or bow."""
        r = self.r
        at, notes, where = 0.0, [], r.uniform(-6, 18)
        while at < n / FS:
            where = min(max(where + r.choice((-7, -5, -4, -3, -2, -1, 1, 2, 3, 4, 5, 7)), -12), 26)
            d = r.uniform(.12, .5) if r.random() < .7 else r.uniform(.5, 2)
            notes.append((at, d, where, 0 if r.random() < .12 else r.uniform(.4, 1)))
            at += d
        k = (np.arange(n // 16) * 16 / FS)
        i = np.searchsorted([a for a, *_ in notes], k, 'right') - 1
        a, d, w, loud = (np.array(v)[i] for v in zip(*notes))
        glide, attack, held = r.uniform(.005, .06), r.uniform(.005, .08), r.random() < .6
        slow = np.exp(-.001 / glide)
        w = lfilter([1 - slow], [1, -slow], w - w[0]) + w[0]
        w += r.uniform(0, .5) * np.minimum(1, (k - a) * 3) * np.sin(2 * np.pi * r.uniform(4, 7) * k)
        env = loud * np.minimum(1, (k - a) / attack) * np.minimum(1, (a + d - k) / .02 + .1) * (1 if held else np.exp(-(k - a) / r.uniform(.1, .8)))
        up = lambda v: np.interp(np.arange(n), np.arange(len(v)) * 16, v)
        f = up(220 * 2 ** (w / 12))
        ph, tilt, odd = 2 * np.pi * np.cumsum(f) / FS, r.uniform(3, 14), r.choice((0, 0, 12))
        y = sum(db(-tilt * (h - 1) ** .7 + odd * (h % 2)) * np.sin(h * ph) * (h * f < 7600) for h in range(1, r.randrange(3, 14)))
        y = (y + db(r.uniform(-40, -12)) * self.hiss(n)) * up(env)
        if r.random() < .6:
            y = oaconvolve(y, r.choice(self.rooms)[0])[:n]
        return shape(y, r, 10)

    def cries(self, n):
        """What animals and small children do: harmonics on an arc of pitch, hoarse, short and in rows or long with breath."""
        r = self.r
        y = np.zeros(n)
        long, base = r.random() < .5, r.uniform(250, 900)
        peaks = [(r.uniform(600, 5000), r.uniform(150, 700), r.uniform(0, 4)) for _ in range(3)]
        at = r.uniform(0, 1)
        while at < n / FS - .2:
            d = r.uniform(.4, 1.4) if long else r.uniform(.06, .3)
            m = min(int(d * FS), n - int(at * FS))
            t = np.arange(m) / m
            f = base * r.uniform(.85, 1.2) * (1 + r.uniform(-.1, .5) * np.sin(np.pi * t ** r.uniform(.4, 1.5)) - r.uniform(0, .35) * t)
            f = f * (1 + r.uniform(0, .03) * np.sin(2 * np.pi * r.uniform(5, 40) * t * d))
            ph = 2 * np.pi * np.cumsum(f) / FS
            b = np.zeros(m)
            for h in range(1, 24):
                g = sum(p * np.exp(-.5 * ((h * base - c) / w) ** 2) for c, w, p in peaks) + .3 / h
                if h * base * 1.8 < FS / 2:
                    b += g * np.sin(h * ph)
            hoarse = lfilter([1], [1, -r.uniform(-.5, .8)], self.g.standard_normal(m))
            b = b / rms(b) + r.uniform(.05, 1) * hoarse / rms(hoarse)
            b *= np.minimum(1, t * d / r.uniform(.005, .06)) * (1 - t) ** r.uniform(.3, 1.5)
            y[int(at * FS):][:m] += db(r.uniform(-8, 0)) * b
            at += d + (r.uniform(.1, .5) if r.random() < .8 else r.uniform(.5, 3))
        if r.random() < .6:
            y = oaconvolve(y, r.choice(self.rooms)[0])[:n]
        return shape(y + db(r.uniform(-60, -30)) * self.hiss(n), r)

    def crockery(self, n):
        """Plates, cutlery, glass, doors: blows that ring in modes without a pitch, some in clusters."""
        r = self.r
        y = np.zeros(n)
        things = [[(r.uniform(150, 900) if dull else r.uniform(900, 7500), r.uniform(.005, .05) if dull else r.uniform(.01, .25))
                   for _ in range(r.randrange(3, 9))] for dull in (r.random() < .4, r.random() < .4, False)]
        at = r.uniform(0, 1.5)
        while at < n / FS - .05:
            for _ in range(1 if r.random() < .6 else r.randrange(2, 8)):
                o = int(at * FS)
                m = min(int(.6 * FS), n - o)
                if m < 64:
                    break
                t, g = np.arange(m) / FS, db(r.uniform(-25, 0))
                for f, d in r.choice(things):
                    y[o:o + m] += g * r.uniform(.2, 1) * np.sin(2 * np.pi * f * r.uniform(.99, 1.01) * t) * np.exp(-t / d)
                k = min(m, 400)
                y[o:o + k] += g * r.uniform(.2, 2) * self.g.standard_normal(k) * np.exp(-np.arange(k) / r.uniform(10, 100))
                at += r.uniform(.01, .2)
            at += r.uniform(.1, .8) if r.random() < .7 else r.uniform(.8, 3)
        if r.random() < .7:
            y = oaconvolve(y, r.choice(self.rooms)[0])[:n]
        return shape(y + db(r.uniform(-60, -30)) * self.hiss(n), r)

    def envelope(self, y):
        """Level steps, swells, starts and stops; none half of the time."""
        r, n = self.r, len(y)
        kind = r.random()
        t = np.arange(n) / FS
        if kind < .2:
            e = np.zeros(n)
            for _ in range(r.randrange(1, 4)):
                e[r.randrange(n):] += r.uniform(-14, 14)
            e = lfilter([.002], [1, -.998], e)
            return y * db(np.clip(e, -25, 20))
        if kind < .4:
            return y * db(r.uniform(2, 8) * np.sin(2 * np.pi * r.uniform(.05, 3) * t + r.uniform(0, 6)))
        if kind < .5:
            on = (t % r.uniform(2, 7)) < r.uniform(.3, 4)
            return y * np.maximum(lfilter([.01], [1, -.99], on.astype(float)), .003)
        return y

    def noise(self, n):
        r = self.r
        def one():
            f = r.choices((self.real, self.babble, self.music, self.solo, self.cries, self.crockery, self.keys, self.hiss, self.fan,
                           self.hum, self.tones, self.wind, self.machine), (38, 11, 8, 6, 6, 5, 5, 7, 6, 2, 4, 6, 6))[0]
            y = self.envelope(f(n))
            return y / rms(y)
        y = one()
        if r.random() < .35:
            y = y + one() * db(r.uniform(-15, 0))
        return y

    # -- an item --------------------------------------------------------------------------------------------------
    def item(self, i):
        """-> rate, noisy int16, truth per hop (bool), truth per band (hops, bands), 0 to 1."""
        self.r, self.g = random.Random(self.seed * 100003 + i), np.random.default_rng([self.seed, i])
        r, n = self.r, SECONDS * FS
        kind = r.random()
        noise_only, clean = kind < .08, kind > .94
        s = np.zeros(n) if noise_only else self.speech(n)
        ref = s
        if not noise_only and r.random() < .35:
            whole, early = r.choice(self.rooms)
            s, ref = oaconvolve(s, whole)[:n], oaconvolve(s, early)[:n]
        level = -25.0 if noise_only else level_of(s)
        snr = r.uniform(35, 60) if clean else r.uniform(-5, 22)
        y = self.noise(n)
        y = y / rms(y) * db(level - snr) if not noise_only else y / rms(y) * db(level - r.uniform(-5, 20))
        floor = self.hiss(n)
        if clean and r.random() < .5:   # nothing but its own floor
            m = s + floor / rms(floor) * db(level - r.uniform(35, 60))
        else:
            m = s + y + floor / rms(floor) * db(level - r.uniform(30, 70))
        g = db((r.uniform(-50, -38) if r.random() < .15 else r.uniform(-40, -10)) - level)
        limit = r.random()
        if limit > .06:    # the others clip
            g = min(g, .98 / np.max(np.abs(m)))
        m, ref = np.clip(m * g, -1, 1), ref * g
        rate = FS
        what = r.random()
        if what < .10:
            rate = 8000
            m, ref8 = soxr.resample(m, FS, 8000), soxr.resample(ref, FS, 8000)
            bands = band_truth(soxr.resample(ref8, 8000, FS)[:n], soxr.resample(m - ref8, 8000, FS)[:n])
        else:
            if what < .26:
                cut = r.choice((3400, 4000, 5500, r.uniform(3000, 7500)))
                X = rfft(m); X[int(cut * n / FS):] = 0
                R = rfft(ref); R[int(cut * n / FS):] = 0
                m, ref = irfft(X, n), irfft(R, n)
            bands = band_truth(ref, m - ref)
        act = truth(ref, level_of(ref))
        x = np.clip(np.round(m * 32768), -32768, 32767).astype(np.int16)
        hops = len(x) * 100 // rate
        act, bands = act[:hops], bands[:hops]
        return rate, x, act, bands * act[:, None]


def runs(b):
    """[first, end) of the stretches of True."""
    d = np.diff(np.concatenate([[0], b.astype(np.int8), [0]]))
    return zip(np.flatnonzero(d == 1), np.flatnonzero(d == -1))


def truth(ref, level, fs=FS):
    """Clean speech -> speech or not per hop, by energy above 60 Hz against its P.56 level L and the floor F (10th
    percentile of what is not digital silence). Stretches above max(L - 40, min(F + 8, L - 20), -75) dB count if they reach
    L - 28 (or 6 dB more than that threshold) somewhere; gaps under 80 ms are filled, then stretches under 40 ms dropped."""
    hop = fs // 100
    n = len(ref) // hop
    out = np.zeros(n, bool)
    if not np.any(ref):
        return out
    y = sosfilt(butter(2, 60 / (fs / 2), 'high', output='sos'), ref)[:n * hop].reshape(n, hop)
    e = 10 * np.log10(np.mean(y ** 2, 1) + 1e-20)
    live = e[e > -100]
    if len(live) == 0:
        return out
    low = max(level - 40, min(np.percentile(live, 10) + 8, level - 20), -90)
    high = max(level - 28, low + 6)
    for a, b in runs(e > low):
        out[a:b] = e[a:b].max() > high
    for a, b in runs(~out):
        if a > 0 and b < n and b - a < 8:
            out[a:b] = True
    for a, b in runs(out):
        if b - a < 4:
            out[a:b] = False
    return out


WINDOW = np.sin(np.pi * np.arange(2 * HOP) / (2 * HOP))


def band_power(x):
    """(hops, bands): power of the frame that ends with each hop, as package denoise sees it."""
    x = np.concatenate([np.zeros(HOP), x])
    n = len(x) // HOP - 1
    p = np.abs(rfft(x[np.arange(n)[:, None] * HOP + np.arange(2 * HOP)] * WINDOW)) ** 2
    k = [int(np.ceil(f / 50)) for f in GROUPS]
    return np.add.reduceat(p[:, k[0]:k[-1]], np.array(k[:-1]) - k[0], 1)


def band_truth(ref, rest, below_db=45.0):
    """How much of the speech is in a band: sigmoid of half the local SNR in dB; 0 where it is more than 45 dB under its own
    loudest band on average."""
    a, b = band_power(ref), band_power(rest)
    floor = a.mean(0).max() * 10 ** (-below_db / 10)
    snr = 10 * np.log10((a + 1e-20) / (b + 1e-20))
    return np.where(a > floor + 1e-9, 1 / (1 + np.exp(-np.clip(snr, -60, 60) / 2)), 0)
