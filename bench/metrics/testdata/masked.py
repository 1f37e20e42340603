"""The measures of bench/metrics that look at speech or at pauses, in plain numpy: what make_golden.py compares with.

They follow the definitions in the Go documentation with other means: scipy's filter, whole spectrograms at once, masks
that are indexed. x is the clean speech, n the noisy, y the processed, fs a rate.
"""
import numpy as np
from scipy.signal import butter, sosfilt, lfilter
from sklearn.metrics import roc_auc_score


def starts(n, fs):
    """First sample of every whole 10 ms, and the end of the last."""
    s = np.arange(n * 100 // fs + 2) * fs // 100
    return s[s <= n]


def per_frame(v, fs):
    s = starts(len(v), fs)
    return np.array([v[a:b].mean() for a, b in zip(s[:-1], s[1:])])


def runs(b):
    d = np.diff(np.concatenate([[0], b.astype(np.int8), [0]]))
    return np.c_[np.flatnonzero(d == 1), np.flatnonzero(d == -1)]


def activity(x, fs, level):
    e = 10 * np.log10(per_frame(sosfilt(butter(2, 60 / (fs / 2), 'high', output='sos'), x) ** 2, fs) + 1e-20)
    floor = np.percentile(e[e > -100], 10)
    low = max(level - 40, min(floor + 8, level - 20), -75)
    high = max(level - 28, low + 6)
    out = np.zeros(len(e), bool)
    for a, b in runs(e > low):
        out[a:b] = e[a:b].max() > high
    for a, b in runs(~out):
        if a > 0 and b < len(e) and b - a < 8:
            out[a:b] = True
    for a, b in runs(out):
        if b - a < 4:
            out[a:b] = False
    return out


def pauses(act, before, after):
    near = act.copy()
    for a, b in runs(act):
        near[max(0, a - before):b + after] = True
    return ~near


def stft(v, fs):
    """Spectra of 20 ms every 10 ms, bins 50 Hz apart."""
    w = fs // 50
    s = starts(len(v), fs)[:-2]
    return np.fft.rfft(v[s[:, None] + np.arange(w)] * np.hanning(w + 1)[:-1])


def loizou_frames(v, fs):
    w = int(round(.03 * fs))
    s = np.arange(0, len(v) - w + 1, w // 4)
    win = .5 * (1 - np.cos(2 * np.pi * np.arange(1, w + 1) / (w + 1)))
    return v[s[:, None] + np.arange(w)] * win, (s + w // 2) * 100 // fs


def segsnr(x, y, act, fs):
    X, at = loizou_frames(x, fs)
    Y, _ = loizou_frames(y, fs)
    keep = np.append(act, False)[at]
    X, Y = X[keep], Y[keep]
    return np.mean(np.clip(10 * np.log10((np.sum(X ** 2, 1) + 1e-20) / (np.sum((X - Y) ** 2, 1) + 1e-20)), -10, 35))


CENTRES = [50, 120, 190, 260, 330, 400, 470, 540, 617.372, 703.378, 798.717, 904.128, 1020.38, 1148.30, 1288.72, 1442.54, 1610.70,
           1794.16, 1993.93, 2211.08, 2446.71, 2701.97, 2978.04, 3276.17, 3597.63]
WIDTHS = [70, 70, 70, 70, 70, 70, 70, 77.3724, 86.0056, 95.3398, 105.411, 116.256, 127.914, 140.423, 153.823, 168.154, 183.457, 199.776,
          217.153, 235.631, 255.255, 276.072, 298.126, 321.465, 346.136]


def fwsegsnr(x, y, act, fs):
    X, at = loizou_frames(x, fs)
    Y, _ = loizou_frames(y, fs)
    keep = np.append(act, False)[at]
    nfft = 2 ** int(np.ceil(np.log2(X.shape[1])))
    c, w = np.array(CENTRES)[:, None] * nfft / fs, np.array(WIDTHS)[:, None] * nfft / fs
    C = np.exp(-11 * ((np.arange(nfft // 2) - np.floor(c)) / w) ** 2) * w[0] / w
    C[C <= np.exp(-30 / (2 * 2.303))] = 0
    B = []
    for v in X[keep], Y[keep]:
        m = np.abs(np.fft.rfft(v, nfft))[:, :nfft // 2]
        B.append(m / np.maximum(m.sum(1, keepdims=True), 1e-300) @ C.T)
    W = B[0] ** .2
    snr = 10 * np.log10((B[0] ** 2 + 1e-30) / ((B[0] - B[1]) ** 2 + 1e-30))
    return np.mean(np.clip((W * snr).sum(1) / W.sum(1), -10, 35))


def lsd(x, y, act, fs):
    keep = act[:-1] & act[1:]
    top = min(320, fs // 50 // 2)
    R, Y = (np.abs(stft(v, fs)[keep][:, 2:top + 1]) ** 2 for v in (x, y))
    floor = 1e-6 * R.max()
    bw = np.flatnonzero(R.max(0) > floor)[-1] + 1
    R, Y = np.maximum(R[:, :bw], floor), np.maximum(Y[:, :bw], floor)
    return np.mean(np.sqrt(np.mean((10 * np.log10(R / Y)) ** 2, 1)))


def gain(x, y, act, fs):
    s = starts(len(x), fs)
    m = np.repeat(act, np.diff(s))
    x, y = x[:len(m)][m], y[:len(m)][m]
    return 20 * np.log10(max(x @ y / (x @ x), 1e-6))


def attenuation(n, y, quiet, fs):
    a, b = per_frame(n ** 2, fs)[quiet], np.maximum(per_frame(y ** 2, fs)[quiet], 1e-10)
    a, b = a[a >= 1e-10], b[a >= 1e-10]
    return 10 * np.log10(a.sum() / b.sum()), np.median(10 * np.log10(a / b))


def log_kurtosis_ratio(n, y, quiet, fs):
    keep = quiet[:-1] & quiet[1:]
    top = min(161, fs // 50 // 2)
    N, Y = (np.abs(stft(v, fs)[keep][:, 2:top]) ** 2 for v in (n, y))
    heard = Y.mean(0) > 1e-6 * N.mean(0)
    k = lambda p: np.mean(p ** 4, 0) / np.mean(p ** 2, 0) ** 2
    return np.sum(np.log(k(Y[:, heard]) / k(N[:, heard]))) / N.shape[1]


def onset_losses(x, n, y, act, fs):
    S, N, Y = (stft(v, fs) for v in (x, n, y))
    Y = Y * np.exp(1j * np.angle(np.sum(N * Y.conj(), 0)))
    edges, k, top = [2], 2, min(320, fs // 50 // 2) + 1
    while k < top:
        k = min(top, max(k + 1, int(np.floor(k * 2 ** (1 / 3) + .5))))
        edges.append(k)
    out = []
    bands = lambda v: np.add.reduceat(v.sum(0)[:top], edges[:-1])
    for a, b in runs(act):
        if a < 20 or act[a - 20:a].any() or a + 5 > len(act):
            continue
        f = slice(a - 1, a + 4)
        ss = bands(np.abs(S[f]) ** 2)
        w = 1 / (bands(np.abs(N[f] - S[f]) ** 2) + 1e-3 * ss.sum())
        gx, gy = (w @ bands((v[f] * S[f].conj()).real) / (w @ ss) for v in (N, Y))
        if .5 < gx < 2:
            out.append(round(float(-20 * np.log10(max(gy / gx, .01))), 4))
    return out


def scores(y, fs):
    """A poor detector: the level of each frame in steps of 6 dB, so that there are many ties."""
    return np.round(10 * np.log10(per_frame(y ** 2, fs) + 1e-9) / 6)


def measure(x, n, y, fs, level):
    act = activity(x, fs, level)
    quiet = pauses(act, 5, 10)
    energy, median = attenuation(n, y, quiet, fs)
    r = lambda v: round(float(v), 5)
    return {'speech': [int(v) for v in runs(act).ravel()], 'segsnr': r(segsnr(x, y, act, fs)), 'fwsegsnr': r(fwsegsnr(x, y, act, fs)),
            'lsd': r(lsd(x, y, act, fs)), 'gain': r(gain(x, y, act, fs)), 'pauses': int(quiet.sum()), 'energy': r(energy), 'median': r(median),
            'kurtosis': r(log_kurtosis_ratio(n, y, quiet, fs)), 'onsets': onset_losses(x, n, y, act, fs),
            'roc': r(roc_auc_score(act, scores(y, fs)))}
