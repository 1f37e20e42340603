"""Trains the network below 8 kHz; goes on from OUT/last.pt if that is there, as if it had never stopped.

    python3 train.py OUT POOL [POOL ...] [--steps N] [--threads N] [--device cpu|cuda]

On a CPU core.cpp does the work where it can, in so many threads; elsewhere PyTorch, the same but for rounding.
"""
import argparse, concurrent.futures, math, pathlib, time
import numpy as np, torch, torch.nn.functional as F
import core, loss, mixing, muon, net as N

SLOTS, ITEMS, HOPS = 4, 4, 200   # a step is so many chunks of so many items, each so many hops, states going on from chunk to chunk
BEFORE = 8                       # hops before a chunk that the taps reach back to
SEED, HELD, WARM, AVERAGE = 1, 64, 150, .999
# From a step on: the steps that the fall of the rates counts with, the rates of vectors and of matrices, weights of the loss.
PLAN = [(0, dict(steps=36000, rate=2e-3, matrices=5e-3, weights=[1.5, 7., 6., .01, .05, .5, .3, 0.])), (1500, dict(steps=30000)),
        (4500, dict(weights=[1.5, 7., 6., .01, .05, .5, .5, .1])),
        (16461, dict(weights=[1.5, 10., 8., .004, .05, .5, .5, .15])),
        (20971, dict(weights=[1.5, 10., 14., .004, .05, .5, .5, .15]))]
SAVE = 120                       # seconds


class Slot:
    """Items that are trained on from their first hop to their last, then others; the next ones are mixed meanwhile."""

    def __init__(self, s, pools, workers, planes):
        self.s, self.pools, self.workers, self.planes = s, pools, workers, planes
        self.restore(0, s * (mixing.FRAMES // HOPS) // SLOTS * HOPS)

    def restore(self, index, k):
        self.index, self.k = index, k
        self.data, self.next = self.mix(index), self.workers.submit(self.mix, index + 1)

    def mix(self, index):
        X, R, gain, act, has = self.pools.batch(index * SLOTS + self.s, ITEMS)
        if not self.planes:
            return X, R, N.features(X * gain[:, None, None]), act, has
        X, R = (np.stack([core.planes(z) for z in a.numpy()]) for a in (X, R))
        return X, R, np.stack([core.features(x, float(g)) for x, g in zip(X, gain)]), act.numpy(), has.numpy()

    def advance(self):
        """After a chunk. True where other items begin."""
        self.k += HOPS
        if self.k < mixing.FRAMES:
            return False
        self.index, self.k = self.index + 1, 0
        self.data, self.next = self.next.result(), self.workers.submit(self.mix, self.index + 1)
        return True


class Fast:
    """Gradients by core.cpp, a job per slot."""

    def __init__(self, net, slots, workers):
        self.slots, self.workers = slots, workers
        self.cores = [core.Core(net, ITEMS, HOPS) for _ in slots]

    def gradients(self, w, weights):
        def job(slot, c):
            X, R, f, act, has = slot.data
            return c.step(w.numpy(), f, X, R, slot.k, has, act, weights)
        done = [j.result() for j in [self.workers.submit(job, *p) for p in zip(self.slots, self.cores)]]
        return np.mean([t for t, _ in done], 0), torch.from_numpy(np.mean([g for _, g in done], 0))

    def begin(self, i):
        for s in self.cores[i].state:
            s.fill(0)

    def state(self):
        return [[torch.from_numpy(s.copy()) for s in c.state] for c in self.cores]

    def restore(self, states):
        for c, state in zip(self.cores, states):
            c.state = [s.cpu().numpy().copy() for s in state]


class Plain:
    """Gradients by PyTorch, all slots at once."""

    def __init__(self, net, slots, device):
        self.net, self.slots, self.device = net.to(device), slots, device
        shapes = (1, net.glob), (12, net.c[2]), (48, net.c[0])
        self.kept = [[torch.zeros(ITEMS, *s, device=device) for s in shapes] for _ in slots]   # as Core has them

    def gradients(self, w, weights):
        at = 0
        with torch.no_grad():
            for _, q in core.ordered(self.net):
                q.copy_(w[at:at + q.numel()].view(q.shape)); at += q.numel()
        parts = []
        for slot in self.slots:
            X, R, f, act, has = slot.data
            skip = min(slot.k, BEFORE)
            part = slice(slot.k - skip, slot.k + HOPS)
            late = lambda x: F.pad(x[:, part], (0, 0) * (x.dim() - 2) + (BEFORE - skip, 0))
            parts.append((torch.view_as_complex(late(torch.view_as_real(X))), torch.view_as_complex(late(torch.view_as_real(R))),
                          f[:, slot.k:slot.k + HOPS], late(act), has))
        X, R, f, act, has = (torch.cat(p).to(self.device) for p in zip(*parts))
        state = [torch.cat(p).flatten(0, 1)[None] for p in zip(*self.kept)]
        g, c, v, state = self.net(f, state)
        g, c = F.pad(g, (0, 0, BEFORE, 0)), F.pad(c, (0, 0, 0, 0, BEFORE, 0))
        terms = loss.terms(X, R, g, c, v, act, has, BEFORE)
        self.net.zero_grad()
        sum(a * t for a, t in zip(weights, terms)).backward()
        state = [s.detach()[0].unflatten(0, (-1, k.shape[1])).split(ITEMS) for s, k in zip(state, self.kept[0])]
        self.kept = [list(s) for s in zip(*state)]
        return np.array([t.item() for t in terms]), torch.cat([q.grad.flatten() for _, q in core.ordered(self.net)]).cpu()

    def begin(self, i):
        for s in self.kept[i]:
            s.zero_()

    def state(self):
        return [[s.cpu() for s in k] for k in self.kept]

    def restore(self, states):
        self.kept = [[s.to(self.device) for s in k] for k in states]


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument('out', type=pathlib.Path)
    p.add_argument('pools', nargs='+')
    p.add_argument('--steps', type=int)
    p.add_argument('--threads', type=int, default=2)
    p.add_argument('--device', default='cpu')
    o = p.parse_args()
    train(o.out, o.pools, o.steps, o.threads, o.device)


def planned(step):
    p = {}
    for at, change in PLAN:
        if step >= at:
            p.update(change)
    return p


def train(out, folders, steps=None, threads=2, device='cpu'):
    torch.set_num_threads(1)
    torch.manual_seed(SEED)
    out.mkdir(exist_ok=True, parents=True)
    net = N.Net()
    shapes = [(n, tuple(q.shape)) for n, q in core.ordered(net)]
    w = torch.cat([q.detach().flatten() for _, q in core.ordered(net)])
    average, opt = w.clone(), muon.Muon(w, shapes)
    print(len(w), 'parameters,', N.macs(net), 'multiply-adds a hop', flush=True)
    fast = device == 'cpu' and core.LIB is not None
    workers = concurrent.futures.ThreadPoolExecutor(threads, initializer=torch.set_num_threads, initargs=(1,))
    pools = mixing.Pools(folders, SEED, HELD)
    slots = [Slot(s, pools, workers, fast) for s in range(SLOTS)]
    engine = Fast(net, slots, workers) if fast else Plain(net, slots, device)
    step, last = 0, out / 'last.pt'
    if last.exists():
        z = torch.load(last, map_location='cpu', weights_only=True)
        step = z['step']
        w.copy_(z['w']); average.copy_(z['average']); opt.load(z['opt'])
        for slot, (index, k) in zip(slots, z['slots']):
            slot.restore(index, k)
        engine.restore(z['states'])
        print('goes on from step', step, flush=True)

    def save():
        parts = torch.split(average, [math.prod(s) for _, s in shapes])
        torch.save(dict(ema={n: p.view(s).clone() for p, (n, s) in zip(parts, shapes)}, w=w, average=average, opt=opt.state(), step=step,
                        slots=[(s.index, s.k) for s in slots], states=engine.state(), options=dict(c=list(net.c), glob=net.glob)), out / 'part.pt')
        (out / 'part.pt').replace(last)

    began = saved = time.time()
    sums, n = np.zeros(len(loss.NAMES)), 0
    while step < (steps or planned(step)['steps']):
        plan = planned(step)
        terms, g = engine.gradients(w, plan['weights'])
        norm = g.norm()
        if torch.isfinite(norm):
            fall = min(1, (step + 1) / WARM) * (.5 + .5 * math.cos(math.pi * min(1, step / plan['steps'])))
            opt.step(g / norm.clamp_min(1), plan['rate'] * fall + 1e-5, plan['matrices'] * fall + 1e-5, workers)
            average.lerp_(w, 1 - min(AVERAGE, (1 + step) / (10 + step)))
        for i, slot in enumerate(slots):
            if slot.advance():
                engine.begin(i)
        step += 1
        sums, n = sums + terms, n + 1
        if step % 100 == 0:
            print(step, *(f'{k} {s:.4f}' for k, s in zip(loss.NAMES, sums / n)), f'{time.time() - began:.0f} s', flush=True)
            sums[:], n = 0, 0
        if time.time() - saved > SAVE:
            save()
            saved = time.time()
    save()


if __name__ == '__main__':
    main()
