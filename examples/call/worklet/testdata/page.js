// Runs in Chromium under browser_test.go and sends what it finds back: the fake
// microphone plays a noisy recording in a loop.

import {createDenoiser} from '/worklet/quietline.js';

const rate = 48000;
const query = new URLSearchParams(location.search);
const seconds = Number(query.get('seconds'));
const result = {};

async function run() {
  const stream = await navigator.mediaDevices.getUserMedia({
    audio: {echoCancellation: false, noiseSuppression: false, autoGainControl: false},
  });
  result.minute = await minute(stream);
  result.switches = await switches(stream);
  result.refusals = await refusals();
}

// live starts a context with the microphone, a denoiser and a tap on both sides
// of it, all at the same quantum.
async function live(stream, length) {
  const context = new AudioContext({sampleRate: rate});
  await context.suspend();
  await context.audioWorklet.addModule('tap.js');
  const began = performance.now();
  const d = await createDenoiser(context);
  const setup = performance.now() - began;
  const tap = new AudioWorkletNode(context, 'tap', {
    numberOfInputs: 2, numberOfOutputs: 1, channelCount: 1, channelCountMode: 'explicit',
    processorOptions: {samples: length * rate},
  });
  const source = context.createMediaStreamSource(stream);
  source.connect(d.node);
  source.connect(tap, 0, 0);
  d.node.connect(tap, 0, 1);
  tap.connect(context.destination);
  const tracks = new Promise((resolve) => { tap.port.onmessage = ({data}) => resolve(data); });
  return {context, d, tracks, setup};
}

// reference sends sound through the denoiser where nothing can be late.
async function reference(sound, settings = {}) {
  const context = new OfflineAudioContext(1, sound.length, rate);
  const d = await createDenoiser(context);
  d.set(settings);
  const buffer = context.createBuffer(1, sound.length, rate);
  buffer.copyToChannel(sound, 0);
  const source = context.createBufferSource();
  source.buffer = buffer;
  source.connect(d.node).connect(context.destination);
  source.start();
  return (await context.startRendering()).getChannelData(0);
}

// control is a context with a microphone and a tap alone, at the same time: what
// goes wrong there has other causes than the denoiser.
async function control(stream) {
  const context = new AudioContext({sampleRate: rate});
  await context.audioWorklet.addModule('tap.js');
  const tap = new AudioWorkletNode(context, 'tap', {
    numberOfInputs: 2, channelCount: 1, channelCountMode: 'explicit', processorOptions: {samples: (seconds + 5) * rate},
  });
  context.createMediaStreamSource(stream).connect(tap).connect(context.destination);
  return context;
}

const playback = (context) => context.playbackStats?.toJSON() ?? null;

// minute: undisturbed, against the reference.
async function minute(stream) {
  const {context, d, tracks, setup} = await live(stream, seconds);
  const other = await control(stream);
  const stats = [];
  d.onstats = (s) => stats.push(s);
  await context.resume();
  const clock = performance.now(), at = context.currentTime;
  const {before, after, jumps, clock: kind} = await tracks;
  const wall = (performance.now() - clock) / 1000, sound = context.currentTime - at;
  const played = playback(context), otherwise = playback(other);
  await other.close();
  d.close();
  await context.close();
  const want = await reference(before);
  let wrong = 0;
  for (let i = 0; i < want.length; i++) if (want[i] !== after[i]) wrong++;
  return {
    setup, latencySamples: d.latencySamples, kind, jumps, wall, sound, played, otherwise, wrong, reports: stats.length,
    last: {...stats.at(-1), spectraIn: [...stats.at(-1).spectraIn], spectraOut: [...stats.at(-1).spectraOut]},
    shares: stats.map((s) => s.cpuShare), levels: stats.map((s) => [s.inputLevel, s.outputLevel]),
    spoken: stats.filter((s) => s.speaking).length, glitches: stats.map((s) => s.glitches),
  };
}

// switches: off, on, off, on, muted, open, while the recording plays. The tracks go
// to the test as they are.
async function switches(stream) {
  const {context, d, tracks} = await live(stream, 12);
  const stats = [];
  let muted = false;
  d.onstats = (s) => stats.push({muted, speaking: s.speaking, warning: s.talkingWhileMuted, output: s.outputLevel});
  await context.resume();
  for (const [at, change] of [
    [3, {enabled: false}], [4, {enabled: true}], [5, {enabled: false}], [6, {enabled: true}],
    [7, {muted: true}], [10, {muted: false}],
  ]) {
    while (context.currentTime < at) await new Promise((r) => setTimeout(r, 20));
    d.set(change);
    muted = change.muted ?? muted;
  }
  const {before, after} = await tracks;
  d.close();
  await context.close();
  const wet = await reference(before);
  for (const [name, track] of Object.entries({before, after, wet})) {
    await fetch(`/track/${name}`, {method: 'POST', body: track});
  }
  return stats;
}

// refusals: what createDenoiser and set do not take.
async function refusals() {
  const said = async (f) => {
    try {
      await f();
      return 'nothing';
    } catch (e) {
      return e.message;
    }
  };
  const context = new OfflineAudioContext(1, rate, rate);
  const d = await createDenoiser(context);
  return {
    slow: await said(() => createDenoiser(new OfflineAudioContext(1, 3000, 3000))),
    strength: await said(() => d.set({strengthDB: 91})),
    context: await said(() => createDenoiser({})),
    again: await said(() => createDenoiser(context)), // a second one in one context is no error
  };
}

try {
  await run();
} catch (e) {
  result.error = `${e.stack ?? e}`;
}
await fetch('/result', {method: 'POST', body: JSON.stringify(result)});
