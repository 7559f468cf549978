import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import type { AssuranceLevel, BrowserFamily, MemberFunction, PlatformFamily, Role } from '@lib/contracts/enums.js';
import type { Language } from '@lib/contracts/language.js';

@Entity('person')
@Check('person_language_known', `language IN ('da','en')`)
export class PersonEntity {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('text')
  name!: string;

  /** The language she chose to read in; null until she chooses. */
  @Column('text', { nullable: true })
  language!: Language | null;

  /** Somebody of no authority, made for one invitation; seen by those whom it concerns alone (AC100). */
  @Column('boolean', { default: false })
  guest!: boolean;
}

/** What a person is in an authority, and for how long. Access is always that of one membership. */
@Entity('membership')
export class MembershipEntity {
  @PrimaryColumn('uuid')
  id!: string;

  @Index('membership_person')
  @Column('uuid')
  @ForeignKey('PersonEntity')
  personId!: string;

  @Index('membership_authority')
  @Column('text')
  @ForeignKey('AuthorityEntity')
  authorityId!: string;

  @Column('text')
  role!: Role;

  /** The person's function in words, e.g. “SSP-koordinator”. */
  @Column('text')
  functionTitle!: string;

  /** What she is by name, of the closed list. */
  @Column('text', { array: true, default: '{}' })
  functions!: MemberFunction[];

  /** The unit of the authority she works in, in words; empty where nobody said. */
  @Column('text', { default: '' })
  unitTitle!: string;

  @Column('timestamptz')
  validFrom!: Date;

  /** From this instant on the membership gives nothing; null while it lasts. */
  @Column('timestamptz', { nullable: true })
  validTo!: Date | null;

  /** Ended because the person was deactivated: it comes back with her, until `resumesTo`. */
  @Column('boolean', { default: false })
  paused!: boolean;

  @Column('timestamptz', { nullable: true })
  resumesTo!: Date | null;
}

/**
 * A person as one authority knows her: its own name for her, its own user name, whether it lets her in. Its id is what
 * the authority's user management sees, so that nobody learns where else she is known.
 */
@Entity('account')
@Index('account_person', ['authorityId', 'personId'], { unique: true })
@Index('account_list', ['authorityId', 'nameKey', 'id'])
@Index('account_user_name', ['authorityId', 'userNameKey'], { unique: true })
export class AccountEntity {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('text')
  @ForeignKey('AuthorityEntity')
  authorityId!: string;

  @Column('uuid')
  @ForeignKey('PersonEntity')
  personId!: string;

  @Column('text')
  name!: string;

  /** The name as it is sorted and searched, by the Danish alphabet; kept by a trigger. */
  @Column({ type: 'text', collation: 'C' })
  nameKey!: string;

  @Column('text', { nullable: true })
  givenName!: string | null;

  @Column('text', { nullable: true })
  familyName!: string | null;

  /** What the authority's own systems call her; null while nobody has said. */
  @Column('text', { nullable: true })
  userName!: string | null;

  /** In small letters, one person's alone; null for whoever was removed. */
  @Column('text', { nullable: true })
  userNameKey!: string | null;

  /** Where the authority's user management says that she reads mail; null where it has not. */
  @Column('text', { nullable: true })
  email!: string | null;

  @Column('boolean')
  active!: boolean;

  /** Since when the authority's user management does not know her any more. */
  @Column('timestamptz', { nullable: true })
  removedAt!: Date | null;

  /** Counts what changed about her and her memberships here. */
  @Column('int')
  version!: number;

  @Column('timestamptz')
  createdAt!: Date;

  @Column('timestamptz')
  changedAt!: Date;
}

/** What a person's authority calls her in its own systems: by it she is recognised when she first signs in there. */
@Entity('person_external_id')
export class PersonExternalIdEntity {
  @PrimaryColumn('text')
  @ForeignKey('AuthorityEntity')
  authorityId!: string;

  /** Of the authority's user administration (SCIM externalId), or a professional id; never a CPR number. */
  @PrimaryColumn('text')
  externalId!: string;

  @Index('person_external_id_person')
  @Column('uuid')
  @ForeignKey('PersonEntity')
  personId!: string;
}

/** Who somebody is at an identity provider (OpenID Connect Core § 2: issuer and subject together, never one of them). */
@Entity('identity')
@Index('identity_subject', ['issuer', 'subject'], { unique: true })
export class IdentityEntity {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('text')
  issuer!: string;

  @Column('text')
  subject!: string;

  @Index('identity_person')
  @Column('uuid')
  @ForeignKey('PersonEntity')
  personId!: string;

  @Column('timestamptz')
  boundAt!: Date;
}

/** A signed-in browser. Only the hash of its token is stored. */
@Entity('session')
@Check('session_assurance_known', `assurance IN ('low','substantial','high')`)
@Check('session_idle_bounds', 'idle_minutes BETWEEN 1 AND 480')
export class SessionEntity {
  @PrimaryColumn('uuid')
  id!: string;

  @Index('session_token', { unique: true })
  @Column('bytea')
  tokenHash!: Buffer;

  @Index('session_person')
  @Column('uuid')
  @ForeignKey('PersonEntity')
  personId!: string;

  /** The membership the person acts by. */
  @Column('uuid')
  @ForeignKey('MembershipEntity')
  membershipId!: string;

  @Column('timestamptz')
  createdAt!: Date;

  @Column('timestamptz')
  lastSeenAt!: Date;

  /** Absolute end, whatever happens. */
  @Column('timestamptz')
  expiresAt!: Date;

  /** How long it lives unused: what was configured when it was made, for the policies of the database. */
  @Column('int', { default: 480 })
  idleMinutes!: number;

  @Index('session_ended')
  @Column('timestamptz', { nullable: true })
  endedAt!: Date | null;

  /** Who signed in; null in demo mode. */
  @Index('session_identity')
  @Column('uuid', { nullable: true })
  @ForeignKey('IdentityEntity')
  identityId!: string | null;

  /** The configured provider; null in demo mode. */
  @Column('text', { nullable: true })
  providerId!: string | null;

  /** The provider's own session (`sid`), which it ends by back-channel logout. */
  @Column('text', { nullable: true })
  providerSessionId!: string | null;

  /** Null of sessions from before this was known: they reach no floor. */
  @Column('text', { nullable: true })
  assurance!: AssuranceLevel | null;

  /** Whether its level was the one asked for of administrators and auditors (AC81). */
  @Column('boolean', { default: false })
  mayAdminister!: boolean;

  /** The authorities its provider speaks for (AC82); null in demo mode: all. */
  @Column('text', { array: true, nullable: true })
  authorityIds!: string[] | null;

  @Column('text', { nullable: true })
  browser!: BrowserFamily | null;

  @Column('text', { nullable: true })
  platform!: PlatformFamily | null;

  /** For the provider's sign-out; opened only with the token in the browser's cookie. */
  @Column('bytea', { nullable: true })
  sealedIdToken!: Buffer | null;
}
