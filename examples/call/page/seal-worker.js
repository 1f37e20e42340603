// The worker between encoder and network: it seals and opens each encoded frame.
import {Opener, Sealer, roomKey} from './sframe.js';

let sealer, opener, sealed = 0, opened = 0, broken = 0;
const ready = new Promise((resolve) => {
  addEventListener('message', async ({data}) => {
    if (data.secret) {
      const base = await roomKey(data.secret, data.room);
      sealer = new Sealer(base);
      opener = new Opener(base);
      resolve();
    } else if (data.readable) {
      pipe(data.readable, data.writable, data.seal); // browsers with createEncodedStreams
    }
  });
});

// Browsers with RTCRtpScriptTransform.
addEventListener('rtctransform', ({transformer}) => pipe(transformer.readable, transformer.writable, transformer.options.seal));

// pipe seals or opens; what cannot be opened is left out, never passed on.
function pipe(readable, writable, seal) {
  const step = new TransformStream({
    async transform(frame, out) {
      await ready;
      try {
        frame.data = await (seal ? sealer.seal(frame.data) : opener.open(frame.data));
      } catch {
        broken++;
        return;
      }
      if (seal) sealed++;
      else opened++;
      out.enqueue(frame);
    },
  });
  readable.pipeThrough(step).pipeTo(writable).catch(() => {}); // the connection has ended
}

// The page sends nothing but silence until it hears that frames are sealed.
setInterval(() => {
  postMessage({sealed, opened, broken});
  sealed = opened = broken = 0;
}, 250);
