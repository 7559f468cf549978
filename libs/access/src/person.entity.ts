import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import type { Role } from '@lib/contracts/enums.js';
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

  @Column('timestamptz')
  validFrom!: Date;

  /** From this instant on the membership gives nothing; null while it lasts. */
  @Column('timestamptz', { nullable: true })
  validTo!: Date | null;
}

/** A signed-in browser. Only the hash of its token is stored. */
@Entity('session')
export class SessionEntity {
  @PrimaryColumn('uuid')
  id!: string;

  @Index('session_token', { unique: true })
  @Column('bytea')
  tokenHash!: Buffer;

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

  @Column('timestamptz', { nullable: true })
  endedAt!: Date | null;
}
