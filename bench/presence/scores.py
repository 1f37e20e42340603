"""Figures of a probability of speech per hop against the truth."""
import numpy as np
from scipy.stats import rankdata
from data import runs

START = 60   # hops of noise alone at the beginning of every file, which are easy


def auc(p, t):
    """Area under the ROC curve, ties counted half."""
    n = t.sum()
    return (rankdata(p)[t].sum() - n * (n + 1) / 2) / (n * (~t).sum())


def bands(tracks):
    """tracks: [(truth 0 to 1 per hop and band, probability)] -> a line of figures."""
    t, p = (np.concatenate(a) for a in zip(*tracks))
    p = np.clip(p, 1e-6, 1 - 1e-6)
    half = [auc(p[:, i], t[:, i] > .182) for i in range(t.shape[1])]   # -3 dB
    good = [auc(p[:, i], t[:, i] > .731) for i in range(t.shape[1])]   # +2 dB
    entropy = -np.mean(t * np.log(p) + (1 - t) * np.log(1 - p))
    return (f'bands: AUC of SNR > -3 dB {np.mean(half):.3f} (' + ' '.join(f'{a:.3f}' for a in half)
            + f'), of SNR > 2 dB {np.mean(good):.3f}; cross-entropy {entropy:.4f}')


def line(tracks, threshold=.5):
    """tracks: [(name, truth, probability)] of the dev set -> a line of figures. Names end in the SNR, _rev after it."""
    join = lambda v: [np.concatenate(a) for a in zip(*v)]
    mixes = [(n, t, p) for n, t, p in tracks if not n.startswith(('noiseonly', 'cleanonly'))]
    t, p = join([(t, p) for _, t, p in mixes])
    out = [f'AUC {auc(p, t):.3f}']
    t0, p0 = join([(t[START:], p[START:]) for _, t, p in mixes])
    out.append(f'without the first {START / 100} s {auc(p0, t0):.3f}')
    for snr in ('00dB', '05dB', '10dB', '15dB', 'rev'):
        v = [(t, p) for n, t, p in mixes if (n.endswith('_rev') if snr == 'rev' else n.removesuffix('_rev').endswith(snr))]
        if v:
            out.append(f'{snr} {auc(*join(v)[::-1]):.3f}')
    delays = []
    for _, truth, prob in mixes:
        for a, b in runs(truth):
            hit = np.flatnonzero(prob[a:b] > threshold)
            delays.append(10 * hit[0] if len(hit) else np.inf)
    switches = sum(len(list(runs(p > threshold))) for _, _, p in mixes) / sum(len(list(runs(t))) for _, t, _ in mixes)
    d = p > threshold
    out.append(f'at {threshold}: hit {d[t].mean():.3f}, false {d[~t].mean():.3f}, median onset delay {np.median(delays):.0f} ms, '
               f'missed {np.mean(np.isinf(delays)):.2f}, switches {switches:.2f} x truth')
    quiet = [p for n, _, p in tracks if n.startswith('noiseonly')]
    if quiet:
        q = np.concatenate(quiet)
        out.append(f'noise alone: false alarm {60 * (q > threshold).mean():.1f} s/min')
    return '; '.join(out)
