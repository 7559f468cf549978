import { describe, expect, it } from '@jest/globals';
import { initialSaveState, isLocked, mayType, next, nextChangeAt, statusAt, unsavedSince, type SaveEvent } from './save-state.js';

const after = (...events: SaveEvent[]) => events.reduce(next, initialSaveState);
const open: SaveEvent[] = [{ type: 'connected' }, { type: 'sent', whole: true }, { type: 'acknowledged', count: 1 }, { type: 'loaded' }];

describe('the saved state of an open document', () => {
  it('says held as long as something is kept back, and counts from when it may leave', () => {
    const held = after(...open, { type: 'changed', at: 100 }, { type: 'held', held: true, at: 100 });
    expect(statusAt(held, 60_000)).toBe('held');
    expect(mayType(held, 60_000)).toBe(true);
    expect(nextChangeAt(held, 200)).toBe(null);
    expect(unsavedSince(held)).toBe(100);
    const freed = next(held, { type: 'held', held: false, at: 60_000 });
    expect(statusAt(freed, 60_001)).toBe('saving');
    const sent = next(freed, { type: 'sent', whole: true });
    expect(statusAt(next(sent, { type: 'acknowledged', count: 2 }), 60_002)).toBe('saved');
  });

  it('is not saved by a frame that leaves without what is kept back, and tells of a silent server all the same', () => {
    const held = after(...open, { type: 'changed', at: 100 }, { type: 'sent', whole: true }, { type: 'changed', at: 200 }, { type: 'held', held: true, at: 200 });
    expect(statusAt(held, 5_100)).toBe('late');
    const again = [{ type: 'disconnected' }, { type: 'connected' }, { type: 'sent', whole: false }, { type: 'acknowledged', count: 1 }].reduce((state, event) => next(state, event as SaveEvent), held);
    expect(statusAt(again, 5_200)).toBe('held');
    expect(unsavedSince(again)).toBe(100);
  });

  it('says saved only when every frame is acknowledged', () => {
    const typed = after(...open, { type: 'changed', at: 100 }, { type: 'sent', whole: true }, { type: 'changed', at: 200 }, { type: 'sent', whole: true });
    expect(statusAt(typed, 300)).toBe('saving');
    const first = next(typed, { type: 'acknowledged', count: 2 });
    expect(statusAt(first, 300)).toBe('saving');
    expect(unsavedSince(first)).toBe(200);
    expect(statusAt(next(first, { type: 'acknowledged', count: 3 }), 300)).toBe('saved');
  });

  it('is not unsaved because of a frame without changes', () => {
    expect(statusAt(after({ type: 'connected' }, { type: 'sent', whole: true }, { type: 'loaded' }), 0)).toBe('saved');
  });

  it('keeps the age of what was in flight when the line is cut', () => {
    const cut = after(...open, { type: 'changed', at: 100 }, { type: 'sent', whole: true }, { type: 'disconnected' });
    expect(statusAt(cut, 200)).toBe('unsaved');
    const again = [{ type: 'connected' }, { type: 'sent', whole: true }].reduce((state, event) => next(state, event as SaveEvent), cut);
    expect(unsavedSince(again)).toBe(100);
    expect(statusAt(next(again, { type: 'acknowledged', count: 1 }), 20_000)).toBe('saved');
  });

  it('does not take an acknowledgement of the former connection for one of this', () => {
    const again = after(...open, { type: 'changed', at: 1 }, { type: 'sent', whole: true }, { type: 'disconnected' }, { type: 'connected' });
    expect(statusAt(again, 2)).toBe('saving');
  });

  it('warns after 5 s and stops typing after 15 s', () => {
    const typed = after(...open, { type: 'changed', at: 1_000 }, { type: 'sent', whole: true });
    expect(statusAt(typed, 5_999)).toBe('saving');
    expect(nextChangeAt(typed, 1_000)).toBe(6_000);
    expect(statusAt(typed, 6_000)).toBe('late');
    expect(mayType(typed, 6_000)).toBe(true);
    expect(nextChangeAt(typed, 6_000)).toBe(16_000);
    expect(statusAt(typed, 16_000)).toBe('stopped');
    expect(mayType(typed, 16_000)).toBe(false);
    expect(nextChangeAt(typed, 16_000)).toBeNull();
  });

  it('[CO94] lets nobody type into a locked text, whatever else there is to tell', () => {
    const frozen: SaveEvent = { type: 'frozen', frozen: true };
    const typed: SaveEvent = { type: 'changed', at: 100 };
    const states = {
      frozen: after(...open, frozen),
      offline: after(...open, frozen, { type: 'disconnected' }),
      unsaved: after(...open, frozen, typed, { type: 'disconnected' }),
      saving: after(...open, frozen, typed, { type: 'sent', whole: true }),
      late: after(...open, typed, { type: 'sent', whole: true }, frozen),
      held: after(...open, typed, { type: 'held', held: true, at: 100 }, frozen),
    };
    for (const [status, state] of Object.entries(states)) {
      const now = status === 'late' ? 5_200 : 200;
      expect([status, statusAt(state, now), mayType(state, now), isLocked(state, now)]).toEqual([status, status, false, status !== 'frozen']);
      const opened = next(state, { type: 'frozen', frozen: false });
      expect([status, mayType(opened, now), isLocked(opened, now)]).toEqual([status, true, false]);
    }
  });

  it('ignores a repeated or older count', () => {
    const state = after(...open, { type: 'changed', at: 1 }, { type: 'sent', whole: true }, { type: 'acknowledged', count: 1 });
    expect(statusAt(state, 2)).toBe('saving');
  });

  it('ends once, and an end outranks everything', () => {
    const ended = after(...open, { type: 'changed', at: 1 }, { type: 'ended', end: 'accessLost' }, { type: 'ended', end: 'closed' });
    expect(statusAt(ended, 2)).toBe('accessLost');
  });
});
