#!/usr/bin/env python3
"""Runs every peer of peers.json on one file and prints a line each: check.py [NAME …] [--in FILE]

Columns: delay of the output behind the input in ms (peak of the cross-correlation, ±100 ms), level of the output against
the input over the first second and over the whole file in dB, mean speech probability, µs of processor time per 10 ms.
Runs with any Python 3: only the drivers need their environment.  Exit status 1 when a driver breaks the protocol.
"""
import argparse
import array
import json
import math
import subprocess
import sys
import tempfile
import wave
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent


def samples(path):
    with wave.open(str(path), "rb") as w:
        return array.array("h", w.readframes(w.getnframes())), w.getframerate()


def level(a, n=None):
    a = a[:n] if n else a
    return 10 * math.log10(sum(v * v for v in a) / max(1, len(a)) + 1e-3)


def delay_ms(x, y, rate):
    """By decimation to about 6 kHz and plain correlation: good to 0.2 ms."""
    step = max(1, rate // 6000)
    dec = lambda a: [sum(a[i:i + step]) for i in range(0, len(a) - step, step)]
    u, v = dec(x), dec(y)
    n, reach = min(len(u), len(v)), rate // step // 10
    # Three seconds in the middle hold speech and keep this quick without numpy.
    a = max(reach, n // 2 - rate // step * 3 // 2)
    b = min(n - reach, a + rate // step * 3)
    best = max(range(-reach, reach + 1), key=lambda d: sum(map(int.__mul__, u[a:b], v[a + d:b + d])))
    return best * step * 1000 / rate


def main():
    ap = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    ap.add_argument("names", nargs="*")
    ap.add_argument("--in", dest="source", default=str(ROOT / "testdata" / "noisy_rain_48k.wav"))
    args = ap.parse_args()
    source = str(Path(args.source).resolve())
    x, rate = samples(source)
    failed = False
    print("%-20s %8s %9s %9s %6s %9s" % ("peer", "delay ms", "1st s dB", "all dB", "prob", "µs/10 ms"))
    for peer in json.loads((HERE / "peers.json").read_text()):
        name = peer["name"]
        if args.names and name not in args.names:
            continue
        try:
            p = subprocess.Popen(peer["command"], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        except OSError as e:
            print("%-20s skipped: %s (run bench/peers/install.py)" % (name, e))
            continue
        with p, tempfile.TemporaryDirectory() as d:
            ready = json.loads(p.stdout.readline() or '{"why":"no answer"}')
            if not ready.get("ready"):
                print("%-20s skipped: %s" % (name, ready.get("why")))
                failed |= ready.get("why") == "no answer"
                continue
            job = {"in": source, "out": d + "/y.wav" if "denoise" in peer["kind"] else "",
                   "prob": d + "/p.f32" if "vad" in peer["kind"] else ""}
            print(json.dumps(job), file=p.stdin, flush=True)
            ans = json.loads(p.stdout.readline() or '{"error":"the driver ended"}')
            p.stdin.close()
            if "error" in ans:
                print("%-20s FAILED: %s" % (name, ans["error"]))
                failed = True
                continue
            col = ["", "", "", ""]
            if job["out"]:
                y, yrate = samples(job["out"])
                if yrate != rate or len(y) != len(x):
                    print("%-20s FAILED: output of %d samples at %d Hz" % (name, len(y), yrate))
                    failed = True
                    continue
                col[:3] = ["%.1f" % delay_ms(x, y, rate), "%.1f" % (level(y, rate) - level(x, rate)), "%.1f" % (level(y) - level(x))]
            if job["prob"]:
                q = array.array("f", Path(job["prob"]).read_bytes())
                want = -(-len(x) * 100 // rate)
                if len(q) != want or not all(0 <= v <= 1 for v in q):
                    print("%-20s FAILED: %d probabilities, want %d between 0 and 1" % (name, len(q), want))
                    failed = True
                    continue
                col[3] = "%.2f" % (sum(q) / len(q))
            print("%-20s %8s %9s %9s %6s %9.1f" % (name, *col, ans["cpu_ns"] / 1000 / ans["hops"]), flush=True)
    sys.exit(failed)


if __name__ == "__main__":
    main()
