#!/usr/bin/env python3
"""Drives one peer: driver.py NAME.  Names: peers.json.

A long-lived process.  It first prints {"ready":true,…} or {"ready":false,"why":…}; then, for every line
{"in":"a.wav","out":"b.wav","prob":"c.f32"} on its input (out and prob may be absent or empty), it processes the file from
a fresh state and prints {"cpu_ns":N,"hops":H} or {"error":…}.
"""
import json
import os
import sys

sys.dont_write_bytecode = True  # the repository stays clean

# One thread everywhere, before numpy and onnxruntime are loaded.
for _v in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "RAYON_NUM_THREADS"):
    os.environ[_v] = "1"

try:
    import numpy as np
    import soxr
except ImportError as e:
    print(json.dumps({"ready": False, "why": "peers: %s (run bench/peers/install.py)" % e}), flush=True)
    sys.exit(0)

import afftdn
import dfn
import native
import networks
import wav
from system import Unavailable, per_10ms

SYSTEMS = {
    "rnnoise-0.1": lambda: native.RNNoise("01", "0.1 (rnnoise-sys 0.1.3)", 480),
    "rnnoise-0.2-small": lambda: native.RNNoise("02small", "0.2 (source rnnoise2-sys 0.1.2, weights @jitsi/rnnoise-wasm 0.2.1)", 960),
    "rnnoise-0.2-main": lambda: native.RNNoise("02main", "0.2 (source rnnoise2-sys 0.1.2, weights pyrnnoise 0.4.5)", 960),
    "speexdsp-15": lambda: native.SpeexDSP(-15),
    "speexdsp-30": lambda: native.SpeexDSP(-30),
    "webrtc-ns-moderate": lambda: native.WebRTCNS(1),
    "webrtc-ns-high": lambda: native.WebRTCNS(2),
    "webrtc-ns-veryhigh": lambda: native.WebRTCNS(3),
    "afftdn": lambda: afftdn.Afftdn(""),
    "afftdn-tuned": lambda: afftdn.Afftdn("nr=20:nf=-30:tn=1"),
    "deepfilternet3": dfn.DeepFilterNet3,
    "deepfilternet3-stream": native.DeepFilterNet3,
    "gtcrn": networks.GTCRN,
    "dtln": networks.DTLN,
    "webrtc-vad": native.WebRTCVAD,
    "silero-vad": networks.Silero,
    "ten-vad": native.TenVAD,
}


def fit(y, n):
    return np.pad(y, (0, max(0, n - len(y))))[:n]


def serve(system, job):
    x, rate = wav.read(job["in"])
    steps = -(-len(x) * 100 // rate)  # 10 ms steps, the last may be partial
    z = soxr.resample(x, rate, system.rate, quality="HQ") if rate != system.rate else x
    y, prob, ns = system.process(z)
    if job.get("out"):
        if y is None:
            raise ValueError("peers: this system has no sound output")
        y = soxr.resample(y[:len(z)], system.rate, rate, quality="HQ") if rate != system.rate else y
        wav.write(job["out"], fit(y, len(x)), rate)
    if job.get("prob"):
        if prob is None:
            raise ValueError("peers: this system has no speech probability")
        tmp = "%s.tmp%d" % (job["prob"], os.getpid())
        per_10ms(prob, system.hop, system.rate, steps).tofile(tmp)
        os.replace(tmp, job["prob"])
    return {"cpu_ns": int(ns), "hops": round(len(x) * 100 / rate)}


def say(**message):
    print(json.dumps(message), flush=True)


def main():
    name = sys.argv[1] if len(sys.argv) == 2 else ""
    if name not in SYSTEMS:
        say(ready=False, why="peers: no system %r; there are %s" % (name, ", ".join(SYSTEMS)))
        return
    system = SYSTEMS[name]()
    try:
        system.open()
    except (Unavailable, OSError) as e:
        say(ready=False, why="%s: %s (run bench/peers/install.py)" % (name, e))
        return
    say(ready=True, name=name, version=system.version, rate=48000, delay=system.delay)
    for line in sys.stdin:
        if not line.strip():
            continue
        try:
            say(**serve(system, json.loads(line)))
        except Exception as e:  # one bad file does not end the run
            say(error="%s: %s" % (type(e).__name__, e))


if __name__ == "__main__":
    main()
