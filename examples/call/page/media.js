// The connection that carries sound. The server offers, we answer; one stream
// goes up, and one comes down for each other person.

const LATE = 4000; // ms without a path before another is asked for

export class Media {
  onagain = () => {}; // the connection has failed: ask the server for another
  onstate = () => {}; // (connectionState)
  #pc; #peer = 0; #track; #worker; #sound; #timer; #receivers = new Set();

  // track is the microphone; worker, for encrypted rooms, seals and opens; sound
  // is an element to put players into.
  constructor(track, worker, sound) {
    this.#track = track;
    this.#worker = worker;
    this.#sound = sound;
  }

  get connection() { return this.#pc; }

  // answer takes an offer and returns the answer's text.
  async answer({peer, sdp}) {
    if (!this.#pc || peer !== this.#peer) this.#open(peer);
    const pc = this.#pc;
    await pc.setRemoteDescription({type: 'offer', sdp});
    await pc.setLocalDescription();
    return pc.localDescription.sdp;
  }

  #open(peer) {
    this.close();
    this.#peer = peer;
    const pc = new RTCPeerConnection(this.#worker && !self.RTCRtpScriptTransform ? {encodedInsertableStreams: true} : {});
    this.#pc = pc;
    // The first section of the offer asks for our microphone. The transform must be
    // there as soon as the sender is: Chromium lets frames past one that comes later.
    this.#transform(pc.addTrack(this.#track), true);
    pc.ontrack = ({receiver, streams, track}) => {
      if (this.#receivers.has(receiver)) return;
      this.#receivers.add(receiver);
      this.#transform(receiver, false);
      const player = document.createElement('audio');
      player.autoplay = true;
      player.dataset.slot = streams[0].id;
      player.srcObject = new MediaStream([track]);
      this.#sound.append(player);
    };
    pc.onconnectionstatechange = () => {
      if (this.#pc !== pc) return;
      this.onstate(pc.connectionState);
      clearInterval(this.#timer);
      if (pc.connectionState === 'failed') this.onagain();
      if (/failed|disconnected/.test(pc.connectionState)) this.#timer = setInterval(() => this.onagain(), LATE); // until there is another
    };
  }

  #transform(end, seal) {
    if (!this.#worker) return;
    if (self.RTCRtpScriptTransform) {
      end.transform = new RTCRtpScriptTransform(this.#worker, {seal});
    } else {
      const {readable, writable} = end.createEncodedStreams();
      this.#worker.postMessage({readable, writable, seal}, [readable, writable]);
    }
  }

  // lost returns, for each slot, the share of packets lost since the last call and
  // of sound that had to be made up, in percent.
  #before = new Map();
  async lost() {
    const slots = {};
    if (!this.#pc) return slots;
    for (const t of this.#pc.getTransceivers().filter((t) => t.currentDirection === 'recvonly')) {
      for (const s of (await t.receiver.getStats()).values()) {
        if (s.type !== 'inbound-rtp') continue;
        const b = this.#before.get(s.id) ?? {packetsLost: 0, packetsReceived: 0, concealedSamples: 0, totalSamplesReceived: 0};
        this.#before.set(s.id, s);
        const share = (part, whole) => whole > 0 ? Math.max(0, 100 * part / whole) : 0;
        const lost = s.packetsLost - b.packetsLost, got = s.packetsReceived - b.packetsReceived;
        const slot = [...this.#sound.children].find((p) => p.srcObject?.getTracks()[0] === t.receiver.track)?.dataset.slot;
        slots[slot] = {lost: share(lost, lost + got), energy: s.totalAudioEnergy ?? 0};
      }
    }
    return slots;
  }

  close() {
    clearInterval(this.#timer);
    this.#pc?.close();
    this.#pc = null;
    this.#receivers.clear();
    this.#sound.replaceChildren();
  }
}

// canSeal tells whether this browser can encrypt between encoder and network.
export const canSeal = () => Boolean(self.RTCRtpScriptTransform || self.RTCRtpSender?.prototype.createEncodedStreams);
