// The invitation: the room in the query, the key of an encrypted room in the
// fragment, which browsers do not send to any server.

export function readLink(url = location.href) {
  const u = new URL(url);
  const key = new URLSearchParams(u.hash.slice(1)).get('key');
  return {room: u.searchParams.get('room') ?? '', secret: key ? fromText(key) : null};
}

export function makeLink(room, secret) {
  const u = new URL(location.pathname, location.href);
  u.searchParams.set('room', room);
  if (secret) u.hash = 'key=' + toText(secret);
  return u.href;
}

export const newSecret = () => crypto.getRandomValues(new Uint8Array(16));

// base64url, RFC 4648 section 5
const toText = (bytes) => btoa(String.fromCharCode(...bytes)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');

function fromText(text) {
  try {
    const bytes = Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0));
    return bytes.length === 16 ? bytes : null;
  } catch {
    return null;
  }
}
