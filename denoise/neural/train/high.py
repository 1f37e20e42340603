"""The small head for what lies above 8 kHz: eight bands, trained on full-band material with the rest of the network fixed.

    python3 high.py CHECKPOINT POOL OUT [--steps N]

POOL is one of material.py at 48 kHz; OUT becomes the checkpoint with the head in it, as export.py takes it.
"""
import argparse, math, pathlib, time
import numpy as np, torch, torch.nn as nn, torch.nn.functional as F
import net as N

EDGES = (8000, 9000, 10000, 11500, 13000, 15000, 17500, 20000, 24000)
BANDS, UNITS = 8, 32
SCALE = 320 / 960                               # spectra as they are at 16 kHz
FRAMES, HOP = 1200, 480
WINDOW = torch.sin(math.pi * torch.arange(960) / 960)
FIRST = [int(e // 50) + 1 for e in EDGES]       # first bin of each band, one behind the last
STEPS, BATCH, RATE, SEED = 250, 4, 4e-3, 5


class High(nn.Module):
    def __init__(self, glob):
        super().__init__()
        self.inp, self.gru, self.out = nn.Linear(2 * BANDS + glob + 4, UNITS), nn.GRU(UNITS, UNITS), nn.Linear(UNITS, BANDS)

    def forward(self, x):
        """x [B, T, features] -> gains [B, T, 8]"""
        h, _ = self.gru(F.relu(self.inp(x)).transpose(0, 1).contiguous())
        return torch.sigmoid(self.out(h)).transpose(0, 1)


def band_mean(p):
    return torch.stack([p[..., a:b].mean(-1) for a, b in zip(FIRST, FIRST[1:])], -1)


def band_features(power, low):
    """power [B, T, 481], low: L of the positions [B, T, 96] -> [B, T, 16]: over the level and over floors, as net.features."""
    L = torch.log(band_mean(power) + N.EPS).clamp_max(N.LOUDEST)
    lev = low[..., :N.LEVEL_POSITIONS].mean(-1)
    m, f, out = lev[:, 0], L[:, 0] - N.BELOW, []
    for t in range(L.shape[1]):
        m = m + N.LEVEL_A * (lev[:, t] - m)
        d = L[:, t] - f
        f = f + torch.where(d < 0, N.FALL_A, N.RISE_A) * d
        out.append(torch.cat([(L[:, t] - m[:, None]) * .25, (L[:, t] - f) * .25], -1))
    return torch.stack(out, 1)


def spread_matrix():
    """[320, 8]: straight lines between the middles of the bands, constant outside."""
    mid = [(a + b - 1) / 2 for a, b in zip(FIRST, FIRST[1:])]
    w = torch.zeros(320, BANDS)
    for i, k in enumerate(range(161, 481)):
        j = max([b for b in range(BANDS) if mid[b] <= k], default=0)
        t = min(max((k - mid[j]) / (mid[j + 1] - mid[j]), 0), 1) if j + 1 < BANDS else 0
        w[i, j] = 1 - t
        if t:
            w[i, j + 1] = t
    return w


SPREAD = spread_matrix()


def stft(x):
    return torch.fft.rfft(F.pad(x, (HOP, 0)).unfold(-1, 2 * HOP, HOP) * WINDOW) * SCALE


def batch(pool, r, size):
    """-> X, R [size, FRAMES, 481], gain of the microphone [size]"""
    s = np.zeros((size, 2, FRAMES * HOP), np.float32)
    n = np.zeros((size, FRAMES * HOP), np.float32)
    gain, cut = np.zeros(size, np.float32), np.full(size, 481)
    for i in range(size):
        if r.random() > .06:
            s[i] = pool[0][r.integers(len(pool[0]) - 8)] / 32768.
        y = np.roll(pool[1][r.integers(len(pool[1]))][0] / 32768., r.integers(FRAMES * HOP))
        snr = r.uniform(-5, 20) if r.random() < .9 else r.uniform(28, 60)
        n[i] = y * 10 ** ((-26 - snr) / 20) / (math.sqrt(float(np.mean(y * y))) + 1e-9)
        if r.random() < .4:
            n[i] += r.standard_normal(FRAMES * HOP).astype(np.float32) * 10 ** ((-26 - r.uniform(15, 60)) / 20)
        gain[i] = 10 ** (r.uniform(-16, 16) / 20)
        if r.random() < .2:
            cut[i] = int(r.choice((240, 320, 400, r.integers(180, 470))))
    s, n = torch.from_numpy(s), torch.from_numpy(n)
    X, R = stft(s[:, 0] + n), stft(s[:, 1])
    for i in np.flatnonzero(cut < 481):
        X[i, :, cut[i]:] = 0
        R[i, :, cut[i]:] = 0
    gain = torch.from_numpy(gain)
    return X * gain[:, None, None], R * gain[:, None, None], gain


def inputs(net, X):
    with torch.no_grad():
        g, _, _, _, glob = net.full(N.features(X[..., :161].contiguous()))
        power = X.real ** 2 + X.imag ** 2
        low = torch.log(N.group_sum(power[..., :161]) / N.WIDTH + N.EPS).clamp_max(N.LOUDEST)
        return torch.cat([band_features(power, low), glob, g[..., 80:].unflatten(-1, (4, 4)).mean(-1)], -1)


def loss(g, X, R, gain):
    """Squared error of magnitudes to the power of .3, what is missing counted more."""
    a = N.AHEAD
    x, y = ((S[:, :-a, 161:].real ** 2 + S[:, :-a, 161:].imag ** 2 + 1e-7).pow(.15) for S in (X, R))
    d = (y - (g[:, a:] @ SPREAD.T).clamp_min(1e-4).pow(.3) * x) / gain[:, None, None] ** .3
    return (d * d).mean() + .3 * (F.relu(d) ** 2).mean()


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument('checkpoint')
    p.add_argument('pool', type=pathlib.Path)
    p.add_argument('out', type=pathlib.Path)
    p.add_argument('--steps', type=int, default=STEPS)
    o = p.parse_args()
    train(o.checkpoint, o.pool, o.out, o.steps)


def train(checkpoint, folder, out, steps=STEPS):
    torch.set_num_threads(1)
    torch.manual_seed(SEED)
    z = torch.load(checkpoint, weights_only=True)
    net = N.Net(tuple(z['options']['c']), z['options']['glob'], z['options']['out'])
    net.load_state_dict(z['ema'])
    net.eval()
    pool = [np.load(folder / f'{n}.npy', mmap_mode='r') for n in ('speech', 'noise')]
    high = High(z['options']['glob'])
    adam = torch.optim.Adam(high.parameters(), RATE)
    held = batch(pool, np.random.default_rng(99), 8)
    seen = inputs(net, held[0])
    print(sum(q.numel() for q in high.parameters()), 'parameters; loss untouched', float(loss(torch.ones(8, FRAMES, BANDS), *held)), flush=True)
    r, began = np.random.default_rng(7), time.time()
    for i in range(steps):
        X, R, gain = batch(pool, r, BATCH)
        for q in adam.param_groups:
            q['lr'] = RATE * (.5 + .5 * math.cos(math.pi * i / steps)) + 2e-5
        adam.zero_grad()
        loss(high(inputs(net, X)), X, R, gain).backward()
        nn.utils.clip_grad_norm_(high.parameters(), 1.)
        adam.step()
        if i % 25 == 24:
            with torch.no_grad():
                print(i + 1, 'loss', float(loss(high(seen), *held)), f'{time.time() - began:.0f} s', flush=True)
    z['high'] = high.state_dict()
    part = out.with_suffix('.part')
    torch.save(z, part)
    part.replace(out)


if __name__ == '__main__':
    main()
