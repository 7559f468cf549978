import { livePath, type LiveEvents } from '@lib/contracts/live.js';
import { useEffect } from 'react';
import { io } from 'socket.io-client';
import { queryClient } from './queries.js';
import { endSession } from './session.js';

type Handlers = { [Name in keyof LiveEvents]: (event: LiveEvents[Name]) => void };

const invalidate = (...queryKey: string[]) => void queryClient.invalidateQueries({ queryKey });

const handlers: Handlers = {
  'meeting.changed': ({ meetingId }) => {
    invalidate('meeting', meetingId);
    invalidate('meetings');
    invalidate('series');
    invalidate('search');
  },
  'item.changed': ({ meetingId, itemId }) => {
    invalidate('meeting', meetingId);
    invalidate('item', itemId);
    invalidate('search');
  },
  'decision.changed': ({ decisionId }) => {
    invalidate('decision', decisionId);
    invalidate('decisions');
    invalidate('search');
    // Whose item it is the event does not say; only those on screen are asked again.
    void queryClient.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] === 'item' && queryKey[2] === 'decisions' });
  },
  'followUp.changed': () => {
    invalidate('followUps');
    invalidate('search');
    void queryClient.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] === 'item' && (queryKey[2] === 'followUps' || queryKey[2] === 'plans') });
  },
  'minutes.changed': ({ meetingId }) => {
    invalidate('minutes', meetingId);
    invalidate('minutesWaiting');
    // Who may write in what, and whether attendance is open, goes with it.
    invalidate('meeting', meetingId);
  },
  'session.ended': () => endSession(),
};

/** Listens while `sessionKey` stays the same: another person or another authority means another socket. */
export function useLiveEvents(sessionKey: string): void {
  useEffect(() => {
    const socket = io({ path: livePath, transports: ['websocket'] });
    for (const name of Object.keys(handlers) as (keyof LiveEvents)[]) {
      socket.on(name, handlers[name] as (event: unknown) => void);
    }
    // What happened while the line was cut was not told: everything shown is asked for again.
    let connectedBefore = false;
    socket.on('connect', () => {
      if (connectedBefore) void queryClient.invalidateQueries();
      connectedBefore = true;
    });
    return () => void socket.disconnect();
  }, [sessionKey]);
}
