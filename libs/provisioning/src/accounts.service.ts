import { Injectable } from '@nestjs/common';
import type { AdminEventKind } from '@lib/contracts/enums.js';
import { Problem } from '@lib/contracts/problems.js';
import { Clock } from '@lib/platform/clock.js';
import { newId } from '@lib/platform/ids.js';
import type { Tx } from '@lib/platform/unit-of-work.service.js';
import { userNameKey } from './name-key.js';
import { authorityOf, type AccountRow, type Actor, type MembershipRow } from './rows.js';

export interface PersonNames {
  name: string;
  givenName: string | null;
  familyName: string | null;
  userName: string | null;
}

export const accountColumns = 'a.id, a.authority_id, a.person_id, a.name, a.given_name, a.family_name, a.user_name, a.email, a.active, a.removed_at, a.version, a.created_at, a.changed_at';
export const membershipColumns = 'm.id, m.person_id, m.role, m.functions, m.function_title, m.unit_title, m.valid_from, m.valid_to, m.paused, m.resumes_to';

/** The rows of an authority's people, and the history of what was done to them. Every way in names the authority. */
@Injectable()
export class Accounts {
  constructor(private readonly clock: Clock) {}

  /** @throws Problem `not-found` for one of another authority as for one that is not there */
  async lockIn(tx: Tx, authorityId: string, accountId: string): Promise<AccountRow> {
    const [row] = await tx.query<AccountRow>(`SELECT ${accountColumns} FROM account a WHERE a.id = $1 AND a.authority_id = $2 FOR UPDATE`, [accountId, authorityId]);
    if (row === undefined) throw new Problem('not-found');
    return row;
  }

  /** Memberships in this authority only, the oldest first, by person. */
  async membershipsIn(tx: Tx, authorityId: string, personIds: readonly string[]): Promise<Map<string, MembershipRow[]>> {
    const rows = await tx.query<MembershipRow>(
      `SELECT ${membershipColumns} FROM membership m WHERE m.authority_id = $1 AND m.person_id = ANY($2::uuid[]) ORDER BY m.valid_from, m.id`,
      [authorityId, [...new Set(personIds)]],
    );
    const answer = new Map<string, MembershipRow[]>();
    for (const row of rows) answer.set(row.person_id, [...(answer.get(row.person_id) ?? []), row]);
    return answer;
  }

  /** [PR1] A new person; whether somebody of that name is known elsewhere is neither asked nor told. @throws Problem `conflict` when the user name is taken here */
  async createIn(tx: Tx, actor: Actor, names: PersonNames): Promise<AccountRow> {
    await this.assertUserNameFreeIn(tx, authorityOf(actor), names.userName, null);
    const [id, personId, now] = [newId(), newId(), this.clock.now().toString()];
    await tx.query('INSERT INTO person (id, name) VALUES ($1, $2)', [personId, names.name]);
    await tx.query(
      `INSERT INTO account (id, authority_id, person_id, name, name_key, given_name, family_name, user_name, user_name_key, active, version, created_at, changed_at)
       VALUES ($1, $2, $3, $4, '', $5, $6, $7, $8, true, 1, $9, $9)`,
      [id, authorityOf(actor), personId, names.name, names.givenName, names.familyName, names.userName, names.userName === null ? null : userNameKey(names.userName), now],
    );
    await this.logIn(tx, actor, 'personAdded', { accountId: id });
    return this.lockIn(tx, authorityOf(actor), id);
  }

  /** [PR2] The person herself carries the new name where no other authority knows her; here it is always shown. */
  async renameIn(tx: Tx, actor: Actor, account: AccountRow, names: PersonNames): Promise<void> {
    if (names.name === account.name && names.givenName === account.given_name && names.familyName === account.family_name && names.userName === account.user_name) return;
    await this.assertUserNameFreeIn(tx, account.authority_id, names.userName, account.id);
    await tx.query('UPDATE account SET name = $2, given_name = $3, family_name = $4, user_name = $5, user_name_key = $6 WHERE id = $1', [
      account.id,
      names.name,
      names.givenName,
      names.familyName,
      names.userName,
      names.userName === null || account.removed_at !== null ? null : userNameKey(names.userName),
    ]);
    await tx.query('UPDATE person p SET name = $2 WHERE p.id = $1 AND NOT EXISTS (SELECT 1 FROM account o WHERE o.person_id = p.id AND o.id <> $3)', [account.person_id, names.name, account.id]);
    await this.logIn(tx, actor, 'personChanged', { accountId: account.id });
    await this.touchIn(tx, account.id);
  }

  /** Active again; her user name is hers again where nobody else has taken it since. */
  async restoreIn(tx: Tx, account: AccountRow): Promise<void> {
    await tx.query(
      `UPDATE account a SET active = true, removed_at = NULL, user_name_key = CASE WHEN EXISTS (SELECT 1 FROM account o WHERE o.authority_id = a.authority_id AND o.user_name_key = $2 AND o.id <> a.id) THEN a.user_name_key ELSE $2 END
       WHERE a.id = $1`,
      [account.id, account.user_name === null ? null : userNameKey(account.user_name)],
    );
  }

  /** [PR18] Where she reads mail; null forgets it. */
  async mailIn(tx: Tx, actor: Actor, account: AccountRow, email: string | null): Promise<void> {
    if (email === account.email) return;
    await tx.query('UPDATE account SET email = $2 WHERE id = $1', [account.id, email]);
    await this.logIn(tx, actor, 'personChanged', { accountId: account.id });
    await this.touchIn(tx, account.id);
  }

  async touchIn(tx: Tx, accountId: string): Promise<void> {
    await tx.query('UPDATE account SET version = version + 1, changed_at = $2 WHERE id = $1', [accountId, this.clock.now().toString()]);
  }

  /** [PR9] Writes the history, in the transaction of what it tells of. */
  async logIn(tx: Tx, actor: Actor, kind: AdminEventKind, about: { accountId?: string; membershipId?: string; details?: Record<string, unknown> }): Promise<void> {
    await tx.query('INSERT INTO admin_event (id, authority_id, kind, account_id, membership_id, actor_membership_id, client_id, details, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)', [
      newId(),
      authorityOf(actor),
      kind,
      about.accountId ?? null,
      about.membershipId ?? null,
      actor.kind === 'administrator' ? actor.subject.membershipId : null,
      actor.kind === 'client' ? actor.clientId : null,
      JSON.stringify(about.details ?? {}),
      this.clock.now().toString(),
    ]);
  }

  private async assertUserNameFreeIn(tx: Tx, authorityId: string, userName: string | null, exceptId: string | null): Promise<void> {
    if (userName === null) return;
    // One after the other for one name: the second of two that come at once is told so, and not by the database.
    await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 1))', [`${authorityId} ${userNameKey(userName)}`]);
    const [taken] = await tx.query('SELECT 1 FROM account WHERE authority_id = $1 AND user_name_key = $2 AND id IS DISTINCT FROM $3::uuid', [authorityId, userNameKey(userName), exceptId]);
    if (taken !== undefined) throw new Problem('conflict', 'Brugernavnet er allerede i brug i jeres myndighed.');
  }
}
