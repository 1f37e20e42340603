// The page: the door, the room, and what connects its parts.
import {explain, showFigures} from './figures.js';
import {makeLink, newSecret, readLink} from './link.js';
import {Media, canSeal} from './media.js';
import {Mic} from './mic.js';
import {People} from './people.js';
import {Signal} from './signal.js';
import {Strip} from './strip.js';

const $ = (id) => document.getElementById(id);
const link = readLink();

function door(note = '') {
  $('inside').hidden = true;
  $('door').hidden = false;
  $('doornote').textContent = note;
  $('join').disabled = false;
  $('name').value ||= localStorage.getItem('name') ?? '';
  $('room').value ||= link.room || 'lobby';
  document.querySelector(`[name=mode][value=${link.secret ? 'e2ee' : 'server'}]`).checked = true;
  document.title = 'Quietline call';
}

$('enter').onsubmit = async (event) => {
  event.preventDefault();
  const mode = document.querySelector('[name=mode]:checked').value;
  if (mode === 'e2ee' && !canSeal()) {
    $('doornote').textContent = 'This browser cannot encrypt calls end to end: it has no encoded transforms.';
    return;
  }
  $('join').disabled = true;
  $('doornote').textContent = '';
  const room = $('room').value.trim(), name = $('name').value.trim();
  localStorage.setItem('name', name);
  const secret = mode === 'e2ee' ? link.secret ?? newSecret() : null;
  try {
    const mic = await Mic.open({clean: mode === 'e2ee', echo: $('echo').checked});
    history.replaceState(null, '', makeLink(room, secret));
    link.secret = secret;
    window.call = new Call({room, name, mode, secret, mic}); // by name for tests and the curious
  } catch (e) {
    door(e.name === 'NotAllowedError' ? 'The browser was not allowed to use the microphone.' : `The microphone does not work: ${e.message}`);
  }
};

// Call is one stay in a room.
class Call {
  id = ''; list = []; slots = {}; own = null; lost = {}; levels = {}; figures = null; state = '';
  set = {muted: false, enabled: true, strengthDB: 29};
  #timer; #saidVoice = false; #warned = false; #broken = false; #idle = 0;

  constructor({room, name, mode, secret, mic}) {
    Object.assign(this, {room, mode, mic});
    this.worker = null;
    if (secret) {
      this.worker = new Worker('seal-worker.js', {type: 'module'});
      this.worker.postMessage({secret, room});
      this.worker.onmessage = ({data}) => this.#sealed(data);
      mic.hold(true); // until it is certain that frames are sealed
    }
    this.people = new People($('people'), $('tile'));
    this.people.onchange = (id, change) => this.change(id, change);
    this.before = new Strip($('before'));
    this.after = new Strip($('after'));
    this.media = new Media(mic.track, this.worker, $('sound'));
    this.media.onagain = () => this.signal.send({type: 'again'});
    this.media.onstate = (s) => this.#say(s === 'connected' ? '' : s === 'new' || s === 'connecting' ? 'connecting …' : 'looking for another path …');
    mic.onstats = (s) => this.#heard(s);
    this.signal = new Signal(() => ({room, name, mode, ...this.set}));
    this.signal.onmessage = (m) => this.#take(m);
    this.signal.onstate = (state, text) => this.#connection(state, text);
    this.#dress(name);
    this.signal.connect();
    this.#timer = setInterval(() => this.#count(), 1000);
  }

  #dress() {
    $('door').hidden = true;
    $('inside').hidden = false;
    $('roomname').textContent = this.room;
    $('badge').textContent = this.mode === 'e2ee' ? 'encrypted end to end' : 'cleaned on the server';
    $('explain').textContent = explain(this.mode);
    $('where').textContent = this.mode === 'e2ee' ? 'Measured in your browser, before encryption.' : 'Measured on the server: what arrives from you, and what the others get.';
    $('mute').onclick = () => this.change(this.id, {muted: !this.set.muted});
    $('leave').onclick = () => this.leave();
    $('invite').onclick = () => this.#invite();
    document.title = `${this.room} – Quietline call`;
    if (this.mic.trouble && this.mode === 'e2ee') this.#alert('Noise cancellation does not work in this browser. Your voice goes out as it is.');
    onkeydown = (e) => {
      if (e.key.toLowerCase() === 'm' && !e.ctrlKey && !e.metaKey && !e.altKey && !e.repeat && !/INPUT|TEXTAREA/.test(e.target.tagName)) $('mute').click();
    };
    onpagehide = () => this.media.close();
    this.#showMute();
    $('mute').focus();
  }

  #take(m) {
    switch (m.type) {
      case 'welcome':
        this.id = m.id;
        this.media.close();
        break;
      case 'people': {
        this.list = m.people;
        this.slots = m.slots;
        const me = m.people.find((p) => p.id === this.id);
        if (me) {
          this.set = {muted: me.muted, enabled: me.enabled, strengthDB: me.strengthDB};
          this.mic.set(this.set);
          this.#showMute();
        }
        this.people.show(m.people, this.id, (id) => this.mode === 'server' || id === this.id);
        break;
      }
      case 'offer':
        this.offers = (this.offers ?? Promise.resolve()).then(() => this.media.answer(m))
          .then((sdp) => this.signal.send({type: 'answer', peer: m.peer, offer: m.offer, sdp}), (e) => this.#say(`no sound: ${e.message}`));
        break;
      case 'levels':
        this.levels = m.levels;
        this.people.levels(m.levels);
        break;
      case 'strip':
        this.#draw(bytes(m.bandsIn), bytes(m.bandsOut), m.in, m.out);
        break;
      case 'talking-while-muted':
        this.#warn(m.on);
        break;
      case 'figures':
        this.figures = m;
        break;
    }
  }

  // #heard takes what the denoiser in this browser tells.
  #heard(s) {
    this.own = s;
    if (this.mode === 'e2ee') {
      this.#draw(s.spectraIn, s.spectraOut, s.inputLevel, this.set.muted ? -100 : s.outputLevel);
      const voice = s.speaking && !this.set.muted;
      if (voice !== this.#saidVoice) this.signal.send({type: 'voice', voice: this.#saidVoice = voice});
    }
    this.#warn(this.set.muted && s.talkingWhileMuted);
  }

  #draw(before, after, levelIn, levelOut) {
    this.before.add(before);
    this.after.add(after);
    $('levelbefore').textContent = decibels(levelIn);
    $('levelafter').textContent = decibels(levelOut);
  }

  // change changes our own settings or, in server mode, those of others.
  change(id, change) {
    if (id === this.id) {
      Object.assign(this.set, change);
      this.mic.set(this.set);
      this.#showMute();
      if (change.muted === false) this.#warn(false);
    }
    this.signal.send({type: 'set', ...(id !== this.id && {person: id}), ...change});
  }

  #showMute() {
    $('mute').setAttribute('aria-pressed', String(this.set.muted));
    $('mutetext').textContent = this.set.muted ? 'Unmute' : 'Mute';
  }

  #warn(on) {
    if (on === this.#warned) return;
    clearTimeout(this.warning);
    this.#warned = on;
    if (on) this.#alert('You are talking, but your microphone is muted.');
    else this.warning = setTimeout(() => this.#alert(''), this.set.muted ? 2500 : 0);
  }

  #alert(text) { if ($('alert').textContent !== text) $('alert').textContent = text; }
  #say(text) { $('state').textContent = this.state = text; }

  // #sealed hears four times a second what the worker has done. The microphone is
  // open only while frames go through its hands.
  opened = 0;
  #sealed({sealed, opened, broken}) {
    this.opened += opened;
    this.#idle = sealed ? 0 : this.#idle + 1;
    if (sealed || this.#idle > 4) this.mic.hold(!sealed);
    const many = broken > 3 && broken > opened;
    if (many !== this.#broken) this.#alert(many ? 'Someone here uses another key: ask them to open your invitation.' : '');
    this.#broken = many;
  }

  #connection(state, text) {
    if (state === 'open') this.#say('');
    if (state === 'lost') this.#say('connection lost, trying again …');
    if (state === 'closed') this.#end(`The server says: ${text}.`);
  }

  async #count() {
    const slots = await this.media.lost();
    this.lost = {};
    for (const [slot, {lost}] of Object.entries(slots)) if (this.slots[slot]) this.lost[this.slots[slot]] = lost;
    const running = this.own && (this.mode === 'e2ee' || this.set.muted);
    showFigures($('figures'), $('totals'), {
      mode: this.mode, people: this.list, figures: this.figures, lost: this.lost,
      own: running ? {...this.own, delay: Math.round(this.mic.latencySamples / 48)} : null,
    });
  }

  async #invite() {
    try {
      await navigator.clipboard.writeText(location.href);
      $('invite').textContent = 'Copied';
    } catch {
      prompt('The invitation:', location.href);
    }
    setTimeout(() => { $('invite').textContent = 'Copy invitation'; }, 2000);
  }

  leave() {
    this.signal.close();
    this.#end('');
  }

  #end(note) {
    clearInterval(this.#timer);
    this.media.close();
    this.mic.close();
    this.worker?.terminate();
    this.people.show([], '', () => false);
    this.#alert('');
    onkeydown = null;
    door(note);
  }
}

const bytes = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
const decibels = (x) => x <= -99 ? 'silent' : `${x.toFixed(0)} dBFS`;

door(window.isSecureContext ? '' : 'Browsers give the microphone to pages over HTTPS or from localhost only.');
