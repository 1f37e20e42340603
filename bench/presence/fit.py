#!/usr/bin/env python3
"""Fit the speech-presence weights of denoise/presence.go.

  python3 bench/presence/fit.py [DATA] [--work DIR]

DATA holds train/ and dev/ (default: ../shared/data beside the repository). --work keeps mixtures and features in DIR.
Needs Go and requirements.txt. The same data and versions give the same weights.
"""
import argparse, csv, importlib.util, pathlib, random, subprocess, tempfile
import numpy as np, soundfile as sf, soxr
from scipy.signal import butter, fftconvolve, sosfilt
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

REPO = pathlib.Path(__file__).resolve().parents[2]
FS, HOP, START = 48000, 480, 60  # START: hops left out of every file while the estimators find the noise
ITEMS, SEED = 200, 7
LICENCES = {'CC0', 'CC0-1.0', 'Public Domain', 'Public Domain (per contributor)', 'MIT', 'Apache-2.0'}
NAMES = ('bias', 'low', 'mid', 'flat')


def load(path):
    x, fs = sf.read(path, always_2d=True)
    x = x.mean(1)
    return x if fs == FS else soxr.resample(x, fs, FS)


def write_pair(out, name, noisy, ref):
    for folder, x in (('noisy', noisy), ('ref', ref)):
        x = np.clip(np.round(x * 32768), -32768, 32767).astype(np.int16)
        sf.write(out / folder / f'{name}.wav', x, FS, subtype='PCM_16')


def recordings(train):
    """{'speech': {source: [path]}, 'noise': {kind: [path]}} of the free licences."""
    found = {'speech': {}, 'noise': {}}
    with open(train / 'manifest.csv', newline='') as f:
        for row in csv.DictReader(f):
            what, group = row['file'].split('/')[:2]
            if row['licence'] in LICENCES:
                found[what].setdefault(group, []).append(train / row['file'])
    return found


def render_train(mix, train, out):
    """Speech at -36 to -18 dBFS in noise at -3 to 20 dB SNR: 1 s of noise, then up to 8 s of speech with one more pause.
    Every source and every kind of noise is as likely as any other; one noise in seven is synthetic, coloured white to
    pink; one item in four is in a room (reference: the first 50 ms)."""
    for folder in ('noisy', 'ref'):
        (out / folder).mkdir(parents=True, exist_ok=True)
    r, gauss = random.Random(SEED), np.random.RandomState(SEED)
    found = recordings(train)
    pick = lambda groups: load(r.choice(groups[r.choice(sorted(groups))]))
    for i in range(ITEMS):
        s = pick(found['speech'])
        o = r.randrange(max(1, len(s) - 8 * FS))
        s = s[o:o + 8 * FS]
        k, pause = r.randrange(len(s)), np.zeros(int(r.uniform(.3, 1.5) * FS))
        s = ref = np.concatenate([np.zeros(FS), s[:k], pause, s[k:]])
        n = len(s)
        if r.random() < .25:
            whole, early = mix.room(r.uniform(.25, .65), 5000 + i)
            s, ref = fftconvolve(s, whole)[:n], fftconvolve(s, early)[:n]
        y = pick(found['noise'])
        if r.random() < .15:
            w = np.fft.rfft(gauss.randn(n))
            y = np.fft.irfft(w * np.arange(1, len(w) + 1.) ** -r.uniform(0, 1), n)
        o = r.randrange(len(y))
        y = np.roll(y, -o) if len(y) > FS else np.tile(y, 1 + FS // len(y))
        y = mix.loop(y, n)[:n]
        level, snr = mix.active_level(s), r.choice([-3, 0, 5, 10, 15, 20])
        m = s + y * 10 ** ((level - snr - 10 * np.log10(np.mean(y ** 2) + 1e-20)) / 20)
        g = min(10 ** ((-r.uniform(18, 36) - level) / 20), .98 / np.max(np.abs(m)))
        write_pair(out, f't{i:03d}', m * g, ref * g)


def runs(b):
    """[first, end) of the stretches of True."""
    d = np.diff(np.concatenate([[0], b.astype(np.int8), [0]]))
    return zip(np.flatnonzero(d == 1), np.flatnonzero(d == -1))


def truth(mix, ref):
    """Clean speech -> speech or not per hop, by energy above 60 Hz against the P.56 level L and the floor F (10th
    percentile of what is not digital silence). Stretches above max(L - 40, min(F + 8, L - 20), -75) dB count if they reach
    L - 28 (or 6 dB more than that threshold) somewhere; gaps under 80 ms are filled, then stretches under 40 ms dropped."""
    n = len(ref) // HOP
    out = np.zeros(n, bool)
    if not np.any(ref):
        return out
    y = sosfilt(butter(2, 60 / (FS / 2), 'high', output='sos'), ref)[:n * HOP].reshape(n, HOP)
    e, level = 10 * np.log10(np.mean(y ** 2, 1) + 1e-20), mix.active_level(ref)
    low = max(level - 40, min(np.percentile(e[e > -100], 10) + 8, level - 20), -75)
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


def features(mix, folder):
    """-> [(features, truth)] of every file: hops that denoise judges, without the first 0.6 s."""
    subprocess.run(['go', 'run', './bench/presence/features', folder / 'noisy', folder / 'features'], cwd=REPO, check=True)
    files = []
    for path in sorted((folder / 'ref').glob('*.wav')):
        x = np.loadtxt(folder / 'features' / f'{path.stem}.csv', delimiter=',', skiprows=1)
        t = truth(mix, sf.read(path)[0])[:len(x)]
        keep = np.isfinite(x[:, 0]) & (np.arange(len(x)) >= START)
        files.append((x[keep], t[keep]))
    return files


def report(name, model, files):
    """AUC over all hops of the files with speech; the mean probability in those without."""
    x, t = (np.concatenate(v) for v in zip(*[f for f in files if f[1].any()]))
    print(f'{name}: AUC {roc_auc_score(t, model.decision_function(x)):.3f}, {len(t)} hops, {t.mean():.2f} of them speech', end='')
    rest = [x for x, t in files if not t.any() and len(x)]
    if rest:
        print(f'; {len(rest)} files without: mean probability {model.predict_proba(np.concatenate(rest))[:, 1].mean():.2f}', end='')
    print()


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument('data', nargs='?', type=pathlib.Path, default=REPO.parent / 'shared' / 'data')
    p.add_argument('--work', type=pathlib.Path)
    a = p.parse_args()
    spec = importlib.util.spec_from_file_location('mix', a.data / 'dev' / 'mix.py')
    mix = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(mix)
    with tempfile.TemporaryDirectory() as tmp:
        work = (a.work or pathlib.Path(tmp)).resolve()
        render_train(mix, a.data / 'train', work / 'train')
        mix.main(str(work / 'dev'))
        train, dev = features(mix, work / 'train'), features(mix, work / 'dev')
    x, t = (np.concatenate(v) for v in zip(*train))
    model = LogisticRegression(C=10, max_iter=500, class_weight='balanced').fit(x, t)
    print(', '.join(f'{n} {w:.3f}' for n, w in zip(NAMES, [*model.intercept_, *model.coef_[0]])))
    report('train', model, train)
    report('dev', model, dev)


if __name__ == '__main__':
    main()
