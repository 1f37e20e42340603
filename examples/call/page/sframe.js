// SFrame (RFC 9605) with AES_128_GCM_SHA256_128: what a browser sends, sealed
// under a key that all in the room have and the server has not.
//
//   frame = header ‖ ciphertext ‖ tag of 16 bytes
//   header = one byte of sizes, the key id (6 bytes here), the counter (1 to 4)
//
// Every page takes a random key id, so that no two of them ever use the same key
// and counter. The key id, the counter and the length are all that one sees.

const SUITE = 4, TAG = 16, KID_BYTES = 6;
const SEEN = 256; // frames that may overtake each other

// roomKey is the base key of a room from the secret in its link.
export async function roomKey(secret, room) {
  const key = await crypto.subtle.importKey('raw', secret, 'HKDF', false, ['deriveBits']);
  const info = new TextEncoder().encode('quietline call ' + room);
  const bits = await crypto.subtle.deriveBits({name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(), info}, key, 256);
  return crypto.subtle.importKey('raw', bits, 'HKDF', false, ['deriveBits']);
}

// derive makes key and salt of a key id: RFC 9605, section 4.4.2.
async function derive(base, kid) {
  const tail = new Uint8Array(10);
  tail.set(kid, 8 - kid.length);
  tail[9] = SUITE;
  const bits = (label, n) => {
    const text = new TextEncoder().encode(label), info = new Uint8Array(text.length + 10);
    info.set(text);
    info.set(tail, text.length);
    return crypto.subtle.deriveBits({name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(), info}, base, n);
  };
  const key = await crypto.subtle.importKey('raw', await bits('SFrame 1.0 Secret key ', 128), 'AES-GCM', false, ['encrypt', 'decrypt']);
  return {key, salt: new Uint8Array(await bits('SFrame 1.0 Secret salt ', 96))};
}

// nonce is the salt with the counter added without carry: section 4.4.3.
function nonce(salt, counter) {
  const n = salt.slice();
  for (let i = 11; counter > 0; i--, counter = Math.floor(counter / 256)) n[i] ^= counter % 256;
  return n;
}

// header writes key id and counter: section 4.3.
function header(kid, counter) {
  const bytes = [];
  for (let c = counter; c > 0; c = Math.floor(c / 256)) bytes.unshift(c % 256);
  const small = counter < 8;
  const sizes = 0x80 | (kid.length - 1) << 4 | (small ? counter : 0x08 | (bytes.length - 1));
  return Uint8Array.from([sizes, ...kid, ...(small ? [] : bytes)]);
}

// parse reads a header, or throws.
function parse(frame) {
  let at = 1;
  const sizes = frame[0];
  const number = (extended, value) => {
    if (!extended) return Uint8Array.of(value);
    at += value + 1;
    return frame.slice(at - value - 1, at);
  };
  const kid = number(sizes & 0x80, sizes >> 4 & 7);
  const ctr = number(sizes & 0x08, sizes & 7);
  if (!(frame.length >= at + TAG) || ctr.length > 6) throw new Error('not an SFrame');
  return {kid, counter: ctr.reduce((n, b) => n * 256 + b, 0), at};
}

// Sealer seals what this page sends. Its counter never goes back: one Sealer for
// all connections of a page.
export class Sealer {
  #counter = 0;
  #kid = crypto.getRandomValues(new Uint8Array(KID_BYTES));
  #keys;
  constructor(base) { this.#keys = derive(base, this.#kid); }

  async seal(plain) {
    const counter = this.#counter++;
    const {key, salt} = await this.#keys;
    const head = header(this.#kid, counter);
    const sealed = await crypto.subtle.encrypt({name: 'AES-GCM', iv: nonce(salt, counter), additionalData: head}, key, plain);
    const out = new Uint8Array(head.length + sealed.byteLength);
    out.set(head);
    out.set(new Uint8Array(sealed), head.length);
    return out.buffer;
  }
}

// Opener opens what others have sealed, each frame once.
export class Opener {
  #senders = new Map(); // by key id
  #base;
  constructor(base) { this.#base = base; }

  // open returns the plain frame, or throws: another key, not whole, or seen before.
  async open(sealed) {
    const frame = new Uint8Array(sealed);
    const {kid, counter, at} = parse(frame);
    const name = kid.join();
    const s = this.#senders.get(name) ?? {keys: await derive(this.#base, kid), seen: new Float64Array(SEEN).fill(-1), highest: 0};
    if (counter + SEEN <= s.highest || s.seen[counter % SEEN] === counter) throw new Error('seen before');
    const {key, salt} = s.keys;
    const plain = await crypto.subtle.decrypt({name: 'AES-GCM', iv: nonce(salt, counter), additionalData: frame.subarray(0, at)}, key, frame.subarray(at));
    // Only who has the key is remembered, so the map is no larger than the room's history.
    this.#senders.set(name, s);
    s.seen[counter % SEEN] = counter;
    s.highest = Math.max(s.highest, counter);
    return plain;
  }
}
