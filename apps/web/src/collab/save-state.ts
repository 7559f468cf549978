/**
 * What may be said about one open document, as a pure machine: whether all that was typed is stored, how long something
 * has waited, and whether the document has ended for this person.
 *
 * The server counts the update frames of a connection (sync step 2 and update) and answers how many of them are
 * stored. A connection that is cut takes its count with it: what was not acknowledged counts as unsent and travels
 * again in the sync step 2 of the next connection.
 */

/** After this long without an acknowledgement the page warns (DESIGN invariant 1). */
export const warnAfterMs = 5_000;
/** After this long typing stops and the text is offered for copying. */
export const stopAfterMs = 15_000;

export type End = 'accessLost' | 'signedOut' | 'restored' | 'closed';

export interface SaveState {
  /** A socket is open. */
  connected: boolean;
  /** The server's text has arrived at least once; before that nothing is shown. */
  loaded: boolean;
  /** When the oldest local change was made that has not been sent; null when all is sent. */
  unsentSince: number | null;
  /** Frames on the wire, oldest first: when the oldest change in them was made, null for a frame without changes. */
  inFlight: readonly (number | null)[];
  /** Frames of this connection that the server has stored. */
  acknowledged: number;
  /** The server refused a change: what is on screen differs from what is stored until the document is loaded again. */
  refused: string | null;
  /** Something written here is kept back until a person decides about it; nothing since then has been sent. */
  held: boolean;
  /** The server says that the text is locked. */
  frozen: boolean;
  end: End | null;
}

export const initialSaveState: SaveState = {
  connected: false,
  loaded: false,
  unsentSince: null,
  inFlight: [],
  acknowledged: 0,
  refused: null,
  held: false,
  frozen: false,
  end: null,
};

export type SaveEvent =
  | { type: 'connected' }
  | { type: 'disconnected' }
  | { type: 'loaded' }
  /** A change was made here. */
  | { type: 'changed'; at: number }
  /** An update frame left; `whole`: with every change made so far that had not been sent, else with none of them. */
  | { type: 'sent'; whole: boolean }
  /** From now on changes are kept back, or not any more; then their time begins anew. */
  | { type: 'held'; held: boolean; at: number }
  /** `count`: frames of this connection stored so far */
  | { type: 'acknowledged'; count: number }
  | { type: 'refused'; code: string }
  | { type: 'frozen'; frozen: boolean }
  | { type: 'ended'; end: End }
  /** The same person has signed in again. */
  | { type: 'revived' };

export function next(state: SaveState, event: SaveEvent): SaveState {
  switch (event.type) {
    case 'connected':
      return { ...state, connected: true, inFlight: [], acknowledged: 0 };
    case 'disconnected':
      return { ...state, connected: false, unsentSince: unsavedSince(state), inFlight: [], acknowledged: 0 };
    case 'loaded':
      return { ...state, loaded: true };
    case 'changed':
      return { ...state, unsentSince: state.unsentSince ?? event.at };
    case 'sent':
      return event.whole
        ? { ...state, unsentSince: null, inFlight: [...state.inFlight, state.unsentSince] }
        : { ...state, inFlight: [...state.inFlight, null] };
    case 'held':
      return { ...state, held: event.held, unsentSince: state.held && !event.held && state.unsentSince !== null ? event.at : state.unsentSince };
    case 'acknowledged': {
      // A late or repeated count never takes back what was acknowledged.
      const stored = Math.max(0, event.count - state.acknowledged);
      return { ...state, acknowledged: state.acknowledged + stored, inFlight: state.inFlight.slice(stored) };
    }
    case 'refused':
      return { ...state, refused: event.code };
    case 'frozen':
      return { ...state, frozen: event.frozen };
    case 'ended':
      return { ...state, end: state.end ?? event.end };
    case 'revived':
      return { ...state, end: state.end === 'signedOut' ? null : state.end };
  }
}

/** When the oldest change was made that the server has not acknowledged; null when everything is stored. */
export function unsavedSince(state: SaveState): number | null {
  const times = [state.unsentSince, ...state.inFlight].filter((time) => time !== null);
  return times.length === 0 ? null : Math.min(...times);
}

/** The same of what the server could have answered: what is kept back on purpose does not count. */
function unansweredSince(state: SaveState): number | null {
  return unsavedSince(state.held ? { ...state, unsentSince: null } : state);
}

export type SaveStatus =
  | 'loading'
  | 'saved'
  | 'saving'
  /** Not connected, nothing typed is waiting. */
  | 'offline'
  /** Not connected, and something waits. */
  | 'unsaved'
  /** Waited longer than `warnAfterMs`. */
  | 'late'
  /** Waited longer than `stopAfterMs`: no more typing. */
  | 'stopped'
  /** Kept back until a person decides about it. */
  | 'held'
  | 'frozen'
  | 'refused'
  | End;

export function statusAt(state: SaveState, now: number): SaveStatus {
  if (state.end !== null) return state.end;
  if (state.refused !== null) return 'refused';
  if (!state.loaded) return 'loading';
  const since = unansweredSince(state);
  if (since !== null && now - since >= stopAfterMs) return 'stopped';
  if (since !== null && now - since >= warnAfterMs) return 'late';
  if (state.held) return 'held';
  if (since !== null) return state.connected ? 'saving' : 'unsaved';
  if (!state.connected) return 'offline';
  return state.frozen ? 'frozen' : 'saved';
}

/** Whether more may be typed: never when it could not be kept, and not into a locked text, whatever else is told of it. */
export function mayType(state: SaveState, now: number): boolean {
  const status = statusAt(state, now);
  return !state.frozen && (status === 'saved' || status === 'saving' || status === 'offline' || status === 'unsaved' || status === 'late' || status === 'held');
}

/** Whether the text is locked although the status tells of something else. */
export function isLocked(state: SaveState, now: number): boolean {
  const status = statusAt(state, now);
  return state.frozen && (status === 'saving' || status === 'offline' || status === 'unsaved' || status === 'late' || status === 'held');
}

/** When `statusAt` changes by the clock alone; null when it does not. */
export function nextChangeAt(state: SaveState, now: number): number | null {
  const since = unansweredSince(state);
  if (since === null || state.end !== null || state.refused !== null) return null;
  if (now < since + warnAfterMs) return since + warnAfterMs;
  if (now < since + stopAfterMs) return since + stopAfterMs;
  return null;
}
