import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import type { AuthorityKind, Sector } from '@lib/contracts/enums.js';

/** An authority of the directory. The id says kind and official code: `municipality:219`. */
@Entity('authority')
export class AuthorityEntity {
  @PrimaryColumn('text')
  id!: string;

  @Column('text')
  kind!: AuthorityKind;

  @Column('text')
  sector!: Sector;

  @Column('text')
  name!: string;

  /** The fictional name that demo mode shows instead. */
  @Column('text', { nullable: true })
  alias!: string | null;

  @Column('date', { nullable: true })
  validFrom!: string | null;

  /** Last day of validity, inclusive. */
  @Column('date', { nullable: true })
  validTo!: string | null;
}

export type RelationKind = 'policeDistrict' | 'barnahus' | 'region' | 'forensicInstitute' | 'operatedBy';

/** “`fromId` has `toId` as its `kind`”, while valid: a municipality its police district, a børnehus its region. */
@Entity('authority_relation')
export class AuthorityRelationEntity {
  @PrimaryColumn('text')
  @ForeignKey('AuthorityEntity', { onDelete: 'CASCADE' })
  fromId!: string;

  @PrimaryColumn('text')
  kind!: RelationKind;

  @PrimaryColumn('text')
  @ForeignKey('AuthorityEntity', { onDelete: 'CASCADE' })
  toId!: string;

  @Column('date', { nullable: true })
  validFrom!: string | null;

  @Column('date', { nullable: true })
  validTo!: string | null;
}
