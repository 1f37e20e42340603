#!/usr/bin/env python3
"""Figures of a quality report.

  figures.py --report report.json --wav DIR --example NAME --out DIR

DIR/NOISY, DIR/ref and DIR/SYSTEM hold NAME.wav, aligned, for the spectrograms; without them those are left out.
Writes cost.png, snr.png, noise_*.png and spectrograms.png. Ours is blue, others are grey and named where they stand.
"""
import argparse, json, os, re
import matplotlib
matplotlib.use('Agg')
import matplotlib.pyplot as plt
import numpy as np
import soundfile as sf

OURS, OTHER, NOISY, INK = '#0b62a8', '#8a8a8a', '#c2542d', '#222222'
NAMES = {'pesq_wb': 'PESQ-WB', 'estoi': 'ESTOI', 'sisdr': 'SI-SDR, dB', 'ovrl': 'DNSMOS OVRL', 'segsnr': 'segmental SNR, dB',
         'att': 'noise in pauses taken away, dB'}
plt.rcParams.update({'font.size': 10, 'axes.spines.top': False, 'axes.spines.right': False, 'axes.edgecolor': '#999999',
                     'axes.labelcolor': INK, 'xtick.color': INK, 'ytick.color': INK, 'figure.dpi': 110, 'savefig.dpi': 110,
                     'axes.titlesize': 11, 'axes.titleweight': 'bold', 'axes.titlelocation': 'left'})


def mean(s, group, key):
    return s['summary'].get(group, {}).get(key, {}).get('mean', float('nan'))


def colour(s):
    return OURS if s.get('ours') else NOISY if s['name'] == 'noisy' else OTHER


def weight(s):
    return 'bold' if s.get('ours') else 'normal'


def panels(systems):
    """The four metrics of a figure, of those that were measured."""
    keys = [k for k in ('pesq_wb', 'estoi', 'sisdr', 'ovrl', 'segsnr', 'att') if any(np.isfinite(mean(s, 'all', k)) for s in systems)]
    return keys[:4]


def spread(values, least, low, high):
    """The values moved apart as little as needed to lie `least` from each other, in their order, within low and high."""
    order = np.argsort(values, kind='stable')
    v = np.array(values, float)[order]
    for _ in range(300):
        for i in range(1, len(v)):
            gap = least - (v[i] - v[i - 1])
            if gap > 0:
                v[i - 1] -= gap / 2
                v[i] += gap / 2
    for i in range(len(v) - 1, -1, -1):
        v[i] = min(v[i], high - least * (len(v) - 1 - i))
    for i in range(len(v)):
        v[i] = max(v[i], low + least * i)
    out = np.empty_like(v)
    out[order] = v
    return out


def distance(box, dot):
    """From a point to a box, in pixels."""
    return np.hypot(max(box.x0 - dot[0], 0, dot[0] - box.x1), max(box.y0 - dot[1], 0, dot[1] - box.y1))


def place(ax, points, fontsize=8.5):
    """Writes labels beside points (x, y, text, colour, weight): of right, left, above and below the place with the
    least overlap with other labels and points."""
    fig = ax.figure
    fig.canvas.draw()
    r = fig.canvas.get_renderer()
    dots = [ax.transData.transform((p[0], p[1])) for p in points]
    taken = []
    box = ax.get_window_extent(r)
    for (x, y, text, col, w), dot in sorted(zip(points, dots), key=lambda t: -t[1][1]):
        best = None
        for dx, dy, ha, va in ((8, 0, 'left', 'center'), (-8, 0, 'right', 'center'), (0, 8, 'center', 'bottom'), (0, -8, 'center', 'top'),
                               (7, 8, 'left', 'bottom'), (7, -8, 'left', 'top'), (-7, 8, 'right', 'bottom'), (-7, -8, 'right', 'top'),
                               *((sx * u, sy * v, 'left' if sx > 0 else 'right', 'center') for u in (16, 32, 50) for v in (8, 20, 34, 50) for sx in (1, -1) for sy in (1, -1))):
            far = abs(dx) > 10
            t = ax.annotate(text, (x, y), (dx, dy), textcoords='offset points', ha=ha, va=va, fontsize=fontsize, color=col, fontweight=w,
                            arrowprops=dict(arrowstyle='-', color='#999999', lw=0.7, shrinkA=1, shrinkB=3, relpos=(0 if dx > 0 else 1, 0.5)) if far else None)
            t.update_positions(r)
            b = matplotlib.text.Text.get_window_extent(t, r)  # without the line
            cost = sum(max(0, min(b.x1, o.x1) - max(b.x0, o.x0)) * max(0, min(b.y1, o.y1) - max(b.y0, o.y0)) for o in taken)
            cost += 60 * sum(b.x0 - 3 < d[0] < b.x1 + 3 and b.y0 - 2 < d[1] < b.y1 + 2 for d in dots)
            cost += 50 * (max(0, b.x1 - box.x1) + max(0, box.x0 - b.x0) + max(0, b.y1 - box.y1) + max(0, box.y0 - b.y0))
            own = distance(b, dot)
            if not far:  # without a line the nearest point must be its own
                cost += 150 * sum(distance(b, d) < own + 4 for d in dots if d is not dot)
            cost += 0.05 * (abs(dx) + abs(dy)) + (25 if far else 0)
            if best is None or cost < best[0]:
                if best:
                    best[1].remove()
                best = (cost, t, b)
            else:
                t.remove()
        taken.append(best[2])


def cost_figure(rep, out):
    systems = [s for s in rep['systems'] if s.get('cpu') or s['name'] == 'noisy']
    timed = [s for s in systems if s.get('cpu')]
    keys = panels(systems)
    if not timed or not keys:
        return None
    fig, axes = plt.subplots((len(keys) + 1) // 2, 2, figsize=(14, 5.2 * ((len(keys) + 1) // 2)), squeeze=False)
    for ax in axes.flat[len(keys):]:
        ax.axis('off')
    x = [s['cpu']['median_us'] for s in timed]
    for ax, key in zip(axes.flat, keys):
        ax.set_xscale('log')
        ax.set_xlim(min(x + [1]) / 2, max(x + [100]) * 3)
        y = [mean(s, 'all', key) for s in timed]
        base = mean(systems[0], 'all', key)
        known = [v for v in y + [base] if np.isfinite(v)]
        pad = 0.12 * (max(known) - min(known) or 1)
        ax.set_ylim(min(known) - pad, max(known) + pad)
        if np.isfinite(base):
            ax.axhline(base, color=NOISY, lw=1, ls=(0, (4, 3)))
            ax.annotate('noisy input', (0.995, base), xycoords=('axes fraction', 'data'), xytext=(0, 3), textcoords='offset points', color=NOISY, ha='right', fontsize=8.5)
        pts = []
        for s, xx, yy in zip(timed, x, y):
            if np.isfinite(yy):
                ax.plot(xx, yy, 'o', ms=9 if s.get('ours') else 6, color=colour(s), zorder=3)
                pts.append((xx, yy, s['label'], colour(s) if s.get('ours') else INK, weight(s)))
        ax.set_title(NAMES[key])
        ax.grid(axis='y', color='#eeeeee')
        ax.set_axisbelow(True)
        ticks = [v for v in (1, 3, 10, 30, 100, 300, 1000) if ax.get_xlim()[0] <= v <= ax.get_xlim()[1]]
        ax.set_xticks(ticks, [str(v) for v in ticks])
        ax.minorticks_off()
        ax.set_xlabel('CPU time for 10 ms of sound, µs, one thread (left is cheaper)')
        place(ax, pts)
    fig.suptitle(f'Quality against cost: up and left is better ({describe(rep)})', x=0.01, ha='left', fontsize=12)
    fig.tight_layout(rect=(0, 0, 1, 0.98))
    return save(fig, out, 'cost.png')


def describe(rep):
    d = rep['data']
    return f"{d['mixtures']} mixtures of {d['name']}"


def save(fig, out, name):
    path = os.path.join(out, name)
    fig.savefig(path + '.tmp.png')
    os.replace(path + '.tmp.png', path)
    plt.close(fig)
    return name


def snr_figure(rep, out):
    systems = rep['systems']
    groups = [g for g in rep['groups'] if re.fullmatch(r'-?[\d.]+ dB', g)]
    keys = panels(systems)
    if len(groups) < 2 or not keys:
        return None
    x = [float(g.split()[0]) for g in groups]
    tall = max(4.4, 0.27 * len(systems) + 1.6)
    fig, axes = plt.subplots((len(keys) + 1) // 2, 2, figsize=(13, tall * ((len(keys) + 1) // 2)), squeeze=False)
    for ax in axes.flat[len(keys):]:
        ax.axis('off')
    noisy = systems[0]
    for ax, key in zip(axes.flat, keys):
        ends = []
        ax.axhline(0, color=NOISY, lw=1.1, ls=(0, (4, 3)))
        for s in systems[1:]:
            y = [mean(s, g, key) - mean(noisy, g, key) for g in groups]
            if not np.all(np.isfinite(y)):
                continue
            ax.plot(x, y, color=colour(s), lw=2.6 if s.get('ours') else 1.1, marker='o', ms=4 if s.get('ours') else 2.5, zorder=3 if s.get('ours') else 2)
            ends.append((y[-1], s))
        ends.append((0, noisy))
        ax.set_xticks(x, [g.replace(' dB', '') for g in groups])
        ax.set_xlabel('signal-to-noise ratio of the input, dB')
        ax.set_title(NAMES[key] + ('' if key == 'att' else ', gain over the noisy input'))
        ax.grid(axis='y', color='#eeeeee')
        lo, hi = ax.get_ylim()
        step = (hi - lo) * 0.2 / (tall - 1.2)
        labels = spread([e[0] for e in ends], step, lo + step / 2, hi - step / 2)
        for (y, s), at in zip(ends, labels):
            ax.annotate(s['label'], (x[-1], y), (x[-1] + 0.09 * (x[-1] - x[0]), at), va='center', fontsize=8.5, annotation_clip=False,
                        color=OURS if s.get('ours') else NOISY if s['name'] == 'noisy' else INK, fontweight=weight(s),
                        arrowprops=dict(arrowstyle='-', color='#bbbbbb', lw=0.7, shrinkA=1, shrinkB=3, relpos=(0, 0.5)))
        ax.set_xlim(x[0] - 0.3, x[-1] + 0.02 * (x[-1] - x[0]))
        ax.set_ylim(lo, hi)
    fig.suptitle(f'By signal-to-noise ratio ({describe(rep)})', x=0.01, ha='left', fontsize=12)
    fig.tight_layout(rect=(0, 0, 0.99, 0.98), w_pad=4)
    return save(fig, out, 'snr.png')


def noise_figure(rep, out, key):
    """Bars: what each system adds to the noisy input, by kind of noise."""
    groups = [g for g in rep['groups'] if g.startswith('noise: ')]
    systems = [s for s in rep['systems'] if s['name'] != 'noisy' and any(key in s.get('difference_to_noisy', {}).get(g, {}) for g in groups)]
    if len(groups) < 2 or not systems:
        return None
    gain = np.array([[s.get('difference_to_noisy', {}).get(g, {}).get(key, {}).get('mean', np.nan) for g in groups] for s in systems])
    order = np.argsort(gain[0])  # by what ours adds
    cols = min(6, len(systems))
    rows = -(-len(systems) // cols)
    fig, axes = plt.subplots(rows, cols, figsize=(max(7.5, 1.6 + 2.1 * cols), 1.1 + rows * (0.7 + 0.24 * len(groups))), sharex=True, sharey=True, squeeze=False)
    lo, hi = min(0, np.nanmin(gain)), max(0, np.nanmax(gain))
    digits = 1 if key == 'sisdr' else 2
    for i, ax in enumerate(axes.flat):
        if i >= len(systems):
            ax.axis('off')
            continue
        s, v = systems[i], gain[i][order]
        ax.barh(range(len(v)), v, height=0.68, color=[colour(s) if u >= 0 else '#d9a08a' for u in np.nan_to_num(v)])
        for j, u in enumerate(v):
            if np.isfinite(u):
                ax.annotate(f'{u:+.{digits}f}'.replace('-', '−'), (u, j), (3 if u >= 0 else -3, 0), textcoords='offset points', va='center',
                            ha='left' if u >= 0 else 'right', fontsize=7, color='#555555')
        ax.axvline(0, color='#666666', lw=0.8)
        ax.set_title(s['label'], color=OURS if s.get('ours') else INK, fontsize=9.5, fontweight=weight(s))
        ax.set_xlim(lo - 0.22 * (hi - lo), hi + 0.25 * (hi - lo))
        ax.set_yticks(range(len(v)), [groups[j][7:] for j in order])
        ax.spines['left'].set_visible(False)
        ax.tick_params(axis='y', length=0)
        ax.tick_params(axis='x', labelsize=8)
    fig.suptitle(f'{NAMES[key]}: gain over the noisy input by kind of noise ({describe(rep)})', x=0.01, ha='left', fontsize=12)
    fig.tight_layout(rect=(0, 0, 1, 0.98))
    return save(fig, out, f'noise_{key}.png')


def spectrogram(x, fs):
    n, hop = int(0.032 * fs) // 2 * 2, int(0.008 * fs)
    w = np.hanning(n + 1)[:n]
    f = np.lib.stride_tricks.sliding_window_view(x, n)[::hop] * w
    p = np.abs(np.fft.rfft(f, axis=1)) ** 2 / np.sum(w ** 2)
    return 10 * np.log10(p.T + 1e-12)


def choose(systems, n):
    """Ours, then one of each family of others."""
    ours = [s for s in systems if s.get('ours')][:2]
    rest, seen = [], set()
    others = [s for s in systems if not s.get('ours') and s['name'] != 'noisy']
    if len(ours) + len(others) <= n:
        return ours + others
    for s in others:
        family = re.split(r'[-_.\d]', s['name'])[0]
        if family not in seen:
            seen.add(family)
            rest.append(s)
    rest += [s for s in others if s not in rest]
    keep = rest[:n - len(ours)]
    return ours + [s for s in others if s in keep]


def spectrogram_figure(rep, out, wavs, example):
    noisy = os.path.join(wavs, 'noisy', example + '.wav')
    if not example or not os.path.exists(noisy):
        return None
    show = [('noisy input', noisy, NOISY, 'normal'), ('clean reference', os.path.join(wavs, 'ref', example + '.wav'), INK, 'normal')]
    for s in choose(rep['systems'], 8):
        show.append((s['label'], os.path.join(wavs, s['name'], example + '.wav'), OURS if s.get('ours') else INK, weight(s)))
    show = [p for p in show if os.path.exists(p[1])]
    rows = -(-len(show) // 2)
    fig, axes = plt.subplots(rows, 2, figsize=(14, 0.9 + 2.3 * rows), sharex=True, sharey=True, squeeze=False, layout='constrained')
    image = None
    for ax, (label, path, col, w) in zip(axes.flat, show):
        x, fs = sf.read(path)
        s = spectrogram(x, fs)
        top = int(12000 / (fs / 2) * (len(s) - 1))
        if image is None:
            loud = np.percentile(s[:top], 99.5)  # of the noisy input
        image = ax.imshow(s[:top], origin='lower', aspect='auto', cmap='magma', vmin=loud - 70, vmax=loud, extent=(0, len(x) / fs, 0, 12), interpolation='nearest')
        ax.set_title(label, color=col, fontweight=w, pad=3)
    for ax in axes.flat[len(show):]:
        ax.axis('off')
    for ax in axes[:, 0]:
        ax.set_ylabel('kHz')
        ax.set_yticks([0, 4, 8, 12])
    for ax in axes[-1]:
        ax.set_xlabel('s')
    fig.colorbar(image, ax=axes, shrink=0.5, label='dB, same scale everywhere', pad=0.01)
    fig.suptitle(f'{example} of {rep["data"]["name"]}', x=0.01, ha='left', fontsize=12)
    return save(fig, out, 'spectrograms.png')


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument('--report', required=True)
    ap.add_argument('--wav', default='')
    ap.add_argument('--example', default='')
    ap.add_argument('--out', required=True)
    a = ap.parse_args()
    with open(a.report) as f:
        rep = json.load(f)
    os.makedirs(a.out, exist_ok=True)
    made = [cost_figure(rep, a.out), snr_figure(rep, a.out)]
    made += [noise_figure(rep, a.out, k) for k in ('pesq_wb', 'estoi', 'sisdr', 'ovrl')]
    made.append(spectrogram_figure(rep, a.out, a.wav, a.example))
    print('figures: ' + ', '.join(m for m in made if m))


if __name__ == '__main__':
    main()
