import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** The key of one scope (item, meeting or series), wrapped by a KEK of the authority that owns it. */
@Entity('content_key')
export class ContentKeyEntity {
  @PrimaryColumn('uuid')
  scopeId!: string;

  @Index('content_key_owner')
  @Column('text')
  ownerAuthorityId!: string;

  @Index('content_key_kek')
  @Column('text')
  kekId!: string;

  @Column('bytea')
  wrappedKey!: Buffer;
}
