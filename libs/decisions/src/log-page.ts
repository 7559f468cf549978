import { openAt } from '@lib/access/item-access.service.js';
import { columns } from './decision-reader.service.js';

/**
 * Up to so many items a person's decisions are looked up by them, and beyond by walking through the log from the end that it is asked
 * for. All of it would be walked through for whoever reads hardly any; of whoever reads many the first page is soon found
 * (docs/adr/0103).
 */
export const mostItems = 100;

/** At most $3 of the items that $1, a membership, reads at $2. */
export const itemsRead = `SELECT r.item_id FROM item_reader r WHERE r.membership_id = $1 AND ${openAt('r', '$2')} LIMIT $3`;

/** Of `decision d`: it is of one of these few items, or of the authority that the asker leads ($2, $3). Narrows what she may read, and says nothing of it. */
export const near = (items: string): string => `(d.item_id = ANY(${items}::uuid[]) OR ($3 = 'leader' AND d.deciding_authority_id = $2))`;

/** A page of `decision d`: its first four parameters are those of `mayRead`, which `where` holds. */
export interface PageSql {
  where: string;
  /** What it is ordered by, ids last. */
  order: string;
  /** The place of the parameter that says how many. */
  size: string;
  /** The place of the parameter with the few items; null to walk through the log. */
  items: string | null;
  isLeader: boolean;
}

export function logPage({ where, order, size, items, isLeader }: PageSql): string {
  const page = `ORDER BY ${order} LIMIT ${size}`;
  if (items === null) return `SELECT ${columns} FROM decision d WHERE ${where} ${page}`;
  // All of hers before any order: asked to order and to end, the planner would walk again, hoping to meet them soon.
  const hers = `WITH hers AS MATERIALIZED (SELECT d.id, d.deadline FROM decision d WHERE ${where} AND d.item_id = ANY(${items}::uuid[]))`;
  const ofItems = `(SELECT d.id FROM hers d ${page})`;
  const ofAuthority = `(SELECT d.id FROM decision d WHERE ${where} AND d.deciding_authority_id = $2 ${page})`;
  return `${hers} SELECT ${columns} FROM decision d WHERE d.id IN (${isLeader ? `${ofItems} UNION ${ofAuthority}` : ofItems}) ${page}`;
}
