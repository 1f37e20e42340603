// The microphone. Server mode sends it as it is; in an encrypted room our
// denoiser comes first. Either way nothing leaves the page while muted, and it is
// here that we notice who talks into a muted microphone.

const MUTE_FADE = 60; // ms: the denoiser's mute has faded out

export class Mic {
  onstats = () => {}; // (stats of the denoiser) while it runs
  trouble = ''; // why there is no denoiser
  #stream; #context; #source; #end; #loading; #denoiser; #clean; #muted = false; #held = false;

  static async open({clean, echo}) {
    const m = new Mic();
    m.#clean = clean;
    m.#stream = await navigator.mediaDevices.getUserMedia({
      audio: {channelCount: 1, echoCancellation: echo, noiseSuppression: false, autoGainControl: false},
    });
    m.#context = new AudioContext({sampleRate: 48000, latencyHint: 'interactive'});
    m.#source = m.#context.createMediaStreamSource(m.#stream);
    m.#end = m.#context.createMediaStreamDestination();
    m.#end.channelCount = 1;
    if (clean) {
      const denoiser = await m.#denoise();
      m.#source.connect(denoiser?.node ?? m.#end);
      m.track = m.#end.stream.getAudioTracks()[0];
    } else {
      m.track = m.#stream.getAudioTracks()[0].clone();
    }
    await m.#context.resume();
    return m;
  }

  // #denoise loads the denoiser once, and returns null where that does not work.
  #denoise() {
    return this.#loading ??= (async () => {
      try {
        const {createDenoiser} = await import('./worklet/quietline.js');
        const d = await createDenoiser(this.#context);
        d.onstats = (s) => this.onstats(s);
        d.onerror = (e) => { this.trouble = String(e); };
        d.node.connect(this.#end); // which makes it run
        return this.#denoiser = d;
      } catch (e) {
        this.trouble = String(e);
        return null;
      }
    })();
  }

  get latencySamples() { return this.#denoiser?.latencySamples ?? 0; }

  set({muted, enabled, strengthDB}) {
    if (this.#clean) this.#denoiser?.set({muted, enabled, strengthDB});
    if (muted === this.#muted) return;
    this.#muted = muted;
    if (!this.#clean) {
      this.#gate();
      this.#attend();
    } else if (muted) {
      setTimeout(() => this.#gate(), MUTE_FADE);
    } else {
      this.#gate();
    }
  }

  // hold keeps the microphone closed whatever mute says.
  hold(on) {
    this.#held = on;
    this.#gate();
  }

  #gate() { this.track.enabled = !this.#muted && !this.#held; }

  // #attend: in server mode the denoiser is needed only to listen while muted.
  async #attend() {
    const d = this.#muted ? await this.#denoise() : this.#denoiser;
    if (!d) return;
    this.#source.disconnect();
    d.set({muted: this.#muted});
    if (this.#muted) this.#source.connect(d.node);
  }

  close() {
    this.#denoiser?.close();
    this.track?.stop();
    this.#stream?.getTracks().forEach((t) => t.stop());
    this.#context?.close();
  }
}
