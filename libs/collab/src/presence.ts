import type { AwarenessEntry } from './protocol.js';
import type { Limits } from './limits.js';

/** What colleagues see of a person: made by the server from the session, never by the client. */
export interface PresenceUser {
  name: string;
  authority: string;
  color: string;
}

/** Dark enough for white text on it (contrast ≥ 4.5:1), far enough from each other to be told apart. */
const colors = ['#1b5e9b', '#9c2f2f', '#2e6b34', '#7a3e9d', '#8a5300', '#00696b', '#a0306e', '#4a4fb0', '#5f5b1a', '#3f5f6f'] as const;

/** The colour a person has where nobody else has it: the same in every document. */
function favourite(personId: string): number {
  let hash = 0;
  for (let i = 0; i < personId.length; i++) hash = (Math.imul(hash, 31) + personId.charCodeAt(i)) >>> 0;
  return hash % colors.length;
}

/**
 * The colours of one document: a person keeps hers as long as it is open somewhere, and no two who are here have the same
 * until there are more people than colours.
 */
export class Colors {
  private readonly given = new Map<string, string>();

  /** @param present the people who are here */
  of(personId: string, present: ReadonlySet<string>): string {
    const own = this.given.get(personId);
    if (own !== undefined) return own;
    const first = favourite(personId);
    const inOrder = colors.map((_color, n) => colors[(first + n) % colors.length] as string);
    const holders = (color: string) => [...this.given].filter(([, has]) => has === color).map(([who]) => who);
    const color = inOrder.find((one) => holders(one).length === 0) ?? inOrder.find((one) => !holders(one).some((who) => present.has(who))) ?? (inOrder[0] as string);
    // Whoever is gone gets another one on coming back.
    for (const who of holders(color)) if (!present.has(who)) this.given.delete(who);
    this.given.set(personId, color);
    return color;
  }
}

/** Clocks that a person may count to, and that colleagues are ever told: far from where numbers end, and a client of theirs with them. */
const maxClock = 2 ** 32;
const maxShownClock = 2 ** 48;

interface Present {
  connection: object;
  personId: string;
  /** The clock colleagues know. */
  clock: number;
  /** Added to the client's own clock: whoever comes back under the same id starts behind what colleagues heard. */
  shift: number;
  state: string;
}

/**
 * Who is in a document, and where their cursors are. Relayed, never stored. The caller has made sure that the client
 * ids belong to the person.
 */
export class Presence {
  private readonly present = new Map<number, Present>();
  /** Last clocks of those who left, so that they can come back. */
  private readonly left = new Map<number, number>();

  constructor(private readonly limits: Pick<Limits, 'maxPresencePerPerson'>) {}

  /** @returns what to tell the others, or undefined when there is nothing new */
  update(connection: object, personId: string, user: PresenceUser, entry: AwarenessEntry): AwarenessEntry | undefined {
    const { clientId } = entry;
    const before = this.present.get(clientId);
    const state = parse(entry.state);
    if (state === undefined || entry.clock > maxClock) return undefined;
    if (state === null) {
      if (before === undefined || entry.clock + before.shift < before.clock) return undefined;
      return this.remove(clientId, Math.max(before.clock, entry.clock + before.shift));
    }
    if (before === undefined && this.countOf(personId) >= this.limits.maxPresencePerPerson) return undefined;

    let shift = before?.shift ?? 0;
    if (before !== undefined) {
      // Another tab of the same browser repeats what it heard: only the newest word counts.
      if (entry.clock + shift <= before.clock) return undefined;
    } else {
      // y-protocols passes over a first state whose clock is 0.
      const heard = this.left.get(clientId) ?? 0;
      if (entry.clock <= heard) shift = heard + 1 - entry.clock;
    }
    const clock = entry.clock + shift;
    if (clock > maxShownClock) return undefined;
    const shown = JSON.stringify({ user, ...(state.cursor === undefined ? {} : { cursor: state.cursor }) });
    this.left.delete(clientId);
    this.present.set(clientId, { connection, personId, clock, shift, state: shown });
    return { clientId, clock, state: shown };
  }

  /** Takes away everybody who came by this connection. */
  leave(connection: object): AwarenessEntry[] {
    const gone: AwarenessEntry[] = [];
    for (const [clientId, { connection: held, clock }] of this.present) if (held === connection) gone.push(this.remove(clientId, clock));
    return gone;
  }

  /** Everybody who is here, for a newcomer. */
  all(): AwarenessEntry[] {
    return [...this.present].map(([clientId, { clock, state }]) => ({ clientId, clock, state }));
  }

  private remove(clientId: number, clock: number): AwarenessEntry {
    this.present.delete(clientId);
    this.left.set(clientId, clock);
    return { clientId, clock, state: 'null' };
  }

  private countOf(personId: string): number {
    let count = 0;
    for (const present of this.present.values()) if (present.personId === personId) count++;
    return count;
  }
}

interface Cursor {
  anchor: RelativePosition;
  head: RelativePosition;
}

interface RelativePosition {
  type?: { client: number; clock: number } | null;
  tname?: string | null;
  item?: { client: number; clock: number } | null;
  assoc?: number;
}

/** undefined: not a state; null: somebody left. Of a state only the cursor passes. */
function parse(json: string): { cursor?: Cursor | null } | null | undefined {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return undefined;
  }
  if (value === null) return null;
  if (!isRecord(value)) return undefined;
  if (value.cursor === null) return { cursor: null };
  const cursor = value.cursor;
  if (!isRecord(cursor)) return {};
  const anchor = position(cursor.anchor);
  const head = position(cursor.head);
  return anchor === undefined || head === undefined ? {} : { cursor: { anchor, head } };
}

function position(value: unknown): RelativePosition | undefined {
  if (!isRecord(value)) return undefined;
  const type = id(value.type);
  const item = id(value.item);
  const tname = value.tname ?? null;
  const assoc = value.assoc ?? 0;
  if (type === undefined || item === undefined || !Number.isSafeInteger(assoc)) return undefined;
  if (tname !== null && (typeof tname !== 'string' || tname.length > 32)) return undefined;
  return { type, tname, item, assoc: assoc as number };
}

function id(value: unknown): { client: number; clock: number } | null | undefined {
  if (value === undefined || value === null) return null;
  if (!isRecord(value) || !Number.isSafeInteger(value.client) || !Number.isSafeInteger(value.clock)) return undefined;
  return { client: value.client as number, clock: value.clock as number };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
