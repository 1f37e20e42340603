"""What the network is judged by in training."""
import math
import torch, torch.nn.functional as F
import net as N

LEVELS = 0, 20, 64, 96, 160   # ranges of bins whose level has to be right
NAMES = 'cplx', 'mag', 'over', 'sisdr', 'vad', 'level', 'estoi', 'loud', 'mos'
THIRDS = 3, 4, 5, 6, 8, 9, 12, 15, 19, 24, 30, 38, 48, 60, 76, 87   # first bins of third octaves from 150 Hz, one behind the last
bark = lambda hz: 7 * math.asinh(hz / 650)


def critical():
    """First bins of bands half a Bark wide, or one bin."""
    edges = [1]
    for k in range(2, N.BINS):
        if bark(50 * k + 25) - bark(50 * edges[-1] - 25) > .5 + 1e-6:
            edges.append(k)
    return edges + [N.BINS]


BARKS = critical()
BANDS = [*zip(THIRDS, THIRDS[1:]), *zip(BARKS, BARKS[1:]), *((k, k + 1) for k in range(1, N.BINS))]   # the last ones bins
SEGMENT = 38                  # hops, as STOI has them


def terms(X, R, g, c, v, act, has, skip, treble, listener=None, heard=[]):
    """Means over a chunk of spectra X of mixtures, R of what they should become, outputs g, c, v of the network, act speech or
    not, has 0 for items of noise alone; the first `skip` frames are there for the taps alone; in cplx, mag and over bins above 4 kHz
    count `treble`.

    cplx, mag: squared error of spectra with magnitudes to the power of .3, complex and magnitude alone; over: the part of mag
    where the output is below the target; sisdr: -SI-SDR in dB over the spectra; vad: cross-entropy; level: squared error of
    the projection on the target in LEVELS, where the speech stands out; estoi, loud, mos: below."""
    yr, yi = N.apply(X, g, c)
    keep = slice(skip, None)
    late = lambda x: F.pad(x, (0, 0) * (x.dim() - 2) + (N.AHEAD, 0))[:, :x.shape[1]]
    target = late(torch.view_as_real(R))[:, keep, 1:]
    yr, yi, rr, ri = yr[:, keep], yi[:, keep], target[..., 0], target[..., 1]
    ey, er = yr * yr + yi * yi, rr * rr + ri * ri
    ly, lr = (ey + 1e-6).log(), (er + 1e-6).log()
    ym, rm, yc, rc = (.15 * ly).exp(), (.15 * lr).exp(), (-.35 * ly).exp(), (-.35 * lr).exp()
    cplx = (yr * yc - rr * rc) ** 2 + (yi * yc - ri * rc) ** 2
    d = rm - ym
    dot = (yr * rr + yi * ri).sum((1, 2))
    rn, yn = ((a * a + b * b).sum((1, 2)) + 1e-3 for a, b in ((rr, ri), (yr, yi)))
    p = dot * dot / rn
    sisdr = -10 * torch.log10((p + 1e-3) / ((yn - p).clamp_min(0) + 1e-3))
    ok = has * (rn > 30).float()
    sisdr = (sisdr.clamp(-30, 30) * ok).sum() / (ok.sum() + 1e-3)
    level = 0.
    for a, b in zip(LEVELS, LEVELS[1:]):
        r2 = er[..., a:b].sum((1, 2))
        d2 = torch.view_as_real(X - R)[:, keep, a + 1:b + 1].square().sum((1, 2, 3))
        left = (yr[..., a:b] * rr[..., a:b] + yi[..., a:b] * ri[..., a:b]).sum((1, 2)) / (r2 + 1e-3)
        stands = (r2 / (r2 + d2 + 1e-3)) ** 2 * (r2 > 3).float()
        level = level + (stands * (1 - left) ** 2).mean() / (len(LEVELS) - 1)
    vad = F.binary_cross_entropy_with_logits(v, late(act)[:, keep])
    w = torch.cat([torch.ones(80), torch.full((80,), treble)]).to(yr.device) * (2 / (1 + treble))
    rest = of_bands(energies(ey), energies(er), has, listener, heard)
    return (w * cplx).mean(), (w * d * d).mean(), (w * F.relu(d) ** 2).mean(), sisdr, vad, level, *rest


def energies(e):
    """[B, T, 160] -> [B, T, bands]"""
    return torch.stack([e[..., a - 1:b - 1].sum(-1) for a, b in BANDS], -1)


def of_bands(y, r, has, listener, heard):
    """The terms that only depend on energies in BANDS [B, T, bands]; of the items that are heard a listener is asked what people
    would say: minus the mean MOS of those with words."""
    n, bins = len(THIRDS) - 1, len(BANDS) - (N.BINS - 1)
    mos = torch.zeros(())
    if heard:
        mos = -(listener(y[heard, :, bins:]) * has[heard]).sum() / has[heard].sum().clamp_min(1)
    return estoi(y[..., :n], r[..., :n]), loud(y[..., n:bins], r[..., n:bins]), mos


def estoi(y, r):
    """Energies [B, T, 15] of output and target -> 1 - what ESTOI (Jensen and Taal 2016, eq. 2 to 4) has of them, segments
    without speech counting 0."""
    Y, R = ((e + 1e-4).sqrt().unfold(1, SEGMENT, SEGMENT // 2) for e in (y, r))   # [B, segments, 15, SEGMENT]

    def norm(x):
        x = x - x.mean(-1, keepdim=True)
        x = x / (x.square().sum(-1, keepdim=True) + 1e-3).sqrt()
        x = x - x.mean(-2, keepdim=True)
        return x / (x.square().sum(-2, keepdim=True) + 1e-4).sqrt()
    speech = (R.square().sum((-1, -2)) / SEGMENT > 3.).float()
    return (speech * (1 - (norm(Y) * norm(R)).sum(-2).mean(-1))).mean()


# Energy of 0 dB SPL: speech at the level of the pools has 64 a frame, and 99 dB for it, chosen so that disturbances come out about
# as large as PESQ's.
HEARD = 64 / 10 ** 9.9
_mid = [25e-3 * (a + b - 1) for a, b in zip(BARKS, BARKS[1:])]   # kHz
THRESHOLD = torch.tensor([10 ** ((3.64 * f ** -.8 - 6.5 * math.exp(-.6 * (f - 3.3) ** 2) + 1e-3 * f ** 4) / 10) for f in _mid])   # Terhardt
WIDTH = torch.tensor([bark(50 * b - 25) - bark(50 * a - 25) for a, b in zip(BARKS, BARKS[1:])])
SYLLABLE = 32                    # hops


def loud(y, r):
    """Energies [B, T, barks] of output and target -> how much PESQ (ITU-T P.862, 10.2) would take off for it, without its
    alignment in time and of responses: differences of loudness beyond a quarter of the smaller one, frames brought to the
    target's energy before; what was added counts again. Bad frames weigh most (the norms over syllables and all). A loss like
    it: J. M. Martin-Donas et al. 2018."""
    y, r, p0, w = y / HEARD, r / HEARD, THRESHOLD.to(y.device), WIDTH.to(y.device)
    sone = lambda p: .1866 * (2 * p0) ** .23 * ((.5 + .5 * p / p0) ** .23 - 1).clamp_min(0)
    y = y * (((r * (r > p0)).sum(-1) + 5e3) / ((y * (y > p0)).sum(-1) + 5e3)).clamp(3e-4, 5)[..., None]
    a, b = sone(y), sone(r)
    d = F.relu((a - b).abs() - .25 * torch.minimum(a, b))
    more = (((y.detach() + 50) / (r + 50)) ** 1.2).clamp_max(12)
    more = more * (more > 3)
    heavy = ((r.sum(-1) + 1e5) / 1e7) ** .04

    def whole(x):
        x = (x / heavy).clamp_max(45).unfold(-1, SYLLABLE, SYLLABLE // 2)
        x = ((x ** 6).mean(-1) + 1e-4) ** (1 / 6)
        return x.square().mean(-1).sqrt().mean()
    symmetric = ((d * w).square().sum(-1) / w.sum() + 1e-6).sqrt() * w.sum()
    return .1 * whole(symmetric) + .0309 * whole((d * more * w).sum(-1))
