import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { plainToInstance, Transform } from 'class-transformer';
import { IsIn, IsInt, IsOptional, IsString, IsUrl, Max, Min, MinLength, validateSync } from 'class-validator';

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

  /** Whether demo mode tells its story (fictional meetings, decisions and follow-ups) on an empty database. */
  @IsIn(['yes', 'no'])
  SAMRAAD_DEMO_STORY: 'yes' | 'no' = 'yes';

  get demo(): boolean {
    return this.SAMRAAD_MODE === 'demo';
  }

  get tellsStory(): boolean {
    return this.demo && this.SAMRAAD_DEMO_STORY === 'yes';
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
  const known = ['SAMRAAD_MODE', 'PORT', 'HOST', 'PUBLIC_ORIGIN', 'DATABASE_URL', 'DATABASE_POOL', 'SAMRAAD_DATA_DIR', 'SAMRAAD_KEY_FILE', 'SAMRAAD_DEMO_STORY'] as const;
  const given = Object.fromEntries(known.filter((key) => (environment[key] ?? '') !== '').map((key) => [key, environment[key]]));
  const config = plainToInstance(Config, given, { exposeDefaultValues: true });
  const faults = validateSync(config).flatMap((error) => Object.values(error.constraints ?? {}));
  if (!config.demo) {
    if (config.PUBLIC_ORIGIN === undefined || !config.PUBLIC_ORIGIN.startsWith('https://')) faults.push('PUBLIC_ORIGIN must be the https:// origin of the product outside demo mode');
    if (config.SAMRAAD_KEY_FILE === undefined) faults.push('SAMRAAD_KEY_FILE must name the file with the key-encryption keys outside demo mode');
    if (config.DATABASE_URL === undefined) faults.push('DATABASE_URL must name a PostgreSQL database outside demo mode');
  }
  if (config.PUBLIC_ORIGIN !== undefined && faults.length === 0 && new URL(config.PUBLIC_ORIGIN).origin !== config.PUBLIC_ORIGIN)
    faults.push('PUBLIC_ORIGIN must be a bare origin, without a path or a trailing slash');
  if (faults.length > 0) throw new Error(`Samråd cannot start with this configuration:\n- ${faults.join('\n- ')}`);
  return config;
}
