import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { SamraadProvider } from './provider.js';
import { difference, moved, type TextDelta } from './text-diff.js';

interface TitleFieldProps {
  provider: SamraadProvider;
  editable: boolean;
  id: string;
}

/** The title as one line of live text: a textarea, so that a long title wraps instead of hiding. */
export function TitleField({ provider, editable, id }: TitleFieldProps) {
  const { t } = useTranslation();
  const field = useRef<HTMLTextAreaElement>(null);

  useEffect(() => {
    const element = field.current;
    if (!element) return;
    const text = provider.doc.getText('title');
    const origin = element;
    // What the field showed when the server's text was last put into it, and what has come since while a composition
    // (dead keys, an input method) held the field.
    let shown = text.toString();
    let composing = false;
    let waiting: TextDelta[] = [];

    const fit = () => {
      element.style.height = 'auto';
      element.style.height = `${element.scrollHeight}px`;
    };
    const show = (caret: [number, number] | null) => {
      shown = text.toString();
      if (element.value !== shown) element.value = shown;
      if (caret && document.activeElement === element) element.setSelectionRange(...caret);
      fit();
    };
    const follow = (index: number, deltas: readonly TextDelta[]) => deltas.reduce(moved, index);

    const take = () => {
      const value = element.value.replace(/[\r\n]+/g, ' ');
      const change = difference(shown, value, Math.min(element.selectionEnd, value.length));
      const deltas = waiting;
      waiting = [];
      const caret = follow(element.selectionEnd, deltas);
      if (change) {
        const start = follow(change.index, deltas);
        const end = follow(change.index + change.remove, deltas);
        provider.doc.transact(() => {
          if (end > start) text.delete(start, end - start);
          if (change.insert) text.insert(start, change.insert);
        }, origin);
      }
      show(deltas.length > 0 || value !== element.value ? [caret, caret] : null);
    };
    const onInput = () => {
      if (!composing) take();
    };
    const onCompositionStart = () => {
      composing = true;
    };
    const onCompositionEnd = () => {
      composing = false;
      take();
    };
    // A line break has no place in a title; Enter is left free.
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key === 'Enter' && !event.isComposing) event.preventDefault();
    };
    const onRemote = (event: { delta: TextDelta }, transaction: { origin: unknown }) => {
      if (transaction.origin === origin) return;
      if (composing) {
        waiting.push(event.delta);
        return;
      }
      show([moved(element.selectionStart, event.delta), moved(element.selectionEnd, event.delta)]);
    };

    show(null);
    element.addEventListener('input', onInput);
    element.addEventListener('compositionstart', onCompositionStart);
    element.addEventListener('compositionend', onCompositionEnd);
    element.addEventListener('keydown', onKeyDown);
    const sizes = new ResizeObserver(fit);
    sizes.observe(element.parentElement ?? element);
    text.observe(onRemote as Parameters<typeof text.observe>[0]);
    return () => {
      element.removeEventListener('input', onInput);
      element.removeEventListener('compositionstart', onCompositionStart);
      element.removeEventListener('compositionend', onCompositionEnd);
      element.removeEventListener('keydown', onKeyDown);
      sizes.disconnect();
      text.unobserve(onRemote as Parameters<typeof text.observe>[0]);
    };
  }, [provider]);

  return (
    <textarea
      ref={field}
      id={id}
      className="title-field"
      lang="da"
      rows={1}
      // The server lets no title grow further (libs/collab, rule CO74).
      maxLength={500}
      aria-label={t('item.title')}
      readOnly={!editable}
      autoComplete="off"
      spellCheck
    />
  );
}
