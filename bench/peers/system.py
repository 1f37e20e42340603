"""What every peer's driver provides."""
import numpy as np


class Unavailable(Exception):
    """The peer is not installed or does not run here; the message says why."""


class System:
    rate = 48000   # of process's input and output, Hz
    hop = 480      # samples of a frame at that rate; one probability each
    delay = -1     # of the output behind the input, samples at 48 kHz; -1 not known
    version = ""

    def open(self):
        """Loads what does not depend on the file.  Raises Unavailable."""

    def process(self, x):
        """x: mono float32 of +-1 at rate.  Returns (output or None, probability per frame or None, ns of processor time),
        from a fresh state.  The output may be longer than x."""
        raise NotImplementedError


def pad(x, hop):
    """x with zeros after it up to whole frames."""
    return np.ascontiguousarray(np.pad(x, (0, -len(x) % hop)), np.float32)


def per_10ms(prob, hop, rate, count):
    """One probability for each of count 10 ms steps of the input: that of the last frame that is complete at the step's
    end, as a live listener would have it; zero before the first."""
    step_end = (np.arange(1, count + 1) * rate) // 100
    last = step_end // hop - 1
    return np.where(last < 0, 0, prob[np.clip(last, 0, len(prob) - 1)]).astype("<f4")
