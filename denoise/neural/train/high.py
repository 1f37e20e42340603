"""The small head for what lies above 8 kHz: eight bands, trained on full-band material with the rest of the network fixed."""
import argparse, math, pathlib, time
import numpy as np, torch, torch.nn as nn, torch.nn.functional as F
import net as N

EDGES = (8000, 9000, 10000, 11500, 13000, 15000, 17500, 20000, 24000)
BANDS, UNITS = 8, 32
SCALE = 320 / 960
FRAMES, HOP = 1200, 480
WINDOW = torch.sin(math.pi * torch.arange(960) / 960)
FIRST = [int(e // 50) + 1 for e in EDGES]       # first bin of each band, one behind the last


class High(nn.Module):
    def __init__(self, glob):
        super().__init__()
        self.inp, self.gru, self.out = nn.Linear(2 * BANDS + glob + 4, UNITS), nn.GRU(UNITS, UNITS), nn.Linear(UNITS, BANDS)

    def forward(self, x):          # [B,T,F] -> gains [B,T,8]
        h, _ = self.gru(F.relu(self.inp(x)).transpose(0, 1).contiguous())
        return torch.sigmoid(self.out(h)).transpose(0, 1)


def band_mean(p):
    return torch.stack([p[..., a:b].mean(-1) for a, b in zip(FIRST, FIRST[1:])], -1)


def band_features(power, low):
    """power [B,T,481] at the scale of 16 kHz, low: L of the positions [B,T,96] -> [B,T,16]"""
    L = torch.log(band_mean(power) + N.EPS)
    lev = low[..., :N.LEVEL_POSITIONS].mean(-1)
    m, f, out = lev[:, 0], L[:, 0], []
    for t in range(L.shape[1]):
        m = m + N.LEVEL_A * (lev[:, t] - m)
        d = L[:, t] - f
        f = f + torch.where(d < 0, N.FALL_A, N.RISE_A) * d
        out.append(torch.cat([(L[:, t] - m[:, None]) * .25, (L[:, t] - f) * .25], -1))
    return torch.stack(out, 1)


def spread(g):
    """[..., 8] -> [..., 320]: linear between the middles of the bands, constant outside."""
    mid = [(a + b - 1) / 2 for a, b in zip(FIRST, FIRST[1:])]
    k = torch.arange(161, 481).float()
    w = torch.zeros(320, BANDS)
    for i, kk in enumerate(k.tolist()):
        if kk <= mid[0]: w[i, 0] = 1
        elif kk >= mid[-1]: w[i, -1] = 1
        else:
            j = max(j for j in range(BANDS) if mid[j] <= kk)
            t = (kk - mid[j]) / (mid[j + 1] - mid[j])
            w[i, j], w[i, j + 1] = 1 - t, t
    return g @ w.T


def stft(x):
    return torch.fft.rfft(F.pad(x, (HOP, 0)).unfold(-1, 2 * HOP, HOP) * WINDOW) * SCALE


def batch(pool, r, size):
    s = np.zeros((size, 2, FRAMES * HOP), np.float32); n = np.zeros((size, FRAMES * HOP), np.float32)
    gain = np.zeros(size, np.float32); cut = np.full(size, 481)
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
        X[i, :, cut[i]:] = 0; R[i, :, cut[i]:] = 0
    return X * torch.from_numpy(gain)[:, None, None], R * torch.from_numpy(gain)[:, None, None], torch.from_numpy(gain)


def inputs(net, X):
    with torch.no_grad():
        X1 = X[..., :161].contiguous()
        g, _, _, _, glob = net.full(N.features(X1))
        power = X.real ** 2 + X.imag ** 2
        low = torch.log(N.group_sum(power[..., :161]) / N.WIDTH + N.EPS)
        return torch.cat([band_features(power, low), glob, g[..., 80:].unflatten(-1, (4, 4)).mean(-1)], -1)


def loss(g, X, R, gain):
    a = N.AHEAD
    Xh, Rh = X[:, :-a, 161:], R[:, :-a, 161:]
    s = gain[:, None, None] ** .3
    x = (Xh.real ** 2 + Xh.imag ** 2 + 1e-7).pow(.15); y = (Rh.real ** 2 + Rh.imag ** 2 + 1e-7).pow(.15)
    d = (y - spread(g[:, a:]).clamp_min(1e-4).pow(.3) * x) / s
    return (d * d).mean() + .3 * (F.relu(d) ** 2).mean()


def main():
    p = argparse.ArgumentParser()
    p.add_argument('ckpt'); p.add_argument('out'); p.add_argument('--pool', default='pool48'); p.add_argument('--minutes', type=float, default=8)
    o = p.parse_args()
    torch.set_num_threads(1); torch.manual_seed(5)
    z = torch.load(o.ckpt, weights_only=False); opt = z['options']
    net = N.Net(tuple(opt['c']), opt['glob']); net.load_state_dict(z['ema']); net.eval()
    pool = [np.load(pathlib.Path(o.pool) / f'{n}.npy', mmap_mode='r') for n in ('speech', 'noise')]
    high = High(opt['glob']); print(sum(q.numel() for q in high.parameters()), 'parameters')
    adam = torch.optim.Adam(high.parameters(), 4e-3)
    r = np.random.default_rng(7)
    vr = np.random.default_rng(99); VX, VR, Vg = batch(pool, vr, 8); vin = inputs(net, VX)
    print('one', float(loss(torch.ones(8, FRAMES, 8), VX, VR, Vg)), flush=True)
    t0, i, s = time.time(), 0, 0.
    while (time.time() - t0) / 60 < o.minutes:
        X, R, gain = batch(pool, r, 4)
        x = inputs(net, X)
        for q in adam.param_groups: q['lr'] = 4e-3 * (.5 + .5 * math.cos(math.pi * min(1, (time.time() - t0) / 60 / o.minutes))) + 2e-5
        l = loss(high(x), X, R, gain)
        adam.zero_grad(); l.backward(); nn.utils.clip_grad_norm_(high.parameters(), 1.); adam.step()
        i += 1; s += float(l.detach())
        if i % 50 == 0:
            with torch.no_grad(): v = float(loss(high(vin), VX, VR, Vg))
            print(i, s / 50, 'held', v, f'{time.time() - t0:.0f} s', flush=True); s = 0.
    torch.save(high.state_dict(), o.out)


if __name__ == '__main__':
    main()
