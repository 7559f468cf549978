import { createHmac } from 'node:crypto';
import type { DataSource } from 'typeorm';

/**
 * What the process is when it speaks to the database. Each is a LOGIN role of its own that owns nothing and is a member of
 * nothing, so that injected SQL cannot become another one. docs/rls.md says what each may do; the names in migrations are
 * `app_` and the kind.
 */
export const roleKinds = [
  /** Somebody's reading: what the person of the session may read, nothing else. */
  'request',
  /** Somebody's command: also what it must know and change of others, in the meetings it concerns. */
  'command',
  /** Counting for the leaders of an authority: when and who was there, nothing of what was said; bound to the session. */
  'insight',
  /** People, memberships and what else the directory of persons is kept by. */
  'provision',
  /** Signing in, and everything about sessions. */
  'signin',
  /** Documents, their updates and keys; for the sockets, after the gate has decided. */
  'collab',
  /** Whom an event is told to: ids only. */
  'live',
  /** Titles from documents, and the notes about CPR numbers. */
  'projector',
  /** Meetings of a series as time goes on. */
  'series',
  /** When people are in meetings: times, answers and substitutes; nothing of what the meetings are. */
  'availability',
  /** Reminders, and what was told long ago. */
  'notices',
  /** Freezing and settling minutes. */
  'minutes',
  /** People, memberships and keys of an authority: its administrators and its user management. */
  'provisioning',
  /** The access trail: its months and checkpoints, and the auditor's questions after the policy has decided. */
  'trail',
  /** Keys: rotating them, copying them, destroying content with them when retention says so. */
  'keeper',
  /** Calendar programs: what the person of a link may have in her calendar; bound to the link's secret. */
  'calendar',
  /** People's own calendars: fetching when they are taken, and removing it when they leave. */
  'busy',
  /** Invitations by mail: who is to have which, and the answers that come back; nothing of what a meeting is about. */
  'mail',
  /** Somebody without an account who answers a poll: its times and her own answers; bound to the secret of her link. */
  'poll',
  /** The directory that ships with the product. */
  'directory',
  /** The story of demo mode; outside it the role cannot sign in. */
  'demo',
] as const;
export type RoleKind = (typeof roleKinds)[number];

/** What the roles of one database are called: roles belong to the whole server, so the database's name is part of theirs. */
export interface RoleNames {
  prefix: string;
}

export const roleName = ({ prefix }: RoleNames, kind: RoleKind): string => `${prefix}_${kind}`;
const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;

const namesOf = new WeakMap<DataSource, RoleNames>();
/** Remembers how the roles are called where these migrations run. */
export const nameRoles = (dataSource: DataSource, names: RoleNames): void => void namesOf.set(dataSource, names);

/** SQL that speaks of `app_request` and its like, with the names that the roles have in this database. */
export function withRoleNames(dataSource: DataSource, sql: string): string {
  const names = namesOf.get(dataSource) ?? { prefix: 'app' };
  return sql.replaceAll(new RegExp(`\\bapp_(${roleKinds.join('|')})\\b`, 'g'), (_, kind: RoleKind) => quoted(roleName(names, kind)));
}

/** The roles cannot be made with what DATABASE_URL is allowed to. The message is for the operator's console. */
export class RolesMissingError extends Error {}

/**
 * The password of a role, from the secret that the operator has given already: whoever knows the owner's password can do
 * more than any role. Null where the owner signs in without one (peer, trust, certificates): then the roles must too.
 */
export function rolePassword(url: string, role: string): string | null {
  const { password } = new URL(url);
  return password === '' ? null : createHmac('sha256', decodeURIComponent(password)).update(`samraad database role ${role}`).digest('base64url');
}

/** The URL that a role signs in with. */
export function roleUrl(url: string, role: string): string {
  const own = new URL(url);
  own.username = encodeURIComponent(role);
  own.password = rolePassword(url, role) ?? '';
  own.searchParams.delete('user');
  own.searchParams.delete('password');
  return own.href;
}

const attributes = 'LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOINHERIT NOREPLICATION';

/** What makes the roles, for the product itself or for whoever administers the server. */
export function roleStatements(names: RoleNames, kinds: readonly RoleKind[], url?: string): string[] {
  return kinds.map((kind) => {
    const role = roleName(names, kind);
    const password = url === undefined ? null : rolePassword(url, role);
    return `CREATE ROLE ${quoted(role)} ${attributes}${password === null ? '' : ` PASSWORD '${password}'`}`;
  });
}

interface Asks {
  query(sql: string, parameters?: unknown[]): Promise<unknown>;
}

/**
 * Makes the roles that are missing. Before the migrations, which name them.
 *
 * @param url how the owner signs in; undefined on the embedded database, where nobody does
 * @throws RolesMissingError when they are missing and the owner may not make any
 */
export async function ensureRoles(owner: Asks, names: RoleNames, url?: string): Promise<void> {
  const found = (await owner.query('SELECT rolname FROM pg_roles WHERE rolname = ANY($1)', [roleKinds.map((kind) => roleName(names, kind))])) as { rolname: string }[];
  const known = new Set(found.map((row) => row.rolname));
  const missing = roleKinds.filter((kind) => !known.has(roleName(names, kind)));
  if (missing.length > 0) {
    const [may] = (await owner.query('SELECT rolsuper OR rolcreaterole AS may FROM pg_roles WHERE rolname = current_user')) as { may: boolean }[];
    if (may?.may !== true)
      throw new RolesMissingError(`Samråd does not start: its database lacks ${missing.length} roles, and the user of DATABASE_URL may not make roles. Let somebody who may run what \`npm run database:roles\` prints`);
    for (const statement of roleStatements(names, missing, url)) await owner.query(statement);
  }
}

/** After the owner's password was changed theirs follow. */
export async function renewPasswords(owner: Asks, names: RoleNames, url: string): Promise<void> {
  for (const kind of roleKinds) {
    const role = roleName(names, kind);
    const password = rolePassword(url, role);
    if (password !== null) await owner.query(`ALTER ROLE ${quoted(role)} PASSWORD '${password}'`);
  }
}
