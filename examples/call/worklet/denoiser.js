// The AudioWorkletProcessor: it hands each render quantum to the Go code and back.
// Nothing here is allocated per quantum.

import {now, start} from './wasi.js';

const BANDS = 64, FIGURES = 5; // of mic.Report

// One quantum in so many is timed: reading the clock makes two numbers on the heap,
// the only garbage there is. Hops fall on the same quanta again after 15 of 128
// samples (4 hops at 48 kHz), which has no factor in common with 8: so quanta with a
// hop are timed as often as they come.
const TIMED = 8;

class Denoiser extends AudioWorkletProcessor {
  constructor({processorOptions: {module}}) {
    super();
    this.expected = -1; // currentFrame of the next call
    this.jumps = 0; // calls that never came
    this.turn = 0;
    this.busy = 0; // ms in the quanta that were timed since the last report
    this.passed = 0; // samples in them
    this.share = 0; // of one core, averaged
    this.shares = 0;
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
    const output = outputs[0][0], input = inputs[0][0]; // no input: nothing is connected
    const n = output.length;
    if (this.expected >= 0 && currentFrame !== this.expected) this.jumps++;
    this.expected = currentFrame + n;
    if (!this.go) {
      if (input && !this.muted) output.set(input);
      return true;
    }
    let fresh = 0;
    const timed = ++this.turn === TIMED;
    const began = timed ? now() : 0;
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
    if (timed) {
      this.turn = 0;
      this.busy += now() - began;
      this.passed += n;
    }
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
    if (this.passed > 0) {
      // Over 10 s, or all there is: a clock of whole milliseconds is right on average only.
      const share = this.busy / 1000 * sampleRate / this.passed;
      this.share += Math.max(0.01, 1 / ++this.shares) * (share - this.share);
      this.busy = this.passed = 0;
    }
    const [inputLevel, outputLevel, speechProb, speaking, warning] = this.figures;
    this.port.postMessage({
      stats: {
        inputLevel, outputLevel, speechProb,
        speaking: speaking > 0, talkingWhileMuted: warning > 0,
        cpuShare: Math.min(this.share, 1), glitches: this.jumps,
        spectraIn: this.spectra.slice(0, BANDS), spectraOut: this.spectra.slice(BANDS),
      },
    });
  }
}

registerProcessor('quietline-denoiser', Denoiser);
