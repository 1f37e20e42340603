"""The network of internal/voicenet in JAX: training, and the file of its weights."""
import time
import numpy as np, jax, jax.numpy as jnp

FEATURES, UNITS, BANDS = 35, 24, 6
EPOCHS, BATCH, CHUNK, RATE = 24, 40, 300, 4e-3   # passes, items and hops a step, first learning rate
BAND_WEIGHT, SMOOTH, POSITIVE = .5, .02, 1.2     # of the bands' loss; of the labels; of hops with speech
ORDER = ('Wx', 'bx', 'Wh', 'bh', 'Wo', 'bo')     # in the file; Wo and bo padded to eight columns
WHOLE = 250   # of a band's truth, which is kept as uint8
tree = jax.tree_util.tree_map


def first(seed, units):
    """Weights to begin with."""
    k = jax.random.split(jax.random.PRNGKey(seed), 5)
    square = lambda i: jnp.linalg.qr(jax.random.normal(jax.random.fold_in(k[1], i), (units, units)))[0] * .7
    return dict(Wx=jax.random.normal(k[0], (FEATURES, 3 * units)) / FEATURES ** .5, bx=jnp.zeros(3 * units),
                Wh=jnp.concatenate([square(i) for i in range(3)], 1), bh=jnp.zeros(units),
                Wo=jax.random.normal(k[2], (units, 1 + BANDS)) / units ** .5, bo=jnp.zeros(1 + BANDS))


def forward(p, x, h):
    """x (items, hops, FEATURES), h (items, UNITS) -> logits (items, hops, 1 + BANDS), h. Equations: voicenet/net.go."""
    n = p['bh'].shape[0]
    def step(h, g):
        a = h @ p['Wh']
        z, r = jax.nn.sigmoid(g[:, :n] + a[:, :n]), jax.nn.sigmoid(g[:, n:2 * n] + a[:, n:2 * n])
        c = jnp.tanh(g[:, 2 * n:] + r * (a[:, 2 * n:] + p['bh']))
        h = h + z * (c - h)
        return h, h
    h, hs = jax.lax.scan(step, h, jnp.swapaxes(x @ p['Wx'] + p['bx'], 0, 1))
    return jnp.swapaxes(hs, 0, 1) @ p['Wo'] + p['bo'], h


def loss(p, x, t, b, v, h):
    """Cross-entropy of truth t and of bands b (0 to 1) over the hops of which v says that they are there."""
    o, h = forward(p, x, h)
    ls = jax.nn.log_sigmoid
    y, t = o[:, :, 0], t * (1 - 2 * SMOOTH) + SMOOTH
    speech = -(POSITIVE * t * ls(y) + (1 - t) * ls(-y))
    bands = -(b * ls(o[:, :, 1:]) + (1 - b) * ls(-o[:, :, 1:])).mean(2)
    return ((speech + BAND_WEIGHT * bands) * v).sum() / v.sum(), h


def train(x, t, b, v, epochs=EPOCHS, seed=0, units=UNITS, quiet=False):
    """Adam with a cosine of the learning rate; the state goes on from chunk to chunk of an item."""
    items, hops = t.shape
    p = first(seed, units)
    m, s, rng = tree(jnp.zeros_like, p), tree(jnp.zeros_like, p), np.random.default_rng(seed)
    steps = epochs * (items // BATCH) * (hops // CHUNK)

    @jax.jit
    def step(p, m, s, x, t, b, v, h, i):
        (l, h), g = jax.value_and_grad(loss, has_aux=True)(p, x, t, b, v, h)
        norm = jnp.sqrt(sum(jnp.sum(a * a) for a in jax.tree_util.tree_leaves(g)))
        g = tree(lambda a: a * jnp.minimum(1, 1 / (norm + 1e-9)), g)
        rate = RATE * jnp.minimum(1, (i + 1) / 100) * (.5 + .5 * jnp.cos(jnp.pi * i / steps)) + 1e-5
        m = tree(lambda a, g: .9 * a + .1 * g, m, g)
        s = tree(lambda a, g: .99 * a + .01 * g * g, s, g)
        p = tree(lambda p, a, b: p - rate * (a / (1 - .9 ** (i + 1)) / (jnp.sqrt(b / (1 - .99 ** (i + 1))) + 1e-8) + 1e-3 * p), p, m, s)
        return p, m, s, l, h

    i, start = 0, time.time()
    for epoch in range(epochs):
        order, losses = rng.permutation(items), []
        for k in range(0, items - BATCH + 1, BATCH):
            at, h = np.sort(order[k:k + BATCH]), jnp.zeros((BATCH, units))
            for c in range(0, hops, CHUNK):
                part = [a[at, c:c + CHUNK].astype('f4') for a in (x, t, b, v)]
                part[2] /= WHOLE
                p, m, s, l, h = step(p, m, s, *part, h, float(i))
                i += 1
                losses.append(l)
        if not quiet:
            print(f'epoch {epoch + 1}: loss {np.mean(losses):.4f}, {time.time() - start:.0f} s', flush=True)
    p = {k: np.array(w) for k, w in p.items()}
    p['bo'][0] -= np.log(EVEN / (1 - EVEN))
    return p


EVEN = .69   # probability that the trained network gives where the written one says .5: a threshold to start at
FALL = .6   # voicenet.Fall: how slowly the probability falls


run = jax.jit(forward)


def probabilities(p, x):
    """Probability of speech per hop of one stream, falling slowly as denoise lets it, and of speech in its bands."""
    y = np.array(jax.nn.sigmoid(run(p, jnp.asarray(x)[None], jnp.zeros((1, len(p['bh']))))[0][0]))
    for i in range(1, len(y)):
        y[i, 0] = max(y[i, 0], y[i, 0] + FALL * (y[i - 1, 0] - y[i, 0]))
    return y[:, 0], y[:, 1:]


def save(path, content):
    """Never leaves half a file under the name."""
    part = path.with_suffix('.part')
    part.write_bytes(content)
    part.replace(path)


def write(path, p):
    """What internal/voicenet embeds."""
    pad = 8 - (1 + BANDS)
    p = dict(p, Wo=np.pad(p['Wo'], ((0, 0), (0, pad))), bo=np.pad(p['bo'], (0, pad)))
    save(path, b''.join(np.asarray(p[k]).astype('<f4').tobytes() for k in ORDER))


def read(path):
    """What write wrote."""
    w, at, p = np.frombuffer(path.read_bytes(), '<f4'), 0, {}
    for k, shape in zip(ORDER, ((FEATURES, 3 * UNITS), (3 * UNITS,), (UNITS, 3 * UNITS), (UNITS,), (UNITS, 8), (8,))):
        p[k] = w[at:at + int(np.prod(shape))].reshape(shape)
        at += int(np.prod(shape))
    p['Wo'], p['bo'] = p['Wo'][:, :1 + BANDS], p['bo'][:1 + BANDS]
    return p


def held(w):
    """A matrix as simd.NewRecurrent holds it (columnPairs): weights rounded to the upper halves of float32, those of every other input with
    the lower half that the next one's weight makes for them, but for the last eight."""
    bits = np.ascontiguousarray(w, '<f4').view('<u4').astype('i8')
    sign, size = bits >> 31 << 31, bits & 0x7fffffff
    upper = lambda size, low: np.maximum(size - low + 0x8000, 0) >> 16
    high = upper(size, 0)
    first, second = size[::2], np.zeros_like(size[::2])
    second[:len(size) // 2] = (high | sign >> 16)[1::2]
    second[:, 64:] = 0
    out = high << 16 | sign
    out[::2] = upper(first, second) << 16 | second | sign[::2]
    return out.astype('<u4').view('<f4')


def write_reference(path, p, x):
    """What the test of internal/voicenet compares with: per frame FEATURES values in, 1 + BANDS logits out."""
    p = dict(p, Wx=held(p['Wx']), Wh=held(p['Wh']))
    y = np.asarray(forward(p, jnp.asarray(x)[None], jnp.zeros((1, UNITS)))[0][0])
    path.parent.mkdir(exist_ok=True)
    save(path, np.concatenate([x, y], 1).astype('<f4').tobytes())
