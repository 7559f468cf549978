import { livePath, type LiveEvents } from '@lib/contracts/live.js';
import { useEffect } from 'react';
import { io } from 'socket.io-client';
import { queryClient } from './queries.js';
import { endSession } from './session.js';
import type { Meeting } from './types.js';

type Handlers = { [Name in keyof LiveEvents]: (event: LiveEvents[Name]) => void };

const invalidate = (...queryKey: string[]) => void queryClient.invalidateQueries({ queryKey });

/** Once the meeting has been asked for again, and only of items that it still shows: what was closed meanwhile is not there to be asked for. */
const preparationsOnScreen = async (meetingId: string) => {
  await queryClient.invalidateQueries({ queryKey: ['meeting', meetingId] });
  const shown = new Set(queryClient.getQueryData<Meeting>(['meeting', meetingId])?.outline.flatMap((entry) => (entry.closed ? [] : [entry.item.id])));
  await queryClient.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] === 'item' && queryKey[2] === 'preparations' && shown.has(queryKey[1] as string) });
};

const handlers: Handlers = {
  'meeting.changed': ({ meetingId }) => {
    invalidate('guest');
    invalidate('meetings');
    invalidate('holds');
    invalidate('filingsWaiting');
    invalidate('preparations');
    // What was released can be taken back until the meeting begins.
    void preparationsOnScreen(meetingId);
    invalidate('series');
    // Somebody may be deciding on what this changes.
    invalidate('seriesChange');
    invalidate('search');
    // What was taken away is told of no more.
    invalidate('notifications');
  },
  'item.changed': ({ meetingId, itemId }) => {
    invalidate('guest');
    invalidate('meeting', meetingId);
    invalidate('preparations');
    invalidate('embargoesWaiting');
    // What is under embargo is marked wherever something of it stands.
    invalidate('decisions');
    invalidate('decision');
    invalidate('followUps');
    invalidate('notifications');
    invalidate('minutes', meetingId);
    invalidate('item', itemId);
    invalidate('search');
  },
  'decision.changed': ({ decisionId }) => {
    invalidate('decision', decisionId);
    invalidate('decisions');
    invalidate('insight');
    invalidate('search');
    // Whose item it is the event does not say; only those on screen are asked again.
    void queryClient.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] === 'item' && queryKey[2] === 'decisions' });
  },
  'followUp.changed': () => {
    invalidate('followUps');
    invalidate('insight');
    invalidate('search');
    void queryClient.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] === 'item' && (queryKey[2] === 'followUps' || queryKey[2] === 'plans') });
  },
  'calendar.changed': () => invalidate('ownCalendar'),
  'yearPlan.changed': () => {
    invalidate('yearPlans');
    invalidate('yearPlan');
  },
  'contacts.changed': () => {
    invalidate('contacts');
    // Who can be chosen.
    invalidate('authorities');
  },
  'notification.changed': () => invalidate('notifications'),
  'minutes.changed': ({ meetingId }) => {
    invalidate('minutes', meetingId);
    invalidate('minutesWaiting');
    invalidate('filingsWaiting');
    // Who may write in what, and whether attendance is open, goes with it; and what can still be prepared.
    void preparationsOnScreen(meetingId);
  },
  'session.ended': () => {
    endSession();
    // A guest has no sign-in page to be shown: her one page asks, and says that it is over.
    void queryClient.resetQueries({ queryKey: ['guest'] });
  },
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
