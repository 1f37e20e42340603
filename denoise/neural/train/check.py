"""check.py POOL [POOL ...]: core.cpp against PyTorch, loss and all derivatives, on mixtures of the pools; and the time of both.
Before that, grow.py: a network that was grown gives what the smaller one gives; material.throat: it moves formants, not pitch; and
listener.py: it says what its file says."""
import sys, time
import numpy as np, onnx.reference, torch
from scipy.signal import lfilter
import core, grow, listener, loss, material, mixing, net as N, train

W = 1.5, 7., 6., .01, .05, .5, .5, .1, .1
ITEMS, HOPS, BEFORE, WORST, TREBLE = 4, 200, 8, 2e-3, .7


def shaken(net):
    with torch.no_grad():
        for q in net.parameters():
            q.add_(torch.randn_like(q) * .03)
    return net


def growing():
    """How far the outputs of a grown network, every layer of it larger, lie from the smaller one's."""
    small, large = shaken(N.Net()), N.Net((32, 48, 48), 192, 32)
    large.load_state_dict(grow.grown(small.state_dict(), large))
    f = torch.randn(2, 50, N.P, 4)
    with torch.no_grad():
        return max(float((a - b).abs().max()) for a, b in zip(small(f)[:3], large(f)[:3]))


def throats():
    """-> how far throat() with formants as they are lies from its input, in dB; the strongest line, in Hz, of a voice of 100 Hz with
    a formant at 2 kHz, as it is and with formants a quarter higher."""
    r, turn = np.exp(-np.pi * 80 / 16000), 2 * np.pi * 2000 / 16000
    x = lfilter([1], [1, -2 * r * np.cos(turn), r * r], np.arange(16000) % 160 == 0)
    off = 10 * np.log10(np.sum((material.throat(x, 1) - x) ** 2) / np.sum(x ** 2))
    return off, *(int(np.argmax(np.abs(np.fft.rfft(y * np.hanning(len(y)))))) for y in (x, material.throat(x, 1.25)))


def listening():
    """How far the listener's MOS of 9 s lies from that of its file."""
    p = torch.rand(1, 901, N.BINS) ** 8
    p[..., 0] = 0
    log = p.clamp_min(listener.FAINT).log10().numpy()
    want = onnx.reference.ReferenceEvaluator(str(listener.path())).run(None, {'input_1': log})[0][0, listener.OVERALL]
    return abs(float(listener.Listener(dtype=torch.float32)(p[..., 1:])[0]) - float(want))


def main():
    off, before, after = throats()
    print(f'throat: off by {off:.0f} dB; the strongest line of a voice went from {before} to {after} Hz')
    if not (off < -60 and before == 2000 and after == 2500):
        raise SystemExit('check: throat does not move formants alone')
    torch.set_num_threads(1)
    torch.manual_seed(0)
    plan = train.planned(train.PLAN[-1][0])
    net = N.Net(plan['c'], plan['glob'], plan['out'])
    shaken(net)
    off = growing()
    print('grown: off by', off)
    if not off < 1e-5:
        raise SystemExit(f'check: a grown network is off by {off}')
    off = listening()
    print('listener: off by', off)
    if not off < 1e-3:
        raise SystemExit(f'check: the listener is off by {off}')
    smooth, heard = lambda power: (power + 1e-3).log().mean((1, 2)), [0, 2]   # the listener's maximum over places jumps with rounding
    X, R, gain, act, has = mixing.Pools(sys.argv[1:], sys.argv[1:], 1, 64).batch(5, ITEMS)
    f = N.features(X * gain[:, None, None])
    S, T = (np.stack([core.planes(z) for z in a.numpy()]) for a in (X, R))
    features = np.stack([core.features(s, float(g)) for s, g in zip(S, gain)])
    worst = float(np.abs(features - f.numpy()).max())
    print('features: off by', worst)
    params = torch.cat([p.detach().flatten() for _, p in core.ordered(net)]).numpy()
    fast, state = core.Core(net, ITEMS, HOPS), None
    for k in range(0, 5 * HOPS, HOPS):
        began = time.process_time()
        part = slice(max(0, k - BEFORE), k + HOPS)
        skip = k - part.start
        g, c, v, state = net(f[:, k:k + HOPS], state)
        g, c = torch.nn.functional.pad(g, (0, 0, skip, 0)), torch.nn.functional.pad(c, (0, 0, 0, 0, skip, 0))
        want = loss.terms(X[:, part], R[:, part], g, c, v, act[:, part], has, skip, TREBLE, smooth, heard)
        net.zero_grad()
        sum(w * t for w, t in zip(W, want)).backward()
        state = tuple(s.detach() for s in state)
        took = [time.process_time() - began]
        began = time.process_time()
        terms, got = fast.step(params, features, S, T, k, has.numpy(), act.numpy(), W, TREBLE, smooth, heard)
        took.append(time.process_time() - began)
        print(f'hop {k}: PyTorch {took[0]:.3f} s, core.cpp {took[1]:.3f} s: {took[0] / took[1]:.1f} times, '
              f'{6e-9 * N.macs(net) * ITEMS * HOPS / took[1]:.0f} GFLOP/s')
        for name, a, b in zip(loss.NAMES, terms, want):
            worst = max(worst, abs(a - b.item()) / (1 + abs(b.item())))
        for name, p in core.ordered(net):
            mine, got = got[:p.numel()].reshape(p.shape), got[p.numel():]
            off = float(np.abs(mine - p.grad.numpy()).max() / p.grad.abs().max())
            worst = max(worst, off)
            print(f'hop {k}: {name}: off by {off:.1e} of the largest')
    if not worst < WORST:
        raise SystemExit(f'check: off by {worst}, want less than {WORST}')


if __name__ == '__main__':
    main()
