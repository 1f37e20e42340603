"""The training step of core.cpp: on a CPU with AVX-512 and a compiler; check.py measures it beside PyTorch."""
import ctypes, pathlib, subprocess, tempfile
import numpy as np, torch
import loss

HERE = pathlib.Path(__file__).resolve().parent
pointer = lambda a: ctypes.c_void_p(a.ctypes.data)   # of an array with a name: one that nobody holds is gone before the call
L = ctypes.c_long


def build():
    """The library, or None where it cannot be had."""
    try:
        if 'avx512vl' not in pathlib.Path('/proc/cpuinfo').read_text():
            return None
        out = pathlib.Path(tempfile.mkdtemp()) / 'core.so'
        subprocess.run(['g++', '-std=c++17', '-O3', '-march=native', '-ffast-math', '-shared', '-fPIC', '-o', out, HERE / 'core.cpp'], check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    lib = ctypes.CDLL(str(out))
    lib.core_new.restype = ctypes.c_void_p
    return lib


LIB = build()
CONV, LINEAR, UNFOLD = ['lin.weight', 'bias'], ['weight', 'bias'], ['up.weight', 'up.bias', 'skip.weight']
GRU = ['weight_ih_l0', 'bias_ih_l0', 'weight_hh_l0', 'bias_hh_l0']
ORDER = [('e1', CONV), ('e2', CONV), ('e3', CONV), ('gin', LINEAR), ('ggru', GRU), ('gout', LINEAR), ('lgru', GRU), ('gru1', GRU),
         ('d3', UNFOLD), ('d2', UNFOLD), ('d1', UNFOLD), ('head', LINEAR), ('vad', LINEAR)]   # as core.cpp has them


def ordered(net):
    """(name, parameter) in the order that the flat vectors have them."""
    names = [f'{m}.{t}' for m, tensors in ORDER for t in tensors]
    own = dict(net.named_parameters())
    assert set(names) == set(own), set(names) ^ set(own)
    return [(n, own[n]) for n in names]


class Core:
    """Memory for so many items and hops at a time; one thread each."""

    def __init__(self, net, items, hops):
        assert all(n % 16 == 0 for n in (*net.c, net.glob, net.out)), 'core.cpp wants multiples of 16'
        self.items, self.hops = items, hops
        sizes, edges = np.array([*net.c, net.glob, net.out], np.int32), np.array(loss.BANDS, np.int32) - 1
        self.core = ctypes.c_void_p(LIB.core_new(items, hops, pointer(sizes), len(loss.BANDS), pointer(edges)))
        self.n = sum(q.numel() for q in net.parameters())
        self.state = [np.zeros((items, p, h), np.float32) for p, h in ((1, net.glob), (12, net.c[2]), (48, net.c[0]))]

    def step(self, params, f, X, R, k, has, act, weights, treble, listener=None, heard=[]):
        """params [n]; features f [items, hops of the item, 96, 4]; X, R [items, .., 2, 160]; hops k to k + hops, the state
        going on; treble: what bins above 4 kHz count; listener, heard: of loss.of_bands. -> terms of the loss [9], gradients [n]; numpy
        arrays of float32."""
        stride = L(f.shape[1])
        LIB.core_forward(self.core, pointer(params), pointer(f), stride, L(k), *map(pointer, self.state))
        ey, er = (np.empty((self.items, self.hops, len(loss.BANDS)), np.float32) for _ in range(2))
        LIB.core_outputs(self.core, pointer(X), pointer(R), stride, L(k), pointer(ey), pointer(er))
        y = torch.from_numpy(ey).requires_grad_()
        rest = loss.of_bands(y, torch.from_numpy(er), torch.from_numpy(has), listener, heard)
        sum(a * t for a, t in zip(weights[6:], rest)).backward()
        terms, g = np.empty(len(loss.NAMES), np.float32), np.empty(self.n, np.float32)
        de, w = y.grad.numpy(), np.array([*weights[:6], treble], np.float32)
        LIB.core_backward(self.core, pointer(X), pointer(R), stride, L(k), pointer(de), pointer(has), pointer(act), pointer(w),
                          pointer(terms), pointer(g))
        terms[6:] = [t.item() for t in rest]
        return terms, g


def features(S, gain):
    """net.features of one item: S [hops, 2, 160], gain of the microphone -> [hops, 96, 4]"""
    f = np.empty((len(S), 96, 4), np.float32)
    LIB.core_features(pointer(S), L(len(S)), ctypes.c_float(gain), pointer(f))
    return f


def planes(z):
    """complex [hops, 161] -> real and imaginary parts of bins 1 to 160 [hops, 2, 160]"""
    z = np.ascontiguousarray(z, np.complex64)
    s = np.empty((len(z), 2, 160), np.float32)
    LIB.core_planes(pointer(z), L(len(z)), pointer(s))
    return s
