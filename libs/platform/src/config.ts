import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { plainToInstance, Transform } from 'class-transformer';
import { IsIn, IsInt, IsOptional, IsString, IsUrl, Matches, Max, Min, MinLength, validateSync } from 'class-validator';

const number = () => Transform(({ value }) => (value === undefined || value === '' ? undefined : Number(value)));

/**
 * Every setting, read once from the environment and validated. Secrets have no default: outside demo mode a missing
 * one stops the start (DESIGN.md §7).
 */
export class Config {
  /** `demo` (default): fictional people and one-click sign-in. `production`: neither; secrets required. */
  @IsIn(['demo', 'production'])
  SAMRAAD_MODE: 'demo' | 'production' = 'demo';

  /** TCP port of HTTP, live and collaboration sockets; 0 lets the system choose. */
  @number()
  @IsInt()
  @Min(0)
  @Max(65535)
  PORT: number = 3000;

  /** Interface to listen on. */
  @IsString()
  HOST: string = '127.0.0.1';

  /** The origin browsers use, e.g. https://samraad.example. Default in demo mode: http://localhost:PORT and 127.0.0.1. */
  @IsOptional()
  @IsUrl({ require_tld: false, require_protocol: true, protocols: ['http', 'https'] })
  PUBLIC_ORIGIN?: string;

  /** PostgreSQL. Without it the embedded PGlite in SAMRAAD_DATA_DIR is used. */
  @IsOptional()
  @IsString()
  DATABASE_URL?: string;

  /** Connections to PostgreSQL per process; two of them are reserved for collaboration. */
  @number()
  @IsInt()
  @Min(3)
  @Max(100)
  DATABASE_POOL: number = 10;

  /** Folder of the embedded database and, in development, of the key file. `memory:` keeps the database in memory. */
  @IsString()
  @MinLength(1)
  SAMRAAD_DATA_DIR: string = './data';

  /** File with the key-encryption keys. Default in demo mode: kek.json in SAMRAAD_DATA_DIR, made on first start. */
  @IsOptional()
  @IsString()
  SAMRAAD_KEY_FILE?: string;

  /** Where the key-encryption keys are: in the file below, or in the transit engine of HashiCorp Vault. */
  @IsIn(['file', 'vault'])
  SAMRAAD_KMS: 'file' | 'vault' = 'file';

  /** Origin of Vault; https:// outside demo mode. */
  @IsOptional()
  @IsUrl({ require_tld: false, require_protocol: true, protocols: ['http', 'https'] })
  VAULT_ADDR?: string;

  /** File that holds Vault's token and nothing else; read at each call, so that an agent may renew it. */
  @IsOptional()
  @IsString()
  VAULT_TOKEN_FILE?: string;

  /** Namespace of Vault Enterprise and HCP. */
  @IsOptional()
  @Matches(/^[\w./-]+$/)
  VAULT_NAMESPACE?: string;

  /** Where the transit engine is mounted. */
  @Matches(/^[\w-]+(\/[\w-]+)*$/)
  VAULT_TRANSIT_MOUNT: string = 'transit';

  /** Milliseconds that Vault has to answer one call. */
  @number()
  @IsInt()
  @Min(100)
  @Max(30_000)
  VAULT_TIMEOUT_MS: number = 2_000;

  /** Folder for backups of the keys, on another disk than the backups of the database. Without it none are made. */
  @IsOptional()
  @IsString()
  @MinLength(1)
  SAMRAAD_KEY_BACKUP_DIR?: string;

  /** Days after which a backup of the keys is removed: until then it could give shredded content back. */
  @number()
  @IsInt()
  @Min(1)
  @Max(366)
  SAMRAAD_KEY_BACKUP_DAYS: number = 30;

  /** Whether demo mode tells its story (fictional meetings, decisions and follow-ups) on an empty database. */
  @IsIn(['yes', 'no'])
  SAMRAAD_DEMO_STORY: 'yes' | 'no' = 'yes';

  /** How many whole months the access trail is kept beside the running one. */
  @number()
  @IsInt()
  @Min(1)
  @Max(120)
  TRAIL_MONTHS: number = 13;

  /** File with the identity providers (docs/sign-in.md). Outside demo mode nobody can sign in without it. */
  @IsOptional()
  @IsString()
  SAMRAAD_SIGN_IN_FILE?: string;

  /** Minutes without use after which a session ends. */
  @number()
  @IsInt()
  @Min(5)
  @Max(480)
  SAMRAAD_SESSION_IDLE_MINUTES: number = 480;

  /** Hours after which a session ends in any case. */
  @number()
  @IsInt()
  @Min(1)
  @Max(12)
  SAMRAAD_SESSION_HOURS: number = 12;

  /**
   * Proxies in front, as Express names them (`loopback`, `uniquelocal`, addresses): only their word about who asks counts.
   * One on this machine is believed by default: were it everybody's address, anybody could use up the limits of all.
   */
  @IsString()
  @MinLength(1)
  SAMRAAD_TRUSTED_PROXIES: string = 'loopback';

  /**
   * Calendar servers within one's own net, `host:port` with commas between: people's calendars are otherwise fetched from
   * the open network alone (docs/security.md).
   */
  @IsOptional()
  @Matches(/^(\[[\da-fA-F:]+\]|[\w.-]+):\d{1,5}(\s*,\s*(\[[\da-fA-F:]+\]|[\w.-]+):\d{1,5})*$/)
  SAMRAAD_CALENDAR_HOSTS?: string;

  /**
   * The server that takes mail from the product: `smtps://user:password@host:465`, or `smtp://` and STARTTLS (docs/mail.md).
   * Without it nothing is mailed.
   */
  @IsOptional()
  @Matches(/^smtps?:\/\/[^\s/]+\/?$/)
  SAMRAAD_SMTP_URL?: string;

  /** The product's own mailbox, `samraad@kommune.example`; what is sent to `samraad+…@kommune.example` must reach it too. */
  @IsOptional()
  @Matches(/^[\w.-]{1,30}@[\w-]+(\.[\w-]+)+$/)
  SAMRAAD_MAIL_ADDRESS?: string;

  /** The same mailbox, to be read: `imaps://user:password@host:993/INBOX`. Without it answers come in by /inbound-mail alone. */
  @IsOptional()
  @Matches(/^imaps?:\/\/[^\s/]+(\/\S*)?$/)
  SAMRAAD_IMAP_URL?: string;

  /** File with the secret that signs what a mail server hands on to /inbound-mail, at least 32 characters; without it the address is closed. */
  @IsOptional()
  @IsString()
  SAMRAAD_INBOUND_MAIL_SECRET_FILE?: string;

  /** Off in tests and measurements alone: no setting leads here. */
  rateLimits = true;

  get demo(): boolean {
    return this.SAMRAAD_MODE === 'demo';
  }

  get tellsStory(): boolean {
    return this.demo && this.SAMRAAD_DEMO_STORY === 'yes';
  }

  get innerCalendarHosts(): ReadonlySet<string> {
    return new Set((this.SAMRAAD_CALENDAR_HOSTS ?? '').split(',').map((host) => host.trim().toLowerCase()).filter((host) => host !== ''));
  }

  /** How mail leaves; null where the operator has not said. */
  get mail(): { smtpUrl: string; address: string } | null {
    if (this.SAMRAAD_SMTP_URL === undefined || this.SAMRAAD_MAIL_ADDRESS === undefined) return null;
    return { smtpUrl: this.SAMRAAD_SMTP_URL, address: this.SAMRAAD_MAIL_ADDRESS.toLowerCase() };
  }

  get keyFile(): string | null {
    if (this.SAMRAAD_KEY_FILE !== undefined) return resolve(this.SAMRAAD_KEY_FILE);
    return this.SAMRAAD_DATA_DIR === 'memory:' ? null : resolve(this.SAMRAAD_DATA_DIR, 'kek.json');
  }

  /** Cookies carry `Secure` and the `__Host-` prefix when the product is reached over TLS. */
  get secureCookies(): boolean {
    return this.PUBLIC_ORIGIN?.startsWith('https:') ?? false;
  }

  get version(): string {
    return packageVersion;
  }
}

const packageVersion: string = readPackageVersion();

function readPackageVersion(): string {
  const text = readFileSync(resolve(process.env.SAMRAAD_ROOT ?? process.cwd(), 'package.json'), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

/**
 * @throws Error with one line per fault, for the operator's console
 */
export function readConfig(environment: NodeJS.ProcessEnv = process.env): Config {
  const known = ['SAMRAAD_MODE', 'PORT', 'HOST', 'PUBLIC_ORIGIN', 'DATABASE_URL', 'DATABASE_POOL', 'SAMRAAD_DATA_DIR', 'SAMRAAD_KEY_FILE', 'SAMRAAD_KMS', 'VAULT_ADDR', 'VAULT_TOKEN_FILE', 'VAULT_NAMESPACE', 'VAULT_TRANSIT_MOUNT', 'VAULT_TIMEOUT_MS', 'SAMRAAD_KEY_BACKUP_DIR', 'SAMRAAD_CALENDAR_HOSTS', 'SAMRAAD_KEY_BACKUP_DAYS', 'SAMRAAD_DEMO_STORY', 'TRAIL_MONTHS', 'SAMRAAD_SIGN_IN_FILE', 'SAMRAAD_SESSION_IDLE_MINUTES', 'SAMRAAD_SESSION_HOURS', 'SAMRAAD_TRUSTED_PROXIES', 'SAMRAAD_SMTP_URL', 'SAMRAAD_MAIL_ADDRESS', 'SAMRAAD_IMAP_URL', 'SAMRAAD_INBOUND_MAIL_SECRET_FILE'] as const;
  const given = Object.fromEntries(known.filter((key) => (environment[key] ?? '') !== '').map((key) => [key, environment[key]]));
  const config = plainToInstance(Config, given, { exposeDefaultValues: true });
  const faults = validateSync(config).flatMap((error) => Object.values(error.constraints ?? {}));
  if (!config.demo) {
    if (config.PUBLIC_ORIGIN === undefined || !config.PUBLIC_ORIGIN.startsWith('https://')) faults.push('PUBLIC_ORIGIN must be the https:// origin of the product outside demo mode');
    if (config.SAMRAAD_KMS === 'file' && config.SAMRAAD_KEY_FILE === undefined) faults.push('SAMRAAD_KEY_FILE must name the file with the key-encryption keys outside demo mode');
    if (config.DATABASE_URL === undefined) faults.push('DATABASE_URL must name a PostgreSQL database outside demo mode');
    if (config.SAMRAAD_SIGN_IN_FILE === undefined) faults.push('SAMRAAD_SIGN_IN_FILE must name the file with the identity providers outside demo mode');
  } else {
    if (config.SAMRAAD_SIGN_IN_FILE !== undefined) faults.push('SAMRAAD_SIGN_IN_FILE belongs to production: in demo mode anybody signs in as anybody');
    if (/^https:\/\/(?!(localhost|127\.0\.0\.1|\[::1\])(:|$))/.test(config.PUBLIC_ORIGIN ?? '')) faults.push('PUBLIC_ORIGIN is a public https:// address, but SAMRAAD_MODE is demo, where anybody signs in as anybody; set SAMRAAD_MODE=production');
  }
  if (config.SAMRAAD_KMS === 'vault') {
    if (config.VAULT_ADDR === undefined || (!config.demo && !config.VAULT_ADDR.startsWith('https://'))) faults.push('VAULT_ADDR must be the https:// origin of Vault when SAMRAAD_KMS is vault');
    else if (faults.length === 0 && new URL(config.VAULT_ADDR).origin !== config.VAULT_ADDR) faults.push('VAULT_ADDR must be a bare origin, without a path or a trailing slash');
    if (config.VAULT_TOKEN_FILE === undefined) faults.push('VAULT_TOKEN_FILE must name the file with the token of Vault when SAMRAAD_KMS is vault');
  }
  if ((config.SAMRAAD_SMTP_URL === undefined) !== (config.SAMRAAD_MAIL_ADDRESS === undefined)) faults.push('SAMRAAD_SMTP_URL and SAMRAAD_MAIL_ADDRESS belong together: where mail goes out, and whose it is');
  if ((config.SAMRAAD_INBOUND_MAIL_SECRET_FILE ?? config.SAMRAAD_IMAP_URL) !== undefined && config.SAMRAAD_MAIL_ADDRESS === undefined) faults.push('SAMRAAD_INBOUND_MAIL_SECRET_FILE and SAMRAAD_IMAP_URL take in answers to mail that SAMRAAD_SMTP_URL and SAMRAAD_MAIL_ADDRESS send');
  if (config.PUBLIC_ORIGIN !== undefined && faults.length === 0 && new URL(config.PUBLIC_ORIGIN).origin !== config.PUBLIC_ORIGIN)
    faults.push('PUBLIC_ORIGIN must be a bare origin, without a path or a trailing slash');
  if (faults.length > 0) throw new Error(`Samråd cannot start with this configuration:\n- ${faults.join('\n- ')}`);
  return config;
}
