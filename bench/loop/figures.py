#!/usr/bin/env python3
"""Figures of a report of the hot loop.

  figures.py --report report.json --out DIR

Writes streams.png, cost against the number of streams, and hop.png, the whole loop beside others, and prints the names of
those it has written. Ours is blue, others are grey.
"""
import argparse, json, os
import matplotlib
matplotlib.use('Agg')
import matplotlib.pyplot as plt
import numpy as np

OURS, PLAIN, OTHER, INK = '#0b62a8', '#7fb2dc', '#8a8a8a', '#222222'
plt.rcParams.update({'font.size': 10, 'axes.spines.top': False, 'axes.spines.right': False, 'axes.edgecolor': '#999999',
                     'axes.labelcolor': INK, 'xtick.color': INK, 'ytick.color': INK, 'figure.dpi': 110, 'savefig.dpi': 110,
                     'axes.titlesize': 11, 'axes.titleweight': 'bold', 'axes.titlelocation': 'left'})


def save(fig, out, name):
    path = os.path.join(out, name)
    fig.savefig(path + '.tmp.png')
    os.replace(path + '.tmp.png', path)
    plt.close(fig)
    return name


def machine(rep):
    m = rep['machine']
    return f"{m['cpu']}, {m['system']}, {m['go']}, one core"


def number(v):
    return f'{v:.3g}' if v < 100 else f'{v:.0f}'


def whole_loops(rep, rate):
    """The rows of the whole loop at a rate."""
    for g in rep.get('groups') or []:
        if g['title'] == f'Whole loop, {rate // 1000} kHz':
            return g.get('rows') or []
    return []


def lines_of_others(rep, rate):
    """One line for the fastest build of every other system."""
    best = {}
    for r in whole_loops(rep, rate):
        if not r.get('ours'):
            family = r['label'].rsplit(',', 1)[0]
            if family not in best or r['us']['median'] < best[family]:
                best[family] = r['us']['median']
    return sorted(best.items(), key=lambda t: t[1])


def streams_figure(rep, out):
    scaling = rep.get('scaling') or []
    if not scaling:
        return None
    rates = sorted({s['rate'] for s in scaling}, reverse=True)
    fig, axes = plt.subplots(1, len(rates), figsize=(6.6 * len(rates), 5.4), sharey=True, squeeze=False)
    every = [p['us']['median'] for s in scaling for p in s['points']]
    others = {rate: lines_of_others(rep, rate) for rate in rates}
    every += [v for o in others.values() for _, v in o]
    for ax, rate in zip(axes[0], rates):
        ax.set_xscale('log')
        ax.set_yscale('log')
        ax.set_ylim(min(every) / 1.6, max(every) * 1.7)
        sizes = [p['streams'] for p in scaling[0]['points']]
        lines = [s for s in scaling if s['rate'] == rate]
        for s in lines:
            kernels = s['way'] == 'kernels'
            colour = OURS if kernels else PLAIN
            x = [p['streams'] for p in s['points']]
            y = [p['us']['median'] for p in s['points']]
            ax.fill_between(x, [p['us']['q1'] for p in s['points']], [p['us']['q3'] for p in s['points']], color=colour, alpha=0.2, lw=0)
            ax.plot(x, y, color=colour, lw=2.2, marker='o', ms=4.5)
            name = 'Quietline, vector kernels' if kernels else 'Quietline, plain Go'
            ax.annotate(f'{name}: {number(y[0])} to {number(max(y))} µs, {s["carried"]:,} live streams a core', (x[0], y[0]), (2, -9 if kernels else 8),
                        textcoords='offset points', va='top' if kernels else 'bottom', fontsize=8.5, color=OURS if kernels else '#3d7fb8', fontweight='bold',
                        bbox=dict(boxstyle='square,pad=0.1', fc='white', ec='none', alpha=0.8))
        above = np.inf
        for name, us in reversed(others[rate]):
            ax.axhline(us, color=OTHER, lw=0.9, ls=(0, (4, 3)))
            near = above < 1.25 * us  # the line above has its label in between
            ax.annotate(f'{name}, one stream: {number(us)} µs', (1, us), xycoords=('axes fraction', 'data'), xytext=(0, -2 if near else 2),
                        textcoords='offset points', ha='right', va='top' if near else 'bottom', fontsize=7.5, color='#555555')
            above = us
        ax.set_xticks(sizes, [f'{n:,}' for n in sizes], rotation=35 if max(sizes) > 5000 else 0)
        ax.minorticks_off()
        ticks = [v for v in (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000) if ax.get_ylim()[0] <= v <= ax.get_ylim()[1]]
        ax.set_yticks(ticks, [number(v) for v in ticks])
        ax.grid(axis='y', color='#eeeeee')
        ax.set_axisbelow(True)
        ax.set_title(f'{rate // 1000} kHz, {lines[0]["points"][0]["state_bytes"] / 1024:.1f} KB a stream')
        ax.set_xlabel('streams that take turns on one core')
    axes[0][0].set_ylabel('CPU time for 10 ms of one stream, µs')
    fig.suptitle(f'Cost against streams ({machine(rep)}); bands: quartiles', x=0.01, ha='left', fontsize=11)
    fig.tight_layout(rect=(0, 0, 1, 0.97))
    return save(fig, out, 'streams.png')


def hop_figure(rep, out):
    groups = [(rate, whole_loops(rep, rate)) for rate in (48000, 16000, 8000)]
    groups = [(rate, rows) for rate, rows in groups if rows]
    if not groups:
        return None
    counts = [len(rows) for _, rows in groups]
    fig, axes = plt.subplots(len(groups), 1, figsize=(9.5, 1.1 + 0.27 * sum(counts) + 0.75 * len(groups)), squeeze=False,
                             gridspec_kw={'height_ratios': counts})
    for ax, (rate, rows) in zip(axes[:, 0], groups):
        rows = sorted(rows, key=lambda r: -r['us']['median'])
        y = np.arange(len(rows))
        ax.barh(y, [r['us']['median'] for r in rows], height=0.7, color=[(PLAIN if 'plain' in r['name'] else OURS) if r.get('ours') else OTHER for r in rows])
        for i, r in enumerate(rows):
            ax.plot([r['us']['q1'], r['us']['q3']], [i, i], color=INK, lw=1.5)
            over = r.get('over_kernels') or r.get('over_plain')
            times = f', {number(over["median"])}×' if over and not r.get('ours') else ''
            ax.annotate(f"{number(r['us']['median'])}{times}", (r['us']['q3'], i), (4, 0), textcoords='offset points', va='center', fontsize=8)
        ax.set_yticks(y, [r['label'] for r in rows], fontsize=8)
        for label, r in zip(ax.get_yticklabels(), rows):
            if r.get('ours'):
                label.set_color(OURS)
                label.set_fontweight('bold')
        ax.tick_params(axis='y', length=0)
        ax.set_title(f'{rate // 1000} kHz')
        ax.set_ylim(-0.6, len(rows) - 0.4)
        ax.set_xlim(0, max(r['us']['q3'] for r in rows) * 1.17)
    axes[-1, 0].set_xlabel('CPU time for 10 ms of sound, µs (median; black: quartiles; ×: over Quietline with vector kernels)'
                           if rep['machine']['kernels'] else 'CPU time for 10 ms of sound, µs (median; black: quartiles; ×: over Quietline)')
    fig.suptitle(f'The whole loop ({machine(rep)})', x=0.01, ha='left', fontsize=11)
    fig.tight_layout(rect=(0, 0, 1, 0.99))
    return save(fig, out, 'hop.png')


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument('--report', required=True)
    ap.add_argument('--out', required=True)
    a = ap.parse_args()
    with open(a.report) as f:
        rep = json.load(f)
    os.makedirs(a.out, exist_ok=True)
    print(' '.join(f for f in (hop_figure(rep, a.out), streams_figure(rep, a.out)) if f))


if __name__ == '__main__':
    main()
