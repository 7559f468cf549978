import { Injectable } from '@nestjs/common';
import type { Role } from '@lib/contracts/enums.js';
import { provisionedRoles } from '@lib/access/policy.js';
import { Clock } from '@lib/platform/clock.js';
import { UnitOfWork, type Tx } from '@lib/platform/unit-of-work.service.js';
import { Accounts } from './accounts.service.js';
import { ExternalIds } from './external-ids.service.js';
import { Memberships } from './memberships.service.js';
import { stateOf } from './rows.js';
import { actorOf, ScimUsers, type ScimList } from './scim-users.service.js';
import { documentOf, groupShape, type Complex, type Document } from './scim/document.js';
import { ScimError } from './scim/errors.js';
import { matches, parseFilter } from './scim/filter.js';
import { patched } from './scim/patch.js';
import { groupNames as names } from './scim/groups.data.js';
import { groupSchema } from './scim/schemas.js';
import type { ProvisioningClient } from './tokens.service.js';

const mostChanges = 200;

/** One Group for each role that user management gives: its members are those who have the role here (PR13, PR15). */
@Injectable()
export class ScimGroups {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly users: ScimUsers,
    private readonly accounts: Accounts,
    private readonly memberships: Memberships,
    private readonly externalIds: ExternalIds,
    private readonly clock: Clock,
  ) {}

  async get(client: ProvisioningClient, id: string, base: string): Promise<object> {
    const role = roleOf(id);
    return this.work((tx) => this.viewIn(tx, client, role, base));
  }

  async list(client: ProvisioningClient, query: { filter: string | null; startIndex: number; count: number }, base: string): Promise<ScimList> {
    const filter = query.filter === null ? null : parseFilter(query.filter);
    return this.work(async (tx) => {
      const all: object[] = [];
      for (const role of provisionedRoles) all.push(await this.viewIn(tx, client, role, base));
      const found = filter === null ? all : all.filter((one) => matches(filter, one));
      return { total: found.length, resources: found.slice(query.startIndex - 1, query.startIndex - 1 + query.count) };
    });
  }

  /** The groups are there already; whoever makes one of a name that is here is told so. @throws ScimError always */
  create(body: unknown): never {
    const { displayName } = documentOf(groupShape, body);
    if (Object.values(names).some((name) => name.toLowerCase() === String(displayName).toLowerCase())) throw new ScimError(409, 'The group is there already.', 'uniqueness');
    throw new ScimError(403, `The groups are: ${Object.values(names).join(', ')}. Others are not made.`);
  }

  async replace(client: ProvisioningClient, id: string, body: unknown): Promise<void> {
    const given = documentOf(groupShape, body);
    await this.change(client, id, (before) => ({ ...before, ...given, members: given.members ?? [] }));
  }

  async patch(client: ProvisioningClient, id: string, body: unknown): Promise<void> {
    await this.change(client, id, (before) => patched(groupShape, before, body));
  }

  private async change(client: ProvisioningClient, id: string, work: (before: Document) => Document): Promise<void> {
    const role = roleOf(id);
    await this.work(async (tx) => {
      const external = (await this.externalIds.ofIn(tx, client, 'Group', [role])).get(role);
      const members = await this.membersIn(tx, client, role);
      const before: Document = { displayName: names[role]!, ...(external === undefined ? {} : { externalId: external }), members: members.map((one): Complex => ({ value: one.id })) };
      const after = work(before);
      if (String(after.displayName).toLowerCase() !== names[role]!.toLowerCase()) throw new ScimError(400, 'The name of a group does not change.', 'mutability');
      if (after.externalId !== external) await this.externalIds.setIn(tx, client, 'Group', role, null, (after.externalId as string | undefined) ?? null);
      const wanted = new Set(((after.members as Complex[] | undefined) ?? []).map((one) => String(one.value).toLowerCase()));
      const now = new Set(members.map((one) => one.id));
      const added = [...wanted].filter((one) => !now.has(one));
      const gone = members.filter((one) => !wanted.has(one.id));
      if (added.length + gone.length > mostChanges) throw new ScimError(413, `At most ${mostChanges} members come and go in one request.`);
      const actor = actorOf(client);
      const accounts = await this.users.accountsIn(tx, client, [...added, ...gone.map((one) => one.id)]);
      for (const account of accounts) {
        if (now.has(account.id)) {
          const rows = ((await this.accounts.membershipsIn(tx, client.authorityId, [account.person_id])).get(account.person_id) ?? []).filter((one) => one.role === role && stateOf(one, this.clock.now().epochMilliseconds) !== 'ended');
          for (const row of rows) await this.memberships.endIn(tx, actor, account, row, this.clock.now());
        } else await this.memberships.addIn(tx, actor, account, { role, functions: [], functionTitle: '', unitTitle: '', validFrom: null, validTo: null });
      }
    });
  }

  private async membersIn(tx: Tx, client: ProvisioningClient, role: Role): Promise<{ id: string; name: string }[]> {
    return tx.query<{ id: string; name: string }>(
      `SELECT DISTINCT a.id, a.name FROM account a JOIN membership m ON m.authority_id = a.authority_id AND m.person_id = a.person_id
       WHERE a.authority_id = $1 AND a.removed_at IS NULL AND m.role = $2 AND (m.paused AND (m.resumes_to IS NULL OR m.resumes_to > $3) OR NOT m.paused AND (m.valid_to IS NULL OR m.valid_to > $3)) ORDER BY a.id`,
      [client.authorityId, role, this.clock.now().toString()],
    );
  }

  private async viewIn(tx: Tx, client: ProvisioningClient, role: Role, base: string): Promise<object> {
    const external = (await this.externalIds.ofIn(tx, client, 'Group', [role])).get(role);
    const members = await this.membersIn(tx, client, role);
    return {
      schemas: [groupSchema],
      id: role,
      ...(external === undefined ? {} : { externalId: external }),
      displayName: names[role],
      members: members.map(({ id, name }) => ({ value: id, $ref: `${base}/Users/${id}`, type: 'User', display: name })),
      meta: { resourceType: 'Group', location: `${base}/Groups/${role}` },
    };
  }

  /** As the role of the database that may do this. */
  private work<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.unitOfWork.run(work, { as: 'provisioning' });
  }
}

function roleOf(id: string): Role {
  const role = provisionedRoles.find((one) => one === id);
  if (role === undefined) throw new ScimError(404, 'There is no such resource.');
  return role;
}
