"""Peers with a C interface.  The loops of csrc/loops.c call them over a whole file, so that the processor time is
theirs alone."""
import ctypes as c
import os

import numpy as np

import wav
from paths import LIB, MODELS
from system import System, Unavailable, pad

# Which build of the libraries compiled here the drivers use: native (-O3 -march=native), o2, or debian (SpeexDSP).
BUILD = os.environ.get("PEERS_BUILD", "native")
P, F, L = c.c_void_p, c.POINTER(c.c_float), c.c_long


def load(name):
    path = LIB / name
    if not path.exists():
        raise Unavailable("%s is not installed" % name)
    try:
        return c.CDLL(str(path))
    except OSError as e:
        raise Unavailable(str(e))


def function(lib, name, result, *args):
    f = lib[name]
    f.restype, f.argtypes = result, args
    return f


def address(lib, name):
    return c.cast(lib[name], P)


def fptr(a):
    return a.ctypes.data_as(F)


class Native(System):
    library = ""

    def open(self):
        self.loops = load("libpeerloops.so")
        self.lib = load(self.library.format(build=BUILD))
        self.prepare()

    def loop(self, name, *args):
        """Runs a loop of loops.c; args are ctypes values or numpy arrays."""
        f = self.loops[name]
        f.restype = c.c_int64
        return f(*[a.ctypes.data_as(P) if isinstance(a, np.ndarray) else a for a in args])


class RNNoise(Native):
    hop = 480

    def __init__(self, model, version, delay):
        self.library, self.version, self.delay = "librnnoise%s-{build}.so" % model, version, delay

    def prepare(self):
        self.create = function(self.lib, "rnnoise_create", P, P)
        self.destroy = function(self.lib, "rnnoise_destroy", None, P)
        self.step = address(self.lib, "rnnoise_process_frame")

    def process(self, x):
        x = pad(x, self.hop) * np.float32(32768)
        n = len(x) // self.hop
        y, prob = np.zeros_like(x), np.zeros(n, np.float32)
        st = self.create(None)
        ns = self.loop("loop_rnnoise", self.step, P(st), x, y, prob, L(n))
        self.destroy(st)
        return y / np.float32(32768), prob, ns


class SpeexDSP(Native):
    """Noise suppression of the preprocessor, the rest of it off; frames of 10 ms."""
    hop, version, delay = 480, "1.2.1", 480
    library = "libspeexdsp-{build}.so"
    SET_DENOISE, SET_AGC, SET_DEREVERB, SET_NOISE_SUPPRESS = 0, 2, 8, 18

    def __init__(self, suppress):
        self.suppress = suppress

    def prepare(self):
        self.create = function(self.lib, "speex_preprocess_state_init", P, c.c_int, c.c_int)
        self.destroy = function(self.lib, "speex_preprocess_state_destroy", None, P)
        self.ctl = function(self.lib, "speex_preprocess_ctl", c.c_int, P, c.c_int, P)

    def process(self, x):
        x = wav.to_int16(pad(x, self.hop))
        n = len(x) // self.hop
        prob = np.zeros(n, np.float32)
        st = self.create(self.hop, 48000)
        for request, value in ((self.SET_DENOISE, 1), (self.SET_AGC, 0), (self.SET_DEREVERB, 0),
                               (self.SET_NOISE_SUPPRESS, self.suppress)):
            v = c.c_int32(value)
            self.ctl(st, request, c.byref(v))
        ns = self.loop("loop_speex", address(self.lib, "speex_preprocess_run"), address(self.lib, "speex_preprocess_ctl"),
                       P(st), x, prob, L(n), L(self.hop))
        self.destroy(st)
        return x.astype(np.float32) / 32768, prob, ns


class WebRTCNS(Native):
    hop, version, delay = 480, "webrtc-audio-processing 2.1", 336
    library = "libwebrtcns-{build}.so"

    def __init__(self, level):
        self.level = level

    def prepare(self):
        self.create = function(self.lib, "wns_create", P, c.c_int, c.c_int)
        self.destroy = function(self.lib, "wns_destroy", None, P)

    def process(self, x):
        x = pad(x, self.hop)
        y = np.zeros_like(x)
        st = self.create(48000, self.level)
        ns = self.loop("loop_wns", address(self.lib, "wns_process"), P(st), x, y, L(len(x) // self.hop), L(self.hop))
        self.destroy(st)
        return y, None, ns


class DeepFilterNet3(Native):
    """The project's own C interface (streaming, tract), no limit on attenuation, no post-filter."""
    version, delay = "0.5.6 (commit d375b2d)", 1440
    library = "libdeepfilter.so"

    def prepare(self):
        self.model = MODELS / "DeepFilterNet3_onnx.tar.gz"
        if not self.model.exists():
            raise Unavailable("the model is not installed")
        self.create = function(self.lib, "df_create", P, c.c_char_p, c.c_float, c.c_char_p)
        self.free = function(self.lib, "df_free", None, P)
        self.hop = function(self.lib, "df_get_frame_length", c.c_size_t, P)

    def process(self, x):
        st = self.create(str(self.model).encode(), 100.0, None)
        hop = self.hop(st)
        x = pad(x, hop)
        y, n = np.zeros_like(x), len(x) // hop
        ns = self.loop("loop_df", address(self.lib, "df_process_frame"), P(st), x, y, np.zeros(n, np.float32), L(n), L(hop))
        self.free(st)
        return y, None, ns


class WebRTCVAD(Native):
    """The four aggressiveness modes vote: 0, 0.25 … 1 of them hear speech.  The time is the mean of one mode."""
    hop, version = 480, "libfvad in webrtc-vad 0.4.0"
    library = "libfvad-{build}.so"

    def prepare(self):
        self.create = function(self.lib, "fvad_new", P)
        self.free = function(self.lib, "fvad_free", None, P)
        self.mode = function(self.lib, "fvad_set_mode", c.c_int, P, c.c_int)
        self.set_rate = function(self.lib, "fvad_set_sample_rate", c.c_int, P, c.c_int)

    def process(self, x):
        x = wav.to_int16(pad(x, self.hop))
        n = len(x) // self.hop
        votes, ns = np.zeros(n, np.float32), 0
        for mode in range(4):
            st = self.create()
            self.mode(st, mode)
            self.set_rate(st, 48000)
            ns += self.loop("loop_fvad", address(self.lib, "fvad_process"), P(st), x, votes, L(n), L(self.hop))
            self.free(st)
        return None, votes / 4, ns // 4


class TenVAD(Native):
    rate, hop, version = 16000, 256, "1.0.6.9"
    library = "libten_vad.so"

    def open(self):
        for so in ("libunwind.so.1", "libc++abi.so.1", "libc++.so.1"):
            if (LIB / so).exists():
                c.CDLL(str(LIB / so))
        super().open()

    def prepare(self):
        self.create = function(self.lib, "ten_vad_create", c.c_int, P, c.c_size_t, c.c_float)
        self.destroy = function(self.lib, "ten_vad_destroy", c.c_int, P)

    def process(self, x):
        x = wav.to_int16(pad(x, self.hop))
        n = len(x) // self.hop
        st, prob = P(), np.zeros(n, np.float32)
        if self.create(c.byref(st), self.hop, 0.5):
            raise RuntimeError("peers: ten_vad_create failed")
        ns = self.loop("loop_ten", address(self.lib, "ten_vad_process"), st, x, prob, L(n), L(self.hop))
        self.destroy(c.byref(st))
        return None, prob, ns
