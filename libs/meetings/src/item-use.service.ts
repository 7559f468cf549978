import { Injectable } from '@nestjs/common';
import type { Tx } from '@lib/platform/unit-of-work.service.js';

export type UsesItem = (tx: Tx, itemId: string) => Promise<boolean>;

/** Whether something hangs on an item that must not lose it. Libs that this one does not know say so of their own rows. */
@Injectable()
export class ItemUse {
  private readonly askers: UsesItem[] = [];

  /** Once at start. */
  register(asker: UsesItem): void {
    this.askers.push(asker);
  }

  /** What is recorded under items, for whoever may read them. Whoever knows says so, once at start. */
  countsIn: (tx: Tx, itemIds: readonly string[]) => Promise<ReadonlyMap<string, { decisions: number; followUps: number }>> = async () => new Map();

  async isUsedIn(tx: Tx, itemId: string): Promise<boolean> {
    for (const asker of this.askers) if (await asker(tx, itemId)) return true;
    return false;
  }
}
