"""Peers that are networks run by onnxruntime, one thread.  The interpreter's work between the frames (numpy's
transforms, the calls) is inside the time."""
import time

import numpy as np

from paths import MODELS
from system import System, Unavailable, pad


class Network(System):
    rate = 16000
    models = ()

    def open(self):
        try:
            import onnxruntime as ort
        except ImportError as e:
            raise Unavailable(str(e))
        opts = ort.SessionOptions()
        opts.intra_op_num_threads = opts.inter_op_num_threads = 1
        opts.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self.sessions = []
        for m in self.models:
            if not (MODELS / m).exists():
                raise Unavailable("the model %s is not installed" % m)
            self.sessions.append(ort.InferenceSession(str(MODELS / m), opts, providers=["CPUExecutionProvider"]))


class GTCRN(Network):
    """Short-time Fourier transform of 32 ms, step 16 ms, square-root Hann windows; the network maps one spectrum to one,
    its memories go in and out with every call."""
    hop, version, delay = 256, "gtcrn_simple.onnx (DNS3)", 768
    models = ("gtcrn_simple.onnx",)

    def process(self, x):
        n = len(x)
        x = pad(np.concatenate([x, np.zeros(self.hop, np.float32)]), self.hop)
        w = np.sqrt(np.hanning(513)[:512]).astype(np.float32)
        run, frame, y, tail = self.sessions[0].run, np.zeros(512, np.float32), np.zeros_like(x), np.zeros(256, np.float32)
        feed = {"conv_cache": np.zeros((2, 1, 16, 16, 33), np.float32), "tra_cache": np.zeros((2, 3, 1, 1, 16), np.float32),
                "inter_cache": np.zeros((2, 1, 33, 16), np.float32)}
        t = time.thread_time_ns()
        for i in range(0, len(x), 256):
            frame[:256] = frame[256:]
            frame[256:] = x[i:i + 256]
            s = np.fft.rfft(frame * w).astype(np.complex64)
            feed["mix"] = s.view(np.float32).reshape(1, 257, 1, 2)
            out, feed["conv_cache"], feed["tra_cache"], feed["inter_cache"] = run(None, feed)
            z = np.fft.irfft(np.ascontiguousarray(out).view(np.complex64).reshape(257), 512).astype(np.float32) * w
            y[i:i + 256] = tail + z[:256]
            tail = z[256:]
        return y[:n], None, time.thread_time_ns() - t


class DTLN(Network):
    """Block of 32 ms, step 8 ms: the first network gives a mask for the magnitudes, the second turns the block into the
    output block; overlap-add without windows."""
    hop, version, delay = 128, "DTLN onnx (norm 500 h)", 1152
    models = ("dtln_1.onnx", "dtln_2.onnx")

    def process(self, x):
        n = len(x)
        x = pad(x, self.hop)
        one, two = self.sessions
        (m_in, s1_in), (b_in, s2_in) = ([i.name for i in s.get_inputs()] for s in self.sessions)
        s1, s2 = (np.zeros([d or 1 for d in s.get_inputs()[1].shape], np.float32) for s in self.sessions)
        block, acc, y = np.zeros(512, np.float32), np.zeros(512, np.float32), np.zeros_like(x)
        t = time.thread_time_ns()
        for i in range(0, len(x), 128):
            block[:384] = block[128:]
            block[384:] = x[i:i + 128]
            s = np.fft.rfft(block)
            mag = np.abs(s).astype(np.float32).reshape(1, 1, 257)
            mask, s1 = one.run(None, {m_in: mag, s1_in: s1})
            est = np.fft.irfft(s * mask.reshape(257), 512).astype(np.float32).reshape(1, 1, 512)
            out, s2 = two.run(None, {b_in: est, s2_in: s2})
            acc[:384] = acc[128:]
            acc[384:] = 0
            acc += out.reshape(512)
            y[i:i + 128] = acc[:128]
        return y[:n], None, time.thread_time_ns() - t


class Silero(Network):
    """Frames of 32 ms with the 4 ms before them as context."""
    hop, version = 512, "6.2.3 (silero_vad_16k_op15.onnx)"
    models = ("silero_vad_16k_op15.onnx",)

    def process(self, x):
        x = np.concatenate([np.zeros(64, np.float32), pad(x, self.hop)])
        prob = np.zeros(len(x) // self.hop, np.float32)
        run, rate = self.sessions[0].run, np.array(16000, np.int64)
        state = np.zeros((2, 1, 128), np.float32)
        t = time.thread_time_ns()
        for i in range(len(prob)):
            out, state = run(None, {"input": x[None, 512 * i:512 * i + 576], "state": state, "sr": rate})
            prob[i] = out[0, 0]
        return None, prob, time.thread_time_ns() - t
