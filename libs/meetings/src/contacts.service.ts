import { Injectable } from '@nestjs/common';
import { timeZone, type ContactFunction, type ContactPeriod } from '@lib/contracts/enums.js';
import { Problem, type FieldError } from '@lib/contracts/problems.js';
import { Directory, type Authority, type Member } from '@lib/access/directory.service.js';
import { contentRoles, type Subject } from '@lib/access/policy.js';
import { Policy } from '@lib/access/policy.service.js';
import { Clock } from '@lib/platform/clock.js';
import { DomainEvents } from '@lib/platform/events.service.js';
import { Idempotency, type IdempotentRequest } from '@lib/platform/idempotency.service.js';
import { newId } from '@lib/platform/ids.js';
import { said, spokenLanguage } from '@lib/platform/speaking.js';
import { UnitOfWork, type Tx } from '@lib/platform/unit-of-work.service.js';
import { periodOn, ringOf } from './contacts.js';
import { meetingKind } from './meeting-kinds.data.js';

/** What an authority says of an entry. Memberships are its own; days are Danish, both within. */
export interface ContactInput {
  /** Of contact persons: the kind of meeting they are for; null for all. */
  kindId: string | null;
  area: string | null;
  /** Null: nobody at present. */
  membershipId: string | null;
  /** Whoever is asked first in front. */
  substituteMembershipIds: readonly string[];
  telephone: string | null;
  email: string | null;
  validFrom: string;
  validTo: string | null;
}

export interface Contact extends Pick<ContactInput, 'kindId' | 'area' | 'telephone' | 'email' | 'validFrom' | 'validTo'> {
  id: string;
  version: number;
  authority: Authority;
  function: ContactFunction;
  kindTitle: string | null;
  /** Null: vacant, also since her membership ended. */
  holder: Member | null;
  /** Those who are there. */
  substitutes: Member[];
  period: ContactPeriod;
  canChange: boolean;
}

/** What an entry once said. Names of people are those of today; whoever has left is named. */
export interface PastContact extends Pick<ContactInput, 'area' | 'telephone' | 'email' | 'validFrom' | 'validTo'> {
  version: number;
  kindTitle: string | null;
  holder: string | null;
  substitutes: string[];
  withdrawn: boolean;
  setBy: string;
  setAt: string;
}

export interface ContactsQuery {
  /** Words that all have to be found in authority, names, function, kind of meeting or area; empty asks for all. */
  search: string;
  /** Of this one alone. */
  authorityId: string | null;
  limit: number;
  /** How many have been shown. */
  after: number;
}

export const mostSubstitutes = 5;

/** The contact register: who can be asked for in an authority, and who comes in her place (rules CO1–CO9). */
@Injectable()
export class Contacts {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly directory: Directory,
    private readonly policy: Policy,
    private readonly idempotency: Idempotency,
    private readonly events: DomainEvents,
    private readonly clock: Clock,
  ) {}

  /**
   * [CO1] By authority, the asker's own first. Without words and without an authority those that belong together with the asker's; words
   * are looked for in all. What is over is shown to those who may change it.
   *
   * @throws Problem `not-found` for whoever may not read the register
   */
  async list(subject: Subject, { search, authorityId, limit, after }: ContactsQuery): Promise<{ contacts: Contact[]; canAdd: boolean; next: number | null }> {
    this.assertMayRead(subject);
    const words = search.toLocaleLowerCase('da').split(/\s+/).filter((word) => word !== '');
    const found = await this.unitOfWork.run(async (tx) => {
      const near = authorityId !== null ? [authorityId] : words.length > 0 ? null : (await this.directory.relatedIn(tx, subject.authorityId)).map(({ id }) => id);
      const rows = await tx.query<ContactRow>(`${current} WHERE $1::text[] IS NULL OR e.authority_id = ANY($1)`, [near]);
      return this.viewsIn(tx, subject, rows);
    });
    const shown = found.filter((one) => (one.period !== 'past' || one.canChange) && words.every((word) => wordsOf(one).includes(word)));
    const page = inOrder(shown, subject.authorityId).slice(after, after + limit);
    return { contacts: page, canAdd: this.maySet(subject, subject.authorityId), next: after + page.length < shown.length ? after + page.length : null };
  }

  /**
   * [CO2] [CO3] [CO4] Adds an entry to the own authority's register.
   *
   * @throws Problem `not-found`, `not-allowed`, `invalid-input` (fields as in {@link ContactInput}), `idempotency-conflict`
   */
  async add(subject: Subject, functionName: ContactFunction, input: ContactInput, request?: IdempotentRequest): Promise<Contact> {
    this.assertMaySet(subject, subject.authorityId);
    return this.unitOfWork.run(async (tx) => {
      await this.lockIn(tx, subject.authorityId);
      const made = await this.idempotency.recallIn(tx, subject.personId, request);
      if (made !== null) return this.viewIn(tx, subject, made);
      const id = newId();
      const now = this.clock.now().toString();
      await this.assertUsableIn(tx, subject.authorityId, { id, functionName }, input);
      await tx.query('INSERT INTO contact_entry (id, authority_id, function_name, made_at) VALUES ($1, $2, $3, $4)', [id, subject.authorityId, functionName, now]);
      await this.storeIn(tx, subject, { id, version: 1, withdrawn: false }, input);
      await this.idempotency.rememberIn(tx, subject.personId, request, id);
      return this.viewIn(tx, subject, id);
    });
  }

  /**
   * [CO5] Says an entry anew; one that was taken out is put back by it, where its last version is named.
   *
   * @param version the one on the screen; null: whatever stands
   * @throws Problem as {@link add}, `precondition-failed` when somebody else was quicker
   */
  async change(subject: Subject, id: string, version: number | null, input: ContactInput): Promise<Contact> {
    return this.unitOfWork.run(async (tx) => {
      const row = await this.toChangeIn(tx, subject, id, version);
      await this.assertUsableIn(tx, row.authority_id, { id, functionName: row.function_name }, input);
      await this.storeIn(tx, subject, { id, version: row.version + 1, withdrawn: false }, input);
      return this.viewIn(tx, subject, id);
    });
  }

  /**
   * [CO7] Takes an entry out of the register. What it said stays in its history.
   *
   * @throws Problem `not-found`, `not-allowed`, `precondition-failed`
   */
  async withdraw(subject: Subject, id: string, version: number | null): Promise<void> {
    await this.unitOfWork.run(async (tx) => {
      const row = await this.toChangeIn(tx, subject, id, version);
      if (row.withdrawn) throw new Problem('not-found');
      await this.storeIn(
        tx,
        subject,
        { id, version: row.version + 1, withdrawn: true },
        { kindId: row.kind_id, area: row.area, membershipId: row.membership_id, substituteMembershipIds: row.substitutes, telephone: row.telephone, email: row.email, validFrom: row.valid_from, validTo: row.valid_to },
      );
    });
  }

  /**
   * [CO7] What an entry said, the last first; also of one that was taken out.
   *
   * @throws Problem `not-found`, `not-allowed`
   */
  async history(subject: Subject, id: string): Promise<PastContact[]> {
    this.assertMayRead(subject);
    return this.unitOfWork.run(async (tx) => {
      const rows = await tx.query<VersionRow>(
        `SELECT e.authority_id, v.version, v.kind_id, v.area, v.membership_id, v.substitutes, v.telephone, v.email, v.valid_from::text, v.valid_to::text, v.withdrawn, v.set_by_membership_id, v.set_at
         FROM contact_entry e JOIN contact_version v ON v.entry_id = e.id WHERE e.id = $1 ORDER BY v.version DESC`,
        [id],
      );
      if (rows[0] === undefined) throw new Problem('not-found');
      this.assertMaySet(subject, rows[0].authority_id);
      const people = await this.directory.pastMembersIn(tx, rows.flatMap((row) => [row.set_by_membership_id, ...(row.membership_id === null ? [] : [row.membership_id]), ...row.substitutes]));
      const name = (membershipId: string) => people.get(membershipId)!.name;
      return rows.map((row) => ({
        version: row.version,
        kindTitle: titleOf(row.kind_id),
        area: row.area,
        holder: row.membership_id === null ? null : name(row.membership_id),
        substitutes: row.substitutes.map(name),
        telephone: row.telephone,
        email: row.email,
        validFrom: row.valid_from,
        validTo: row.valid_to,
        withdrawn: row.withdrawn,
        setBy: name(row.set_by_membership_id),
        setAt: row.set_at.toISOString(),
      }));
    });
  }

  /**
   * [CO8] Who comes in the place of people, as the register has it on a day: those who are there, in its order.
   *
   * @param day Danish, `2026-12-07`
   * @returns by membership; whoever has nobody is missing
   */
  async standInsIn(tx: Tx, membershipIds: readonly string[], day: string): Promise<Map<string, Member[]>> {
    const rows = (await tx.query<ContactRow>(`${current} WHERE v.membership_id = ANY($1::uuid[]) ORDER BY e.made_at, e.id`, [membershipIds])).filter((row) => periodOn(day, { validFrom: row.valid_from, validTo: row.valid_to }) === 'current');
    const people = await this.directory.membersIn(tx, rows.flatMap((row) => row.substitutes));
    const answer = new Map<string, Member[]>();
    for (const { membership_id, substitutes } of rows) {
      const known = answer.get(membership_id!) ?? [];
      for (const id of substitutes) {
        const person = people.get(id);
        if (person !== undefined && contentRoles.includes(person.role) && !known.includes(person)) known.push(person);
      }
      if (known.length > 0) answer.set(membership_id!, known);
    }
    return answer;
  }

  private async toChangeIn(tx: Tx, subject: Subject, id: string, version: number | null): Promise<ContactRow & { withdrawn: boolean }> {
    this.assertMayRead(subject);
    const [entry] = await tx.query<{ authority_id: string }>('SELECT authority_id FROM contact_entry WHERE id = $1', [id]);
    if (entry === undefined) throw new Problem('not-found');
    this.assertMaySet(subject, entry.authority_id);
    await this.lockIn(tx, entry.authority_id);
    const [row] = await tx.query<ContactRow & { withdrawn: boolean }>(`${latest} WHERE e.id = $1`, [id]);
    if (row === undefined || (row.withdrawn && version === null)) throw new Problem('not-found');
    if (version !== null && version !== row.version) throw new Problem('precondition-failed', 'Kontakten er ændret, siden du åbnede den. Se ændringen, og vælg, hvad der skal gælde.');
    return row;
  }

  /** One after the other, so that two changes at once close no ring. */
  private async lockIn(tx: Tx, authorityId: string): Promise<void> {
    await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`contacts ${authorityId}`]);
  }

  /** @throws Problem `invalid-input` */
  private async assertUsableIn(tx: Tx, authorityId: string, entry: { id: string; functionName: ContactFunction }, input: ContactInput): Promise<void> {
    const { membershipId, substituteMembershipIds, kindId, validFrom, validTo } = input;
    const people = await this.directory.membersIn(tx, [...substituteMembershipIds, ...(membershipId === null ? [] : [membershipId])]);
    const isOwn = (id: string) => people.get(id)?.authority.id === authorityId && contentRoles.includes(people.get(id)!.role);
    const errors: FieldError[] = [];
    if (kindId !== null && meetingKind(kindId) === undefined) errors.push({ field: 'kindId', message: 'Vælg en mødetype fra listen.' });
    if (kindId !== null && entry.functionName === 'keyPerson') errors.push({ field: 'kindId', message: 'En nøgleperson er ikke knyttet til én mødetype. Beskriv området i stedet.' });
    if (membershipId !== null && !isOwn(membershipId)) errors.push({ field: 'membershipId', message: 'Vælg en medarbejder i jeres egen myndighed, som deltager i møder.' });
    if (!substituteMembershipIds.every(isOwn)) errors.push({ field: 'substituteMembershipIds', message: 'Vælg stedfortrædere i jeres egen myndighed, som deltager i møder.' });
    else if (new Set(substituteMembershipIds).size !== substituteMembershipIds.length) errors.push({ field: 'substituteMembershipIds', message: 'Den samme stedfortræder er valgt to gange.' });
    else if (membershipId !== null && substituteMembershipIds.includes(membershipId)) errors.push({ field: 'substituteMembershipIds', message: 'Ingen kan være stedfortræder for sig selv.' });
    if (validTo !== null && validTo < validFrom) errors.push({ field: 'validTo', message: 'Perioden slutter, før den begynder.' });
    if (errors.length === 0 && membershipId !== null) {
      const others = await tx.query<ContactRow>(`${current} WHERE e.authority_id = $1 AND e.function_name = $2 AND e.id <> $3 AND v.membership_id IS NOT NULL`, [authorityId, entry.functionName, entry.id]);
      const ring = ringOf(
        { membershipId, substitutes: substituteMembershipIds, validFrom, validTo },
        others.map((row) => ({ membershipId: row.membership_id!, substitutes: row.substitutes, validFrom: row.valid_from, validTo: row.valid_to })),
      );
      if (ring !== null) {
        const names = await this.directory.pastMembersIn(tx, ring);
        errors.push({ field: 'substituteMembershipIds', message: `Stedfortræderne går i ring: ${ring.map((id) => names.get(id)!.name).join(' → ')}. Så er der ingen at spørge. Vælg en anden.` });
      }
    }
    if (errors.length > 0) throw new Problem('invalid-input', undefined, errors);
  }

  private async storeIn(tx: Tx, subject: Subject, entry: { id: string; version: number; withdrawn: boolean }, input: ContactInput): Promise<void> {
    await tx.query(
      `INSERT INTO contact_version (id, entry_id, version, kind_id, area, membership_id, substitutes, telephone, email, valid_from, valid_to, withdrawn, set_by_membership_id, set_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
      [newId(), entry.id, entry.version, input.kindId, input.area, input.membershipId, input.substituteMembershipIds, input.telephone, input.email, input.validFrom, input.validTo, entry.withdrawn, subject.membershipId, this.clock.now().toString()],
    );
    this.events.emitIn(tx, 'contacts.changed', { authorityId: subject.authorityId });
  }

  private async viewIn(tx: Tx, subject: Subject, id: string): Promise<Contact> {
    const [view] = await this.viewsIn(tx, subject, await tx.query<ContactRow>(`${current} WHERE e.id = $1`, [id]));
    if (view === undefined) throw new Problem('not-found');
    return view;
  }

  /** [CO6] Whoever is not there any more is not shown: her place is vacant. */
  private async viewsIn(tx: Tx, subject: Subject, rows: readonly ContactRow[]): Promise<Contact[]> {
    const people = await this.directory.membersIn(tx, rows.flatMap((row) => [...(row.membership_id === null ? [] : [row.membership_id]), ...row.substitutes]));
    const authorities = await this.directory.authoritiesIn(tx, rows.map((row) => row.authority_id));
    const today = this.clock.now().toZonedDateTimeISO(timeZone).toPlainDate().toString();
    const there = (id: string) => {
      const person = people.get(id);
      return person !== undefined && contentRoles.includes(person.role) ? [person] : [];
    };
    return rows.map((row) => ({
      id: row.id,
      version: row.version,
      authority: authorities.get(row.authority_id)!,
      function: row.function_name,
      kindId: row.kind_id,
      kindTitle: titleOf(row.kind_id),
      area: row.area,
      holder: row.membership_id === null ? null : (there(row.membership_id)[0] ?? null),
      substitutes: row.substitutes.flatMap(there),
      telephone: row.telephone,
      email: row.email,
      validFrom: row.valid_from,
      validTo: row.valid_to,
      period: periodOn(today, { validFrom: row.valid_from, validTo: row.valid_to }),
      canChange: this.maySet(subject, row.authority_id),
    }));
  }

  /** [AC140] */
  private assertMayRead(subject: Subject): void {
    if (!this.policy.may(subject, 'contact.read', {}, {})) throw new Problem('not-found');
  }

  private maySet(subject: Subject, authorityId: string): boolean {
    return this.policy.may(subject, 'contact.set', { authorityId }, {});
  }

  /** [AC141] */
  private assertMaySet(subject: Subject, authorityId: string): void {
    this.assertMayRead(subject);
    if (!this.maySet(subject, authorityId)) throw new Problem('not-allowed', 'Kontaktregistret ændres af myndighedens egne koordinatorer og administratorer.');
  }
}

const titleOf = (kindId: string | null): string | null => {
  const title = kindId === null ? undefined : meetingKind(kindId)?.title;
  return title === undefined ? null : said(title);
};

const functionWords = { contactPerson: { message: 'Kontaktperson' }, keyPerson: { message: 'Nøgleperson' } } as const satisfies Record<ContactFunction, object>;

const wordsOf = ({ authority, holder, substitutes, function: name, kindTitle, area }: Contact): string =>
  [authority.name, holder?.name, ...substitutes.map((one) => one.name), said(functionWords[name].message), kindTitle, area].join(' ').toLocaleLowerCase('da');

function inOrder(contacts: readonly Contact[], ownAuthorityId: string): Contact[] {
  const { compare } = new Intl.Collator(spokenLanguage());
  const away = ({ authority }: Contact) => (authority.id === ownAuthorityId ? 0 : 1);
  return contacts.toSorted(
    (a, b) => away(a) - away(b) || compare(a.authority.name, b.authority.name) || compare(a.function, b.function) || compare(a.kindTitle ?? '', b.kindTitle ?? '') || compare(a.area ?? '', b.area ?? '') || compare(a.validFrom, b.validFrom) || compare(a.id, b.id),
  );
}

interface ContactRow {
  id: string;
  authority_id: string;
  function_name: ContactFunction;
  version: number;
  kind_id: string | null;
  area: string | null;
  membership_id: string | null;
  substitutes: string[];
  telephone: string | null;
  email: string | null;
  valid_from: string;
  valid_to: string | null;
}

interface VersionRow extends Omit<ContactRow, 'id' | 'function_name'> {
  withdrawn: boolean;
  set_by_membership_id: string;
  set_at: Date;
}

const latest = `SELECT e.id, e.authority_id, e.function_name, v.version, v.kind_id, v.area, v.membership_id, v.substitutes, v.telephone, v.email, v.valid_from::text, v.valid_to::text, v.withdrawn
  FROM contact_entry e JOIN LATERAL (SELECT * FROM contact_version one WHERE one.entry_id = e.id ORDER BY one.version DESC LIMIT 1) v ON true`;
/** Entries that stand now. */
const current = latest.replace('ON true', 'ON NOT v.withdrawn');
