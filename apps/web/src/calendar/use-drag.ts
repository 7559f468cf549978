import { useEffect, useRef, useState, type MouseEvent, type PointerEvent } from 'react';
import type { MeetingSummary } from '../api/types.js';

export interface Drag {
  meeting: MeetingSummary;
  /** The day under the pointer, when it can be moved there. */
  date: string | null;
  x: number;
  y: number;
}

interface Held {
  meeting: MeetingSummary;
  fromX: number;
  fromY: number;
  isMoving: boolean;
}

/** A hand is never quite still when it presses. */
const stillPx = 5;
/** So near the edge of the window the page moves along. */
const edgePx = 48;

/** The day whose place in the calendar is at a point of the window. */
const dateUnder = (x: number, y: number) => document.elementFromPoint(x, y)?.closest<HTMLElement>('[data-date]')?.dataset.date ?? null;

/**
 * Takes a meeting from one day of the calendar to another. Escape, and whatever else ends it, puts it back.
 *
 * @param mayDrop whether a meeting can be moved to a day
 */
export function useDrag(mayDrop: (meeting: MeetingSummary, date: string) => boolean, onDrop: (meeting: MeetingSummary, date: string) => void) {
  const [drag, setDrag] = useState<Drag | null>(null);
  // The pointer may be let go before its last moves are drawn.
  const held = useRef<Held | null>(null);
  const wasDragged = useRef(false);
  const letGo = () => {
    held.current = null;
    setDrag(null);
  };
  const isDragging = drag !== null;
  useEffect(() => {
    if (!isDragging) return;
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key !== 'Escape') return;
      event.stopPropagation();
      letGo();
    };
    window.addEventListener('keydown', onKeyDown, true);
    // Behind the card's own: one that a colleague has moved meanwhile is gone, and nothing would end it.
    const ends = ['pointerup', 'pointercancel'] as const;
    for (const end of ends) window.addEventListener(end, letGo);
    return () => {
      window.removeEventListener('keydown', onKeyDown, true);
      for (const end of ends) window.removeEventListener(end, letGo);
    };
  }, [isDragging]);

  const targetAt = (meeting: MeetingSummary, x: number, y: number) => {
    const date = dateUnder(x, y);
    return date !== null && mayDrop(meeting, date) ? date : null;
  };
  const handlers = (meeting: MeetingSummary, byTouch: boolean) => ({
    onPointerDown: (event: PointerEvent<HTMLElement>) => {
      wasDragged.current = false;
      if (event.button !== 0 || (event.pointerType !== 'mouse' && !byTouch)) return;
      held.current = { meeting, fromX: event.clientX, fromY: event.clientY, isMoving: false };
    },
    onPointerMove: (event: PointerEvent<HTMLElement>) => {
      const now = held.current;
      if (now?.meeting.id !== meeting.id) return;
      const { clientX: x, clientY: y } = event;
      if (!now.isMoving) {
        if (Math.hypot(x - now.fromX, y - now.fromY) < stillPx) return;
        now.isMoving = true;
        wasDragged.current = true;
        // Not before: what is pressed and not moved is a link or a button.
        event.currentTarget.setPointerCapture(event.pointerId);
      }
      if (y < edgePx) window.scrollBy(0, y - edgePx);
      if (y > window.innerHeight - edgePx) window.scrollBy(0, y - window.innerHeight + edgePx);
      setDrag({ meeting, date: targetAt(meeting, x, y), x, y });
    },
    onPointerUp: (event: PointerEvent<HTMLElement>) => {
      const now = held.current;
      letGo();
      if (now === null || now.meeting.id !== meeting.id || !now.isMoving) return;
      const date = targetAt(meeting, event.clientX, event.clientY);
      if (date !== null) onDrop(meeting, date);
    },
    onPointerCancel: letGo,
    // What was dragged, or put back, was not pressed; a press without a pointer is one.
    onClickCapture: (event: MouseEvent<HTMLElement>) => {
      if (!wasDragged.current || event.detail === 0) return;
      wasDragged.current = false;
      event.preventDefault();
      event.stopPropagation();
    },
  });
  return { drag, card: (meeting: MeetingSummary) => handlers(meeting, false), handle: (meeting: MeetingSummary) => handlers(meeting, true) };
}
