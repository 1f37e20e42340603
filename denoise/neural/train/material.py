"""Pools of speech and of noise, 12 s an item, from which training mixes anew at every step.

    python3 material.py DATA OUT SEED [--speech N] [--noise N] [--rate 16000|48000] [--more MORE]

DATA holds train/ (see ../../../bench/presence, whose mixer makes the items); writes OUT/speech.npy (int16: items, 2, samples;
the speech as the room gives it, then its direct sound and first 50 ms), OUT/active.npy (items, hops: speech or not) and
OUT/noise.npy (items, 1, samples). MORE is a folder that more.py made. The same seed gives the same items.
"""
import argparse, csv, importlib.util, pathlib, random, sys, time
import numpy as np, soundfile as sf, soxr
from scipy.signal import oaconvolve

REPO = pathlib.Path(__file__).resolve().parents[3]
sys.path += [str(REPO / 'bench' / 'presence'), str(REPO / 'bench' / 'quality')]
import data, untouched

SECONDS = 12
ATTRIBUTED = {'CC-BY', 'CC-BY-3.0'}   # noise under these is taken too, and listed with its authors' numbers in README.md
OWN = 'own recording or Freesound CC0'
EITHER = 'Pixabay licence or CC0 (not stated per file)'   # both allow it; taken where `more` is given
# Kinds of noise and how often they are drawn.
KINDS = dict(real=60, babble=11, music=6, solo=3, cries=4, crockery=6, keys=7, hiss=7, fan=7, hum=2, tones=4, wind=6, machine=7)
TYPING = 6   # beside these, where there are recordings of keys


def rows(train, full_band=False, wide=False):
    """(speech or noise, source of speech or kind of noise, row of the manifest) of what is trained on: what the licences
    allow, less the recordings that bench/quality/untouched.py keeps for judging. wide: what is under EITHER too."""
    with open(train / 'manifest.csv', newline='') as f:
        manifest = list(csv.DictReader(f))
    left = [r for r in manifest if r['licence'] not in untouched.TRAINED and 12 <= float(r['dur_s']) <= 26]
    judged = untouched.pick([r for r in left if r['file'].startswith('noise/') and r['speaker_or_kind'] != 'music'], 16)
    judged = {r['file'] for r in judged}
    for r in manifest:
        what, group = r['file'].split('/')[:2]
        licence = r['licence']
        noise = what == 'noise' and (licence in ATTRIBUTED or licence.startswith(OWN) or wide and licence == EITHER) and r['file'] not in judged
        if licence in data.LICENCES or noise:
            if not full_band or float(r['bandwidth_hz']) > (13000 if what == 'speech' else 11000):
                yield what, group, r


def recordings(train, full_band, more=None):
    """{'speech': {source: [int16]}, 'noise': {kind: [...]}} at data.KEPT."""
    files = [(what, group, train / row['file']) for what, group, row in rows(train, full_band, more is not None)]
    if more:
        with open(more / 'manifest.csv', newline='') as f:
            for row in csv.DictReader(f):
                files.append((row['file'].split('/')[0], row['group'], more / row['file']))
    found = {'speech': {}, 'noise': {}}
    for what, group, path in files:
        x, fs = sf.read(path, always_2d=True, dtype='float32')
        x = soxr.resample(x.mean(1), fs, data.KEPT)
        found[what].setdefault(group, []).append(np.clip(np.round(x * 32767), -32768, 32767).astype(np.int16))
    return found


class Pool(data.Mixer):
    """bench/presence's mixer, its speech and its noise apart."""

    def start(self, what, i):
        self.r, self.g = random.Random(f'{self.seed}/{what}/{i}'), np.random.default_rng([self.seed, what, i])

    def __init__(self, mix, found, seed):
        self.switches = found['noise'].pop('switches', None)
        self.kinds = dict(KINDS, typing=TYPING) if self.switches else KINDS
        super().__init__(mix, found, seed)

    def typing(self, n):
        """Keys of one keyboard, as more.py has them, in runs; another microphone, perhaps in a room."""
        r = self.r
        x = r.choice(self.switches)
        strokes = round(2 * len(x) / data.KEPT)
        x = self.resampled(x, 10 ** 9, r.uniform(.8, 1.25))
        length = len(x) // strokes
        y, at, pace = np.zeros(n), r.uniform(0, 1), r.uniform(.06, .35)
        while at < n / data.FS - .1:
            o, k = int(at * data.FS), r.randrange(strokes)
            stroke = x[k * length:(k + 1) * length][:n - o]
            y[o:o + len(stroke)] += stroke * data.db(r.uniform(-9, 0))
            at += pace * r.uniform(.3, 1.7) if r.random() < .92 else r.uniform(.5, 3)
        if r.random() < .5:
            y = oaconvolve(y, r.choice(self.rooms)[0])[:n]
        return data.shape(y, r) + 1e-4 * self.hiss(n)

    def speech_item(self, i):
        """Words and pauses at -26 dBFS, in a room two times out of five: with the room, and what the output should be."""
        self.start(1, i)
        n = SECONDS * data.FS
        s = self.speech(n)
        ref = s
        if self.r.random() < .4:
            whole, early = self.r.choice(self.rooms)
            s, ref = oaconvolve(s, whole)[:n], oaconvolve(s, early)[:n]
        g = min(data.db(-26 - data.level_of(s)), .98 / max(np.max(np.abs(s)), np.max(np.abs(ref)), 1e-9))
        return np.stack([s * g, ref * g])

    def noise_item(self, i):
        """One kind of noise at -26 dBFS, level steps and gaps included."""
        self.start(2, i)
        n = SECONDS * data.FS
        make = self.r.choices([getattr(self, k) for k in self.kinds], list(self.kinds.values()))[0]
        y = self.envelope(make(n))
        y = y / data.rms(y) * data.db(-26)
        return (y * min(1, .98 / max(np.max(np.abs(y)), 1e-9)))[None]


def active(item):
    """Speech or not per hop of an item, by bench/presence's definition."""
    ref = item[1] / 32768.
    return data.truth(ref, data.level_of(ref), data.FS)[:SECONDS * 100]


def save(path, shape, items):
    """Never leaves half a file under the name."""
    part = path.with_suffix('.part.npy')
    out, start = np.lib.format.open_memmap(part, 'w+', np.int16, shape), time.time()
    for i, item in enumerate(items):
        out[i] = np.round(item * 32767)
        if i % 400 == 399:
            print(f'{path}: {i + 1} items, {time.time() - start:.0f} s', flush=True)
    out.flush()
    part.replace(path)


def make(folder, out, seed, speech, noise, rate=16000, more=None):
    """The pools of a seed, unless they are there."""
    data.FS, data.HOP, data.KEPT = rate, rate // 100, 24000 if rate == 16000 else rate
    spec = importlib.util.spec_from_file_location('mix', folder / 'dev' / 'mix.py')
    mix = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(mix)
    out.mkdir(exist_ok=True, parents=True)
    wanted = [n for n, count in (('speech', speech), ('noise', noise)) if count and not (out / f'{n}.npy').exists()]
    if wanted:
        pool = Pool(mix, recordings(folder / 'train', rate > 16000, more), seed)
        if 'speech' in wanted:
            save(out / 'speech.npy', (speech, 2, SECONDS * rate), map(pool.speech_item, range(speech)))
        if 'noise' in wanted:
            save(out / 'noise.npy', (noise, 1, SECONDS * rate), map(pool.noise_item, range(noise)))
    if speech and rate == 16000 and not (out / 'active.npy').exists():
        np.save(out / 'active.part.npy', np.stack([active(x) for x in np.load(out / 'speech.npy', mmap_mode='r')]))
        (out / 'active.part.npy').replace(out / 'active.npy')


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument('data', type=pathlib.Path)
    p.add_argument('out', type=pathlib.Path)
    p.add_argument('seed', type=int)
    p.add_argument('--speech', type=int, default=3200)
    p.add_argument('--noise', type=int, default=4800)
    p.add_argument('--rate', type=int, default=16000)
    p.add_argument('--more', type=pathlib.Path)
    a = p.parse_args()
    make(a.data, a.out, a.seed, a.speech, a.noise, a.rate, a.more)


if __name__ == '__main__':
    main()
