import { AsyncLocalStorage } from 'node:async_hooks';
import { Problem } from '@lib/contracts/problems.js';
import { log } from './log.js';

/** What an opening needs of the transaction that it is written in. */
export interface Writing {
  /** Whether the database knows by itself for whose session it works. */
  isAskers: boolean;
  query<Row = Record<string, unknown>>(sql: string, parameters?: unknown[]): Promise<Row[]>;
}

/**
 * Somebody's opening: one request, or one socket. It gathers the scopes (items, meetings, series) whose keys were handed
 * out for it, and writes them down before the transaction that read them commits: what cannot be written down is not
 * read. Nothing can be opened without a key, so no path is forgotten; what is shown without opening it (an index in
 * memory) says so with {@link touch}.
 */
export abstract class Opening {
  /** By the rule that they were opened by; null is that of the door. */
  private readonly fresh = new Map<string | null, Set<string>>();
  private readonly written = new Map<string | null, Set<string>>();
  /** Of whose people something is told, beside whoever asks. */
  readonly asked = new Set<string>();
  private isOver = false;

  /**
   * @param owes whether it is written down even when nothing was opened: `first` with its first transaction (a command,
   *   which must not happen unrecorded; a look into the trail itself), `last` at its end (a search, an export), or not at all
   * @param rule of the door
   */
  constructor(
    private owes: 'first' | 'last' | 'never',
    private readonly rule: string | null = null,
  ) {}

  /**
   * Puts one entry on record, where there is something to tell or `isOwed`.
   *
   * @param rule by which it was opened; null for that of the door
   * @returns whether there was
   */
  protected abstract writeIn(tx: Writing, scopeIds: readonly string[], isOwed: boolean, rule: string | null): Promise<boolean>;

  /** Content of these scopes may be shown from now on. */
  touch(scopeIds: Iterable<string>): void {
    const named = ruled.getStore() ?? null;
    this.touchBy(named === this.rule ? null : named, scopeIds);
  }

  private touchBy(rule: string | null, scopeIds: Iterable<string>): void {
    if (this.isOver) return;
    for (const id of scopeIds) if (this.written.get(rule)?.has(id) !== true) add(this.fresh, rule, id);
  }

  /** Of people of these authorities something is told that no key stands for: their auditors find the entry as well. */
  ask(authorityIds: Iterable<string>): void {
    for (const id of authorityIds) this.asked.add(id);
  }

  /** Whether something is still to be written before the answer leaves. */
  get isOwing(): boolean {
    return this.owes !== 'never' || this.fresh.size > 0;
  }

  /**
   * Writes what is new, as the last statement of a transaction.
   *
   * @param isEnd whether the opening ends with it
   * @returns to be called when it is known whether the transaction was committed
   * @throws Problem `trail-unavailable`, which undoes the transaction
   */
  async settleIn(tx: Writing, isEnd = false): Promise<(isCommitted: boolean) => void> {
    const opened = new Map([...this.fresh].map(([rule, ids]) => [rule, [...ids]] as const));
    const owed = this.owes;
    const isOwed = owed === 'first' || (owed === 'last' && isEnd);
    if (opened.size === 0 && !isOwed) return () => undefined;
    this.fresh.clear();
    if (isOwed) this.owes = 'never';
    const putBack = () => {
      for (const [rule, ids] of opened) this.touchBy(rule, ids);
      this.owes = owed;
    };
    const ofDoor = opened.get(null) ?? [];
    try {
      if ((ofDoor.length > 0 || isOwed) && (await this.writeIn(tx, ofDoor, isOwed, null))) this.owes = 'never';
      for (const [rule, ids] of opened) if (rule !== null) await this.writeIn(tx, ids, false, rule);
    } catch (error) {
      putBack();
      log.error({ error }, 'access trail not written');
      throw new Problem('trail-unavailable');
    }
    return (isCommitted) => {
      if (!isCommitted) return putBack();
      for (const [rule, ids] of opened) for (const id of ids) add(this.written, rule, id);
    };
  }

  /** From now on nobody is shown anything by it. */
  end(): void {
    this.isOver = true;
  }
}

function add(to: Map<string | null, Set<string>>, rule: string | null, id: string): void {
  const ids = to.get(rule) ?? new Set();
  to.set(rule, ids.add(id));
}

const ruled = new AsyncLocalStorage<string>();

/** What `work` opens is read by this rule, whatever the door's is: it has an entry of its own beside the door's. */
export const readBy = <T>(rule: string, work: () => T): T => ruled.run(rule, work);

const current = new AsyncLocalStorage<Opening | null>();

export const currentOpening = (): Opening | null => current.getStore() ?? null;

/** Does `work`, and all that follows from it, for somebody whose opening this is. */
export const within = <T>(opening: Opening | null, work: () => T): T => current.run(opening, work);

/**
 * Does `work` for nobody: what the product opens in its own business (freezing minutes, comparing, filling an index) is
 * shown to no person. Whatever of it is shown after all is touched by its own.
 */
export const forNobody = <T>(work: () => T): T => current.run(null, work);
