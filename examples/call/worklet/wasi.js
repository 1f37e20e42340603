// The little of wasi_snapshot_preview1 that the Go runtime asks for: a clock, a
// seed, two environment variables and somewhere to write when it panics. There
// are no files. It runs inside the AudioWorkletGlobalScope, which has neither
// TextDecoder nor crypto nor (in many browsers) performance.

export const now = globalThis.performance ? () => performance.now() : () => Date.now();

// What Go reads at start. Nothing is allocated while samples flow, so there is
// nothing to collect; should that ever change, the limit makes the collector
// start rather than memory grow.
const environment = ['GOGC=off', 'GOMEMLIMIT=48MiB'];

const OK = 0, BADF = 8, NOSYS = 52;

// start instantiates the module and runs its initialisers. It returns the
// exports. say(text) receives what Go writes to its standard streams.
export function start(module, say) {
  let exports;
  // Memory may grow, and its buffer is another one then.
  const view = () => new DataView(exports.memory.buffer);
  const bytes = (at, n) => new Uint8Array(exports.memory.buffer, at, n);

  const nanoseconds = (at, ms) => {
    // Two halves instead of a BigInt, which would be garbage.
    const ns = ms * 1e6;
    view().setUint32(at, ns % 2 ** 32, true);
    view().setUint32(at + 4, Math.floor(ns / 2 ** 32), true);
    return OK;
  };

  const stubs = {
    clock_time_get: (id, precision, at) => nanoseconds(at, id === 0 ? Date.now() : now()),
    // A seed for Go's maps. Nothing here is a secret.
    random_get: (at, n) => {
      const to = bytes(at, n);
      for (let i = 0; i < n; i++) to[i] = Math.random() * 256;
      return OK;
    },
    args_sizes_get: (count, size) => {
      view().setUint32(count, 0, true);
      view().setUint32(size, 0, true);
      return OK;
    },
    args_get: () => OK,
    environ_sizes_get: (count, size) => {
      view().setUint32(count, environment.length, true);
      view().setUint32(size, environment.reduce((n, s) => n + s.length + 1, 0), true);
      return OK;
    },
    environ_get: (pointers, at) => {
      environment.forEach((s, i) => {
        view().setUint32(pointers + 4 * i, at, true);
        const to = bytes(at, s.length + 1);
        for (let j = 0; j < s.length; j++) to[j] = s.charCodeAt(j);
        to[s.length] = 0;
        at += s.length + 1;
      });
      return OK;
    },
    fd_write: (fd, vectors, count, written) => {
      let text = '', n = 0;
      for (let i = 0; i < count; i++) {
        const at = view().getUint32(vectors + 8 * i, true), size = view().getUint32(vectors + 8 * i + 4, true);
        for (const b of bytes(at, size)) text += String.fromCharCode(b);
        n += size;
      }
      view().setUint32(written, n, true);
      say(text);
      return OK;
    },
    proc_exit: (code) => { throw new Error(`quietline: the Go program ended with code ${code}`); },
    sched_yield: () => OK,
  };
  const imports = {};
  for (const {module: from, name, kind} of WebAssembly.Module.imports(module)) {
    if (from !== 'wasi_snapshot_preview1' || kind !== 'function') {
      throw new Error(`quietline: the module imports ${from}.${name}: want wasi_snapshot_preview1 alone`);
    }
    // No file descriptor but the standard streams is open: so Go stops looking for
    // directories, and everything else fails.
    imports[name] = stubs[name] ?? (name.startsWith('fd_') ? () => BADF : () => NOSYS);
  }
  exports = new WebAssembly.Instance(module, {wasi_snapshot_preview1: imports}).exports;
  exports._initialize();
  return exports;
}
