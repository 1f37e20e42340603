#!/usr/bin/env python3
"""Train the speech-presence network of internal/voicenet.

  python3 bench/presence/fit.py [DATA] [--work DIR] [--check | --sweep]

DATA holds train/ and dev/ (default: ../shared/data beside the repository). Writes internal/voicenet/weights.bin and the
reference of its test. --work keeps the features in DIR, so that a second run trains at once; --check trains nothing and
scores the weights that are there; --sweep trains variants briefly, prints their scores and writes no weights. Needs Go and
requirements.txt. The same data, versions and machine give the same weights.
"""
import os
os.environ.setdefault('XLA_FLAGS', '--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1')
import argparse, importlib.util, pathlib, struct, subprocess, sys, tempfile, time
import numpy as np, soundfile as sf, soxr
import data, model, scores

REPO = pathlib.Path(__file__).resolve().parents[2]
NET = REPO / 'internal' / 'voicenet'
ITEMS, SEED = 6000, 8
RAIN = 'noisy_rain_48k', 'speech_48k', 'noise_rain_48k'   # of testdata/: a mix, its speech, more of its noise


class Features:
    """The Go program in features/, one stream after another."""

    def __init__(self, work):
        program = work / 'features'
        subprocess.run(['go', 'build', '-o', program, './bench/presence/features'], cwd=REPO, check=True)
        self.p = subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def __call__(self, rate, pcm):
        self.p.stdin.write(struct.pack('<ii', rate, len(pcm)) + pcm.astype('<i2').tobytes())
        self.p.stdin.flush()
        hops, = struct.unpack('<i', self.p.stdout.read(4))
        return np.frombuffer(self.p.stdout.read(hops * model.FEATURES * 4), '<f4').reshape(hops, model.FEATURES)


def training_set(mix, train, features):
    """Features, truth, truth per band and which hops there are, of ITEMS items."""
    hops = data.SECONDS * 100
    x, t = np.zeros((ITEMS, hops, model.FEATURES), 'f2'), np.zeros((ITEMS, hops), bool)
    b, v = np.zeros((ITEMS, hops, model.BANDS), 'u1'), np.zeros((ITEMS, hops), bool)
    print(*data.sources(train), sep='\n')
    mixer, start = data.Mixer(mix, data.recordings(train), SEED), time.time()
    for i in range(ITEMS):
        rate, pcm, truth, bands = mixer.item(i)
        put(i, features(rate, pcm), truth, bands, x, t, b, v)
        if i % 500 == 499:
            print(f'{i + 1} items, {time.time() - start:.0f} s, {t[:i + 1].mean():.2f} of it speech', flush=True)
    return x, t, b, v


def put(i, f, truth, bands, x, t, b, v):
    """Item i, without the hops that denoise does not judge."""
    ok = np.flatnonzero(np.isfinite(f[:, 0]))[:x.shape[1]]
    k = len(ok)
    x[i, :k], t[i, :k], b[i, :k], v[i, :k] = f[ok], truth[ok], np.round(model.WHOLE * bands[ok]), True


def dev_set(mix, folder, features):
    """[(name, features, truth, truth per band)] of the rendered dev set."""
    out = []
    for path in sorted((folder / 'ref').glob('*.wav')):
        pcm, fs = sf.read(folder / 'noisy' / path.name, dtype='int16')
        ref = sf.read(path)[0]
        mix.FS = fs
        f, t = features(fs, pcm), data.truth(ref, mix.active_level(ref), fs)
        low = lambda y: soxr.resample(y, fs, data.FS)
        b = data.band_truth(low(ref), low(pcm / 32768 - ref))
        k = min(len(f), len(t), len(b))
        out.append((path.stem, f[:k], t[:k], b[:k] * t[:k, None]))
    return out


def rain_set(features):
    """[features, which hops hold no speech] of the rain in testdata/."""
    read = lambda name: sf.read(REPO / 'testdata' / (name + '.wav'), dtype='int16')
    (pcm, fs), (ref, _), (more, _) = map(read, RAIN)
    ref, f = ref / 32768, features(fs, pcm)
    t, g = data.truth(ref, data.level_of(soxr.resample(ref, fs, data.FS)), fs), features(fs, more)
    return [(f[:len(t)], ~t[:len(f)]), (g, np.ones(len(g), bool))]


def judged(params, f):
    """Probability of speech per hop, smoothed, and per band; 0 where denoise does not judge."""
    ok, p, b = np.isfinite(f[:, 0]), np.zeros(len(f)), np.zeros((len(f), model.BANDS))
    p[ok], b[ok] = model.probabilities(params, f[ok])
    return p, b


def judge(params, dev, rain):
    """Prints the scores on dev/ and the probability in rain."""
    tracks, bands = [], []
    for name, f, t, b in dev:
        p, q = judged(params, f)
        tracks.append((name, t, p))
        if not name.startswith(('noiseonly', 'cleanonly')):
            bands.append((b, q))
    print(scores.line(tracks))
    print(scores.bands(bands))
    p = [judged(params, f)[0][quiet] for f, quiet in rain]
    print('rain without speech: ' + '; '.join(f'median {np.median(a):.2f}, above .35 {(a > .35).mean():.0%}, above .5 {(a > .5).mean():.0%} '
          'of the time' for a in p))


# Variants for --sweep: what differs, units, first and last column of features that are left, whether a band's truth is yes or no.
FEWER = 3   # passes
VARIANTS = [('24 units', 24, 0, 35, False), ('16 units', 16, 0, 35, False), ('32 units', 32, 0, 35, False),
            ('bands over the slow level alone', 24, 0, 17, False), ('bands over their floors and the level alone', 24, 17, 35, False),
            ('bands as yes or no at -3 dB', 24, 0, 35, True)]


def sweep(x, t, b, v, dev, rain):
    """Trains each of VARIANTS for FEWER passes and prints its scores."""
    for name, units, first, last, hard in VARIANTS:
        print(f'{name}: {3 * units * (last - first + units) + units * (1 + model.BANDS)} multiply-adds, {FEWER} passes', flush=True)
        cut = lambda f: np.where((np.arange(model.FEATURES) >= first) & (np.arange(model.FEATURES) < last), f, f * 0)
        truth = model.WHOLE * (b > .182 * model.WHOLE).astype('u1') if hard else b
        params = model.train(x if last - first == model.FEATURES else cut(x), t, truth, v, FEWER, units=units, quiet=True)
        judge(params, [(n, cut(f), t, b) for n, f, t, b in dev], [(cut(f), q) for f, q in rain])


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument('data', nargs='?', type=pathlib.Path, default=REPO.parent / 'shared' / 'data')
    p.add_argument('--work', type=pathlib.Path)
    p.add_argument('--check', action='store_true')
    p.add_argument('--sweep', action='store_true')
    a = p.parse_args()
    spec = importlib.util.spec_from_file_location('mix', a.data / 'dev' / 'mix.py')
    mix = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(mix)
    with tempfile.TemporaryDirectory() as tmp:
        work = (a.work or pathlib.Path(tmp)).resolve()
        work.mkdir(parents=True, exist_ok=True)
        features = Features(work)
        if not (work / 'dev' / 'ref').exists():
            mix.FS = 48000
            mix.main(str(work / 'dev'))
        dev, rain = dev_set(mix, work / 'dev', features), rain_set(features)
        if a.check:
            judge(model.read(NET / 'weights.bin'), dev, rain)
            return
        cache = work / 'train.npz'
        if cache.exists():
            z = np.load(cache)
            x, t, b, v = (z[k] for k in 'xtbv')
        else:
            x, t, b, v = training_set(mix, a.data / 'train', features)
            if a.work:
                np.savez(work / 'part.npz', x=x, t=t, b=b, v=v)
                (work / 'part.npz').replace(cache)
    if a.sweep:
        sweep(x, t, b, v, dev, rain)
        return
    params = model.train(x, t, b, v)
    model.write(NET / 'weights.bin', params)
    model.write_reference(NET / 'testdata' / 'reference.f32', params, x[1][:100].astype('f4'))
    judge(params, dev, rain)


if __name__ == '__main__':
    main()
