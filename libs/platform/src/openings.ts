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
  private readonly fresh = new Set<string>();
  private readonly written = new Set<string>();
  /** Of whose people something is told, beside whoever asks. */
  readonly asked = new Set<string>();
  private isOver = false;

  /**
   * @param owes whether it is written down even when nothing was opened: `first` with its first transaction (a command,
   *   which must not happen unrecorded; a look into the trail itself), `last` at its end (a search, an export), or not at all
   */
  constructor(private owes: 'first' | 'last' | 'never') {}

  /** Puts one entry on record, where there is something to tell or `isOwed`. @returns whether there was */
  protected abstract writeIn(tx: Writing, scopeIds: readonly string[], isOwed: boolean): Promise<boolean>;

  /** Content of these scopes may be shown from now on. */
  touch(scopeIds: Iterable<string>): void {
    if (this.isOver) return;
    for (const id of scopeIds) if (!this.written.has(id)) this.fresh.add(id);
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
    const scopeIds = [...this.fresh];
    const owed = this.owes;
    const isOwed = owed === 'first' || (owed === 'last' && isEnd);
    if (scopeIds.length === 0 && !isOwed) return () => undefined;
    this.fresh.clear();
    if (isOwed) this.owes = 'never';
    const putBack = () => {
      this.touch(scopeIds);
      this.owes = owed;
    };
    try {
      if (await this.writeIn(tx, scopeIds, isOwed)) this.owes = 'never';
    } catch (error) {
      putBack();
      log.error({ error }, 'access trail not written');
      throw new Problem('trail-unavailable');
    }
    return (isCommitted) => {
      if (!isCommitted) return putBack();
      for (const id of scopeIds) this.written.add(id);
    };
  }

  /** From now on nobody is shown anything by it. */
  end(): void {
    this.isOver = true;
  }
}

const current = new AsyncLocalStorage<Opening | null>();

export const currentOpening = (): Opening | null => current.getStore() ?? null;

/** Does `work`, and all that follows from it, for somebody whose opening this is. */
export const within = <T>(opening: Opening | null, work: () => T): T => current.run(opening, work);

/**
 * Does `work` for nobody: what the product opens in its own business (freezing minutes, comparing, filling an index) is
 * shown to no person. Whatever of it is shown after all is touched by its own.
 */
export const forNobody = <T>(work: () => T): T => current.run(null, work);
