import { step2Frame } from './protocol.js';

const frames = new WeakMap<Uint8Array, WeakRef<Uint8Array>>();

/**
 * Sync step 2 with a content that many are sent at the same time: made once, however many read it slowly, and kept only as long as
 * one of them has not read it.
 */
export function wholeFrame(content: Uint8Array): Uint8Array {
  const known = frames.get(content)?.deref();
  if (known !== undefined) return known;
  // A socket keeps a Buffer as it is, and of anything else a view of its own, behind which this object would be gone.
  const { buffer, byteOffset, byteLength } = step2Frame(content);
  const frame = Buffer.from(buffer, byteOffset, byteLength);
  frames.set(content, new WeakRef(frame));
  return frame;
}
