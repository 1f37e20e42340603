"""What the network is judged by in training."""
import torch, torch.nn.functional as F
import net as N

W = torch.ones(160)      # per bin: above 4 kHz half
W[80:] = .5
W = W / W.mean()
LEVELS = 0, 20, 64, 96, 160   # ranges of bins whose level has to be right
NAMES = 'cplx', 'mag', 'over', 'sisdr', 'vad', 'level'

# Weights from a step on. The sums of squares alone left words 3 dB quiet after 3,000 steps (so: level), and took too much from
# weak ones after 5,700: adding 5 % of the input to the output made PESQ and ESTOI better (so: more of over, less of cplx).
STAGES = [(0, dict(cplx=3., mag=7., over=2., sisdr=.01, vad=.05, level=0.)), (3040, dict(level=.5)), (5704, dict(cplx=1.5, over=6.))]


def weights(step):
    w = {}
    for at, change in STAGES:
        if step >= at:
            w.update(change)
    return w


def total(terms, step):
    w = weights(step)
    return sum(w[k] * t for k, t in zip(NAMES, terms))


def terms(X, R, g, c, v, act, has, skip):
    """Means over a chunk of spectra X of mixtures, R of what they should become, outputs g, c, v of the network, act speech or
    not, has 0 for items of noise alone; the first `skip` frames are there for the taps alone.

    cplx, mag: squared error of spectra with magnitudes to the power of .3, complex and magnitude alone; over: the part of mag
    where the output is below the target; sisdr: -SI-SDR in dB over the spectra; vad: cross-entropy; level: squared error of
    the projection on the target in LEVELS, where the speech stands out."""
    yr, yi = N.apply(X, g, c)
    keep = slice(skip, None)
    late = lambda x: F.pad(x, (0, 0) * (x.dim() - 2) + (N.AHEAD, 0))[:, :x.shape[1]]
    target = late(torch.view_as_real(R))[:, keep, 1:]
    yr, yi, rr, ri = yr[:, keep], yi[:, keep], target[..., 0], target[..., 1]
    ly, lr = (yr * yr + yi * yi + 1e-6).log(), (rr * rr + ri * ri + 1e-6).log()
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
        r2 = (rr[..., a:b] ** 2 + ri[..., a:b] ** 2).sum((1, 2))
        d2 = torch.view_as_real(X - R)[:, keep, a + 1:b + 1].square().sum((1, 2, 3))
        left = (yr[..., a:b] * rr[..., a:b] + yi[..., a:b] * ri[..., a:b]).sum((1, 2)) / (r2 + 1e-3)
        stands = (r2 / (r2 + d2 + 1e-3)) ** 2 * (r2 > 3).float()
        level = level + (stands * (1 - left) ** 2).mean() / (len(LEVELS) - 1)
    vad = F.binary_cross_entropy_with_logits(v, late(act)[:, keep])
    return (W * cplx).mean(), (W * d * d).mean(), (W * F.relu(d) ** 2).mean(), sisdr, vad, level
