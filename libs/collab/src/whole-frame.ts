import { step2Frame, updateFrame } from './protocol.js';

type Frame = typeof step2Frame;

const frames = new Map<Frame, WeakMap<Uint8Array, WeakRef<Uint8Array>>>([step2Frame, updateFrame].map((frame) => [frame, new WeakMap()]));

/**
 * A frame with a content that many are sent at the same time: made once, however many read it slowly, and kept only as long as
 * one of them has not read it.
 *
 * @param make as sync step 2, or as an update
 */
export function wholeFrame(content: Uint8Array, make: Frame = step2Frame): Uint8Array {
  const made = frames.get(make);
  const known = made?.get(content)?.deref();
  if (known !== undefined) return known;
  // A socket keeps a Buffer as it is, and of anything else a view of its own, behind which this object would be gone.
  const { buffer, byteOffset, byteLength } = make(content);
  const frame = Buffer.from(buffer, byteOffset, byteLength);
  made?.set(content, new WeakRef(frame));
  return frame;
}
