import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** Remembers what a create with an Idempotency-Key made, so that a repeated request makes nothing new. */
@Entity('idempotency_key')
export class IdempotencyKeyEntity {
  @PrimaryColumn('uuid')
  personId!: string;

  @PrimaryColumn('uuid')
  key!: string;

  /** SHA-256 of method, path and body: the same key for something else is refused. */
  @Column('bytea')
  requestHash!: Buffer;

  @Column('uuid')
  resourceId!: string;

  @Index('idempotency_key_age')
  @Column('timestamptz')
  createdAt!: Date;
}
