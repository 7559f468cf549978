import type { Visitor } from './visitor.js';
import { eventually } from './visitor.js';

interface Focus {
  /** What it is, short enough to read in a failure. */
  at: string;
  isSomewhere: boolean;
  isOnPage: boolean;
  /** A frame is drawn around it, by itself or by the field it is in, and some of it is in the window. */
  isSeen: boolean;
}

const read = `(() => {
  const at = document.activeElement;
  const framed = (one) => one !== null && getComputedStyle(one).outlineStyle !== 'none' && parseFloat(getComputedStyle(one).outlineWidth) >= 2;
  const { top, bottom, left, right } = at.getBoundingClientRect();
  return {
    at: at.outerHTML.slice(0, 120),
    isSomewhere: at !== document.body,
    isOnPage: at.closest('main') !== null,
    isSeen: (framed(at) || framed(at.closest('.rich-field'))) && bottom > 0 && top < innerHeight && right > 0 && left < innerWidth,
  };
})()`;

/** Waits until focus has come to rest on the page after a command, where it can be seen; tells where. */
export async function focusKept({ page }: Visitor, after: string): Promise<string> {
  const { at } = await eventually(`focus on the page after ${after}`, () => page.evaluate<Focus>(read), ({ isSomewhere, isOnPage, isSeen }) => isSomewhere && isOnPage && isSeen, 10_000);
  return at;
}
