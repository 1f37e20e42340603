"""export.py CHECKPOINT: writes the model file of package neural from a checkpoint, and the
vectors that its Go test holds it to: what PyTorch makes, with the weights as the file has
them, of the spectra of a recording in testdata.

    python denoise/neural/train/export.py done.pt

The checkpoint is a dict with 'ema' (the state of net.Net), 'options' ('c', 'glob', 'out') and, if high.py
put it there, 'high' (the state of high.High, the head for the bands above 8 kHz).
"""
import argparse, os, pathlib, struct, wave, zlib
import numpy as np, torch
import net as N

HERE = pathlib.Path(__file__).resolve().parent
TESTDATA = HERE.parents[2] / 'testdata'
MAGIC, VERSION = b'qlneural', 3
HOPS, EVERY = 120, 12


LARGE = 'gin.weight', 'ggru.weight_ih_l0', 'ggru.weight_hh_l0', 'gout.weight'   # nine tenths of the weights


def eight_bits(t):
    """A matrix -> integers within 127 and what they are worth, a scale a row."""
    scale = (t.abs().amax(1, keepdim=True) / 127).clamp_min(1e-12)
    return torch.round(t / scale), scale


def rounded(name, t):
    """As it comes out of the file: float16, large matrices in 8 bits."""
    if name not in LARGE:
        return t.half().float()
    steps, scale = eight_bits(t)
    return steps * scale


def tensors(state, high):
    """The file's tensors in order; README.md of package neural lists them."""
    linear = lambda m: [m + '.weight', m + '.bias']
    gru = lambda m: [m + s + '_l0' for s in ('.weight_ih', '.weight_hh', '.bias_ih', '.bias_hh')]
    conv = lambda m: [m + '.lin.weight', m + '.bias']
    names = conv('e1') + gru('gru1') + conv('e2') + conv('e3') + linear('gin') + gru('ggru') + linear('gout') + gru('lgru')
    for d in ('d3', 'd2', 'd1'):
        names += linear(d + '.up') + [d + '.skip.weight']
    names += linear('head') + linear('vad')
    out = [(n, state[n]) for n in names]
    if set(names) != set(state):
        raise SystemExit(f'export: tensors that the format does not know: {sorted(set(state) ^ set(names))}')
    if high:
        out += [('high.' + n, high[n]) for n in linear('inp') + gru('gru') + linear('out')]
    return out


def model_bytes(state, high, single):
    c = [state[f'e{i}.bias'].shape[1] for i in (1, 2, 3)]
    units = high['inp.bias'].numel() if high else 0
    sizes = [N.TAPS, N.AHEAD, *c, state['vad.weight'].numel(), state['head.weight'].shape[1], units]
    body = MAGIC + struct.pack('<10I', VERSION, 0 if single else 2, *sizes)
    bytes_of = lambda t, kind: t.detach().numpy().astype(kind).tobytes()
    for name, t in tensors(state, high):
        if single or name not in LARGE:
            body += bytes_of(t, '<f4' if single else '<f2')
        else:
            steps, scale = eight_bits(t)
            body += bytes_of(scale, '<f4') + bytes_of(steps, 'i1')
    return body + struct.pack('<I', zlib.crc32(body))


def write(path, data):
    path = pathlib.Path(path)
    part = path.with_name(path.name + '.part')
    part.write_bytes(data)
    os.replace(part, path)
    print(path, len(data), 'bytes')


def recording(path, rate, first, hops):
    """Hops of 10 ms from `first` on -> spectra [hops, bins] of the frames of two, as they come and
    rounded to float16: the bytes, and what they hold as complex [1, hops, bins]."""
    with wave.open(str(path)) as w:
        if (w.getframerate(), w.getnchannels(), w.getsampwidth()) != (rate, 1, 2):
            raise SystemExit(f'export: {path}: want {rate} Hz, mono, 16 bit')
        h = rate // 100
        x = np.frombuffer(w.readframes(w.getnframes()), '<i2')[first * h:(first + hops + 1) * h] / 32768
    window = np.sin(np.pi * np.arange(2 * h) / (2 * h))
    X = np.stack([np.fft.rfft(x[h * t:h * t + 2 * h] * window) for t in range(hops)])
    half = np.stack([X.real, X.imag], -1).astype('<f2')
    return half.tobytes(), torch.view_as_complex(torch.from_numpy(half.astype(np.float32)))[None]


def high_vectors(net, high, path):
    """The bytes of testdata/high.bin: 40 spectra at 48 kHz and the gains of the bands."""
    import high as H
    head = H.High(net.ggru.hidden_size)
    head.load_state_dict(high)
    data, X = recording(path, 48000, 130, 40)
    X = X * H.SCALE
    with torch.no_grad():
        gains = head(H.inputs(net, X))
    return struct.pack('<I', 40) + data + gains[0].numpy().astype('<f4').tobytes()


def vectors(net, path):
    """The bytes of testdata/vectors.bin; vectors_test.go has the layout."""
    data, X = recording(path, 16000, 130, HOPS)
    with torch.no_grad():
        f = N.features(X)
        g, c, v, (gh, lh, h1) = net(f)
        yr, yi = N.apply(X, g, c)
    f4 = lambda t: t.detach().numpy().astype('<f4').tobytes()
    out = struct.pack('<2I', HOPS, EVERY) + data + f4(torch.sigmoid(v[0]))
    for t in range(EVERY - 1, HOPS, EVERY):
        out += f4(f[0, t]) + f4(g[0, t]) + f4(c[0, t]) + f4(torch.stack([yr[0, t], yi[0, t]]))
    return out + f4(gh) + f4(lh) + f4(h1)


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument('checkpoint')
    p.add_argument('--model', default=HERE.parent / 'model.bin')
    p.add_argument('--vectors', default=HERE.parent / 'testdata' / 'vectors.bin')
    p.add_argument('--wav', default=TESTDATA / 'noisy_printer_16k.wav')
    p.add_argument('--high-vectors', default=HERE.parent / 'testdata' / 'high.bin')
    p.add_argument('--high-wav', default=TESTDATA / 'noisy_rain_48k.wav')
    p.add_argument('--float32', action='store_true', help='three times the size, no rounding')
    o = p.parse_args()
    z = torch.load(o.checkpoint, map_location='cpu', weights_only=True)
    state, high = z['ema'], z.get('high', {})
    if not o.float32:   # the vectors are of the weights in the file
        exact = state
        state, high = ({k: rounded(k, t) for k, t in s.items()} for s in (state, high))
        for k in LARGE:
            print(f'{k}: {10 * torch.log10(exact[k].square().sum() / (exact[k] - state[k]).square().sum()):.1f} dB of weights to their rounding')
    for t in (*state.values(), *high.values()):
        if not torch.isfinite(t).all():
            raise SystemExit('export: a weight is not finite (or too large for 16 bits: --float32)')
    net = N.Net(tuple(z['options']['c']), z['options']['glob'], z['options']['out'])
    net.load_state_dict(state)
    net.eval()
    write(o.model, model_bytes(state, high, o.float32))
    write(o.vectors, vectors(net, o.wav))
    if high:
        write(o.high_vectors, high_vectors(net, high, o.high_wav))
    else:
        pathlib.Path(o.high_vectors).unlink(missing_ok=True)
    print('step', z.get('step'), 'multiply-adds', N.macs(net))


if __name__ == '__main__':
    main()
