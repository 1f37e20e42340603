// A spectrogram that scrolls: one column for each tenth of a second, low
// frequencies at the bottom, 0 to 255 for -100 to 0 dBFS.

const colours = Array.from({length: 256}, (_, v) => {
  const x = Math.min(Math.max((v - 25) / 170, 0), 1);
  const mix = (stops) => {
    const at = x * (stops.length - 1), i = Math.min(Math.floor(at), stops.length - 2);
    return Math.round(stops[i] + (at - i) * (stops[i + 1] - stops[i]));
  };
  return [mix([12, 18, 40, 190, 255]), mix([20, 62, 140, 205, 250]), mix([18, 84, 120, 80, 215])];
});

const STEP = 4; // pixels a column

export class Strip {
  #c; #w; #h;
  constructor(canvas) {
    this.#c = canvas.getContext('2d', {willReadFrequently: true});
    this.#w = canvas.width;
    this.#h = canvas.height;
  }

  add(bands) {
    const c = this.#c;
    c.drawImage(c.canvas, -STEP, 0);
    const column = c.createImageData(STEP, this.#h);
    for (let y = 0; y < this.#h; y++) {
      const colour = colours[bands[Math.floor((this.#h - 1 - y) * bands.length / this.#h)]];
      for (let x = 0; x < STEP; x++) column.data.set([...colour, 255], 4 * (y * STEP + x));
    }
    c.putImageData(column, this.#w - STEP, 0);
  }
}
