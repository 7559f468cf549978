import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import type { Sector } from '@lib/contracts/enums.js';

/**
 * What an authority made of a legal basis for its meetings: the sectors of a shipped one narrowed, or a basis of its own.
 * Only added to; the highest version that holds on a day counts.
 */
@Entity('legal_basis_setting')
@Index('legal_basis_setting_version', ['authorityId', 'basisId', 'version'], { unique: true })
export class LegalBasisSettingEntity {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('text')
  @ForeignKey('AuthorityEntity')
  authorityId!: string;

  /** Of a shipped basis, or `egen:` and a UUID. */
  @Column('text')
  basisId!: string;

  @Column('int')
  version!: number;

  /** Only of an own one. */
  @Column('text', { nullable: true })
  label!: string | null;

  /** Own words about the limits; null keeps the shipped ones. */
  @Column('text', { nullable: true })
  limits!: string | null;

  @Column('text', { array: true })
  sectors!: Sector[];

  /** Whether an own one admits the steps of a police investigation (AC64); of shipped ones the product says it. */
  @Column('boolean', { default: false })
  admitsInvestigation!: boolean;

  /** Where the authority has it from: a decision, an agreement, an act. */
  @Column('text')
  source!: string;

  /** Local days, both within. */
  @Column('date')
  validFrom!: string;

  @Column('date', { nullable: true })
  validTo!: string | null;

  @Column('uuid')
  @ForeignKey('MembershipEntity')
  setByMembershipId!: string;

  @Column('timestamptz')
  setAt!: Date;
}
