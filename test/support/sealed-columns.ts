import type { Keyring } from '@lib/platform/keyring.service.js';
import { forNobody } from '@lib/platform/openings.js';
import type { UnitOfWork } from '@lib/platform/unit-of-work.service.js';

interface SealedColumn {
  table: string;
  column: string;
  /** SQL over the row `t`: whose key. */
  scope: string;
  /** The same for its row; `t.id` unless it is said. */
  rowId?: string;
}

const of = (table: string, columns: string[], scope: string, rowId?: string): SealedColumn[] => columns.map((column) => ({ table, column, scope, ...(rowId === undefined ? {} : { rowId }) }));
const itemOf = (table: string, column: string) => `(SELECT p.item_id FROM ${table} p WHERE p.id = t.${column})`;

/** Every column that holds what people write, with the key it is sealed with. Written by hand, apart from the product. */
export const sealedColumns: readonly SealedColumn[] = [
  ...of('agenda_item', ['title', 'led_by', 'section', 'case_reference'], 't.id'),
  ...of('agenda_item_event', ['content'], 't.item_id'),
  ...of('busy_calendar', ['access', 'times'], 't.id'),
  ...of('decision', ['content'], 't.item_id'),
  ...of('decision_event', ['comment'], itemOf('decision', 'decision_id')),
  ...of('disclosure', ['reason'], 't.meeting_id'),
  ...of('embargo', ['content'], 't.item_id'),
  ...of('embargo_event', ['reason'], itemOf('embargo', 'embargo_id')),
  ...of('filing', ['reference'], 't.meeting_id'),
  ...of('follow_up', ['content'], 't.item_id'),
  ...of('follow_up_event', ['reason'], itemOf('follow_up', 'follow_up_id')),
  ...of('guest', ['name', 'organisation'], 'coalesce(t.item_id, t.meeting_id)', 't.membership_id'),
  ...of('item_proposal', ['title', 'answer'], 't.id'),
  ...of('legal_hold', ['reason'], 'coalesce(t.item_id, t.meeting_id)'),
  ...of('legal_hold', ['release_reason'], 'coalesce(t.item_id, t.meeting_id)', `t.id || ' released'`),
  ...of('log_view', ['content'], 't.id'),
  ...of('meeting', ['title', 'place', 'video_link'], 't.id'),
  ...of('meeting_event', ['reason'], 't.meeting_id'),
  ...of('meeting_reply', ['note'], 't.meeting_id'),
  ...of('minutes_addendum', ['content'], 't.part_id'),
  ...of('minutes_event', ['text'], 't.part_ids[1]'),
  ...of('minutes_snapshot', ['content'], 't.part_id'),
  ...of('plan_step', ['content'], 't.item_id'),
  ...of('poll_outsider', ['name'], 't.meeting_id'),
  ...of('series', ['title', 'place', 'video_link'], 't.id'),
  ...of('series_change', ['title'], 't.series_id'),
  ...of('series_substitute', ['reason'], 't.series_id', 't.membership_id'),
  ...of('trail_entry', ['criterion'], `(SELECT k.scope_id FROM trail_key k WHERE k.authority_id = t.authority_id AND k.month = date_trunc('month', t."at" AT TIME ZONE 'UTC')::date)`),
  ...of('trail_verdict', ['note'], 't.sample_id'),
  ...of('yjs_update', ['payload'], itemOf('yjs_document', 'document_id')),
];

/** Binary columns that hold no words: hashes, fingerprints under a key, wrapped keys, and a provider's token under the session's secret. */
export const otherBytes: readonly string[] = [
  'calendar_feed.token_hash', 'content_key.wrapped_key', 'cpr_dismissal.fingerprint', 'cpr_finding.fingerprint', 'first_administrator_link.token_hash', 'guest_link.code_hash', 'guest_link.token_hash',
  'idempotency_key.request_hash', 'mail_received.digest', 'meeting_mail.said', 'meeting_mail.token_hash', 'minutes_addendum.commitment', 'minutes_event.digest', 'minutes_round.leaves', 'minutes_round.root', 'minutes_snapshot.commitment', 'poll_outsider.token_hash', 'provisioning_token.token_hash', 'session.sealed_id_token',
  'session.token_hash', 'sign_in_transaction.secret_hash', 'trail_checkpoint.hash', 'yjs_ticket.token_hash',
];

export interface SealedValue extends SealedColumn {
  rowId: string;
  scopeId: string;
  sealed: Buffer;
}

/** Every sealed value of the database, behind the product. */
export async function sealedValues(unitOfWork: UnitOfWork): Promise<SealedValue[]> {
  const values: SealedValue[] = [];
  for (const one of sealedColumns) {
    const rows = await unitOfWork.run((tx) => tx.query<{ row_id: string; scope_id: string; sealed: Uint8Array }>(`SELECT (${one.rowId ?? 't.id'})::text AS row_id, (${one.scope})::text AS scope_id, t.${one.column} AS sealed FROM ${one.table} t WHERE t.${one.column} IS NOT NULL ORDER BY 1`));
    values.push(...rows.map((row) => ({ ...one, rowId: row.row_id, scopeId: row.scope_id, sealed: Buffer.from(row.sealed) })));
  }
  return values;
}

/** What a sealed value says with the keys that there are now, in its column or, where it was put there, in another; null where it does not open. */
export async function openedWith(unitOfWork: UnitOfWork, keyring: Keyring, values: readonly SealedValue[], column?: string): Promise<(string | null)[]> {
  const sealers = await forNobody(() => unitOfWork.run((tx) => keyring.sealersIn(tx, [...new Set(values.map((one) => one.scopeId))])));
  return values.map((one) => {
    const sealer = sealers.get(one.scopeId);
    if (sealer === undefined || sealer.isShredded) return null;
    try {
      return sealer.openText(one.sealed, { table: one.table, rowId: one.rowId, column: column ?? one.column });
    } catch {
      return null;
    }
  });
}
