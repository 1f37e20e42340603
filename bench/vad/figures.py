#!/usr/bin/env python3
"""Draws what `go run ./bench/vad` measured: figures.py [FOLDER], by default bench/out/vad beside this repository's files.

Reads report.json and example.wav in FOLDER and writes there
  roc.png       hits against false alarms of every probability, and of our decision with several holds
  snr.png       ROC area at each SNR, in reverberation, and of clean speech
  cost.png      ROC area against CPU time per 10 ms
  example.png   one recording: waveform, spectrogram, truth, and what every system says
Needs numpy and matplotlib.
"""
import json
import os
import sys
import wave
from pathlib import Path

import matplotlib
matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np

OURS = "#0b62a8"
COLOURS = ["#c2542d", "#2ca02c", "#9467bd", "#ff7f0e", "#17becf", "#8c564b", "#e377c2", "#7f7f7f", "#bcbd22", "#6a3d9a",
           "#b15928", "#66a61e", "#a6761d", "#444444"]
DASHES = ["-", "--", "-.", (0, (1, 1.2)), (0, (5, 1, 1, 1, 1, 1))]
plt.rcParams.update({"font.size": 10, "axes.spines.top": False, "axes.spines.right": False, "axes.grid": True,
                     "grid.color": "#e4e4e4", "grid.linewidth": 0.7, "axes.axisbelow": True, "legend.frameon": False,
                     "figure.dpi": 110, "savefig.bbox": "tight"})


def shown(report):
    """The systems to draw, the best first, each with colour and dashes. Our Detector decides as our Denoiser does."""
    systems = [s for s in report["systems"] if s["name"] != "detector"]
    systems.sort(key=lambda s: -(s["roc_area"]["all"] or 0))
    peers = 0
    for s in systems:
        if s.get("ours"):
            s["style"] = dict(color=OURS, linestyle="-", linewidth=2.6, zorder=5)
            s["label"] = s["label"].replace(" Denoiser", "")
        else:
            s["style"] = dict(color=COLOURS[peers % len(COLOURS)], linestyle=DASHES[peers % len(DASHES)], linewidth=1.4)
            peers += 1
    return systems


def save(fig, folder, name):
    """Writes to a temporary name first."""
    part = folder / (name + ".part.png")
    fig.savefig(part)
    plt.close(fig)
    os.replace(part, folder / name)


def data_line(report):
    d = report["data"]
    return "%s: %d mixtures, %.0f s, %d onsets" % (d["name"], d["mixtures"], d["mixture_seconds"], d["onsets"])


def curve(points):
    return [100 * p["false_alarm"] for p in points], [100 * p["hit"] for p in points]


def draw_roc(report, folder):
    systems = shown(report)
    fig, (left, right) = plt.subplots(1, 2, figsize=(13, 5.4))
    for s in systems:
        left.plot(*curve(s["curve"]), label="%.3f  %s" % (s["roc_area"]["all"], s["label"]), **s["style"])
        by = {d["by"]: d for d in s["decisions"]}["threshold"]
        left.plot(100 * by["false_alarm"], 100 - 100 * by["miss"], "o", ms=6, color=s["style"]["color"], mec="white", zorder=6)
    left.set(title="Probability; dots: at the default threshold", xlabel="false alarm, % of frames without speech",
             ylabel="hit, % of frames with speech", xlim=(0, 60), ylim=(40, 100.5))

    for c, dash in zip(report["variant_curves"], ["-", "--", ":"]):
        hold = "no hold" if c["hold_ms"] == 0 else "hold %d ms" % c["hold_ms"]
        right.plot(*curve(c["curve"]), color=OURS, linestyle=dash, linewidth=2, label="Quietline, all thresholds, " + hold)
    for v in report["variants"]:
        if v.get("default"):
            right.plot(100 * v["false_alarm"], 100 - 100 * v["miss"], "D", ms=9, color=OURS, mec="white", zorder=6, ls="",
                       label="Quietline, default VADConfig")
    for s in systems:
        if s.get("ours"):
            continue
        d = {d["by"]: d for d in s["decisions"]}["threshold, 100 ms hold"]
        right.plot(100 * d["false_alarm"], 100 - 100 * d["miss"], "o", ms=7, color=s["style"]["color"], mec="white", zorder=6)
    right.plot([], [], "o", ms=7, color="#777777", label="others, default threshold, hold 100 ms")
    right.set(title="Decision", xlabel="false alarm, % of frames without speech", xlim=(0, 60), ylim=(40, 100.5))
    right.legend(loc="lower right", fontsize=8.5, frameon=True, framealpha=0.9, edgecolor="none")
    fig.legend(*left.get_legend_handles_labels(), title="ROC area of the probability", loc="center left", bbox_to_anchor=(0.91, 0.5),
               fontsize=9, title_fontsize=9, alignment="left")
    fig.suptitle("Voice activity on " + data_line(report), y=1.0)
    save(fig, folder, "roc.png")


def draw_snr(report, folder):
    systems = shown(report)
    names = ["%g dB" % s for s in report["snrs"]]
    fig, ax = plt.subplots(figsize=(10.5, 5.6))
    x = np.arange(len(names))
    for i, s in enumerate(systems):
        a = s["roc_area"]
        offset = (i - len(systems) / 2) * 0.045
        mark = dict(color=s["style"]["color"], marker="D" if s.get("ours") else "o", ms=8 if s.get("ours") else 6, ls="", mec="white")
        ax.plot(x, [v if v is not None else np.nan for v in a["snr"]], marker="o", ms=4, label=s["label"], **s["style"])
        for j, v in enumerate([a["reverberant"], a["clean"]]):
            if v is not None:
                ax.plot(len(names) + j + offset, v, **mark)
    ax.set_xticks(np.arange(len(names) + 2), names + ["reverberant,\nall SNRs", "clean speech\nalone"])
    ax.axvline(len(names) - 0.5, color="#999999", linewidth=0.8)
    ax.set(ylabel="ROC area of the probability", title="Voice activity by SNR, " + data_line(report))
    ax.set_xlim(-0.3, len(names) + 1.5)
    ax.legend(loc="center left", bbox_to_anchor=(1.01, 0.5), title="best first")
    save(fig, folder, "snr.png")


def draw_cost(report, folder):
    systems = [s for s in shown(report) if s["us_per_10ms"]]
    if not systems:
        return
    fig, ax = plt.subplots(figsize=(9, 5.4))
    for s in systems:
        a = s["roc_area"]
        ax.errorbar(s["us_per_10ms"], a["all"], yerr=a["interval"] or 0, fmt="D" if s.get("ours") else "o",
                    ms=9 if s.get("ours") else 7, color=s["style"]["color"], ecolor="#bbbbbb", elinewidth=1, zorder=4)
    ax.set_xscale("log")
    low, high = min(s["us_per_10ms"] for s in systems), max(s["us_per_10ms"] for s in systems)
    ax.set_xlim(low / 2, high * 4)
    placed = []
    for s in sorted(systems, key=lambda s: -s["roc_area"]["all"]):
        x, y = np.log10(s["us_per_10ms"]), s["roc_area"]["all"]
        shift = 0
        while any(abs(x - px) < 0.8 and abs(y + shift - py) < 0.012 for px, py in placed):
            shift -= 0.004
        placed.append((x, y + shift))
        ax.annotate(s["label"], (s["us_per_10ms"], y + shift), xytext=(9, 0), textcoords="offset points", va="center",
                    fontsize=9, color=s["style"]["color"], fontweight="bold" if s.get("ours") else "normal")
    ax.xaxis.set_major_formatter(matplotlib.ticker.FuncFormatter(lambda v, _: "%g" % v))
    ax.set(xlabel="CPU time per 10 ms of sound, µs (log scale)", ylabel="ROC area of the probability, bars: ± 95 %",
           title="Voice activity against its cost, " + data_line(report))
    fig.text(0.01, -0.02, "What also cleans the sound (Quietline, RNNoise, SpeexDSP) is drawn with all its cost.", fontsize=9,
             color="#555555")
    save(fig, folder, "cost.png")


def runs(mask):
    d = np.diff(np.concatenate([[0], np.asarray(mask, int), [0]]))
    return list(zip(np.flatnonzero(d == 1), np.flatnonzero(d == -1)))


def read_wav(name):
    with wave.open(str(name)) as w:
        return np.frombuffer(w.readframes(w.getnframes()), "<i2") / 32768, w.getframerate()


def draw_example(report, folder):
    e = report.get("example")
    if not e:
        return
    x, rate = read_wav(folder / "example.wav")
    systems = shown(report)
    n = len(systems)
    fig, axes = plt.subplots(n + 2, 1, figsize=(12, 3.6 + 0.62 * n), sharex=True, layout="constrained",
                             gridspec_kw={"height_ratios": [1.1, 2.4] + [0.62] * n, "hspace": 0.03})
    seconds = len(x) / rate
    step = max(1, len(x) // 6000)
    t = np.arange(0, len(x) - step, step) / rate
    blocks = x[:len(t) * step].reshape(-1, step)
    axes[0].fill_between(t, blocks.min(1), blocks.max(1), color="#555555", linewidth=0)
    axes[0].set(ylabel="waveform", yticks=[])
    axes[0].set_title("%s: what each system says. Shaded: speech by the clean recording. Bar at the top of a row: "
                      "voice by its decision." % e["name"], fontsize=10, loc="left")
    frame = rate // 50
    spectra = np.lib.stride_tricks.sliding_window_view(x, frame)[::frame // 4] * np.hanning(frame)
    level = 20 * np.log10(np.abs(np.fft.rfft(spectra)) + 1e-4).T
    axes[1].imshow(level, origin="lower", aspect="auto", extent=(0, seconds, 0, rate / 2000), cmap="magma",
                   vmin=np.percentile(level, 25) - 5, vmax=level.max() - 8)
    axes[1].set(ylabel="kHz", ylim=(0, min(10, rate / 2000)))
    axes[1].grid(False)
    for ax in axes:
        for a, b in runs(e["speech"]):
            if ax is axes[1]:
                ax.plot([a / 100, b / 100], [9.75, 9.75], color="white", linewidth=4, solid_capstyle="butt")
            else:
                ax.axvspan(a / 100, b / 100, color="#cfe8cf", linewidth=0, zorder=0)
    for ax, s in zip(axes[2:], systems):
        p = np.array(e["tracks"][s["name"]])
        style = dict(s["style"], linestyle="-", linewidth=1.1)
        ax.step(np.arange(1, len(p) + 1) / 100, p, where="post", **style)
        ax.axhline(s["threshold"], color="#999999", linewidth=0.6, linestyle=":")
        for a, b in runs(e["voice"][s["name"]]):
            ax.plot([(a + 1) / 100, (b + 1) / 100], [1.17, 1.17], color=style["color"], linewidth=4, solid_capstyle="butt")
        ax.set(ylim=(-0.05, 1.3), yticks=[0, 1])
        ax.set_ylabel(s["label"], rotation=0, ha="right", va="center", fontsize=9,
                      fontweight="bold" if s.get("ours") else "normal", labelpad=8)
        ax.tick_params(axis="y", labelsize=7)
        ax.grid(axis="y", visible=False)
    axes[-1].set(xlabel="s; a value stands where it is known, at the end of its 10 ms", xlim=(0, seconds))
    save(fig, folder, "example.png")


def main():
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent.parent / "out" / "vad"
    if not (folder / "report.json").exists():
        sys.exit("figures.py: no report.json in %s: run go run ./bench/vad first" % folder)
    report = json.loads((folder / "report.json").read_text())
    for draw in (draw_roc, draw_snr, draw_cost, draw_example):
        draw(report, folder)


if __name__ == "__main__":
    main()
