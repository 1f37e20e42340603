// The tiles: who is here, who talks, and the noise cancellation of each.

export class People {
  onchange = () => {}; // (person's id, {enabled} or {strengthDB})
  #list; #template; #tiles = new Map();

  constructor(list, template) {
    this.#list = list;
    this.#template = template;
  }

  // show brings the tiles up to date. me is our own id; mayChange says whose noise
  // cancellation this page may change.
  show(people, me, mayChange) {
    for (const [id, t] of this.#tiles) {
      if (!people.some((p) => p.id === id)) {
        t.item.remove();
        this.#tiles.delete(id);
      }
    }
    for (const p of people) {
      const t = this.#tiles.get(p.id) ?? this.#add(p.id);
      t.person = p;
      t.item.querySelector('.name').textContent = p.id === me ? `${p.name} (you)` : p.name;
      t.item.querySelector('.initials').textContent = initials(p.name);
      t.item.classList.toggle('absent', !p.present);
      t.item.classList.toggle('muted', p.muted);
      t.power.setAttribute('aria-checked', String(p.enabled));
      t.power.setAttribute('aria-label', `Noise cancellation for ${p.name}`);
      t.power.disabled = t.range.disabled = !mayChange(p.id);
      t.range.disabled ||= !p.enabled;
      if (document.activeElement !== t.range) t.range.value = p.strengthDB;
      t.range.setAttribute('aria-label', `Strength for ${p.name} in decibels`);
      t.number.textContent = p.enabled ? `${Math.round(p.strengthDB)} dB` : 'off';
      this.#describe(t);
    }
  }

  #add(id) {
    const item = this.#template.content.firstElementChild.cloneNode(true);
    const t = {
      item, talking: false, level: item.querySelector('.level'), doing: item.querySelector('.doing'),
      power: item.querySelector('.switch'), range: item.querySelector('input'), number: item.querySelector('.strength output'),
    };
    item.dataset.id = id;
    t.power.onclick = () => {
      const enabled = t.power.getAttribute('aria-checked') !== 'true';
      t.power.setAttribute('aria-checked', String(enabled)); // until the server says so too
      this.onchange(id, {enabled});
    };
    t.range.oninput = () => {
      t.number.textContent = `${t.range.value} dB`;
      clearTimeout(t.timer);
      t.timer = setTimeout(() => this.onchange(id, {strengthDB: Number(t.range.value)}), 120);
    };
    this.#list.append(item);
    this.#tiles.set(id, t);
    return t;
  }

  // levels shows -dBov and voice of everyone.
  levels(levels) {
    for (const [id, t] of this.#tiles) {
      const [down, voice] = levels[id] ?? [127, 0];
      t.level.value = -Math.min(down, 60);
      t.level.title = `${-down} dBov`;
      if (t.talking !== (voice === 1)) {
        t.talking = voice === 1;
        t.item.classList.toggle('talking', t.talking);
        this.#describe(t);
      }
    }
  }

  #describe({doing, person, talking}) {
    doing.textContent = !person.present ? 'connection lost, may come back' : person.muted ? 'muted' : talking ? 'talking' : '';
  }
}

const initials = (name) => name.split(' ').map((w) => [...w][0]).join('').slice(0, 2).toUpperCase();
