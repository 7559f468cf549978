import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** What this database is: one row, written at the first start and never changed. */
@Entity('installation')
@Check('installation_is_one', 'id')
@Check('installation_mode_known', `mode IN ('demo','production')`)
export class InstallationEntity {
  @PrimaryColumn('boolean')
  id!: boolean;

  @Column('text')
  mode!: 'demo' | 'production';
}

/** A sign-in under way. What it is bound to (state, nonce, verifier) follows from a secret only the browser holds. */
@Entity('sign_in_transaction')
export class SignInTransactionEntity {
  @PrimaryColumn('uuid')
  id!: string;

  /** SHA-256 of the secret in the cookie. */
  @Index('sign_in_transaction_secret', { unique: true })
  @Column('bytea')
  secretHash!: Buffer;

  @Column('text')
  providerId!: string;

  /** A path of this site. */
  @Column('text')
  returnPath!: string;

  @Column('timestamptz')
  expiresAt!: Date;

  /** The membership she wants to act by, when she signs in again for it. */
  @Column('uuid', { nullable: true })
  wantedMembershipId!: string | null;

  @Column('uuid', { nullable: true })
  firstAdministratorLinkId!: string | null;

  @Column('text', { nullable: true })
  firstAdministratorAuthorityId!: string | null;
}

/** The link on the console by which the first administrator comes in. */
@Entity('first_administrator_link')
export class FirstAdministratorLinkEntity {
  @PrimaryColumn('uuid')
  id!: string;

  @Index('first_administrator_token', { unique: true })
  @Column('bytea')
  tokenHash!: Buffer;

  @Column('timestamptz')
  expiresAt!: Date;

  @Column('timestamptz', { nullable: true })
  usedAt!: Date | null;
}

/** A logout token that was obeyed, until it is too old to be sent again. */
@Entity('logout_token_seen')
export class LogoutTokenSeenEntity {
  @PrimaryColumn('text')
  issuer!: string;

  @PrimaryColumn('text')
  jti!: string;

  @Column('timestamptz')
  expiresAt!: Date;
}
