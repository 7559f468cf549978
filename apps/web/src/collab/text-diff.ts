/** One replacement in a line of text, in UTF-16 units. */
export interface Replacement {
  index: number;
  remove: number;
  insert: string;
}

/** A Yjs text delta, as far as plain text needs it. */
export type TextDelta = readonly { retain?: number; insert?: unknown; delete?: number }[];

/**
 * The one replacement that turns `before` into `after`, placed as close to the caret as the texts allow: typing the
 * second “a” of “aa” must not become an insertion before the first one.
 *
 * @param caret offset in `after`
 */
export function difference(before: string, after: string, caret: number): Replacement | null {
  if (before === after) return null;
  const longest = Math.min(before.length, after.length);
  // What stands behind the caret is most likely untouched, so the common end is matched no further than the caret.
  let end = 0;
  const endLimit = Math.min(longest, after.length - caret);
  while (end < endLimit && before[before.length - 1 - end] === after[after.length - 1 - end]) end++;
  let start = 0;
  while (start < longest - end && before[start] === after[start]) start++;
  // Whatever is still equal at the end belongs to neither text's change.
  while (end < longest - start && before[before.length - 1 - end] === after[after.length - 1 - end]) end++;
  // Never cut a surrogate pair in two.
  if (start > 0 && isHighSurrogate(before.charCodeAt(start - 1))) start--;
  if (end > 0 && isLowSurrogate(before.charCodeAt(before.length - end))) end--;
  return { index: start, remove: before.length - start - end, insert: after.slice(start, after.length - end) };
}

const isHighSurrogate = (unit: number) => unit >= 0xd800 && unit <= 0xdbff;
const isLowSurrogate = (unit: number) => unit >= 0xdc00 && unit <= 0xdfff;

/** Where `index` stands after `delta`; text inserted exactly there goes behind it. */
export function moved(index: number, delta: TextDelta): number {
  let position = 0;
  let result = index;
  for (const part of delta) {
    if (part.retain !== undefined) position += part.retain;
    else if (part.delete !== undefined) result -= Math.max(0, Math.min(part.delete, result - position));
    else {
      const length = typeof part.insert === 'string' ? part.insert.length : 1;
      if (position < result) result += length;
      position += length;
    }
    if (position > result) break;
  }
  return result;
}
