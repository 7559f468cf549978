import { Injectable } from '@nestjs/common';
import { Temporal } from 'temporal-polyfill';
import type { MemberFunction, Role } from '@lib/contracts/enums.js';
import { Problem } from '@lib/contracts/problems.js';
import { provisionedRoles } from '@lib/access/policy.js';
import { Sessions } from '@lib/access/sessions.service.js';
import { Departures } from '@lib/meetings/departures.service.js';
import { Clock } from '@lib/platform/clock.js';
import { DomainEvents } from '@lib/platform/events.service.js';
import { newId } from '@lib/platform/ids.js';
import type { Tx } from '@lib/platform/unit-of-work.service.js';
import { Accounts } from './accounts.service.js';
import { personOf, stateOf, type AccountRow, type Actor, type MembershipRow } from './rows.js';

export interface NewMembership {
  role: Role;
  functions: readonly MemberFunction[];
  functionTitle: string;
  unitTitle: string;
  /** Instants; null: from now, until further notice. */
  validFrom: Temporal.Instant | null;
  validTo: Temporal.Instant | null;
}

/** What may change while a membership goes on. Its role may not: another role is another membership. */
export type MembershipWords = Pick<NewMembership, 'functions' | 'functionTitle' | 'unitTitle'>;

/** Memberships come, change and end, with everything that follows at that moment (rules PR3–PR8). */
@Injectable()
export class Memberships {
  constructor(
    private readonly accounts: Accounts,
    private readonly sessions: Sessions,
    private readonly departures: Departures,
    private readonly events: DomainEvents,
    private readonly clock: Clock,
  ) {}

  /** [PR3] @throws Problem `invalid-input`, `transition-refused` for somebody who is deactivated */
  async addIn(tx: Tx, actor: Actor, account: AccountRow, wanted: NewMembership): Promise<string> {
    const now = this.clock.now();
    const from = wanted.validFrom ?? now;
    if (!account.active) throw new Problem('transition-refused', 'Personen er deaktiveret. Aktivér hende først.');
    if (wanted.validTo !== null && (Temporal.Instant.compare(wanted.validTo, from) <= 0 || Temporal.Instant.compare(wanted.validTo, now) <= 0))
      throw new Problem('invalid-input', undefined, [{ field: 'validTo', message: 'Slutdatoen skal ligge efter startdatoen og må ikke være passeret.' }]);
    const own = (await this.accounts.membershipsIn(tx, account.authority_id, [account.person_id])).get(account.person_id) ?? [];
    const overlaps = own.some(
      (one) =>
        one.role === wanted.role &&
        one.unit_title === wanted.unitTitle &&
        stateOf(one, now.epochMilliseconds) !== 'ended' &&
        (one.valid_to === null || one.valid_to.getTime() > from.epochMilliseconds) &&
        (wanted.validTo === null || one.valid_from.getTime() < wanted.validTo.epochMilliseconds),
    );
    if (overlaps) throw new Problem('invalid-input', undefined, [{ field: 'role', message: 'Personen har allerede rollen i den periode.' }]);
    const id = newId();
    await tx.query(
      `INSERT INTO membership (id, person_id, authority_id, role, functions, function_title, unit_title, valid_from, valid_to) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
      [id, account.person_id, account.authority_id, wanted.role, [...new Set(wanted.functions)], wanted.functionTitle, wanted.unitTitle, from.toString(), wanted.validTo?.toString() ?? null],
    );
    await this.accounts.logIn(tx, actor, 'membershipAdded', { accountId: account.id, membershipId: id, details: { role: wanted.role, from: from.toString(), to: wanted.validTo?.toString() ?? null } });
    await this.accounts.touchIn(tx, account.id);
    return id;
  }

  /** [PR3] @throws Problem `transition-refused` for one that has ended */
  async changeIn(tx: Tx, actor: Actor, account: AccountRow, row: MembershipRow, words: MembershipWords): Promise<void> {
    if (stateOf(row, this.clock.now().epochMilliseconds) === 'ended') throw ended();
    const functions = [...new Set(words.functions)];
    if (words.functionTitle === row.function_title && words.unitTitle === row.unit_title && functions.join() === row.functions.join()) return;
    await tx.query('UPDATE membership SET functions = $2, function_title = $3, unit_title = $4 WHERE id = $1', [row.id, functions, words.functionTitle, words.unitTitle]);
    await this.accounts.logIn(tx, actor, 'membershipChanged', { accountId: account.id, membershipId: row.id, details: { role: row.role } });
    await this.accounts.touchIn(tx, account.id);
  }

  /**
   * [PR4, PR5] Ends a membership at an instant, or lets it go on (null). An instant that is now, or past, ends what it gave
   * with this commit: its sessions, their sockets, its reading.
   *
   * @throws Problem `transition-refused` for one that has ended, `last-administrator`, `own-role-ends`
   */
  async endIn(tx: Tx, actor: Actor, account: AccountRow, row: MembershipRow, at: Temporal.Instant | null, alsoMyself = false): Promise<void> {
    const now = this.clock.now();
    const state = stateOf(row, now.epochMilliseconds);
    if (state === 'ended') throw ended();
    const until = at === null ? null : instantMax(at, now);
    const known = row.paused ? row.resumes_to : row.valid_to;
    if ((known?.getTime() ?? null) === (until?.epochMilliseconds ?? null)) return;
    if (until !== null) await this.assertAuthorityKeepsOneIn(tx, actor, [row], until, alsoMyself);
    await this.accounts.logIn(tx, actor, until === null ? 'membershipChanged' : 'membershipEnded', { accountId: account.id, membershipId: row.id, details: { role: row.role, to: until?.toString() ?? null } });
    await this.accounts.touchIn(tx, account.id);
    if (row.paused) {
      // She comes back without it, or with it until then.
      const gone = until !== null && Temporal.Instant.compare(until, now) <= 0;
      await tx.query('UPDATE membership SET paused = $2, resumes_to = $3 WHERE id = $1', [row.id, !gone, gone ? null : (until?.toString() ?? null)]);
      return;
    }
    await tx.query('UPDATE membership SET valid_to = $2 WHERE id = $1', [row.id, until?.toString() ?? null]);
    // [CO6] Whoever has gone is in the register no more.
    this.events.emitIn(tx, 'contacts.changed', { authorityId: account.authority_id });
    if (until === null) this.events.emitIn(tx, 'membership.changed', { membershipId: row.id });
    else await this.leaveIn(tx, actor, row.id, until);
  }

  /** [PR6] Lets a person in no more, until she is let in again. Nothing of hers is forgotten. */
  async deactivateIn(tx: Tx, actor: Actor, account: AccountRow, alsoMyself = false): Promise<void> {
    if (!account.active) return;
    const now = this.clock.now();
    const living = ((await this.accounts.membershipsIn(tx, account.authority_id, [account.person_id])).get(account.person_id) ?? []).filter((one) => stateOf(one, now.epochMilliseconds) !== 'ended');
    await this.assertAuthorityKeepsOneIn(tx, actor, living, now, alsoMyself);
    await tx.query('UPDATE account SET active = false WHERE id = $1', [account.id]);
    for (const row of living) {
      await tx.query('UPDATE membership SET paused = true, resumes_to = valid_to, valid_to = GREATEST(valid_from, $2::timestamptz) WHERE id = $1', [row.id, now.toString()]);
      await this.leaveIn(tx, actor, row.id, now);
    }
    if (living.length > 0) this.events.emitIn(tx, 'contacts.changed', { authorityId: account.authority_id });
    await this.accounts.logIn(tx, actor, 'personDeactivated', { accountId: account.id });
    await this.accounts.touchIn(tx, account.id);
  }

  /**
   * [PR6] What her deactivation ended comes back, as far as its own end has not passed. [PR15] A key gives no administrator
   * or auditor her role back: one who was sent away could otherwise let herself in again by a key that she once made.
   */
  async reactivateIn(tx: Tx, actor: Actor, account: AccountRow): Promise<void> {
    if (account.active) return;
    await this.accounts.restoreIn(tx, account);
    if (actor.kind === 'client')
      await tx.query('UPDATE membership SET paused = false, resumes_to = NULL WHERE authority_id = $1 AND person_id = $2 AND paused AND role <> ALL($3::text[])', [account.authority_id, account.person_id, provisionedRoles]);
    const back = await tx.query<{ id: string }>(
      `UPDATE membership SET valid_to = resumes_to, paused = false, resumes_to = NULL
       WHERE authority_id = $1 AND person_id = $2 AND paused RETURNING id`,
      [account.authority_id, account.person_id],
    );
    for (const { id } of back) await this.departures.returnIn(tx, id);
    if (back.length > 0) this.events.emitIn(tx, 'contacts.changed', { authorityId: account.authority_id });
    await this.accounts.logIn(tx, actor, 'personReactivated', { accountId: account.id });
    await this.accounts.touchIn(tx, account.id);
  }

  private async leaveIn(tx: Tx, actor: Actor, membershipId: string, at: Temporal.Instant): Promise<void> {
    if (Temporal.Instant.compare(at, this.clock.now()) <= 0) await this.sessions.endAllOf(tx, { membershipId });
    else this.events.emitIn(tx, 'membership.changed', { membershipId });
    await this.departures.leaveIn(tx, personOf(actor), membershipId, at.toString());
  }

  /**
   * [AC86] An administrator leaves the authority at least one that stays, and takes her own role only knowingly. Whoever
   * leaves her post is locked out by her authority's own systems even so: a closed door is mended, an open one is not.
   */
  private async assertAuthorityKeepsOneIn(tx: Tx, actor: Actor, rows: readonly MembershipRow[], at: Temporal.Instant, alsoMyself: boolean): Promise<void> {
    const ids = rows.filter((row) => row.role === 'administrator').map((row) => row.id);
    if (ids.length === 0 || actor.kind === 'client') return;
    const { subject } = actor;
    // Two administrators who take each other's role at the same time do it one after the other.
    await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 2))', [`administrators ${subject.authorityId}`]);
    const [other] = await tx.query(
      `SELECT 1 FROM membership m WHERE m.authority_id = $1 AND m.role = 'administrator' AND NOT m.id = ANY($2::uuid[])
         AND m.valid_from <= $3 AND (m.valid_to IS NULL OR m.valid_to > $4) LIMIT 1`,
      [subject.authorityId, ids, this.clock.now().toString(), at.toString()],
    );
    if (other === undefined) throw new Problem('last-administrator', 'Giv først en anden administratorrollen.');
    if (ids.includes(subject.membershipId) && !alsoMyself) throw new Problem('own-role-ends', 'Bekræft, at du selv ikke længere skal kunne styre brugere her.');
  }
}

const ended = () => new Problem('transition-refused', 'Rollen er allerede ophørt. Giv den igen, hvis den skal gælde.');
const instantMax = (a: Temporal.Instant, b: Temporal.Instant) => (Temporal.Instant.compare(a, b) >= 0 ? a : b);
