// The AudioWorkletProcessor: it hands each render quantum to the Go code and back.
// Nothing here is allocated per quantum.

import {now, start} from './wasi.js';

const BANDS = 64, FIGURES = 5; // of mic.Report

class Denoiser extends AudioWorkletProcessor {
  constructor({processorOptions: {module}}) {
    super();
    this.expected = -1; // currentFrame of the next call
    this.jumps = 0; // calls that never came
    this.late = 0; // calls that took longer than the sound they make
    this.busy = 0; // ms in process since the last report
    this.passed = 0; // samples since then
    this.share = -1; // of one core, smoothed
    this.muted = false;
    this.closed = false;
    this.words = '';
    this.port.onmessage = ({data}) => this.receive(data);
    try {
      this.go = start(module, (text) => { this.words = (this.words + text).slice(-4096); });
      const latency = this.go.new(sampleRate, 1);
      if (latency < 0) throw new Error(`quietline: a sample rate of ${sampleRate} Hz: want 8000 to 192000`);
      this.capacity = this.go.capacity();
      this.bind();
      this.port.postMessage({ready: true, latencySamples: latency});
    } catch (e) {
      this.fail(e);
    }
  }

  // bind makes the views on Go's memory, again when memory has grown.
  bind() {
    const {buffer} = this.go.memory;
    this.buffer = buffer;
    this.input = new Float32Array(buffer, this.go.input(), this.capacity);
    this.output = new Float32Array(buffer, this.go.output(), this.capacity);
    this.figures = new Float32Array(buffer, this.go.stats(), FIGURES);
    this.spectra = new Uint8Array(buffer, this.go.stats() + 4 * FIGURES, 2 * BANDS);
  }

  // fail goes over to passing the microphone through: a call goes on, noisy.
  fail(error) {
    this.go = null;
    this.port.postMessage({error: `${error.message ?? error}${this.words && '\n' + this.words}`});
  }

  receive(message) {
    if (message.close) {
      this.closed = true;
      return;
    }
    if (message.muted !== undefined) this.muted = message.muted;
    if (!this.go) return;
    try {
      if (message.enabled !== undefined) this.go.enable(message.enabled ? 1 : 0);
      if (message.strengthDB !== undefined) this.go.strength(message.strengthDB);
      if (message.muted !== undefined) this.go.mute(message.muted ? 1 : 0);
    } catch (e) {
      this.fail(e);
    }
  }

  process(inputs, outputs) {
    if (this.closed) return false;
    const began = now();
    const output = outputs[0][0], input = inputs[0][0]; // no input: nothing is connected
    const n = output.length;
    if (this.expected >= 0 && currentFrame !== this.expected) this.jumps++;
    this.expected = currentFrame + n;
    if (!this.go) {
      if (input && !this.muted) output.set(input);
      return true;
    }
    let fresh = 0;
    try {
      if (n <= this.capacity) {
        fresh = this.run(input, output);
      } else { // larger quanta than any browser has: piece by piece
        for (let at = 0; at < n; at += this.capacity) {
          const end = Math.min(at + this.capacity, n);
          fresh |= this.run(input?.subarray(at, end), output.subarray(at, end));
        }
      }
    } catch (e) {
      this.fail(e);
      return true;
    }
    const took = now() - began;
    this.busy += took;
    this.passed += n;
    if (took > 1 + 1000 * n / sampleRate) this.late++; // the clock may only count whole milliseconds
    if (fresh) this.report();
    return true;
  }

  run(input, output) {
    if (this.go.memory.buffer !== this.buffer) this.bind();
    if (input) this.input.set(input);
    else this.input.fill(0, 0, output.length);
    const fresh = this.go.process(output.length);
    if (this.go.memory.buffer !== this.buffer) this.bind();
    const cleaned = this.output;
    for (let i = 0; i < output.length; i++) output[i] = cleaned[i];
    return fresh;
  }

  // report runs ten times a second and may allocate.
  report() {
    const share = this.busy / 1000 * sampleRate / this.passed;
    this.share = this.share < 0 ? share : this.share + 0.05 * (share - this.share); // over 2 s: a clock of whole milliseconds is coarse
    this.busy = this.passed = 0;
    const [inputLevel, outputLevel, speechProb, speaking, warning] = this.figures;
    this.port.postMessage({
      stats: {
        inputLevel, outputLevel, speechProb,
        speaking: speaking > 0, talkingWhileMuted: warning > 0,
        cpuShare: Math.min(this.share, 1), glitches: this.jumps + this.late,
        spectraIn: this.spectra.slice(0, BANDS), spectraOut: this.spectra.slice(BANDS),
      },
    });
  }
}

registerProcessor('quietline-denoiser', Denoiser);
