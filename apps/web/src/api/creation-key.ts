/**
 * Idempotency keys for one form: the same content keeps its key, so that a second try after a lost answer creates
 * nothing twice; changed content is another request. A form that stays on the screen takes new ones when it has been
 * answered: what is made then is meant, also when it is the same again.
 */
export function creationKeys(): (body: unknown) => string {
  let last = { content: '', key: '' };
  return (body) => {
    const content = JSON.stringify(body);
    if (content !== last.content) last = { content, key: randomUuid() };
    return last.key;
  };
}

// crypto.randomUUID exists on https and localhost only; a demo may run on a plain address of the house network.
function randomUuid(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
