// Records its two inputs side by side, from the first quantum on, until it has
// the samples it was made for; then posts them.

class Tap extends AudioWorkletProcessor {
  constructor({processorOptions: {samples}}) {
    super();
    this.tracks = [new Float32Array(samples), new Float32Array(samples)];
    this.at = 0;
    this.jumps = 0;
    this.expected = -1;
    this.clock = typeof performance;
  }

  process(inputs) {
    const [before, after] = this.tracks;
    const n = Math.min(128, before.length - this.at);
    if (this.expected >= 0 && currentFrame !== this.expected) this.jumps++;
    this.expected = currentFrame + 128;
    if (inputs[0][0]) before.set(n < 128 ? inputs[0][0].subarray(0, n) : inputs[0][0], this.at);
    if (inputs[1][0]) after.set(n < 128 ? inputs[1][0].subarray(0, n) : inputs[1][0], this.at);
    this.at += n;
    if (this.at < before.length) return true;
    this.port.postMessage({before, after, jumps: this.jumps, clock: this.clock});
    return false;
  }
}

registerProcessor('tap', Tap);
