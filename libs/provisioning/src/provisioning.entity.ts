import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import type { AdminEventKind } from '@lib/contracts/enums.js';

/** A system of an authority that keeps its people up to date here: its IdM, its directory. */
@Entity('provisioning_client')
@Index('provisioning_client_name', ['authorityId', 'name'], { unique: true })
export class ProvisioningClientEntity {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('text')
  @ForeignKey('AuthorityEntity')
  authorityId!: string;

  @Column('text')
  name!: string;

  @Column('timestamptz')
  createdAt!: Date;
}

/** A key of a client. Only the hash of it is stored. */
@Entity('provisioning_token')
export class ProvisioningTokenEntity {
  @PrimaryColumn('uuid')
  id!: string;

  @Index('provisioning_token_client')
  @Column('uuid')
  @ForeignKey('ProvisioningClientEntity')
  clientId!: string;

  @Index('provisioning_token_hash', { unique: true })
  @Column('bytea')
  tokenHash!: Buffer;

  @Column('uuid')
  @ForeignKey('MembershipEntity')
  createdByMembershipId!: string;

  @Column('timestamptz')
  createdAt!: Date;

  @Column('timestamptz')
  expiresAt!: Date;

  @Column('timestamptz', { nullable: true })
  revokedAt!: Date | null;

  @Column('timestamptz', { nullable: true })
  lastUsedAt!: Date | null;
}

/** What a client calls something of ours (externalId, RFC 7643 §3.1): each client has its own. */
@Entity('external_id')
@Index('external_id_value', ['clientId', 'resource', 'value'], { unique: true })
@Check('external_id_resource_known', `resource IN ('User','Group')`)
export class ExternalIdEntity {
  @PrimaryColumn('uuid')
  @ForeignKey('ProvisioningClientEntity')
  clientId!: string;

  @PrimaryColumn('text')
  resource!: 'User' | 'Group';

  /** Of an account, or the name of a role. */
  @PrimaryColumn('text')
  resourceId!: string;

  @Column('text')
  value!: string;
}

/** Who changed what about an authority's people and keys. Only ever added to; `details` holds roles, dates and names of keys. */
@Entity('admin_event')
@Index('admin_event_authority', ['authorityId', 'id'])
@Index('admin_event_account', ['accountId', 'id'])
@Check('admin_event_somebody_did_it', `(actor_membership_id IS NULL) <> (client_id IS NULL)`)
export class AdminEventEntity {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('text')
  @ForeignKey('AuthorityEntity')
  authorityId!: string;

  @Column('text')
  kind!: AdminEventKind;

  @Column('uuid', { nullable: true })
  @ForeignKey('AccountEntity')
  accountId!: string | null;

  @Column('uuid', { nullable: true })
  @ForeignKey('MembershipEntity')
  membershipId!: string | null;

  @Column('uuid', { nullable: true })
  @ForeignKey('MembershipEntity')
  actorMembershipId!: string | null;

  @Column('uuid', { nullable: true })
  @ForeignKey('ProvisioningClientEntity')
  clientId!: string | null;

  @Column('jsonb')
  details!: Record<string, unknown>;

  @Column('timestamptz')
  at!: Date;
}
