#!/usr/bin/env python3
"""Scores that need Python: PESQ, DNSMOS P.835 and P.808, and STOI by pystoi as a check of ours.

  score.py --cache DIR [--jobs 2] < jobs

Reads a JSON object a line, {"id": 0, "ref": "a.wav", "deg": "b.wav", "want": ["pesq", "dnsmos", "p808", "stoi"]}, and writes
one for each, {"id": 0, "scores": {...}} (with "error" where a part failed), and {"missing": "..."} for what cannot be
measured here. Files are mono, 48 kHz, of one length, aligned. What was scored before comes from DIR, by a hash of both
files and of the versions of the packages.

PESQ: package pesq, P.862.2 at 16 kHz and P.862 with its mapping P.862.1 at 8 kHz. DNSMOS: the P.835 and P.808 models of
package speechmos, repeated to 9.01 s and averaged over steps of 1 s as that package does. Resampled by soxr, HQ.
"""
import os
for _v in ('OMP_NUM_THREADS', 'OPENBLAS_NUM_THREADS'):
    os.environ[_v] = '1'
import argparse, functools, hashlib, importlib.metadata, importlib.util, json, sys, warnings
from multiprocessing import Pool

RATE = 48000
VERSION = '1'  # of this file's definitions
NEEDS = {'pesq': ['pesq'], 'dnsmos': ['onnxruntime', 'speechmos'], 'p808': ['onnxruntime', 'speechmos'], 'stoi': ['pystoi']}
COMMON = ['numpy', 'soundfile', 'soxr']

SECONDS = 9.01 # that DNSMOS hears at a time

_models = {}


def model(name):
    """A network of DNSMOS, from the package's files: importing the package would take librosa."""
    if name not in _models:
        import onnxruntime as ort
        folder = list(importlib.util.find_spec('speechmos').submodule_search_locations)[0]
        o = ort.SessionOptions()
        o.intra_op_num_threads = o.inter_op_num_threads = 1
        _models[name] = ort.InferenceSession(os.path.join(folder, 'dnsmos_models', name), o, providers=['CPUExecutionProvider'])
    return _models[name]


def hear(name, x, features):
    """What a network says of the features of every 9.01 s of 16 kHz samples, from second to second."""
    import numpy as np
    n = int(SECONDS * 16000)
    x = np.clip(x, -1, 1)
    while len(x) < n:
        x = np.append(x, x)
    said = []
    for i in range(int(np.floor(len(x) / 16000) - SECONDS) + 1):
        s = x[i * 16000:int((i + SECONDS) * 16000)]
        if len(s) == n:
            said.append(model(name).run(None, {'input_1': features(s)[None].astype(np.float32)})[0][0])
    return said


def dnsmos(x):
    """SIG, BAK, OVRL of 16 kHz samples, with the polynomials of speechmos/dnsmos.py (non-personalised)."""
    import numpy as np
    raw = hear('sig_bak_ovr.onnx', x, lambda s: s)
    poly = ([-0.08397278, 1.22083953, 0.0052439], [-0.13166888, 1.60915514, -0.39604546], [-0.06766283, 1.11546468, 0.04602535])
    mos = np.mean([[np.polyval(p, a) for p, a in zip(poly, r)] for r in raw], 0)
    return {k: float(v) for k, v in zip(('sig', 'bak', 'ovrl'), mos)}


def p808(x):
    """MOS by ITU-T P.808 of 16 kHz samples."""
    import numpy as np
    return {'p808': float(np.mean(hear('model_v8.onnx', x, lambda s: log_mel(s[:-160]))))}


MELS, FRAME, HOP = 120, 321, 160


@functools.cache
def mel_bank():
    """Triangles of equal area between frequencies on Slaney's scale: linear to 1 kHz, logarithmic above. [MELS, bins]"""
    import numpy as np
    linear, octaves = 200 / 3, np.log(6.4) / 27
    top = 15 + np.log(8) / octaves
    m = np.linspace(0, top, MELS + 2)
    hz = np.where(m < 15, linear * m, 1000 * np.exp(octaves * (np.maximum(m, 15) - 15)))
    bins = np.fft.rfftfreq(FRAME, 1 / 16000)
    up = (bins - hz[:-2, None]) / np.diff(hz)[:-1, None]
    down = (hz[2:, None] - bins) / np.diff(hz)[1:, None]
    return np.maximum(0, np.minimum(up, down)) * (2 / (hz[2:] - hz[:-2]))[:, None]


def log_mel(x):
    """What speechmos/dnsmos.py has librosa make: dB below the loudest, 80 at most, from -1 at -80 to 1 at 0. [frames, MELS]"""
    import numpy as np
    frames = np.lib.stride_tricks.sliding_window_view(np.pad(x, FRAME // 2), FRAME)[::HOP]
    window = .5 - .5 * np.cos(2 * np.pi * np.arange(FRAME) / FRAME)
    power = np.abs(np.fft.rfft(frames * window)) ** 2 @ mel_bank().T
    db = 10 * np.log10(np.maximum(power, 1e-10)) - 10 * np.log10(max(power.max(), 1e-10))
    return (np.maximum(db, db.max() - 80) + 40) / 40


def pesq_scores(r, d):
    import soxr
    from pesq import pesq
    r16, d16, r8, d8 = (soxr.resample(v, RATE, hz) for hz in (16000, 8000) for v in (r, d))
    return {'pesq_wb': float(pesq(16000, r16, d16, 'wb')), 'pesq_nb': float(pesq(8000, r8, d8, 'nb'))}


def stoi_scores(r, d):
    from pystoi import stoi
    with warnings.catch_warnings():
        warnings.simplefilter('ignore')
        return {'stoi_oracle': float(stoi(r, d, RATE)), 'estoi_oracle': float(stoi(r, d, RATE, extended=True))}


def score(args):
    """One job -> its answer."""
    job, cache, version = args
    import soundfile as sf, soxr
    out, errors = {}, []
    try:
        parts = [open(job[k], 'rb').read() for k in ('ref', 'deg')]
        key = hashlib.sha256(b'\0'.join([version.encode()] + parts)).hexdigest()[:24]
        r = d = None
        for what in job['want']:
            name = os.path.join(cache, f'{key}-{what}.json')
            try:
                with open(name) as f:
                    out.update(json.load(f))
                continue
            except (OSError, ValueError):
                pass
            if r is None:
                r, d = (sf.read(job[k])[0] for k in ('ref', 'deg'))
            try:
                s = {'pesq': lambda: pesq_scores(r, d), 'stoi': lambda: stoi_scores(r, d),
                     'dnsmos': lambda: dnsmos(soxr.resample(d, RATE, 16000)),
                     'p808': lambda: p808(soxr.resample(d, RATE, 16000))}[what]()
            except Exception as e:  # PESQ finds no utterance in silence, say
                errors.append(f'{what}: {type(e).__name__}: {e}')
                continue
            with open(f'{name}.{os.getpid()}', 'w') as f:
                json.dump(s, f)
            os.replace(f'{name}.{os.getpid()}', name)
            out.update(s)
    except Exception as e:
        errors.append(f'{type(e).__name__}: {e}')
    answer = {'id': job['id'], 'scores': out}
    if errors:
        answer['error'] = '; '.join(errors)
    return answer


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument('--cache', required=True)
    ap.add_argument('--jobs', type=int, default=2)
    a = ap.parse_args()
    os.makedirs(a.cache, exist_ok=True)

    def has(names):
        return [n for n in names if importlib.util.find_spec(n) is None]
    if has(COMMON):
        sys.exit('not installed: ' + ', '.join(has(COMMON)))
    able = []
    for what, names in NEEDS.items():
        if has(names):
            print(json.dumps({'missing': f'{what}: {", ".join(has(names))} not installed'}), flush=True)
        else:
            able.append(what)
    version = VERSION + ' ' + ' '.join(f'{n}={importlib.metadata.version(n)}' for n in dict.fromkeys(COMMON + sum((NEEDS[w] for w in able), [])))
    jobs = [json.loads(line) for line in sys.stdin if line.strip()]
    for j in jobs:
        j['want'] = [w for w in j['want'] if w in able]
    with Pool(max(1, a.jobs)) as pool:
        for answer in pool.imap_unordered(score, ((j, a.cache, version) for j in jobs), chunksize=4):
            print(json.dumps(answer), flush=True)


if __name__ == '__main__':
    main()
