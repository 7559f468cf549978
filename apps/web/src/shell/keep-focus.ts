import { useLayoutEffect, useRef } from 'react';

/** What may take focus in the place of what was in it; each says to those who listen where they are. */
const places = 'li, ul, ol, form, fieldset, section, article, [tabindex], main';

/**
 * What has the focus often goes away with what it did: a form that is sent, the button of a step that is done, a row
 * that is answered. The browser then puts focus at the top of the page, and whoever works with the keyboard, or listens,
 * has to find her way back. Focus stays instead in what was around it. Whoever has a better place takes it there
 * ({@link useFocusBack}) and comes first; a new page gives its heading the focus.
 *
 * @returns ends it
 */
export function keepFocus(): () => void {
  /** What has the focus or, once it is gone, what was around it. */
  let anchor: Node | null = null;
  let page = '';
  const onFocusIn = ({ target }: FocusEvent) => {
    anchor = target as Node;
    page = location.pathname;
  };
  const onFocusOut = ({ target }: FocusEvent) =>
    // Some browsers tell of it just before what has the focus is removed. What is still there then was left by the person herself.
    queueMicrotask(() => {
      if (target === anchor && anchor?.isConnected) anchor = null;
    });
  const settle = () => {
    if (anchor === null || document.activeElement !== document.body || page !== location.pathname) return;
    const place = placeAround(anchor);
    anchor = null;
    if (place === null) return;
    if (!place.hasAttribute('tabindex')) {
      place.tabIndex = -1;
      place.addEventListener('blur', () => place.removeAttribute('tabindex'), { once: true });
    }
    place.focus({ preventScroll: true });
  };
  const observer = new MutationObserver((records) => {
    if (anchor === null || anchor.isConnected) return;
    for (const { removedNodes, target } of records) if ([...removedNodes].some((node) => node.contains(anchor))) anchor = target;
    requestAnimationFrame(() => requestAnimationFrame(settle));
  });
  document.addEventListener('focusin', onFocusIn);
  document.addEventListener('focusout', onFocusOut);
  observer.observe(document.body, { childList: true, subtree: true });
  return () => {
    document.removeEventListener('focusin', onFocusIn);
    document.removeEventListener('focusout', onFocusOut);
    observer.disconnect();
  };
}

function placeAround(node: Node): HTMLElement | null {
  let place = (node instanceof Element ? node : node.parentElement)?.closest<HTMLElement>(places) ?? null;
  while (place !== null && !(place.isConnected && place.checkVisibility())) place = place.parentElement?.closest<HTMLElement>(places) ?? null;
  return place?.closest('main') ? place : null;
}

/**
 * For a form that stands in the place of the button that opened it: takes focus to what `find` gives as soon as that is on
 * the page. Not in the next frame, in which the page may still be as it was.
 *
 * @returns asks for it; to be called together with what takes the form away
 */
export function useFocusBack(find: () => HTMLElement | null | undefined): () => void {
  const from = useRef<Element | null>(null);
  useLayoutEffect(() => {
    if (from.current === null) return;
    const now = document.activeElement;
    const target = find();
    if (now === document.body) {
      if (!target) return;
      from.current = null;
      target.focus();
    }
    // She has gone elsewhere meanwhile, perhaps while the answer was on its way: what she types there stays there.
    else if (now !== from.current) from.current = null;
  });
  return () => void (from.current = document.activeElement);
}
