import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

/**
 * [DE15] A saved view of the decision log. `content` is sealed JSON of its name and filters (scope: the view itself),
 * because both may name a case.
 */
@Entity('log_view')
export class LogViewEntity {
  @PrimaryColumn('uuid')
  id!: string;

  @Index('log_view_membership')
  @Column('uuid')
  @ForeignKey('MembershipEntity')
  membershipId!: string;

  @Column('bytea')
  content!: Buffer;

  @Column('timestamptz')
  createdAt!: Date;
}
