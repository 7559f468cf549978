import { Injectable, type OnModuleInit } from '@nestjs/common';
import { ItemUse } from '@lib/meetings/item-use.service.js';

/** Says of an item that decisions or follow-ups hang on it: it must stay on its agenda. */
@Injectable()
export class ItemHolds implements OnModuleInit {
  constructor(private readonly use: ItemUse) {}

  onModuleInit(): void {
    this.use.register(async (tx, itemId) => {
      const [row] = await tx.query<{ used: boolean }>('SELECT EXISTS (SELECT 1 FROM decision WHERE item_id = $1) OR EXISTS (SELECT 1 FROM follow_up WHERE item_id = $1) AS used', [itemId]);
      return row?.used === true;
    });
  }
}
