#!/usr/bin/env python3
"""Writes golden.json, what the tests of bench/metrics compare with:

    python3 -m pip install numpy==2.4.6 scipy==1.17.1 soundfile==0.14.0 pystoi==0.4.1 scikit-learn==1.9.1
    python3 bench/metrics/testdata/make_golden.py

STOI and ESTOI come from pystoi, whose ESTOI puts random noise into digital silence (it spreads by 0.002 then): the mean of
20 runs. SI-SDR and the active level of ITU-T P.56 from the few lines below. The inputs are
recordings of testdata/ and the signal of synthetic(), which golden_test.go makes again; nothing of them is stored here.
Everything else comes from the plain numpy and scipy of masked.py, the ROC area from scikit-learn.
"""
import json, os
import numpy as np, soundfile as sf
from pystoi import stoi
from scipy.signal import lfilter
import masked

HERE = os.path.dirname(os.path.abspath(__file__))
DATA = os.path.join(HERE, '..', '..', '..', 'testdata')


def lcg(n, seed):
    out, s = np.empty(n), seed
    for i in range(n):
        s = (s * 1664525 + 1013904223) % 2 ** 32
        out[i] = (s >> 8) / 2 ** 23 - 1
    return out


def synthetic(fs):
    """4 s of something like a voice, 3 syllables a second, 0.7 s of silence first; and the same in white noise."""
    t = np.arange(4 * fs) / fs
    phase = 2 * np.pi * 120 * t - 30 / 0.7 * np.cos(2 * np.pi * 0.7 * t)
    x = sum(np.sin(h * phase) * (1 + np.cos(h * 0.9 + 4 * t)) / h for h in range(1, 21))
    x = x * np.maximum(np.sin(2 * np.pi * 1.5 * t), 0) ** 2 * (t >= 0.7) * 0.1
    return x.astype(np.float32), (0.7 * x + 0.05 * lcg(len(x), 1)).astype(np.float32)


def change(y, fs, how):
    """What becomes of the processed signal before the measures see it."""
    y = y.copy()
    if how == 'muted':                       # one second of digital silence
        y[2 * fs:3 * fs] = 0
    if how == 'clipped':
        y = np.clip(y, -0.02, 0.02)
    if how == 'late':                        # by 2 ms
        d = fs // 500
        y = np.concatenate([np.zeros(d, y.dtype), y[:-d]])
    return y


def sisdr(s, e):
    s, e = s - s.mean(), e - e.mean()
    t = (e @ s) / (s @ s) * s
    return 10 * np.log10((t @ t) / ((e - t) @ (e - t)))


def active_level(x, fs):
    """ITU-T P.56 method B: dB re full scale, activity factor."""
    g = np.exp(-1 / (fs * 0.03))
    q = lfilter([1 - g], [1, -g], lfilter([1 - g], [1, -g], np.abs(x)))
    hang, n, energy = int(0.2 * fs), np.arange(len(x)), np.sum(x ** 2)
    long_term, prev = 10 * np.log10(energy / len(x)), None
    for c in 2.0 ** np.arange(-15, 1):
        last = np.maximum.accumulate(np.where(q >= c, n, -10 ** 9))
        active = np.sum(n - last <= hang)
        a = 10 * np.log10(energy / active)
        d = a - 20 * np.log10(c)
        if d <= 15.9:
            level = prev[0] + (prev[1] - 15.9) / (prev[1] - d) * (a - prev[0])
            return level, 10 ** ((long_term - level) / 10)
        prev = a, d


def main():
    np.random.seed(0)
    pairs = [('speech_48k.wav', 'noisy_rain_48k.wav'), ('speech_16k.wav', 'noisy_printer_16k.wav')]
    inputs = [(a, b) + tuple(sf.read(os.path.join(DATA, f), dtype='float32')[0] for f in (a, b))
              + (sf.info(os.path.join(DATA, a)).samplerate,) for a, b in pairs]
    inputs += [('synthetic', 'synthetic') + synthetic(fs) + (fs,) for fs in (8000, 10000, 16000, 22050, 44100, 48000)]
    out = []
    for clean, noisy, x, y, fs in inputs:
        for how in ('', 'muted', 'clipped', 'late'):
            x64, z = x.astype(float), change(y, fs, how).astype(float)
            level, activity = active_level(z if how else x64, fs)
            estoi = np.mean([stoi(x64, z, fs, extended=True) for _ in range(20 if how == 'muted' else 1)])
            out.append({'rate': fs, 'clean': clean, 'processed': noisy, 'change': how,
                        'stoi': round(float(stoi(x64, z, fs)), 6), 'estoi': round(float(estoi), 6),
                        'sisdr': round(float(sisdr(x64, z)), 4),
                        'level_of': 'processed' if how else 'clean',
                        'level': round(float(level), 4), 'activity': round(float(activity), 5),
                        **masked.measure(x64, y.astype(float), z, fs, active_level(x64, fs)[0])})
    with open(os.path.join(HERE, 'golden.json'), 'w') as f:
        f.write('[\n' + ',\n'.join(' ' + json.dumps(o) for o in out) + '\n]\n')


if __name__ == '__main__':
    main()
