#!/usr/bin/env python3
"""What each part of the classical engine brings: builds the quality laboratory
once for every change of VARIANTS in a copy of the tree, runs it on the tuning set
and prints a table for bench/README.md.

    python3 bench/ablation/ablation.py [--subset N] [--only WORD] [--data SET] [--go-only]

It needs Go, and bench/.venv/quality for PESQ and DNSMOS (make quality-env); without
that the columns stay empty. A change is a constant of the engine set to another
value; one that is not found in its file stops the run, so the list cannot rot.
"""
import argparse, json, pathlib, re, shutil, subprocess, sys, tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]

# name, then (file, constant, value) …
VARIANTS = [
    ("as it is",),
    ("network not in the gain (absence .45 everywhere)",
     ("denoise/gain.go", "mostAbsent", "0"), ("denoise/gain.go", "leastAbsent", "0.45")),
    ("network not in the noise tracker", ("denoise/noise.go", "noiseDoubt", "0")),
    ("no damping of bands without speech", ("denoise/smoothing.go", "pauseDampDB", "0")),
    ("depth not limited by the voice", ("denoise/makeup.go", "quietDB", "120")),
    ("no over-subtraction", ("denoise/noise.go", "overSubtraction", "1.0"), ("denoise/noise.go", "overSubtractionPause", "0")),
    ("tracker's prior .5", ("spectral/mmse.go", "orDefault(opt.SpeechPrior,", "0.5)")),
    ("no decision direction", ("spectral/snr.go", "orDefault(opt.Alpha,", "1e-9)")),
    ("gains not smoothed over frequency",
     ("denoise/smoothing.go", "gainOwnSpeech", "1"), ("denoise/smoothing.go", "gainOwnPause", "1")),
    ("gains not smoothed over time", ("denoise/smoothing.go", "gainRise", "0"), ("denoise/smoothing.go", "gainFall", "0")),
    ("no level make-up", ("denoise/makeup.go", "makeupMost", "1")),
    ("no transient damping", ("denoise/transient.go", "transientDampDB", "0")),
    ("floor −14 dB", ("denoise/gain.go", "speechFloorDB", "14")),
    ("floor −26 dB", ("denoise/gain.go", "speechFloorDB", "26")),
]

COLUMNS = [  # key in report.json, heading, digits
    ("pesq_wb", "PESQ-WB", 3), ("estoi", "ESTOI", 3), ("sisdr", "SI-SDR", 2), ("ovrl", "OVRL", 2), ("lsd", "LSD", 2),
    ("att", "pauses", 1), ("att_first", "first second", 1), ("gain", "speech level", 1),
]


def change(tree, file, name, value):
    path = tree / file
    text = path.read_text()
    if name.startswith("orDefault("):  # a default of spectral: orDefault(opt.X, old) → orDefault(opt.X, value)
        new, n = re.subn(re.escape(name) + r"\s*[-0-9.e]+\)", name + " " + value, text)
    else:
        new, n = re.subn(r"(?m)^(\s*(?:const\s+)?%s\s*=\s*)[-0-9.e]+" % re.escape(name), r"\g<1>" + value, text)
    if n != 1:
        sys.exit(f"ablation: {name} found {n} times in {file}, want 1")
    path.write_text(new)


def measure(tree, args, out):
    command = ["go", "run", "./bench/quality", "-peers", "none", "-out", str(out)]
    if args.subset:
        command += ["-subset", str(args.subset)]
    if args.data:
        command += ["-data", args.data]
    if args.go_only:
        command += ["-go-only"]
    done = subprocess.run(command, cwd=tree, capture_output=True, text=True)
    if done.returncode:
        sys.exit(done.stderr)
    report = json.loads((out / "report.json").read_text())
    return report["data"], next(s for s in report["systems"] if s["name"] != "noisy")["summary"]


def row(name, summary):
    def cell(group, key, digits):
        stat = summary.get(group, {}).get(key)
        return "" if stat is None else f"{stat['mean']:.{digits}f}"
    cells = [cell("all", key, digits) for key, _, digits in COLUMNS] + [cell("clean only", "pesq_wb", 2), cell("clean only", "lsd", 2)]
    return "| " + " | ".join([name] + cells) + " |"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--subset", type=int, default=0, help="use N mixtures only")
    parser.add_argument("--only", default="", help="only variants with this word in their name")
    parser.add_argument("--go-only", action="store_true", help="no PESQ, no DNSMOS: a quarter of the time")
    parser.add_argument("--data", default="", help="set to use, as for bench/quality")
    args = parser.parse_args()
    first = True
    for name, *changes in VARIANTS:
        if args.only not in name:
            continue
        # Beside the repository, where the data lies beside it too.
        with tempfile.TemporaryDirectory(dir=ROOT.parent, prefix="ablation-") as folder, tempfile.TemporaryDirectory() as out:
            tree = pathlib.Path(folder)
            shutil.copytree(ROOT, tree, symlinks=True, dirs_exist_ok=True, ignore=shutil.ignore_patterns(".git", ".venv", ".cache", "out", "build"))
            for kept in (".venv", ".cache"):  # scores already known, and what computes them
                if (ROOT / "bench" / kept).exists():
                    (tree / "bench" / kept).symlink_to(ROOT / "bench" / kept)
            for file, constant, value in changes:
                change(tree, file, constant, value)
            data, summary = measure(tree, args, pathlib.Path(out))
        if first:
            print(f"{data['mixtures']} mixtures and {data['clean_only']} clean files of {data['name']}, sha256 {data['sha256']}\n")
            print("| change | " + " | ".join(heading for _, heading, _ in COLUMNS) + " | clean PESQ | clean LSD |")
            print("|---|" + "---|" * (len(COLUMNS) + 2))
            first = False
        print(row(name, summary), flush=True)


if __name__ == "__main__":
    main()
