// Noise cancellation on a microphone, in the browser, before anything is encoded:
//
//   import {createDenoiser} from './worklet/quietline.js';
//   const d = await createDenoiser(audioContext);
//   audioContext.createMediaStreamSource(microphone).connect(d.node);
//   d.node.connect(audioContext.createMediaStreamDestination());

import {warm} from './warm.js';

let compiled; // one compilation a page, however many microphones

// createDenoiser returns a denoiser in the context, at its rate (8 to 192 kHz),
// mono. It rejects when the browser has no AudioWorklet or WebAssembly, or when
// a file cannot be loaded. base is where denoiser.js and quietline.wasm lie, this
// file's own folder if it is not given.
export async function createDenoiser(context, {base = import.meta.url} = {}) {
  if (!context?.audioWorklet) {
    throw new Error('quietline: this context has no AudioWorklet: want a page over https or from localhost');
  }
  compiled ??= compile(new URL('quietline.wasm', base), context.sampleRate);
  const [module] = await Promise.all([
    compiled.catch((e) => { compiled = undefined; throw e; }),
    context.audioWorklet.addModule(new URL('denoiser.js', base)),
  ]);
  const node = new AudioWorkletNode(context, 'quietline-denoiser', {
    numberOfInputs: 1, numberOfOutputs: 1, outputChannelCount: [1],
    channelCount: 1, channelCountMode: 'explicit', channelInterpretation: 'speakers',
    processorOptions: {module},
  });
  const d = new Denoiser(context, node);
  await d.ready;
  return d;
}

async function compile(url, rate) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`quietline: ${url}: ${response.status} ${response.statusText}`);
  const module = response.headers.get('Content-Type') === 'application/wasm'
    ? await WebAssembly.compileStreaming(response)
    : await WebAssembly.compile(await response.arrayBuffer()); // a server that does not know the type
  await warm(module, rate);
  return module;
}

// Denoiser is the main thread's end.
class Denoiser {
  onstats = null; // (stats) => {}, ten times a second while the context runs
  onerror = null; // (Error) => {}: the denoiser has failed; sound passes through as it came
  latencySamples = 0; // delay from input to output, constant

  constructor(context, node) {
    this.node = node;
    const underruns = () => context.playbackStats?.underrunEvents ?? 0;
    const before = underruns();
    this.ready = new Promise((resolve, reject) => {
      const fail = (error) => {
        reject(error);
        this.onerror?.(error);
      };
      const timer = setTimeout(() => fail(new Error('quietline: the AudioWorklet does not answer')), 20000);
      node.onprocessorerror = () => fail(new Error('quietline: the AudioWorklet has stopped'));
      node.port.onmessage = ({data}) => {
        if (data.stats) {
          // Sound that the context skipped, and, from browsers that tell, came too late with.
          data.stats.glitches += underruns() - before;
          this.onstats?.(data.stats);
        }
        if (data.ready) {
          clearTimeout(timer);
          this.latencySamples = data.latencySamples;
          resolve();
        }
        if (data.error) {
          clearTimeout(timer);
          fail(new Error(data.error));
        }
      };
    });
  }

  // set changes any of: enabled (boolean), strengthDB (0 to 90: the most that
  // noise is turned down; 29 at first), muted (boolean). None of them clicks.
  set({enabled, strengthDB, muted}) {
    const change = {};
    if (enabled !== undefined) change.enabled = Boolean(enabled);
    if (muted !== undefined) change.muted = Boolean(muted);
    if (strengthDB !== undefined) {
      if (!(strengthDB >= 0 && strengthDB <= 90)) throw new RangeError(`quietline: strengthDB ${strengthDB}: want 0 to 90`);
      change.strengthDB = strengthDB;
    }
    this.node.port.postMessage(change);
  }

  // close ends it; the node is of no further use.
  close() {
    this.onstats = this.onerror = null;
    this.node.port.postMessage({close: true});
    this.node.disconnect();
  }
}
