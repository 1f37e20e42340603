// The table of what everything costs and loses.

const EXPLAIN = {
  server: 'Each voice is decoded, denoised and encoded once on the server and sent to everyone else as a stream of its own. ' +
    'The server tells who talks by its own voice detector and writes the level into every packet (RFC 6464). ' +
    'Anyone may change anyone’s noise cancellation: it is the others who hear the noise. Muted, nothing leaves your browser.',
  e2ee: 'Your browser denoises the microphone with the same Go code as WebAssembly, encodes it, and seals every packet with a key ' +
    'from the part of the link after the # (SFrame, RFC 9605). The server passes packets on and sees names, levels, sizes and times, ' +
    'not sound. Whoever has the link can listen. You choose the noise cancellation of your own voice only.',
};

export function explain(mode) { return EXPLAIN[mode]; }

export function showFigures(table, totals, {mode, people, figures, lost, own}) {
  const head = ['', 'lost going up', 'going down', 'to you', 'kb/s'];
  if (mode === 'server') head.push('decode', 'denoise', 'encode');
  const rows = people.map((p) => {
    const f = figures?.people[p.id];
    const cells = [p.name, percent(f?.loss), percent(f?.downLoss), percent(lost[p.id]), f?.kbps ?? '–'];
    if (mode === 'server') cells.push(micro(f?.decodeUS), micro(f?.denoiseUS), micro(f?.encodeUS));
    return cells;
  });
  table.replaceChildren(section('thead', [head]), section('tbody', rows));
  const said = [];
  if (figures?.cpu >= 0) said.push(`Server process: ${(100 * figures.cpu).toFixed(1)} % of a core`);
  if (mode === 'server') said.push(`voices: ${(100 * (figures?.voices ?? 0)).toFixed(1)} % (decode, denoise, encode: µs per 10 ms of sound)`);
  if (own) said.push(`your browser: ${(100 * own.cpuShare).toFixed(1)} % of a core for denoising, ${own.glitches} glitches, ${own.delay} ms delay`);
  totals.textContent = said.join(' · ');
}

function section(kind, rows) {
  const s = document.createElement(kind);
  for (const row of rows) {
    const r = s.insertRow();
    row.forEach((text, i) => {
      const c = document.createElement(i === 0 || kind === 'thead' ? 'th' : 'td');
      if (c.tagName === 'TH') c.scope = kind === 'thead' ? 'col' : 'row';
      c.textContent = text;
      r.append(c);
    });
  }
  return s;
}

const percent = (x) => x === undefined ? '–' : `${x.toFixed(1)} %`;
const micro = (x) => x ? `${x.toFixed(0)} µs` : '–';
