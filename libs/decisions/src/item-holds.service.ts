import { Injectable, type OnModuleInit } from '@nestjs/common';
import { ItemUse } from '@lib/meetings/item-use.service.js';

/** Says of an item what decisions and follow-ups hang on it: it must stay on its agenda, and whoever comes to see it sees them. */
@Injectable()
export class ItemHolds implements OnModuleInit {
  constructor(private readonly use: ItemUse) {}

  onModuleInit(): void {
    this.use.register(async (tx, itemId) => {
      const [row] = await tx.query<{ used: boolean }>('SELECT EXISTS (SELECT 1 FROM decision WHERE item_id = $1) OR EXISTS (SELECT 1 FROM follow_up WHERE item_id = $1) AS used', [itemId]);
      return row?.used === true;
    });
    this.use.countsIn = async (tx, itemIds) => {
      const rows = await tx.query<{ id: string; decisions: number; follow_ups: number }>(
        `SELECT i.id, (SELECT count(*)::int FROM decision d WHERE d.item_id = i.id) AS decisions, (SELECT count(*)::int FROM follow_up f WHERE f.item_id = i.id) AS follow_ups
         FROM unnest($1::uuid[]) i(id)`,
        [itemIds],
      );
      return new Map(rows.map((row) => [row.id, { decisions: row.decisions, followUps: row.follow_ups }]));
    };
  }
}
