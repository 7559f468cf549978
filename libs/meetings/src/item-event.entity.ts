import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import type { ItemChangeKind } from './agenda.js';

/** What was changed about an item's frame and state; only grows. `content` is sealed JSON (scope: item). */
@Entity('agenda_item_event')
@Index('agenda_item_event_order', ['itemId', 'version'], { unique: true })
@Check('agenda_item_event_kind_known', `kind IN ('added','framed','open','done','omitted','carried','withdrawn','moved')`)
export class AgendaItemEventEntity {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid')
  @ForeignKey('AgendaItemEntity')
  itemId!: string;

  /** The version that the item got by it. */
  @Column('int')
  version!: number;

  @Column('text')
  kind!: ItemChangeKind;

  @Column('uuid')
  @ForeignKey('MembershipEntity')
  membershipId!: string;

  /** Why, and what stood before. */
  @Column('bytea', { nullable: true })
  content!: Buffer | null;

  @Column('timestamptz')
  at!: Date;
}
