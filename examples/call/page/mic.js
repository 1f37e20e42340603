// The microphone. Server mode sends it as it is; in an encrypted room our
// denoiser comes first. Either way nothing leaves the page while muted, and it is
// here that we notice who talks into a muted microphone.

const MUTE_FADE = 60; // ms: the denoiser's mute has faded out

export class Mic {
  onstats = () => {}; // (stats of the denoiser) while it runs
  trouble = ''; // why there is no denoiser
  #stream; #context; #source; #denoiser; #clean; #muted = false;

  static async open({clean, echo}) {
    const m = new Mic();
    m.#clean = clean;
    m.#stream = await navigator.mediaDevices.getUserMedia({
      audio: {channelCount: 1, echoCancellation: echo, noiseSuppression: false, autoGainControl: false},
    });
    m.#context = new AudioContext({sampleRate: 48000, latencyHint: 'interactive'});
    m.#source = m.#context.createMediaStreamSource(m.#stream);
    const end = m.#context.createMediaStreamDestination();
    end.channelCount = 1;
    try {
      const {createDenoiser} = await import('./worklet/quietline.js');
      m.#denoiser = await createDenoiser(m.#context);
      m.#denoiser.onstats = (s) => m.onstats(s);
      m.#denoiser.onerror = (e) => { m.trouble = String(e); };
      m.#denoiser.node.connect(end); // which makes it run
    } catch (e) {
      m.trouble = String(e);
    }
    if (clean) {
      m.#source.connect(m.#denoiser?.node ?? end);
      m.track = end.stream.getAudioTracks()[0];
    } else {
      m.track = m.#stream.getAudioTracks()[0].clone();
    }
    await m.#context.resume();
    return m;
  }

  get latencySamples() { return this.#denoiser?.latencySamples ?? 0; }

  set({muted, enabled, strengthDB}) {
    this.#denoiser?.set({muted, enabled: this.#clean ? enabled : true, strengthDB});
    if (muted === this.#muted) return;
    this.#muted = muted;
    if (this.#clean && muted) {
      setTimeout(() => { this.track.enabled = !this.#muted; }, MUTE_FADE);
    } else {
      this.track.enabled = !muted;
    }
    if (!this.#clean && this.#denoiser) { // it is needed to listen while muted only
      if (muted) this.#source.connect(this.#denoiser.node);
      else this.#source.disconnect();
    }
  }

  close() {
    this.#denoiser?.close();
    this.track?.stop();
    this.#stream?.getTracks().forEach((t) => t.stop());
    this.#context?.close();
  }
}
