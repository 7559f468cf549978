import { step2Frame } from './protocol.js';

const frames = new WeakMap<Uint8Array, WeakRef<Uint8Array>>();

/**
 * Sync step 2 with a content that many are sent at the same time: made once, however many read it slowly, and kept only as long as
 * one of them has not read it.
 */
export function wholeFrame(content: Uint8Array): Uint8Array {
  const known = frames.get(content)?.deref();
  if (known !== undefined) return known;
  const frame = step2Frame(content);
  frames.set(content, new WeakRef(frame));
  return frame;
}
