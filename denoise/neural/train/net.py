"""The network: gains and five-tap filters per bin from features of positions on the frequency axis."""
import math
import torch, torch.nn as nn, torch.nn.functional as F

BINS = 161                     # of 50 Hz, 0 to 8 kHz
WIDTHS = [1] * 64 + [2] * 16 + [4] * 16
P = len(WIDTHS)                # positions: bins 1 to 160
TAPS, AHEAD = 5, 1
EPS = 1e-8
LEVEL_POSITIONS = 72           # up to 4 kHz
LEVEL_A, FALL_A, RISE_A = 0.01, 0.118, 0.01
LOUDEST = 11                   # of logarithms: what is louder is above full scale
BELOW = 2                      # floors begin so much below the first frame (8.7 dB): it may be a word


def group_sum(x):
    """[..., 161] -> [..., 96]: sums over the bins of a position."""
    a = x[..., 1:65]
    b = x[..., 65:97].unflatten(-1, (16, 2)).sum(-1)
    c = x[..., 97:161].unflatten(-1, (16, 4)).sum(-1)
    return torch.cat([a, b, c], -1)


def spread(x):
    """[..., 96] -> [..., 160]."""
    a, b, c = x.split([64, 16, 16], -1)
    return torch.cat([a, b.unsqueeze(-1).expand(*b.shape, 2).flatten(-2), c.unsqueeze(-1).expand(*c.shape, 4).flatten(-2)], -1)


WIDTH = torch.tensor(WIDTHS, dtype=torch.float32)
SIGN = torch.tensor([(-1.0) ** k for k in range(BINS)])


def features(X):
    """X complex [B,T,161] -> [B,T,96,4]; no gradient."""
    with torch.no_grad():
        re, im = X.real, X.imag
        p = re * re + im * im
        L = torch.log(group_sum(p) / WIDTH + EPS).clamp_max(LOUDEST)
        B, T, _ = L.shape
        lev = L[..., :LEVEL_POSITIONS].mean(-1)
        m, fl = lev[:, 0], L[:, 0] - BELOW
        ms, fs = [], []
        for t in range(T):
            m = m + LEVEL_A * (lev[:, t] - m)
            l = L[:, t]
            d = l - fl
            fl = fl + torch.where(d < 0, FALL_A, RISE_A) * d
            ms.append(m); fs.append(fl)
        m, fl = torch.stack(ms, 1), torch.stack(fs, 1)
        pr, pi = F.pad(re, (0, 0, 1, 0))[:, :-1], F.pad(im, (0, 0, 1, 0))[:, :-1]
        ar, ai = (re * pr + im * pi) * SIGN, (im * pr - re * pi) * SIGN
        mag = p.sqrt()
        den = group_sum(mag * F.pad(mag, (0, 0, 1, 0))[:, :-1]) + EPS
        return torch.stack([(L - m[..., None]) * .25, (L - fl) * .25, group_sum(ar) / den, group_sum(ai) / den], -1)


class Fold(nn.Module):
    """Three (k) neighbours, every second place: conv of stride 2 along positions, channels last."""
    def __init__(self, cin, cout, k, places):
        super().__init__()
        self.k = k
        self.lin = nn.Linear(cin * k, cout, bias=False)
        self.bias = nn.Parameter(torch.zeros(places, cout))

    def forward(self, x):          # [M, F, C]
        k = self.k
        x = F.pad(x, (0, 0, k // 2, k // 2 - (k + 1) % 2))
        n = (x.shape[1] - k) // 2 + 1
        x = torch.cat([x[:, i:i + 2 * n:2][:, :n] for i in range(k)], -1)
        return F.relu(self.lin(x) + self.bias)


class Unfold(nn.Module):
    """Twice as many positions: a linear map to both, and one of the encoder's at that size."""
    def __init__(self, cin, cskip, cout):
        super().__init__()
        self.up, self.skip = nn.Linear(cin, 2 * cout), nn.Linear(cskip, cout, bias=False)

    def forward(self, x, s):
        M, n, _ = x.shape
        return F.relu(self.up(x).reshape(M, 2 * n, -1) + self.skip(s))


class Net(nn.Module):
    def __init__(self, c=(16, 32, 32), glob=128, out=16):
        super().__init__()
        self.c, self.glob, self.out = c, glob, out
        n = P // 8
        self.e1, self.e2, self.e3 = Fold(4, c[0], 5, 4 * n), Fold(c[0], c[1], 3, 2 * n), Fold(c[1], c[2], 3, n)
        self.gin = nn.Linear(n * c[2], glob)
        self.ggru = nn.GRU(glob, glob)
        self.gout = nn.Linear(glob, n * c[2])
        self.lgru, self.gru1 = nn.GRU(c[2], c[2]), nn.GRU(c[0], c[0])
        self.d3, self.d2 = Unfold(c[2], c[1], c[1]), Unfold(c[1], c[0], c[0])
        self.d1 = Unfold(c[0], 12, out)
        self.head = nn.Linear(out, 1 + 2 * TAPS)
        self.vad = nn.Linear(glob, 1)
        with torch.no_grad():
            self.head.weight.mul_(.3)
            self.head.bias.zero_()
            self.head.bias[0] = 1.
            self.head.bias[1 + AHEAD] = 1.

    def forward(self, f, state=None):
        return self.full(f, state)[:4]

    def full(self, f, state=None):
        """f [B,T,96,4] -> g [B,T,96], c [B,T,96,10] (5 real, 5 imaginary), vad logit [B,T], state, output of the global GRU [B,T,glob]."""
        B, T = f.shape[:2]
        gh, lh, h1 = state if state is not None else (None,) * 3
        x = f.reshape(B * T, P, 4)
        e1, h1 = self.places(self.gru1, self.e1(x), B, T, h1)
        e2 = self.e2(e1)
        e3 = self.e3(e2)
        g = F.relu(self.gin(e3.flatten(1)))
        n, c = e3.shape[1:]
        g, gh = self.ggru(g.reshape(B, T, -1).transpose(0, 1).contiguous(), gh)
        vad, glob = self.vad(g).squeeze(-1).transpose(0, 1), g.transpose(0, 1)
        h = e3 + F.relu(self.gout(g)).transpose(0, 1).reshape(B * T, n, c)
        h, lh = self.places(self.lgru, h, B, T, lh)
        g, o = self.dec(h, x, e1, e2)
        return torch.sigmoid(g.reshape(B, T, P)), o.reshape(B, T, P, 2 * TAPS), vad, (gh, lh, h1), glob

    def places(self, gru, x, B, T, state):
        """x [B*T, places, channels] + the unit's output at every place."""
        n, c = x.shape[1:]
        y, state = gru(x.reshape(B, T, n, c).transpose(0, 1).reshape(T, B * n, c), state)
        return x + y.reshape(T, B, n, c).transpose(0, 1).reshape(B * T, n, c), state

    def dec(self, h, x, e1, e2):
        h = self.d2(self.d3(h, e2), e1)
        xp = F.pad(x, (0, 0, 1, 1))
        h = self.d1(h, torch.cat([xp[:, :-2], xp[:, 1:-1], xp[:, 2:]], -1))
        g, o = self.head(h).split([1, 2 * TAPS], -1)
        return g.squeeze(-1), o


def apply(X, g, c):
    """X complex [B,T,161], outputs at network time n for frame n - AHEAD. -> re, im [B,T,160] of frame t - AHEAD at place t."""
    sr, si = (X.real * SIGN_T(X.shape[1]))[..., 1:], (X.imag * SIGN_T(X.shape[1]))[..., 1:]
    yr = yi = 0
    gs = spread(g)
    cs = spread(c.movedim(-1, 0)).unbind(0)
    for i in range(TAPS):
        xr, xi = (F.pad(a, (0, 0, i, 0))[:, :a.shape[1]] for a in (sr, si))
        cr, ci = cs[i], cs[TAPS + i]
        yr = torch.addcmul(torch.addcmul(yr, cr, xr) if i else cr * xr, ci, xi, value=-1)
        yi = torch.addcmul(torch.addcmul(yi, cr, xi) if i else cr * xi, ci, xr)
    s = F.pad(SIGN_T(X.shape[1]), (0, 0, AHEAD, 0))[:X.shape[1], 1:]
    return yr * gs * s, yi * gs * s


_signs = {}
def SIGN_T(T):
    """(-1)^(k t): [T,161]"""
    if T not in _signs:
        t = torch.arange(T)[:, None] * torch.arange(BINS)[None]
        _signs[T] = 1.0 - 2.0 * (t % 2).float()
    return _signs[T]


def macs(net):
    """Multiply-adds a hop."""
    times = dict(e1=48, e2=24, e3=12, gin=1, gout=1, head=96, vad=1, ggru=1, lgru=12, gru1=48, d3=24, d2=48, d1=96)
    n = 0
    for name, w in net.named_parameters():
        if name.split('.')[-1].startswith('weight'):
            n += times[name.split('.')[0]] * w.numel() // (2 if '.up.' in name else 1)
    return n
