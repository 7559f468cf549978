import { Injectable } from '@nestjs/common';
import { UnitOfWork } from './unit-of-work.service.js';

interface Due {
  name: string;
  is_bloated: boolean;
}

/** Tables seen to in one go; the others have their turn the next time. */
const most = 20;

/**
 * Which table has changed most since somebody last looked: a fifth of its rows and fifty more, as PostgreSQL itself would say,
 * or its file has doubled (what was counted is forgotten when a process is killed).
 */
const due = `
  SELECT c.relname AS name, s.n_dead_tup > 1000 + c.reltuples * 0.2 AS is_bloated
  FROM pg_stat_user_tables s JOIN pg_class c ON c.oid = s.relid
  WHERE s.schemaname = 'public' AND (
    s.n_mod_since_analyze > 50 + greatest(c.reltuples, 0) * 0.2
    OR s.n_dead_tup > 1000 + greatest(c.reltuples, 0) * 0.2
    OR pg_relation_size(c.oid) / current_setting('block_size')::int > 2 * c.relpages + 4)
  ORDER BY s.n_mod_since_analyze DESC, c.relname LIMIT 1`;

/**
 * What autovacuum does on a server, and nobody on the embedded database, whose one process has no helpers: statistics follow
 * the growth of tables, so that plans do, also those that functions keep; and what was deleted makes room.
 */
@Injectable()
export class Upkeep {
  constructor(private readonly unitOfWork: UnitOfWork) {}

  /**
   * The job: one table after the other, so that others get their turn in between.
   *
   * @returns the tables that were seen to, most changed first
   */
  async run(): Promise<string[]> {
    const seen: string[] = [];
    while (seen.length < most) {
      const [next] = (await this.unitOfWork.maintain<Due>(due)) ?? [];
      // One that stays due has rows in use that nothing can be done about now.
      if (next === undefined || seen.includes(next.name)) break;
      await this.unitOfWork.maintain(`${next.is_bloated ? 'VACUUM (ANALYZE)' : 'ANALYZE'} "${next.name.replaceAll('"', '""')}"`);
      seen.push(next.name);
    }
    return seen;
  }
}
