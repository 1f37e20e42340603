"""Trains the network below 8 kHz; goes on from OUT/last.pt if that is there, as if it had never stopped.

    python3 train.py OUT POOL [POOL ...] [--steps N] [--threads N] [--device cpu|cuda]

On a CPU core.cpp does the work where it can, in so many threads; elsewhere PyTorch, the same but for rounding.
"""
import argparse, concurrent.futures, math, pathlib, time
import numpy as np, torch, torch.nn.functional as F
import core, grow, listener, loss, mixing, muon, net as N

ITEMS, HOPS = 4, 200             # a step is a chunk of every slot: so many items, so many hops, states going on from chunk to chunk
BEFORE = 8                       # hops before a chunk that the taps reach back to
SEED, HELD, WARM, AVERAGE = 1, 64, 150, .999
# From a step on: sizes of the network; how many of mixing's items the items of every slot are joined from; from which of the
# pools speech and noise are drawn; the steps from which and to which the rates fall, the rates of vectors and of matrices, how
# much weights decay, as a part of the rate of vectors; what bins above 4 kHz count in the loss, and its weights; how often all but
# the weights, as a model file has them, has been forgotten.
PLAN = [(0, dict(c=(16, 32, 32), glob=128, out=16, anew=0, parts=(1, 1, 1, 1), speech=(0, 1), noise=(0,), start=0, steps=36000, rate=2e-3, matrices=5e-3,
                 decay=1e-3, treble=.5, weights=[1.5, 7., 6., .01, .05, .5, .3, 0., 0.])),
        (1500, dict(steps=30000)),
        (4500, dict(weights=[1.5, 7., 6., .01, .05, .5, .5, .1, 0.])),
        (16461, dict(weights=[1.5, 10., 8., .004, .05, .5, .5, .15, 0.])),
        (20971, dict(weights=[1.5, 10., 14., .004, .05, .5, .5, .15, 0.])),
        (30000, dict(glob=192, parts=(1, 1, 2, 4), start=30000, steps=62000, rate=1.2e-3, matrices=3e-3,
                     weights=[1.5, 10., 14., .004, .1, .5, .5, .15, 0.])),
        (36892, dict(speech=(0, 1, 2), noise=(0, 2))),
        (47285, dict(steps=60500)),
        (47737, dict(steps=59400)),
        (59400, dict(speech=(3, 4), start=59400, steps=88000, rate=1.5e-3, matrices=4e-3, decay=.05, treble=1.,
                     weights=[1.5, 10., 14., .004, .1, .5, 1., .15, 0.])),
        (60322, dict(speech=(3, 4, 5, 6))),
        (63844, dict(speech=(3, 4, 5, 6, 7))),
        (65269, dict(c=(32, 32, 32), out=32, steps=78500)),
        (70038, dict(weights=[1.5, 10., 9., .004, .1, .5, 1., .15, 0.])),
        (78500, dict(start=78500, steps=101000, rate=1.2e-3, matrices=3e-3)),
        (83939, dict(weights=[1.5, 10., 9., .004, .1, .5, 1., .15, .4])),
        (86028, dict(steps=94200, weights=[1.5, 10., 9., .004, .1, .5, 1., .15, .8])),
        (90668, dict(steps=94800, weights=[1.5, 10., 9., .004, .1, .5, 1., .2, .4])),
        (94800, dict(anew=1, start=94800, steps=110000, rate=1.2e-3, matrices=3e-3, weights=[1.5, 10., 9., .004, .1, .5, 1.2, .2, 0.])),
        (103359, dict(steps=112000)),
        (107918, dict(weights=[1.5, 10., 9., .004, .1, .5, 1.2, .25, .2])),
        (112000, dict(start=112000, steps=137000, rate=1.2e-3, matrices=3e-3, weights=[1.5, 10., 9., .004, .1, .5, 1.2, .2, 0.])),
        (118632, dict(speech=(7, 8), steps=135500)),
        (131459, dict(weights=[1.5, 10., 9., .004, .1, .5, 1.2, .25, .2])),
        (135500, dict(start=135500, steps=160000, rate=1.2e-3, matrices=3e-3, weights=[1.5, 10., 9., .004, .1, .5, 1.2, .2, 0.])),
        (139385, dict(glob=224)),
        (147137, dict(speech=(8, 9), noise=(2, 9), steps=158500)),
        (154048, dict(weights=[1.5, 10., 9., .004, .1, .5, 1.2, .25, .3], steps=157500)),
        (157500, dict(start=157500, steps=180000, rate=1.2e-3, matrices=3e-3, weights=[1.5, 10., 9., .004, .1, .5, 1.2, .2, 0.])),
        (174822, dict(weights=[1.5, 10., 9., .004, .1, .5, 1.2, .25, .3], steps=178000))]
SAVE = 120                       # seconds


class Slot:
    """Items that are trained on from their first hop to their last, then others; the next ones are mixed meanwhile."""

    def __init__(self, s, slots, parts, pools, workers, planes, index, k):
        self.s, self.slots, self.parts, self.pools, self.workers, self.planes = s, slots, parts, pools, workers, planes
        self.index, self.k = index, k
        self.data, self.next = self.mix(index), self.workers.submit(self.mix, index + 1)

    def mix(self, index):
        X, R, gain, act, has = self.pools.batch(index * self.slots + self.s, ITEMS, self.parts)
        if not self.planes:
            return X, R, N.features(X * gain[:, None, None]), act, has
        X, R = (np.stack([core.planes(z) for z in a.numpy()]) for a in (X, R))
        return X, R, np.stack([core.features(x, float(g)) for x, g in zip(X, gain)]), act.numpy(), has.numpy()

    def advance(self):
        """After a chunk. True where other items begin."""
        self.k += HOPS
        if self.k < mixing.FRAMES * self.parts:
            return False
        self.index, self.k = self.index + 1, 0
        self.data, self.next = self.next.result(), self.workers.submit(self.mix, self.index + 1)
        return True


def listening(plan, turn, count):
    """Those of a slot's items that the listener hears, if the slot is the one whose turn it is: half of them, for it is slow."""
    half = ITEMS // 2
    first = turn // count % 2 * half
    return list(range(first, first + half)) if plan['weights'][-1] else []


class Fast:
    """Gradients by core.cpp, a job per slot."""

    def __init__(self, net, slots, workers):
        self.slots, self.workers, self.listener = slots, workers, listener.Listener()
        self.cores = [core.Core(net, ITEMS, HOPS) for _ in slots]

    def gradients(self, w, plan, turn):
        def job(i):
            X, R, f, act, has = self.slots[i].data
            heard = listening(plan, turn, count) if i == first else []
            return self.cores[i].step(w.numpy(), f, X, R, self.slots[i].k, has, act, plan['weights'], plan['treble'], self.listener,
                                      heard)
        count = len(self.slots)
        first = turn % count              # with the most to do
        jobs = {i % count: self.workers.submit(job, i % count) for i in range(first, first + count)}
        done = [jobs[i].result() for i in range(count)]
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
        self.net, self.slots, self.device, self.listener = net.to(device), slots, device, listener.Listener(device)
        shapes = (1, net.glob), (12, net.c[2]), (48, net.c[0])
        self.kept = [[torch.zeros(ITEMS, *s, device=device) for s in shapes] for _ in slots]   # as Core has them

    def gradients(self, w, plan, turn):
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
        count = len(self.slots)
        heard = [turn % count * ITEMS + i for i in listening(plan, turn, count)]
        *terms, mos = loss.terms(X, R, g, c, v, act, has, BEFORE, plan['treble'], self.listener, heard)
        terms.append(mos / count)            # as the mean over slots of which one listens
        self.net.zero_grad()
        sum(a * t for a, t in zip(plan['weights'], terms)).backward()
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


def flat(net):
    return torch.cat([q.detach().flatten() for _, q in core.ordered(net)])


def train(out, folders, steps=None, threads=2, device='cpu'):
    """folders: of the pools, in the order in which PLAN counts them."""
    torch.set_num_threads(1)
    torch.manual_seed(SEED)
    out.mkdir(exist_ok=True, parents=True)
    last = out / 'last.pt'
    z = torch.load(last, map_location='cpu', weights_only=True) if last.exists() else None
    step = z['step'] if z else 0
    plan = planned(step)
    sizes = dict(c=list(plan['c']), glob=plan['glob'], out=plan['out'], anew=plan['anew'])
    net = N.Net(plan['c'], plan['glob'], plan['out'])
    stage = lambda p: (p['c'], p['glob'], p['out'], p['anew'], p['parts'], p['speech'], p['noise'])
    same = z and z['options'] == sizes
    if z and not same:
        rounded = z['options']['anew'] < plan['anew']
        net.load_state_dict(grow.grown({n: t.half().float() if rounded else t for n, t in z['ema'].items()}, net))
    shapes = [(n, tuple(q.shape)) for n, q in core.ordered(net)]
    w = flat(net)
    average, opt = w.clone(), muon.Muon(w, shapes)
    if same:
        w.copy_(z['w']); average.copy_(z['average']); opt.load(z['opt'])
    print(len(w), 'parameters,', N.macs(net), 'multiply-adds a hop; from step', step, flush=True)
    fast = device == 'cpu' and core.LIB is not None
    workers = concurrent.futures.ThreadPoolExecutor(threads, initializer=torch.set_num_threads, initargs=(1,))
    pools = mixing.Pools(*([folders[i] for i in plan[what]] for what in ('speech', 'noise')), SEED, HELD)
    count = len(plan['parts'])
    places = z['slots'] if same else [(z['slots'][0][0] + 2 if z else 0, s * 6 // count % 6 * HOPS) for s in range(count)]
    slots = [Slot(s, count, p, pools, workers, fast, *at) for s, (p, at) in enumerate(zip(plan['parts'], places))]
    engine = Fast(net, slots, workers) if fast else Plain(net, slots, device)
    if same:
        engine.restore(z['states'])

    def save():
        parts = torch.split(average, [math.prod(s) for _, s in shapes])
        torch.save(dict(ema={n: p.view(s).clone() for p, (n, s) in zip(parts, shapes)}, w=w, average=average, opt=opt.state(), step=step,
                        slots=[(s.index, s.k) for s in slots], states=engine.state(), options=sizes), out / 'part.pt')
        (out / 'part.pt').replace(last)

    began_as, began = stage(plan), time.time()
    saved = began
    sums, n = np.zeros(len(loss.NAMES)), 0
    while step < (steps or planned(step)['steps']):
        plan = planned(step)
        if stage(plan) != began_as:
            save()
            return train(out, folders, steps, threads, device)
        terms, g = engine.gradients(w, plan, step)
        norm = g.norm()
        if torch.isfinite(norm):
            at = step - plan['start']
            fall = min(1, (at + 1) / WARM) * (.5 + .5 * math.cos(math.pi * min(1, at / (plan['steps'] - plan['start']))))
            opt.step(g / norm.clamp_min(1), plan['rate'] * fall + 1e-5, plan['matrices'] * fall + 1e-5, plan['decay'], workers)
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
