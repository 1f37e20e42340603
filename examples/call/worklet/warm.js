// V8 compiles a WebAssembly function when it is first called, and again, better,
// when it has been called often. On the audio thread that would be the first
// seconds of a call: 2 ms for each 10 ms of sound, and quanta that come late. All
// instances of a module share what was compiled, so this one, on the main thread,
// is run for nothing beforehand, in slices that leave the page responsive.

import {now, start} from './wasi.js';

const SECONDS = 3, SLICE_MS = 6, QUANTUM = 128;

export async function warm(module, rate) {
  const go = start(module, () => {});
  if (go.new(rate, 1) < 0) return; // the processor will say so
  const samples = new Float32Array(go.memory.buffer, go.input(), QUANTUM);
  const quanta = SECONDS * rate / QUANTUM;
  for (let i = 0; i < quanta;) {
    for (const end = now() + SLICE_MS; i < quanta && now() < end; i++) {
      // Noise, now and then ten times louder so that something counts as speech,
      // and for a while each what the switches do.
      const level = i & 64 ? 0.2 : 0.02;
      for (let j = 0; j < QUANTUM; j++) samples[j] = level * (Math.random() - 0.5);
      const part = Math.floor(8 * i / quanta);
      go.enable(part === 5 ? 0 : 1);
      go.mute(part === 6 ? 1 : 0);
      go.process(QUANTUM);
    }
    await new Promise((resolve) => setTimeout(resolve));
  }
}
