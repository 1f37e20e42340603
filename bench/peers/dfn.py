"""DeepFilterNet3 by its three exported networks in onnxruntime, a whole file per call.

This is its cheapest form: one call of each network for all frames, where a live stream needs one call a frame (see the
peer deepfilternet3-stream for that).  The features follow the paper (Schröter et al., Interspeech 2023) and the exported
configuration: Vorbis windows of 20 ms, step 10 ms; 32 ERB bands in dB less their running mean, /40; the lowest 96 bins
over the root of their running magnitude; two steps of look-ahead.
"""
import time

import numpy as np

from networks import Network
from system import pad

N, HOP, BINS, BANDS, DF_BINS, ORDER, AHEAD = 960, 480, 481, 32, 96, 5, 2
ALPHA = 0.99  # exp(-10 ms / 1 s), rounded as in training


def erb_widths():
    """Bins per ERB band: equal steps of 9.265 ln(1 + f / (24.7 · 9.265)), at least two bins each."""
    k = 24.7 * 9.265
    top = 9.265 * np.log1p(24000 / k)
    widths, before, over = [], 0, 0
    for i in range(1, BANDS + 1):
        edge = int(round(k * np.expm1(top * i / BANDS / 9.265) / 50))
        n = edge - before - over
        over = max(0, 2 - n)
        widths.append(max(n, 2))
        before = edge
    widths[-1] += 1
    widths[-1] -= max(0, sum(widths) - BINS)
    return np.array(widths)


def running(x, start):
    """First-order recursive mean along the first axis."""
    y, s = np.empty_like(x), start.astype(np.float32)
    for t in range(len(x)):
        s = x[t] * np.float32(1 - ALPHA) + s * np.float32(ALPHA)
        y[t] = s
    return y


class DeepFilterNet3(Network):
    rate, hop, delay, version = 48000, HOP, 0, "DeepFilterNet3 onnx (0.5.6), whole file per call"
    models = ("dfn3_enc.onnx", "dfn3_erb_dec.onnx", "dfn3_df_dec.onnx")

    def open(self):
        super().open()
        i = (np.arange(N) + 0.5) / N
        self.window = np.sin(np.pi / 2 * np.sin(np.pi * i) ** 2).astype(np.float32)
        self.widths = erb_widths()
        self.starts = np.concatenate([[0], np.cumsum(self.widths)[:-1]])

    def process(self, x):
        n = len(x)
        x = pad(np.concatenate([np.zeros(HOP, np.float32), x, np.zeros(HOP, np.float32)]), HOP)
        t0 = time.thread_time_ns()
        y = self.enhance(x)
        return y[HOP:HOP + n], None, time.thread_time_ns() - t0

    def enhance(self, x):
        """x: whole steps.  Output at the same place (the window's delay is taken out by the overlap-add)."""
        frames = np.lib.stride_tricks.sliding_window_view(x, N)[::HOP]
        spec = (np.fft.rfft(frames * self.window) / N).astype(np.complex64)
        count = len(spec)
        power = np.add.reduceat(np.abs(spec) ** 2, self.starts, axis=1) / self.widths
        db = (10 * np.log10(power + 1e-10)).astype(np.float32)
        erb = (db - running(db, np.linspace(-60, -90, BANDS))) / 40
        low = spec[:, :DF_BINS]
        unit = low / np.sqrt(running(np.abs(low), np.linspace(0.001, 0.0001, DF_BINS)))
        ahead = lambda a: np.concatenate([a[AHEAD:], np.zeros_like(a[:AHEAD])])
        feat_spec = np.stack([ahead(unit).real, ahead(unit).imag])[None].astype(np.float32)
        enc, erb_dec, df_dec = self.sessions
        e = dict(zip([o.name for o in enc.get_outputs()],
                     enc.run(None, {"feat_erb": ahead(erb)[None, None].astype(np.float32), "feat_spec": feat_spec})))
        mask = erb_dec.run(None, {k: e[k] for k in ("emb", "e3", "e2", "e1", "e0")})[0].reshape(count, BANDS)
        coefs = df_dec.run(None, {"emb": e["emb"], "c0": e["c0"]})[0].reshape(count, DF_BINS, ORDER, 2)
        out = spec * np.repeat(mask, self.widths, axis=1)
        c = np.ascontiguousarray(coefs).view(np.complex64)[..., 0]
        padded = np.concatenate([np.zeros((ORDER - 1 - AHEAD, DF_BINS), np.complex64), low,
                                 np.zeros((AHEAD, DF_BINS), np.complex64)])
        out[:, :DF_BINS] = sum(padded[k:k + count] * c[:, :, k] for k in range(ORDER))
        z = (np.fft.irfft(out, N) * N * self.window).astype(np.float32)
        y = np.zeros(len(x), np.float32)
        for t in range(count):
            y[t * HOP:t * HOP + N] += z[t]
        return y
