import { createContext, useContext, type HTMLAttributes } from 'react';
import type { MeetingSummary } from '../api/types.js';

type Handlers = Pick<HTMLAttributes<HTMLElement>, 'onPointerDown' | 'onPointerMove' | 'onPointerUp' | 'onPointerCancel' | 'onClickCapture'>;

/** What the parts of the calendar need to know of a meeting that is being moved. */
export interface Moving {
  /** The meeting in hand or in the form. */
  meetingId: string | null;
  /** The day on which it would be. */
  date: string | null;
  /** Opens the form without another day. */
  open: (meeting: MeetingSummary) => void;
  /** Takes a meeting in hand: with the mouse anywhere on it, with a finger by its handle, so that the page can still be scrolled. */
  card: (meeting: MeetingSummary) => Handlers;
  handle: (meeting: MeetingSummary) => Handlers;
}

export const MovingContext = createContext<Moving | null>(null);

export function useMoving(): Moving {
  const moving = useContext(MovingContext);
  if (moving === null) throw new Error('a part of the calendar outside of it');
  return moving;
}

/** What marks a day as the one to which something would be moved. */
export const targetClass = ({ date }: Moving, day: string) => (date === day ? 'calendar-target' : '');

/** What shows that a meeting can be taken, and that it is in hand. */
export const entryClass = ({ meetingId }: Moving, meeting: MeetingSummary) => `${meeting.canMove ? 'calendar-movable' : ''} ${meetingId === meeting.id ? 'calendar-moving' : ''}`;
