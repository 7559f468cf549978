import { Injectable } from '@nestjs/common';
import { Temporal } from 'temporal-polyfill';
import { memberFunctions, timeZone, type MemberFunction, type Role } from '@lib/contracts/enums.js';
import { containsCpr } from '@lib/contracts/cpr.js';
import { provisionedRoles } from '@lib/access/policy.js';
import { Clock } from '@lib/platform/clock.js';
import { UnitOfWork, type Tx } from '@lib/platform/unit-of-work.service.js';
import { accountColumns, Accounts } from './accounts.service.js';
import { ExternalIds } from './external-ids.service.js';
import { Memberships } from './memberships.service.js';
import { userNameKey } from './name-key.js';
import { stateOf, type AccountRow, type Actor, type MembershipRow } from './rows.js';
import { documentOf, userShape, type Complex, type Document } from './scim/document.js';
import { ScimError } from './scim/errors.js';
import { matches, parseFilter, type Filter } from './scim/filter.js';
import { patched } from './scim/patch.js';
import { enterpriseSchema, membershipSchema, userSchema } from './scim/schemas.js';
import type { ProvisioningClient } from './tokens.service.js';

export interface ScimList {
  total: number;
  resources: object[];
}

const bad = (detail: string) => new ScimError(400, detail, 'invalidValue');
const notThere = () => new ScimError(404, 'There is no such resource.');

/** The people of one authority, as its user management sees and changes them (rules PR12–PR16). */
@Injectable()
export class ScimUsers {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly accounts: Accounts,
    private readonly memberships: Memberships,
    private readonly externalIds: ExternalIds,
    private readonly clock: Clock,
  ) {}

  /** @throws ScimError 404 */
  async get(client: ProvisioningClient, id: string, base: string): Promise<object> {
    return this.work(async (tx) => this.viewIn(tx, client, await this.accountIn(tx, client, id), base));
  }

  /** @param query.filter as sent; null: everybody */
  async list(client: ProvisioningClient, query: { filter: string | null; startIndex: number; count: number }, base: string): Promise<ScimList> {
    const filter = query.filter === null ? null : parseFilter(query.filter);
    return this.work(async (tx) => {
      const narrowed = await this.narrowedIn(tx, client, filter);
      const known = filter === null || narrowed !== null;
      const page = known ? { limit: query.count, offset: query.startIndex - 1 } : { limit: null, offset: 0 };
      const rows = await tx.query<AccountRow>(
        `SELECT ${accountColumns} FROM account a WHERE a.authority_id = $1 AND a.removed_at IS NULL AND ($2::uuid[] IS NULL OR a.id = ANY($2::uuid[])) ORDER BY a.created_at, a.id LIMIT $3 OFFSET $4`,
        [client.authorityId, narrowed, page.limit, page.offset],
      );
      if (known) {
        const [{ total }] = (await tx.query<{ total: number }>('SELECT count(*)::int AS total FROM account WHERE authority_id = $1 AND removed_at IS NULL AND ($2::uuid[] IS NULL OR id = ANY($2::uuid[]))', [client.authorityId, narrowed])) as [{ total: number }];
        return { total, resources: await this.viewsIn(tx, client, rows, base) };
      }
      const found = (await this.viewsIn(tx, client, rows, base)).filter((one) => matches(filter, one));
      return { total: found.length, resources: found.slice(query.startIndex - 1, query.startIndex - 1 + query.count) };
    });
  }

  /** [PR1] @throws ScimError `uniqueness`, `invalidValue` */
  async create(client: ProvisioningClient, body: unknown, base: string): Promise<{ id: string; resource: object }> {
    const wanted = documentOf(userShape, body);
    this.assertSound(wanted);
    return this.work(async (tx) => {
      const actor = actorOf(client);
      const account = await this.accounts.createIn(tx, actor, namesOf({}, wanted));
      await this.externalIds.setIn(tx, client, 'User', account.id, account.person_id, (wanted.externalId as string | undefined) ?? null);
      await this.accounts.mailIn(tx, actor, account, addressOf(wanted));
      await this.settleMembershipsIn(tx, actor, account, {}, wanted);
      if (wanted.active === false) await this.memberships.deactivateIn(tx, actor, await this.accountIn(tx, client, account.id));
      return { id: account.id, resource: await this.viewIn(tx, client, await this.accountIn(tx, client, account.id), base) };
    });
  }

  /** What is not named stays as it is: a client that knows nothing of roles takes none away. */
  async replace(client: ProvisioningClient, id: string, version: number | null, body: unknown, base: string): Promise<object> {
    const given = documentOf(userShape, body);
    return this.change(client, id, version, base, (before) => ({ ...before, ...given }));
  }

  async patch(client: ProvisioningClient, id: string, version: number | null, body: unknown, base: string): Promise<object> {
    return this.change(client, id, version, base, (before) => patched(userShape, before, body));
  }

  /** [PR14] */
  async remove(client: ProvisioningClient, id: string, version: number | null): Promise<void> {
    await this.work(async (tx) => {
      const account = await this.accountIn(tx, client, id);
      assertVersion(account, version);
      await this.memberships.deactivateIn(tx, actorOf(client), account);
      await tx.query('UPDATE account SET removed_at = $2, user_name_key = NULL, email = NULL WHERE id = $1', [account.id, this.clock.now().toString()]);
      await this.externalIds.forgetIn(tx, client.authorityId, account.id, account.person_id);
      await this.accounts.logIn(tx, actorOf(client), 'personRemoved', { accountId: account.id });
    });
  }

  /** Which of these are people here: for the members of a group. @throws ScimError `invalidValue` */
  async accountsIn(tx: Tx, client: ProvisioningClient, ids: readonly string[]): Promise<AccountRow[]> {
    const sound = [...new Set(ids.map((id) => id.toLowerCase()))];
    const rows = sound.every(isUuid) ? await tx.query<AccountRow>(`SELECT ${accountColumns} FROM account a WHERE a.authority_id = $1 AND a.removed_at IS NULL AND a.id = ANY($2::uuid[]) ORDER BY a.id FOR UPDATE`, [client.authorityId, sound]) : [];
    if (rows.length !== sound.length) throw bad('A member is no User of this authority.');
    return rows;
  }

  private async change(client: ProvisioningClient, id: string, version: number | null, base: string, work: (before: Document) => Document): Promise<object> {
    return this.work(async (tx) => {
      const account = await this.accountIn(tx, client, id);
      assertVersion(account, version);
      const rows = await this.membershipRowsIn(tx, client, account);
      const before = documentFrom(account, rows, await this.externalIds.ofIn(tx, client, 'User', [account.id]));
      const after = work(before);
      this.assertSound(after);
      const actor = actorOf(client);
      await this.accounts.renameIn(tx, actor, account, namesOf(before, after, account.user_name));
      await this.accounts.mailIn(tx, actor, account, addressOf(after));
      if (after.externalId !== before.externalId) {
        await this.externalIds.setIn(tx, client, 'User', account.id, account.person_id, (after.externalId as string | undefined) ?? null);
        await this.accounts.touchIn(tx, account.id);
      }
      if (after.active === true) await this.memberships.reactivateIn(tx, actor, await this.accountIn(tx, client, id));
      await this.settleMembershipsIn(tx, actor, await this.accountIn(tx, client, id), before, after);
      if (after.active === false) await this.memberships.deactivateIn(tx, actor, await this.accountIn(tx, client, id));
      return this.viewIn(tx, client, await this.accountIn(tx, client, id), base);
    });
  }

  /** [PR15] Brings her memberships to what is wanted; what nobody spoke of stays. */
  private async settleMembershipsIn(tx: Tx, actor: Actor, account: AccountRow, before: Document, after: Document): Promise<void> {
    const nowMs = this.clock.now().epochMilliseconds;
    const read = async () => ((await this.accounts.membershipsIn(tx, account.authority_id, [account.person_id])).get(account.person_id) ?? []).filter((one) => provisionedRoles.includes(one.role) && stateOf(one, nowMs) !== 'ended');
    const words = { functionTitle: (after.title as string | undefined) ?? '', unitTitle: (after.department as string | undefined) ?? '' };
    const isSame = (a: unknown, b: unknown) => JSON.stringify(a ?? null) === JSON.stringify(b ?? null);

    if (after.memberships !== undefined && !isSame(before.memberships, after.memberships)) {
      const kept = new Set<string>();
      const existing = await read();
      for (const wanted of after.memberships as Complex[]) {
        const role = roleOf(wanted.role);
        const unit = (wanted.unit as string | undefined) ?? words.unitTitle;
        const free = existing.filter((one) => !kept.has(one.id));
        const row = wanted.id === undefined ? (free.find((one) => one.role === role && one.unit_title === unit) ?? free.find((one) => one.role === role)) : free.find((one) => one.id === wanted.id);
        const said = { functions: functionsOf(wanted.functions), functionTitle: (wanted.functionTitle as string | undefined) ?? words.functionTitle, unitTitle: unit };
        const validTo = instantOf(wanted.validTo, 'end');
        if (row === undefined) {
          if (wanted.id !== undefined) throw bad('A membership of that id is not hers.');
          kept.add(await this.memberships.addIn(tx, actor, account, { role, ...said, validFrom: instantOf(wanted.validFrom, 'start'), validTo }));
          continue;
        }
        if (row.role !== role) throw new ScimError(400, 'The role of a membership does not change: end it, and add another.', 'mutability');
        kept.add(row.id);
        await this.memberships.changeIn(tx, actor, account, row, said);
        await this.memberships.endIn(tx, actor, account, row, validTo);
      }
      for (const row of existing) if (!kept.has(row.id)) await this.memberships.endIn(tx, actor, account, row, this.clock.now());
    }
    if (after.roles !== undefined && !isSame(before.roles, after.roles)) {
      const wanted = new Set((after.roles as Complex[]).map((one) => roleOf(one.value)));
      const existing = await read();
      // A role that both speak of was settled above.
      const settled = isSame(before.memberships, after.memberships) ? [] : ((after.memberships as Complex[] | undefined) ?? []).map((one) => roleOf(one.role));
      for (const row of existing) if (!wanted.has(row.role) && !settled.includes(row.role)) await this.memberships.endIn(tx, actor, account, row, this.clock.now());
      for (const role of wanted) if (!existing.some((one) => one.role === role)) await this.memberships.addIn(tx, actor, account, { role, functions: [], ...words, validFrom: null, validTo: null });
    }
    const renamed = { functionTitle: before.title !== after.title && after.title !== undefined, unitTitle: before.department !== after.department && after.department !== undefined };
    if (renamed.functionTitle || renamed.unitTitle) {
      const spoken = isSame(before.memberships, after.memberships) ? [] : ((after.memberships as Complex[] | undefined) ?? []);
      for (const row of await read()) {
        const own = spoken.find((one) => one.role === row.role);
        await this.memberships.changeIn(tx, actor, account, row, {
          functions: row.functions,
          functionTitle: renamed.functionTitle && own?.functionTitle === undefined ? words.functionTitle : row.function_title,
          unitTitle: renamed.unitTitle && own?.unit === undefined ? words.unitTitle : row.unit_title,
        });
      }
    }
  }

  /** [PR2] No CPR number in anything that is kept. An identifier of the form of a UUID is none, whatever its digits. */
  private assertSound(wanted: Document): void {
    if (typeof wanted.userName !== 'string') throw bad('userName is needed.');
    const texts = (value: unknown): string[] => (typeof value === 'string' ? [value] : typeof value === 'object' && value !== null ? Object.values(value).flatMap(texts) : []);
    for (const one of texts(wanted)) if (!isUuid(one.toLowerCase()) && !Number.isFinite(Date.parse(one)) && containsCpr(one)) throw bad('A value holds what may be a CPR number. They are not kept here.');
    for (const one of [wanted.title, wanted.department, ...((wanted.memberships as Complex[] | undefined) ?? []).flatMap(({ functionTitle, unit }) => [functionTitle, unit])]) if (typeof one === 'string' && one.length > 100) throw bad('A title or a unit has at most 100 characters.');
    addressOf(wanted);
    if (((wanted.memberships as Complex[] | undefined) ?? []).length > 20) throw bad('A person has at most 20 memberships.');
  }

  private async accountIn(tx: Tx, client: ProvisioningClient, id: string): Promise<AccountRow> {
    const [row] = isUuid(id.toLowerCase()) ? await tx.query<AccountRow>(`SELECT ${accountColumns} FROM account a WHERE a.id = $1 AND a.authority_id = $2 AND a.removed_at IS NULL FOR UPDATE`, [id.toLowerCase(), client.authorityId]) : [];
    if (row === undefined) throw notThere();
    return row;
  }

  private async membershipRowsIn(tx: Tx, client: ProvisioningClient, account: AccountRow): Promise<MembershipRow[]> {
    return this.shown((await this.accounts.membershipsIn(tx, client.authorityId, [account.person_id])).get(account.person_id) ?? []);
  }

  private shown(rows: readonly MembershipRow[]): MembershipRow[] {
    const nowMs = this.clock.now().epochMilliseconds;
    return rows.filter((one) => provisionedRoles.includes(one.role) && stateOf(one, nowMs) !== 'ended');
  }

  /** The ids that a plain comparison leaves; null when everybody must be looked at. */
  private async narrowedIn(tx: Tx, client: ProvisioningClient, filter: Filter | null): Promise<string[] | null> {
    if (filter === null || filter.op !== 'eq' || typeof filter.value !== 'string' || filter.path.sub !== null || (filter.path.uri !== null && filter.path.uri !== userSchema.toLowerCase())) return null;
    const name = filter.path.attribute.toLowerCase();
    if (name === 'id') return isUuid(filter.value) ? [filter.value] : [];
    // A person without a user name of the authority's goes by her id here.
    if (name === 'username') {
      const rows = await tx.query<{ id: string }>('SELECT id FROM account WHERE authority_id = $1 AND (user_name_key = $2 OR (user_name IS NULL AND id::text = $2))', [client.authorityId, userNameKey(filter.value)]);
      return rows.map((row) => row.id);
    }
    return name === 'externalid' ? this.externalIds.resourcesIn(tx, client, 'User', filter.value) : null;
  }

  private async viewIn(tx: Tx, client: ProvisioningClient, account: AccountRow, base: string): Promise<object> {
    return (await this.viewsIn(tx, client, [account], base))[0]!;
  }

  private async viewsIn(tx: Tx, client: ProvisioningClient, rows: readonly AccountRow[], base: string): Promise<object[]> {
    const memberships = await this.accounts.membershipsIn(tx, client.authorityId, rows.map((row) => row.person_id));
    const external = await this.externalIds.ofIn(tx, client, 'User', rows.map((row) => row.id));
    return rows.map((row) => {
      const { memberships: own, department, ...core } = documentFrom(row, this.shown(memberships.get(row.person_id) ?? []), external);
      return {
        schemas: [userSchema, ...(department === undefined ? [] : [enterpriseSchema]), membershipSchema],
        id: row.id,
        ...core,
        groups: (core.roles as Complex[]).map(({ value }) => ({ value, $ref: `${base}/Groups/${String(value)}`, type: 'direct' })),
        ...(department === undefined ? {} : { [enterpriseSchema]: { department } }),
        [membershipSchema]: { memberships: own },
        meta: { resourceType: 'User', created: row.created_at.toISOString(), lastModified: row.changed_at.toISOString(), location: `${base}/Users/${row.id}`, version: `W/"${row.version}"` },
      };
    });
  }

  /** As the role of the database that may do this. */
  private work<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.unitOfWork.run(work, { as: 'provisioning' });
  }
}

export const actorOf = ({ clientId, authorityId }: ProvisioningClient): Actor => ({ kind: 'client', clientId, authorityId });

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const isUuid = (text: string) => uuid.test(text);

function assertVersion(account: AccountRow, version: number | null): void {
  if (version !== null && version !== account.version) throw new ScimError(412, 'The resource has another version.');
}

/** Which of her names was said anew decides; of several the one that people see. */
function namesOf(before: Document, after: Document, userName: string | null = null) {
  const [was, is] = [before, after].map((one) => (one.name as Complex | undefined) ?? {}) as [Complex, Complex];
  const isNew = (...fields: string[]) => fields.some((field) => is[field] !== undefined && is[field] !== was[field]);
  const parts = [is.givenName, is.familyName].filter((one) => typeof one === 'string').join(' ');
  const said = [after.displayName !== before.displayName ? after.displayName : undefined, isNew('formatted') ? is.formatted : undefined, isNew('givenName', 'familyName') ? parts : undefined, before.displayName, after.userName];
  return {
    name: said.find((one) => typeof one === 'string' && one !== '') as string,
    givenName: (is.givenName as string | undefined) ?? null,
    familyName: (is.familyName as string | undefined) ?? null,
    // Whoever has none of the authority's is shown by her id, which is no user name.
    userName: userName === null && after.userName === before.userName ? null : (after.userName as string),
  };
}

function documentFrom(account: AccountRow, rows: readonly MembershipRow[], external: ReadonlyMap<string, string>): Document {
  const externalId = external.get(account.id);
  const [first] = rows;
  return {
    ...(externalId === undefined ? {} : { externalId }),
    userName: account.user_name ?? account.id,
    displayName: account.name,
    name: { formatted: account.name, ...(account.given_name === null ? {} : { givenName: account.given_name }), ...(account.family_name === null ? {} : { familyName: account.family_name }) },
    ...(first === undefined || first.function_title === '' ? {} : { title: first.function_title }),
    ...(first === undefined || first.unit_title === '' ? {} : { department: first.unit_title }),
    active: account.active,
    ...(account.email === null ? {} : { emails: [{ value: account.email, type: 'work', primary: true }] }),
    roles: [...new Set(rows.map((row) => row.role))].map((role, n): Complex => (n === 0 ? { value: role, primary: true } : { value: role })),
    memberships: rows.map((row): Complex => {
      const to = row.paused ? row.resumes_to : row.valid_to;
      return {
        id: row.id,
        role: row.role,
        functions: row.functions,
        functionTitle: row.function_title,
        unit: row.unit_title,
        validFrom: row.valid_from.toISOString(),
        ...(to === null ? {} : { validTo: to.toISOString() }),
      };
    }),
  };
}

/** RFC 5322 without its rarities: what every mail server takes, and no sign that means something elsewhere. */
const mailAddress = /^(?=.{3,200}$)[\w.+'=~-]{1,64}@([A-Za-z\d]([A-Za-z\d-]*[A-Za-z\d])?\.)+[A-Za-z][A-Za-z\d-]*[A-Za-z\d]$/;

/** [PR18] @throws ScimError `invalidValue` for what is no address */
function addressOf({ emails }: Document): string | null {
  const list = ((emails as Complex[] | undefined) ?? []).filter((one) => typeof one.value === 'string');
  const found = (list.find((one) => one.primary === true) ?? list.find((one) => String(one.type).toLowerCase() === 'work') ?? list[0])?.value as string | undefined;
  if (found === undefined) return null;
  if (!mailAddress.test(found)) throw bad('A value of emails is no mail address.');
  return found;
}

function roleOf(value: unknown): Role {
  const role = provisionedRoles.find((one) => one === String(value).toLowerCase());
  if (role === undefined) throw bad(`A role is one of: ${provisionedRoles.join(', ')}. The others are given in Samråd by an administrator.`);
  return role;
}

function functionsOf(value: unknown): MemberFunction[] {
  return ((value ?? []) as string[]).map((one) => {
    const found = memberFunctions.find((known) => known.toLowerCase() === one.toLowerCase());
    if (found === undefined) throw bad(`A function is one of: ${memberFunctions.join(', ')}.`);
    return found;
  });
}

/** An instant, or a date of Denmark: its beginning, or its end. @throws ScimError */
function instantOf(value: unknown, edge: 'start' | 'end'): Temporal.Instant | null {
  if (value === undefined) return null;
  const text = String(value);
  try {
    if (/^\d{4}-\d{2}-\d{2}$/.test(text)) return Temporal.PlainDate.from(text).add({ days: edge === 'end' ? 1 : 0 }).toZonedDateTime(timeZone).toInstant();
    if (/^(19|20|21)\d{2}-/.test(text)) return Temporal.Instant.from(text);
  } catch {
    // Falls through.
  }
  throw bad('A validity is an instant with its offset, or a date.');
}
