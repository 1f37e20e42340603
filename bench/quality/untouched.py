#!/usr/bin/env python3
"""Folders of recordings that nothing here was trained or tuned on, for -clean and -noise.

    python3 bench/quality/untouched.py [DATA] OUT [--speech 8]
    go run ./bench/quality -clean OUT/clean -noise OUT/noise -per-speech 2 -rooms
    go run ./bench/vad -clean OUT/clean -noise OUT/noise -rooms

DATA is the folder with train/ (default: ../shared/data beside the repository). bench/presence trains on what
is CC0, public domain, MIT or Apache-2.0 there and nothing was tuned on train/: the recordings under other
licences are left. One file per speaker, and per kind of noise but music, the first of 12 to 26 s by name.
"""
import argparse, csv, pathlib, shutil

TRAINED = {"CC0", "CC0-1.0", "Public Domain", "Public Domain (per contributor)", "MIT", "Apache-2.0"}


def pick(rows, most):
    """The first row of every source and speaker (or kind), sources in turn."""
    by_source = {}
    for row in sorted(rows, key=lambda r: r["file"]):
        by_source.setdefault(row["source"] if row["file"].startswith("speech/") else "noise", {}).setdefault(row["speaker_or_kind"], row)
    queues = [list(v.values()) for _, v in sorted(by_source.items())]
    chosen = []
    while len(chosen) < most and any(queues):
        for queue in queues:
            if queue and len(chosen) < most:
                chosen.append(queue.pop(0))
    return chosen


def main():
    beside = pathlib.Path(__file__).resolve().parents[3] / "shared" / "data"
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("data", nargs="?", type=pathlib.Path, default=beside)
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--speech", type=int, default=8)
    parser.add_argument("--noise", type=int, default=16)
    args = parser.parse_args()
    with open(args.data / "train" / "manifest.csv", newline="") as f:
        rows = [r for r in csv.DictReader(f) if r["licence"] not in TRAINED and 12 <= float(r["dur_s"]) <= 26]
    speech = pick([r for r in rows if r["file"].startswith("speech/")], args.speech)
    noise = pick([r for r in rows if r["file"].startswith("noise/") and r["speaker_or_kind"] != "music"], args.noise)
    for folder, chosen in (("clean", speech), ("noise", noise)):
        (args.out / folder).mkdir(parents=True, exist_ok=True)
        for r in chosen:
            name = f"{r['source']}-{r['speaker_or_kind']}" if folder == "clean" else r["speaker_or_kind"]
            shutil.copyfile(args.data / "train" / r["file"], args.out / folder / (name.replace("/", "-").replace("_", "-") + ".opus"))
            print(folder, r["file"], r["licence"], r["dur_s"])


if __name__ == "__main__":
    main()
