import { Injectable } from '@nestjs/common';
import type { AuthorityKind, Role, Sector } from '@lib/contracts/enums.js';
import { Problem } from '@lib/contracts/problems.js';
import { Clock } from '@lib/platform/clock.js';
import { Config } from '@lib/platform/config.js';
import { said, spokenLanguage } from '@lib/platform/speaking.js';
import { UnitOfWork, type Tx } from '@lib/platform/unit-of-work.service.js';
import type { RelationKind } from './authority.entity.js';
import { GuestNames, type Named } from './guest-names.service.js';

export interface Authority {
  id: string;
  kind: AuthorityKind;
  sector: Sector;
  /** In demo mode the alias, where there is one. */
  name: string;
}

/** A person as she acts: by one membership. */
export interface Member {
  /** Of the person; the same in all her memberships. */
  id: string;
  membershipId: string;
  name: string;
  role: Role;
  functionTitle: string;
  authority: Authority;
}

/** Relations that make two authorities partners in a meeting. */
const partnership: readonly RelationKind[] = ['policeDistrict', 'barnahus', 'region', 'forensicInstitute'];

/** Reads the directory: authorities, their relations as they hold today, and the people in them. */
@Injectable()
export class Directory {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
    private readonly config: Config,
    private readonly guestNames: GuestNames,
  ) {}

  /** The whole directory of today, by kind and Danish alphabet. */
  async authorities(): Promise<Authority[]> {
    const rows = await this.unitOfWork.run((tx) => tx.query<AuthorityRow>(`SELECT ${authorityColumns} FROM authority a WHERE a.kind <> 'guest' AND ${valid('a', '$1')}`, [this.today()]));
    return rows.map((row) => this.authority(row)).sort(byName);
  }

  /**
   * The authorities that really belong together with this one today, itself first: a municipality's police district and
   * børnehus, a district's municipalities, and so on in both directions.
   */
  async related(authorityId: string): Promise<Authority[]> {
    return this.unitOfWork.run((tx) => this.relatedIn(tx, authorityId));
  }

  async relatedIn(tx: Tx, authorityId: string): Promise<Authority[]> {
    const rows = await tx.query<AuthorityRow>(
      `SELECT ${authorityColumns} FROM authority a
       WHERE ${valid('a', '$2')} AND (a.id = $1 OR a.id IN (
         SELECT CASE WHEN r.from_id = $1 THEN r.to_id ELSE r.from_id END FROM authority_relation r
         WHERE (r.from_id = $1 OR r.to_id = $1) AND r.kind = ANY($3) AND ${valid('r', '$2')}))`,
      [authorityId, this.today(), partnership],
    );
    const all = rows.map((row) => this.authority(row)).sort(byName);
    return [...all.filter((one) => one.id === authorityId), ...all.filter((one) => one.id !== authorityId)];
  }

  async authoritiesIn(tx: Tx, ids: readonly string[]): Promise<Map<string, Authority>> {
    const rows = await tx.query<AuthorityRow>(`SELECT ${authorityColumns} FROM authority a WHERE a.id = ANY($1)`, [[...new Set(ids)]]);
    return new Map(rows.map((row) => [row.id, this.authority(row)]));
  }

  /**
   * The people of an authority who take part in meetings, for those it works together with.
   *
   * @throws Problem `not-found` for an authority that is not related to `askerAuthorityId`
   */
  async people(askerAuthorityId: string, authorityId: string): Promise<Member[]> {
    return this.unitOfWork.run(async (tx) => {
      const related = await this.relatedIn(tx, askerAuthorityId);
      if (!related.some((one) => one.id === authorityId)) throw new Problem('not-found');
      return this.membersWhere(tx, `m.authority_id = $2 AND m.role IN ('coordinator', 'participant', 'leader')`, authorityId);
    });
  }

  /** Living memberships by id; ended and unknown ones are missing from the answer. */
  async membersIn(tx: Tx, membershipIds: readonly string[]): Promise<Map<string, Member>> {
    const members = await this.membersWhere(tx, 'm.id = ANY($2::uuid[])', [...new Set(membershipIds)]);
    return new Map(members.map((member) => [member.membershipId, member]));
  }

  /** Memberships by id, living or ended: for what was recorded under them. */
  async pastMembersIn(tx: Tx, membershipIds: readonly string[]): Promise<Map<string, Member>> {
    const rows = await tx.query<MemberRow>(`${memberQuery} WHERE m.id = ANY($1::uuid[])`, [[...new Set(membershipIds)]]);
    return new Map((await this.membersOf(tx, rows)).map((member) => [member.membershipId, member]));
  }

  /** Persons by id, whatever they are or were, guests among them. */
  async namesIn(tx: Tx, personIds: readonly string[]): Promise<Map<string, string>> {
    const rows = await tx.query<{ id: string; name: string }>('SELECT id, name FROM person WHERE id = ANY($1::uuid[])', [[...new Set(personIds)]]);
    const guests = await this.guestNames.byPersonIn(tx, rows.flatMap((row) => (row.name === '' ? [row.id] : [])));
    return new Map(rows.map((row) => [row.id, guests.get(row.id)?.name ?? (row.name || said('Gæst'))]));
  }

  /** The living memberships of a person: what her session may act by. */
  async membershipsOf(personId: string): Promise<Member[]> {
    return this.unitOfWork.run((tx) => this.membersWhere(tx, 'm.person_id = $2', personId), { as: 'signin' });
  }

  /** Everybody with a living membership in one of these authorities: for whom demo mode can be entered as. */
  async peopleOf(authorityIds: readonly string[]): Promise<Member[]> {
    return this.unitOfWork.run((tx) => this.membersWhere(tx, 'm.authority_id = ANY($2)', [...authorityIds]), { as: 'signin' });
  }

  private async membersWhere(tx: Tx, condition: string, parameter: unknown): Promise<Member[]> {
    const rows = await tx.query<MemberRow>(
      `${memberQuery} WHERE m.valid_from <= $1 AND (m.valid_to IS NULL OR m.valid_to > $1) AND ${condition}`,
      [this.clock.now().toString(), parameter],
    );
    return (await this.membersOf(tx, rows)).sort(byName);
  }

  private async membersOf(tx: Tx, rows: readonly MemberRow[]): Promise<Member[]> {
    const guests = await this.guestNames.byMembershipIn(tx, rows.flatMap((row) => (row.role === 'guest' ? [row.membership_id] : [])));
    return rows.map((row) => this.member(row, guests.get(row.membership_id)));
  }

  private member(row: MemberRow, guest: Named | undefined): Member {
    return {
      id: row.person_id,
      membershipId: row.membership_id,
      // Of whom nothing is left but that she was there: her item was destroyed before her name was sealed.
      name: guest?.name ?? (row.person_name || said('Gæst')),
      role: row.role,
      functionTitle: row.function_title,
      // [AC100] A guest is of no authority; what she comes from stands in its place.
      authority: row.role === 'guest' ? { ...this.authority(row), name: guest?.organisation ?? row.unit_title } : this.authority(row),
    };
  }

  private authority(row: AuthorityRow): Authority {
    return { id: row.id, kind: row.kind, sector: row.sector, name: (this.config.demo ? row.alias : null) ?? row.name };
  }

  private today(): string {
    return this.clock.now().toZonedDateTimeISO('Europe/Copenhagen').toPlainDate().toString();
  }
}

interface AuthorityRow {
  id: string;
  kind: AuthorityKind;
  sector: Sector;
  name: string;
  alias: string | null;
}

interface MemberRow extends AuthorityRow {
  membership_id: string;
  person_id: string;
  person_name: string;
  role: Role;
  function_title: string;
  unit_title: string;
}

const authorityColumns = 'a.id, a.kind, a.sector, a.name, a.alias';
const memberQuery = `SELECT m.id AS membership_id, m.person_id, p.name AS person_name, m.role, m.function_title, m.unit_title, ${authorityColumns}
  FROM membership m JOIN person p ON p.id = m.person_id JOIN authority a ON a.id = m.authority_id`;
const valid = (table: string, day: string) =>
  `(${table}.valid_from IS NULL OR ${table}.valid_from <= ${day}::date) AND (${table}.valid_to IS NULL OR ${table}.valid_to >= ${day}::date)`;

const collators = { da: new Intl.Collator('da'), en: new Intl.Collator('en') };
/** Alphabetical as whoever asks knows it: Å is last in Danish and an A in English. */
const byName = (a: { name: string }, b: { name: string }) => collators[spokenLanguage()].compare(a.name, b.name);
