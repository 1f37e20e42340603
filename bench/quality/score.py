#!/usr/bin/env python3
"""Scores that need Python: PESQ, DNSMOS P.835, and STOI by pystoi as a check of ours.

  score.py --cache DIR [--jobs 2] < jobs

Reads a JSON object a line, {"id": 0, "ref": "a.wav", "deg": "b.wav", "want": ["pesq", "dnsmos", "stoi"]}, and writes
one for each, {"id": 0, "scores": {...}} (with "error" where a part failed), and {"missing": "..."} for what cannot be
measured here. Files are mono, 48 kHz, of one length, aligned. What was scored before comes from DIR, by a hash of both
files and of the versions of the packages.

PESQ: package pesq, P.862.2 at 16 kHz and P.862 with its mapping P.862.1 at 8 kHz. DNSMOS: the P.835 model of package
speechmos, repeated to 9.01 s and averaged over steps of 1 s as that package does. Resampled by soxr, HQ.
"""
import os
for _v in ('OMP_NUM_THREADS', 'OPENBLAS_NUM_THREADS'):
    os.environ[_v] = '1'
import argparse, hashlib, importlib.metadata, importlib.util, json, sys, warnings
from multiprocessing import Pool

RATE = 48000
VERSION = '1'  # of this file's definitions
NEEDS = {'pesq': ['pesq'], 'dnsmos': ['onnxruntime', 'speechmos'], 'stoi': ['pystoi']}
COMMON = ['numpy', 'soundfile', 'soxr']

_model = None


def model():
    """The DNSMOS P.835 network, from the package's files: importing the package would take librosa."""
    global _model
    if _model is None:
        import onnxruntime as ort
        folder = list(importlib.util.find_spec('speechmos').submodule_search_locations)[0]
        o = ort.SessionOptions()
        o.intra_op_num_threads = o.inter_op_num_threads = 1
        _model = ort.InferenceSession(os.path.join(folder, 'dnsmos_models', 'sig_bak_ovr.onnx'), o, providers=['CPUExecutionProvider'])
    return _model


def dnsmos(x):
    """SIG, BAK, OVRL of 16 kHz samples, with the polynomials of speechmos/dnsmos.py (non-personalised)."""
    import numpy as np
    n = int(9.01 * 16000)
    x = np.clip(x, -1, 1)
    while len(x) < n:
        x = np.append(x, x)
    raw = []
    for i in range(int(np.floor(len(x) / 16000) - 9.01) + 1):
        s = x[i * 16000:int((i + 9.01) * 16000)]
        if len(s) == n:
            raw.append(model().run(None, {'input_1': s[None].astype(np.float32)})[0][0])
    poly = ([-0.08397278, 1.22083953, 0.0052439], [-0.13166888, 1.60915514, -0.39604546], [-0.06766283, 1.11546468, 0.04602535])
    mos = np.mean([[np.polyval(p, a) for p, a in zip(poly, r)] for r in raw], 0)
    return {k: float(v) for k, v in zip(('sig', 'bak', 'ovrl'), mos)}


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
                     'dnsmos': lambda: dnsmos(soxr.resample(d, RATE, 16000))}[what]()
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
    version = VERSION + ' ' + ' '.join(f'{n}={importlib.metadata.version(n)}' for n in COMMON + sum((NEEDS[w] for w in able), []))
    jobs = [json.loads(line) for line in sys.stdin if line.strip()]
    for j in jobs:
        j['want'] = [w for w in j['want'] if w in able]
    with Pool(max(1, a.jobs)) as pool:
        for answer in pool.imap_unordered(score, ((j, a.cache, version) for j in jobs), chunksize=4):
            print(json.dumps(answer), flush=True)


if __name__ == '__main__':
    main()
