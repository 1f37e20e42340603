"""Trains the network below 8 kHz; goes on from OUT/last.pt if that is there, as if it had never stopped.

    python3 train.py OUT POOL [POOL ...] [--steps N] [--threads N] [--device cpu|cuda]
"""
import argparse, copy, math, pathlib, time
import torch, torch.nn.functional as F
import loss, mixing, net as N

BATCH, CHUNK, BEFORE = 8, 300, 8   # items a step, hops a step, hops before a chunk that the taps reach back to
RATE, WARM, DECAY, HELD = 2e-3, 150, .998, 64
PLAN, SEED = [(0, 11000), (7304, 12000)], 1   # how many steps the fall of the learning rate counts with, from a step on
SAVE = 120   # seconds


def rate(step):
    steps = [n for at, n in PLAN if step >= at][-1]
    return RATE * min(1, (step + 1) / WARM) * (.5 + .5 * math.cos(math.pi * min(1, step / steps))) + 1e-5


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument('out', type=pathlib.Path)
    p.add_argument('pools', nargs='+')
    p.add_argument('--steps', type=int, default=PLAN[-1][1])
    p.add_argument('--threads', type=int, default=1)
    p.add_argument('--device', default='cpu')
    o = p.parse_args()
    train(o.out, o.pools, o.steps, o.threads, o.device)


def train(out, folders, steps=PLAN[-1][1], threads=1, device='cpu'):
    torch.set_num_threads(threads)
    torch.set_default_device(device)
    torch.manual_seed(SEED)
    out.mkdir(exist_ok=True, parents=True)
    net = N.Net()
    ema = copy.deepcopy(net)
    print(sum(q.numel() for q in net.parameters()), 'parameters,', N.macs(net), 'multiply-adds a hop', flush=True)
    opt = torch.optim.AdamW(net.parameters(), RATE, (.9, .98), weight_decay=1e-3)
    pools = mixing.Pools(folders, SEED, HELD)
    step, index, last = 0, 0, out / 'last.pt'
    if last.exists():
        z = torch.load(last, map_location=device, weights_only=True)
        net.load_state_dict(z['net']); ema.load_state_dict(z['ema']); opt.load_state_dict(z['opt'])
        step, index = z['step'], z['index']
        print('goes on from step', step, flush=True)

    def save():
        torch.save(dict(net=net.state_dict(), ema=ema.state_dict(), opt=opt.state_dict(), step=step, index=index,
                        options=dict(c=list(net.c), glob=net.vad.in_features)), out / 'part.pt')
        (out / 'part.pt').replace(last)

    began = saved = time.time()
    sums, n = torch.zeros(len(loss.NAMES)), 0
    while step < steps:
        X, R, gain, act, has = (x.to(device) for x in pools.batch(index, BATCH))
        f = N.features(X * gain[:, None, None])
        state = None
        for k in range(0, mixing.FRAMES, CHUNK):
            for q in opt.param_groups:
                q['lr'] = rate(step)
            part = slice(max(0, k - BEFORE), k + CHUNK)
            skip = k - part.start
            g, c, v, state = net(f[:, k:k + CHUNK], state)
            g, c = F.pad(g, (0, 0, skip, 0)), F.pad(c, (0, 0, 0, 0, skip, 0))
            terms = loss.terms(X[:, part], R[:, part], g, c, v, act[:, part], has, skip)
            opt.zero_grad(set_to_none=True)
            loss.total(terms, step).backward()
            if torch.isfinite(torch.nn.utils.clip_grad_norm_(net.parameters(), 1.)):
                opt.step()
            state = tuple(s.detach() for s in state)
            step += 1
            with torch.no_grad():
                for q, w in zip(ema.parameters(), net.parameters()):
                    q.lerp_(w, 1 - min(DECAY, (1 + step) / (10 + step)))
            sums += torch.stack([t.detach() for t in terms]).cpu(); n += 1
            if step % 100 == 0:
                print(step, *(f'{k} {s:.4f}' for k, s in zip(loss.NAMES, (sums / n).tolist())), f'{time.time() - began:.0f} s', flush=True)
                sums.zero_(); n = 0
        index += 1
        if time.time() - saved > SAVE:
            save()
            saved = time.time()
    save()


if __name__ == '__main__':
    main()
