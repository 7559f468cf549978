import { Injectable } from '@nestjs/common';
import { Temporal } from 'temporal-polyfill';
import { timeZone, type AdminEventKind, type MemberFunction, type Role } from '@lib/contracts/enums.js';
import { Problem } from '@lib/contracts/problems.js';
import type { Subject } from '@lib/access/policy.js';
import { Policy } from '@lib/access/policy.service.js';
import { LeftBehind, type WorkLeft } from '@lib/decisions/left-behind.service.js';
import { Departures, type MeetingsLeft } from '@lib/meetings/departures.service.js';
import { Clock } from '@lib/platform/clock.js';
import { Idempotency, type IdempotentRequest } from '@lib/platform/idempotency.service.js';
import { UnitOfWork, type Tx } from '@lib/platform/unit-of-work.service.js';
import { accountColumns, Accounts } from './accounts.service.js';
import { Memberships } from './memberships.service.js';
import { anywhere, foldedLetters, nameKey } from './name-key.js';
import { readNameCursor, writeNameCursor } from './name-cursor.js';
import { stateOf, type AccountRow, type Actor, type MembershipRow } from './rows.js';

export interface NewMembershipInput {
  role: Role;
  functions: readonly MemberFunction[];
  functionTitle: string;
  unitTitle: string;
  /** Danish days; `until` is the last one. null: from now, until further notice. */
  from: string | null;
  until: string | null;
}

export type PeopleFilter = 'active' | 'withoutRole' | 'inactive';

/** What a change would end, said before it is done. */
export interface Consequences extends MeetingsLeft, WorkLeft {
  /** Whether she is signed in by it now. */
  signedIn: boolean;
  lastAdministrator: boolean;
  ownRole: boolean;
}

const startOf = (day: Temporal.PlainDate) => day.toZonedDateTime(timeZone).toInstant();

/** An administrator's own authority: its people, what they are, and what was done (rules AC84–AC86, PR1–PR9). */
@Injectable()
export class People {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly accounts: Accounts,
    private readonly memberships: Memberships,
    private readonly departures: Departures,
    private readonly leftBehind: LeftBehind,
    private readonly idempotency: Idempotency,
    private readonly policy: Policy,
    private readonly clock: Clock,
  ) {}

  /** [PR10] By Danish alphabet, a page at a time; `search` finds parts of names and user names, every word of it. */
  async list(subject: Subject, query: { search: string; filter: PeopleFilter; limit: number; cursor?: string }) {
    assertAdministrator(this.policy, subject);
    const after = query.cursor === undefined ? null : readNameCursor(query.cursor);
    const words = nameKey(query.search).split(/\s+/).filter((word) => word !== '').slice(0, 6).map(anywhere);
    const now = this.clock.now();
    return this.work(async (tx) => {
      const living = `EXISTS (SELECT 1 FROM membership m WHERE m.authority_id = a.authority_id AND m.person_id = a.person_id AND NOT m.paused AND (m.valid_to IS NULL OR m.valid_to > $6))`;
      const rows = await tx.query<AccountRow & { name_key: string }>(
        `SELECT ${accountColumns}, a.name_key FROM account a
         WHERE a.authority_id = $1 AND ($2::text IS NULL OR (a.name_key, a.id) > ($2 COLLATE "C", $3::uuid))
           AND (SELECT bool_and(a.name_key LIKE w OR COALESCE(translate(a.user_name_key, $8, $9), '') LIKE w) FROM unnest($4::text[]) w) IS NOT FALSE
           AND CASE $5 WHEN 'inactive' THEN NOT a.active WHEN 'withoutRole' THEN a.active AND NOT ${living} ELSE a.active AND $6::timestamptz IS NOT NULL END
         ORDER BY a.name_key, a.id LIMIT $7`,
        [subject.authorityId, after?.[0] ?? null, after?.[1] ?? null, words, query.filter, now.toString(), query.limit + 1, ...foldedLetters],
      );
      const page = rows.slice(0, query.limit);
      const last = page.at(-1);
      const memberships = await this.accounts.membershipsIn(tx, subject.authorityId, page.map((row) => row.person_id));
      return {
        people: page.map((row) => this.summary(subject, row, memberships.get(row.person_id) ?? [])),
        nextCursor: rows.length > query.limit && last !== undefined ? writeNameCursor(last.name_key, last.id) : null,
      };
    });
  }

  async get(subject: Subject, accountId: string) {
    assertAdministrator(this.policy, subject);
    return this.work((tx) => this.viewIn(tx, subject, accountId));
  }

  /** [PR1] @throws Problem `conflict` for a user name that is taken, `invalid-input` */
  async add(subject: Subject, input: { name: string; userName: string | null; membership: NewMembershipInput | null }, request?: IdempotentRequest) {
    assertAdministrator(this.policy, subject);
    return this.work(async (tx) => {
      const made = await this.idempotency.recallIn(tx, subject.personId, request);
      if (made !== null) return this.viewIn(tx, subject, made);
      const account = await this.accounts.createIn(tx, by(subject), { name: input.name, givenName: null, familyName: null, userName: input.userName });
      if (input.membership !== null) await this.memberships.addIn(tx, by(subject), account, this.wanted(input.membership));
      await this.idempotency.rememberIn(tx, subject.personId, request, account.id);
      return this.viewIn(tx, subject, account.id);
    });
  }

  async rename(subject: Subject, accountId: string, version: number | null, names: { name: string; userName: string | null }) {
    return this.change(subject, accountId, version, (tx, account) =>
      this.accounts.renameIn(tx, by(subject), account, { ...names, givenName: names.name === account.name ? account.given_name : null, familyName: names.name === account.name ? account.family_name : null }),
    );
  }

  async addMembership(subject: Subject, accountId: string, version: number | null, input: NewMembershipInput, request?: IdempotentRequest) {
    return this.change(subject, accountId, version, async (tx, account) => void (await this.memberships.addIn(tx, by(subject), account, this.wanted(input))), request);
  }

  async changeMembership(subject: Subject, accountId: string, membershipId: string, version: number | null, words: { functions: readonly MemberFunction[]; functionTitle: string; unitTitle: string }) {
    return this.change(subject, accountId, version, async (tx, account) => this.memberships.changeIn(tx, by(subject), account, await this.membershipIn(tx, account, membershipId), words));
  }

  /** @param until the last Danish day; `now` ends it at once, null lets it go on */
  async endMembership(subject: Subject, accountId: string, membershipId: string, version: number | null, until: string | 'now' | null, alsoMyself: boolean) {
    const at = until === null ? null : until === 'now' ? this.clock.now() : endOf(until);
    if (at !== null && until !== 'now' && Temporal.Instant.compare(at, this.clock.now()) <= 0) throw new Problem('invalid-input', undefined, [{ field: 'until', message: 'Datoen må ikke være passeret.' }]);
    return this.change(subject, accountId, version, async (tx, account) => this.memberships.endIn(tx, by(subject), account, await this.membershipIn(tx, account, membershipId), at, alsoMyself));
  }

  async deactivate(subject: Subject, accountId: string, version: number | null, alsoMyself: boolean) {
    return this.change(subject, accountId, version, (tx, account) => this.memberships.deactivateIn(tx, by(subject), account, alsoMyself));
  }

  async reactivate(subject: Subject, accountId: string, version: number | null) {
    return this.change(subject, accountId, version, (tx, account) => this.memberships.reactivateIn(tx, by(subject), account));
  }

  /**
   * [PR8] What would end: counts only, since administrators read no content.
   *
   * @param membershipId one of hers; null: all that she has here
   * @param until the last day; null: now
   */
  async consequences(subject: Subject, accountId: string, membershipId: string | null, until: string | null): Promise<Consequences> {
    assertAdministrator(this.policy, subject);
    return this.work(async (tx) => {
      const account = await this.accounts.lockIn(tx, subject.authorityId, accountId);
      const now = this.clock.now();
      const all = (await this.accounts.membershipsIn(tx, subject.authorityId, [account.person_id])).get(account.person_id) ?? [];
      const concerned = (membershipId === null ? all : all.filter((one) => one.id === membershipId)).filter((one) => stateOf(one, now.epochMilliseconds) !== 'ended');
      const ids = concerned.map((one) => one.id);
      const from = until === null ? now : endOf(until);
      const meetings = await this.departures.countsIn(tx, ids, from.toString());
      const work = await this.leftBehind.countsIn(tx, ids);
      const [session] = await tx.query('SELECT 1 FROM session WHERE membership_id = ANY($1::uuid[]) AND ended_at IS NULL AND expires_at > $2 LIMIT 1', [ids, now.toString()]);
      const administers = concerned.filter((one) => one.role === 'administrator').map((one) => one.id);
      const [other] = await tx.query(
        `SELECT 1 FROM membership WHERE authority_id = $1 AND role = 'administrator' AND NOT id = ANY($2::uuid[]) AND valid_from <= $3 AND (valid_to IS NULL OR valid_to > $4) LIMIT 1`,
        [subject.authorityId, administers, now.toString(), from.toString()],
      );
      return { ...meetings, ...work, signedIn: session !== undefined, lastAdministrator: administers.length > 0 && other === undefined, ownRole: administers.includes(subject.membershipId) };
    });
  }

  /** [PR9] The history, the newest first. */
  async events(subject: Subject, query: { accountId: string | null; limit: number; before: string | null }) {
    assertAdministrator(this.policy, subject);
    return this.work(async (tx) => {
      const rows = await tx.query<EventRow>(
        `SELECT e.id, e.kind, e.at, e.details, e.account_id, a.name AS account_name, COALESCE(o.name, p.name) AS actor_name, c.name AS client_name
         FROM admin_event e LEFT JOIN account a ON a.id = e.account_id LEFT JOIN provisioning_client c ON c.id = e.client_id
         LEFT JOIN membership m ON m.id = e.actor_membership_id LEFT JOIN person p ON p.id = m.person_id LEFT JOIN account o ON o.person_id = m.person_id AND o.authority_id = e.authority_id
         WHERE e.authority_id = $1 AND ($2::uuid IS NULL OR e.account_id = $2) AND ($3::uuid IS NULL OR e.id < $3) ORDER BY e.id DESC LIMIT $4`,
        [subject.authorityId, query.accountId, query.before, query.limit + 1],
      );
      const page = rows.slice(0, query.limit);
      return {
        events: page.map((row) => ({
          id: row.id,
          kind: row.kind,
          at: row.at.toISOString(),
          by: row.client_name ?? row.actor_name ?? '',
          bySystem: row.client_name !== null,
          person: row.account_id === null ? null : { id: row.account_id, name: row.account_name! },
          role: row.details.role ?? null,
          until: row.details.to ?? null,
          key: row.details.key ?? null,
        })),
        nextCursor: rows.length > query.limit ? page.at(-1)!.id : null,
      };
    });
  }

  /** As the role of the database that may do this. */
  private work<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.unitOfWork.run(work, { as: 'provisioning' });
  }

  private async change(subject: Subject, accountId: string, version: number | null, work: (tx: Tx, account: AccountRow) => Promise<void>, request?: IdempotentRequest) {
    assertAdministrator(this.policy, subject);
    return this.work(async (tx) => {
      const account = await this.accounts.lockIn(tx, subject.authorityId, accountId);
      // Before the version is looked at: the first request changed it.
      if ((await this.idempotency.recallIn(tx, subject.personId, request)) !== null) return this.viewIn(tx, subject, accountId);
      if (version !== null && version !== account.version) throw new Problem('precondition-failed', 'Personen er ændret, siden du åbnede siden. Se ændringen, og prøv igen.');
      await work(tx, account);
      await this.idempotency.rememberIn(tx, subject.personId, request, accountId);
      return this.viewIn(tx, subject, accountId);
    });
  }

  private async membershipIn(tx: Tx, account: AccountRow, membershipId: string): Promise<MembershipRow> {
    const found = ((await this.accounts.membershipsIn(tx, account.authority_id, [account.person_id])).get(account.person_id) ?? []).find((one) => one.id === membershipId);
    if (found === undefined) throw new Problem('not-found');
    return found;
  }

  private wanted(input: NewMembershipInput) {
    return { ...input, validFrom: input.from === null ? null : startOf(Temporal.PlainDate.from(input.from)), validTo: input.until === null ? null : endOf(input.until) };
  }

  private async viewIn(tx: Tx, subject: Subject, accountId: string) {
    const account = await this.accounts.lockIn(tx, subject.authorityId, accountId);
    const rows = (await this.accounts.membershipsIn(tx, subject.authorityId, [account.person_id])).get(account.person_id) ?? [];
    const clients = await tx.query<{ name: string }>(`SELECT c.name FROM external_id x JOIN provisioning_client c ON c.id = x.client_id WHERE x.resource = 'User' AND x.resource_id = $1 ORDER BY c.name`, [account.id]);
    return { ...this.summary(subject, account, rows), removed: account.removed_at !== null, managedBy: clients.map((one) => one.name) };
  }

  private summary(subject: Subject, account: AccountRow, rows: readonly MembershipRow[]) {
    const nowMs = this.clock.now().epochMilliseconds;
    return {
      id: account.id,
      name: account.name,
      userName: account.user_name,
      active: account.active,
      version: account.version,
      isSelf: account.person_id === subject.personId,
      memberships: rows.map((row) => {
        const to = row.paused ? row.resumes_to : row.valid_to;
        return {
          id: row.id,
          role: row.role,
          functions: row.functions,
          functionTitle: row.function_title,
          unitTitle: row.unit_title,
          validFrom: row.valid_from.toISOString(),
          validTo: to?.toISOString() ?? null,
          state: stateOf(row, nowMs),
        };
      }),
    };
  }
}

interface EventRow {
  id: string;
  kind: AdminEventKind;
  at: Date;
  details: { role?: Role; to?: string | null; key?: string };
  account_id: string | null;
  account_name: string | null;
  actor_name: string | null;
  client_name: string | null;
}

const endOf = (lastDay: string) => startOf(Temporal.PlainDate.from(lastDay).add({ days: 1 }));

const by = (subject: Subject): Actor => ({ kind: 'administrator', subject });

/** [AC84] For everybody else there is no such page, and no such person. */
export function assertAdministrator(policy: Policy, subject: Subject): void {
  if (!policy.may(subject, 'people.administer', { authorityId: subject.authorityId }, {})) throw new Problem('not-found');
}
