// The WebSocket to the server. It comes back by itself, as the same person.

const FINAL = new Set(['replaced', 'mode', 'room-full', 'rooms-full', 'server-full', 'bad-room', 'bad-name', 'bad-message', 'too-large']);

export class Signal {
  onmessage = () => {}; // (message)
  onstate = () => {}; // ('open' | 'lost' | 'closed', text)
  #socket; #hello; #tries = 0; #timer; #over = false; #why = null;

  // hello is sent first on every connection.
  constructor(hello) {
    this.#hello = hello;
    this.token = sessionStorage.getItem(this.#place) ?? '';
    addEventListener('online', this.#now);
  }

  get #place() { return 'token ' + this.#hello().room + ' ' + this.#hello().mode; }
  #now = () => { if (!this.#socket && !this.#over) this.connect(); };

  connect() {
    clearTimeout(this.#timer);
    this.#why = null;
    const s = new WebSocket(new URL('ws', location.href.replace(/^http/, 'ws').replace(/[?#].*/, '')));
    this.#socket = s;
    s.onopen = () => this.send({type: 'hello', ...this.#hello(), ...(this.token && {token: this.token})});
    s.onmessage = ({data}) => {
      if (this.#socket !== s) return;
      const m = JSON.parse(data);
      if (m.type === 'welcome') {
        this.#tries = 0;
        this.token = m.token;
        sessionStorage.setItem(this.#place, m.token);
        this.onstate('open', '');
      }
      if (m.type === 'refused') this.#why = m;
      else this.onmessage(m);
    };
    s.onclose = () => {
      if (this.#socket !== s) return;
      this.#socket = null;
      if (this.#over) return;
      if (this.#why && FINAL.has(this.#why.code)) {
        this.close();
        this.onstate('closed', this.#why.text);
        return;
      }
      this.onstate('lost', this.#why?.text ?? '');
      this.#timer = setTimeout(this.#now, Math.min(500 * 2 ** this.#tries++, 8000));
    };
  }

  send(message) {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
  }

  // drop breaks the connection as a network does, for tests.
  drop() { this.#socket?.close(); }

  close() {
    this.#over = true;
    clearTimeout(this.#timer);
    removeEventListener('online', this.#now);
    sessionStorage.removeItem(this.#place);
    this.send({type: 'leave'});
    this.#socket?.close();
  }
}
