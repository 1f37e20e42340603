// Runs denoiser.js in Node as an AudioWorkletGlobalScope would:
//   node --expose-gc node.mjs quietline.wasm input.f32 rate chunk output.f32
// prints what it saw as JSON.

import fs from 'node:fs';
import {performance as clock, PerformanceObserver} from 'node:perf_hooks';

const [, , wasm, input, rate, chunk, output] = process.argv;
const n = Number(chunk);
const posted = [];
delete globalThis.performance; // as in Chromium's AudioWorklet
globalThis.sampleRate = Number(rate);
globalThis.currentFrame = 0;
globalThis.AudioWorkletProcessor = class {
  port = {postMessage: (m) => posted.push(m)};
};
let Processor;
globalThis.registerProcessor = (name, c) => { Processor = c; };
await import('./denoiser.js');

const make = (module) => new Processor({processorOptions: {module}});
const module = new WebAssembly.Module(fs.readFileSync(wasm));
const p = make(module);
const file = fs.readFileSync(input);
const x = new Float32Array(file.buffer, file.byteOffset, file.length / 4);
const y = new Float32Array(x.length);

// quantum hands over x[at, at+n) and returns whether the processor goes on.
const ins = [[new Float32Array(n)]], outs = [[new Float32Array(n)]];
function quantum(at) {
  ins[0][0].set(x.subarray(at, at + n));
  const goes = p.process(ins, outs);
  currentFrame += n;
  return goes;
}

const result = {ready: posted[0]};
for (let at = 0; at + n <= x.length; at += n) {
  if (!quantum(at)) throw new Error(`process returned false at ${at}`);
  y.set(outs[0][0], at);
}
fs.writeFileSync(output, y);
const stats = posted.filter((m) => m.stats).map((m) => m.stats);
result.errors = posted.filter((m) => m.error);
result.reports = stats.length;
result.glitches = stats.at(-1).glitches;
result.spoken = stats.filter((s) => s.speaking).length;
result.kinds = Object.fromEntries(Object.entries(stats.at(-1)).map(([k, v]) => [k, v.constructor.name + (v.length ?? '')]));

// Nothing is allocated while samples flow, in Go or here. The reports are not
// counted: without them a quantum is all there is.
p.report = () => {};
const loop = (quanta) => {
  for (let i = 0; i < quanta; i++) {
    p.process(ins, outs);
    currentFrame += n;
  }
};
loop(Math.round(640e3 / n));
let collected = 0;
new PerformanceObserver((list) => { collected += list.getEntries().length; }).observe({entryTypes: ['gc']});
const mallocs = p.go.mallocs();
loop(Math.round(256e3 / n));
const quanta = Math.round(2.5e6 / n);
for (let attempt = 0; attempt < 6; attempt++) { // V8 may collect for reasons of its own
  gc();
  await new Promise((r) => setTimeout(r, 20));
  collected = 0;
  const before = process.memoryUsage().heapUsed;
  loop(quanta);
  result.heapPerQuantum = (process.memoryUsage().heapUsed - before) / quanta;
  await new Promise((r) => setTimeout(r, 20));
  // What the compiler of another thread keeps meanwhile is no garbage of ours: once without it will do.
  if (collected === 0 && result.heapPerQuantum <= 8) break;
}
result.collected = collected;
result.mallocs = Number(p.go.mallocs() - mallocs);
result.collections = Number(p.go.collections());

// Microseconds for 10 ms of sound: the median over four rounds of the recording,
// timed in stretches so short that other programs disturb few of them.
const sums = [];
const hop = sampleRate / 100, quantaPerSum = Math.max(1, Math.ceil(hop / n));
for (let round = 0; round < 4; round++) {
  for (let at = 0; at + quantaPerSum * n <= x.length;) {
    const t = clock.now();
    for (let i = 0; i < quantaPerSum; i++, at += n) quantum(at);
    sums.push((clock.now() - t) * 1000 * hop / (quantaPerSum * n));
  }
}
sums.sort((a, b) => a - b);
result.microseconds = sums[sums.length >> 1];
result.memory = p.go.memory.buffer.byteLength;

// A quantum longer than Go's buffer goes in pieces; a missing input is silence; a
// jump of the clock is a glitch; after a trap the microphone passes through, unless
// it is muted; close ends it.
const long = [[new Float32Array(10000)]];
p.process([[]], long);
result.longFinite = long[0][0].every(Number.isFinite);
const jumps = p.jumps;
currentFrame += 10000 + 128;
p.process(ins, outs);
result.jumps = p.jumps - jumps;
const stubborn = make(module);
posted.length = 0;
stubborn.go = {...stubborn.go, process: () => { throw new Error('unreachable'); }};
ins[0][0].fill(0.25);
stubborn.process(ins, outs);
stubborn.process(ins, outs);
result.trap = {messages: posted.slice(), through: outs[0][0].every((v) => v === 0.25)};
outs[0][0].fill(0);
stubborn.receive({muted: true});
stubborn.process(ins, outs);
result.trap.muted = outs[0][0].every((v) => v === 0);
p.receive({close: true});
result.closed = p.process(ins, outs) === false;
globalThis.sampleRate = 4000;
posted.length = 0;
make(module);
result.refused = posted[0]?.error;
console.log(JSON.stringify(result));
