import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import type { ContactFunction } from '@lib/contracts/enums.js';

/** A place in an authority's contact register: what somebody can be asked for. Who that is, say its versions. */
@Entity('contact_entry')
@Check('contact_entry_function_known', `function_name IN ('contactPerson','keyPerson')`)
export class ContactEntryEntity {
  @PrimaryColumn('uuid')
  id!: string;

  @Index('contact_entry_authority')
  @Column('text')
  @ForeignKey('AuthorityEntity')
  authorityId!: string;

  @Column('text')
  functionName!: ContactFunction;

  @Column('timestamptz')
  madeAt!: Date;
}

/** What an entry said from a moment on. Only added to, by a trigger: the highest version counts, the others are its history. */
@Entity('contact_version')
@Index('contact_version_number', ['entryId', 'version'], { unique: true })
export class ContactVersionEntity {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid')
  @ForeignKey('ContactEntryEntity')
  entryId!: string;

  @Column('int')
  version!: number;

  /** The kind of meeting that a contact person is for; null for all. */
  @Column('text', { nullable: true })
  kindId!: string | null;

  /** Part of the authority or of its work, in its own words. */
  @Column('text', { nullable: true })
  area!: string | null;

  /** Null while nobody holds it. */
  @Column('uuid', { nullable: true })
  @ForeignKey('MembershipEntity')
  membershipId!: string | null;

  /** Memberships, whoever is asked first in front. */
  @Column('uuid', { array: true })
  substitutes!: string[];

  @Column('text', { nullable: true })
  telephone!: string | null;

  @Column('text', { nullable: true })
  email!: string | null;

  /** Danish days, both within. */
  @Column('date')
  validFrom!: string;

  @Column('date', { nullable: true })
  validTo!: string | null;

  /** Taken out of the register. */
  @Column('boolean')
  withdrawn!: boolean;

  @Column('uuid')
  @ForeignKey('MembershipEntity')
  setByMembershipId!: string;

  @Column('timestamptz')
  setAt!: Date;
}
