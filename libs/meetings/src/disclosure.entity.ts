import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

export const disclosureKinds = ['audience', 'participant', 'series', 'substitute', 'guest'] as const;
export type DisclosureKind = (typeof disclosureKinds)[number];

/** Somebody came to see something: who, what, on which basis, why, by whom. Only added to. One row a meeting. */
@Entity('disclosure')
@Index('disclosure_meeting', ['meetingId', 'at'])
@Check('disclosure_kind_known', `kind IN ('audience','participant','series','substitute','guest')`)
export class DisclosureEntity {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('text')
  kind!: DisclosureKind;

  @Column('uuid')
  @ForeignKey('MeetingEntity')
  meetingId!: string;

  /** Of `audience`: the item that was opened. */
  @Column('uuid', { nullable: true })
  @ForeignKey('AgendaItemEntity')
  itemId!: string | null;

  /** All items that came to be seen. */
  @Column('uuid', { array: true })
  itemIds!: string[];

  @Column('uuid', { array: true })
  toMembershipIds!: string[];

  @Column('text', { array: true })
  legalBasisIds!: string[];

  /** Sealed (scope: the item, or else the meeting). */
  @Column('bytea', { nullable: true })
  reason!: Buffer | null;

  @Column('uuid')
  @ForeignKey('MembershipEntity')
  madeByMembershipId!: string;

  @Column('timestamptz')
  at!: Date;
}
