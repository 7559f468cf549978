import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

export const disclosureKinds = ['audience', 'participant', 'series', 'substitute', 'guest'] as const;
export type DisclosureKind = (typeof disclosureKinds)[number];

/** An item as it was shown: to whom, and on which basis it stood. */
export interface ShownThen {
  itemId: string;
  legalBasisId: string | null;
  legalBasisVersion: string | null;
  to: string[];
}

/** Somebody came to see something: who, what, on which basis, why, by whom. Only added to. One row a meeting. */
@Entity('disclosure')
@Index('disclosure_meeting', ['meetingId', 'at'])
@Index('disclosure_time', ['at', 'id'])
@Check('disclosure_kind_known', `kind IN ('audience','participant','series','substitute','guest')`)
export class DisclosureEntity {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('text')
  kind!: DisclosureKind;

  @Column('uuid')
  @ForeignKey('MeetingEntity')
  meetingId!: string;

  /** The item that the reason speaks of: of `audience` the one that was opened, of `guest` the one she was invited to. */
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

  /** What came to be seen by whom, item by item; null with rows from before it was kept. */
  @Column('jsonb', { nullable: true })
  shown!: ShownThen[] | null;

  /** Sealed (scope: the meeting). */
  @Column('bytea', { nullable: true })
  reason!: Buffer | null;

  @Column('uuid')
  @ForeignKey('MembershipEntity')
  madeByMembershipId!: string;

  @Column('timestamptz')
  at!: Date;
}
