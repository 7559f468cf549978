import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { io } from 'socket.io-client';
import { livePath } from '@lib/contracts/live.js';
import { meetingOf, newSeries, type Series } from './support/story.js';
import { eksempelby, nordsjaelland, TestServer, type Answer, type Browser } from './support/test-server.js';

const core = 'urn:ietf:params:scim:schemas:core:2.0:User';
const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const own = 'urn:samraad:params:scim:schemas:extension:membership:2.0:User';
const patchOp = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';
const errorSchema = 'urn:ietf:params:scim:api:messages:2.0:Error';

interface User {
  id: string;
  schemas: string[];
  externalId?: string;
  userName: string;
  displayName: string;
  name: Record<string, string>;
  title?: string;
  active: boolean;
  roles: { value: string; primary?: boolean }[];
  groups: { value: string }[];
  meta: { version: string; location: string; created: string; lastModified: string; resourceType: string };
  [own]: { memberships: { id: string; role: string; functions: string[]; functionTitle: string; unit: string; validFrom: string; validTo?: string }[] };
  [enterprise]?: { department?: string };
}
interface List<T = User> {
  totalResults: number;
  startIndex: number;
  itemsPerPage: number;
  Resources: T[];
}
interface Refusal {
  schemas: string[];
  status: string;
  scimType?: string;
  detail: string;
}

let server: TestServer;
let administrator: Browser;
let ours: Client;
let theirs: Client;

/** An authority's user management: its key, and nothing else. */
class Client {
  constructor(private readonly token: string | null) {}

  get = <T = User>(path: string, headers: Record<string, string> = {}) => this.send<T>('GET', path, undefined, headers);
  post = <T = User>(path: string, body: unknown) => this.send<T>('POST', path, body);
  put = <T = User>(path: string, body: unknown, headers: Record<string, string> = {}) => this.send<T>('PUT', path, body, headers);
  patch = <T = User>(path: string, operations: unknown, headers: Record<string, string> = {}) => this.send<T>('PATCH', path, { schemas: [patchOp], Operations: operations }, headers);
  delete = (path: string, headers: Record<string, string> = {}) => this.send<Refusal>('DELETE', path, undefined, headers);
  search = async (filter: string, more = '') => (await this.get<List>(`/Users?filter=${encodeURIComponent(filter)}${more}`)).body;

  async send<T>(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer<T>> {
    const response = await fetch(`${server.origin}/scim/v2${path}`, {
      method,
      headers: { ...(this.token === null ? {} : { authorization: `Bearer ${this.token}` }), ...(body === undefined ? {} : { 'content-type': 'application/scim+json' }), ...headers },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: (text === '' ? undefined : JSON.parse(text)) as T };
  }
}

const keyOf = async (by: Browser, name: string, days = 30) => (await by.post<{ token: string }>('/api/v1/administration/provisioning/tokens', { name, days })).body.token;

beforeAll(async () => {
  server = await TestServer.start();
  administrator = await server.signIn({ authorityId: eksempelby, role: 'administrator' });
  ours = new Client(await keyOf(administrator, 'Entra ID'));
  theirs = new Client(await keyOf(await server.signIn({ authorityId: nordsjaelland, role: 'administrator' }), 'Politiets IdM'));
}, 60_000);
afterAll(() => server.stop());

let count = 0;
const newUser = (changes: object = {}) => {
  count += 1;
  return { schemas: [core], userName: `prøve${count}@eksempelby.example`, externalId: `ekstern-${count}`, displayName: `Prøve Nummer${count}`, name: { givenName: 'Prøve', familyName: `Nummer${count}` }, active: true, ...changes };
};
const made = async (changes: object = {}): Promise<User> => {
  const answer = await ours.post('/Users', newUser(changes));
  expect([answer.status, answer.body]).toEqual([201, expect.anything()]);
  return answer.body;
};
const refusal = ({ status, body, headers }: Answer<unknown>) => {
  expect(headers.get('content-type')).toMatch(/^application\/scim\+json/);
  expect(body).toMatchObject({ schemas: [errorSchema], status: String(status), detail: expect.any(String) });
  return [status, (body as Refusal).scimType];
};
const signInAs = async (membershipId: string): Promise<Browser> => {
  const browser = server.stranger();
  expect((await browser.post('/api/v1/demo/sign-in', { membershipId })).status).toBe(200);
  return browser;
};

describe('the way in', () => {
  it('[PR12] is a living key and nothing else', async () => {
    for (const token of [null, 'x', 'samraad_scim_' + 'a'.repeat(43), `samraad_scim_' OR '1'='1`]) {
      const answer = await new Client(token).get<Refusal>('/Users');
      expect([token, ...refusal(answer)]).toEqual([token, 401, undefined]);
      expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer/);
    }
    // Nor is a session, however it is sent.
    const withCookie = await new Client(null).get<Refusal>('/Users', { cookie: administrator.cookie, origin: server.origin });
    expect(refusal(withCookie)).toEqual([401, undefined]);
    // And a key is no session.
    expect((await fetch(`${server.origin}/api/v1/administration/people`, { headers: { authorization: `Bearer ${await keyOf(administrator, 'Kort')}` } })).status).toBe(401);
  });

  it('[PR11] closes when the key is revoked or has run out, at once', async () => {
    const token = await keyOf(administrator, 'Udløber', 1);
    expect((await new Client(token).get('/Users?count=0')).status).toBe(200);
    const shown = async () => (await administrator.get<{ clients: { name: string; tokens: { id: string; state: string; lastUsedAt: string | null }[] }[] }>('/api/v1/administration/provisioning')).body.clients.find(({ name }) => name === 'Udløber')!.tokens[0]!;
    expect(await shown()).toMatchObject({ state: 'living', lastUsedAt: '2026-11-23T08:00:00.000Z' });
    server.clock.advance({ hours: 24 });
    expect((await new Client(token).get('/Users')).status).toBe(401);
    server.clock.advance({ hours: -24 });
    administrator = await server.signIn({ authorityId: eksempelby, role: 'administrator' });
    await administrator.delete(`/api/v1/administration/provisioning/tokens/${(await shown()).id}`);
    expect((await new Client(token).get('/Users')).status).toBe(401);
  });

  it('describes itself', async () => {
    const configuration = await ours.get<Record<string, unknown>>('/ServiceProviderConfig');
    expect(configuration.headers.get('content-type')).toMatch(/^application\/scim\+json/);
    expect(configuration.headers.get('cache-control')).toBe('no-store');
    expect(configuration.body).toMatchObject({ patch: { supported: true }, bulk: { supported: false }, filter: { supported: true, maxResults: 200 }, etag: { supported: true }, sort: { supported: false }, changePassword: { supported: false }, authenticationSchemes: [{ type: 'oauthbearertoken' }] });
    expect((await ours.get<List<{ id: string }>>('/ResourceTypes')).body.Resources.map(({ id }) => id)).toEqual(['User', 'Group']);
    const schemas = await ours.get<List<{ id: string; attributes: { name: string }[] }>>('/Schemas');
    expect(schemas.body.Resources.map(({ id }) => id)).toEqual([core, enterprise, own, 'urn:ietf:params:scim:schemas:core:2.0:Group']);
    expect((await ours.get<{ id: string }>(`/Schemas/${own}`)).body.id).toBe(own);
    expect(refusal(await ours.get('/Schemas?filter=x'))).toEqual([403, undefined]);
    expect(refusal(await ours.get('/Schemas/x'))).toEqual([404, undefined]);
    for (const [method, path] of [['POST', '/Bulk'], ['GET', '/Me'], ['POST', '/Users/.search']] as const) expect([path, ...refusal(await ours.send(method, path, method === 'POST' ? {} : undefined))]).toEqual([path, 501, undefined]);
    for (const path of ['', '/', '/Nothing', '/Users/x/y']) expect([path, ...refusal(await ours.get(path))]).toEqual([path, 404, undefined]);
  });
});

describe('people', () => {
  it('[PR13] are made, read, replaced and removed', async () => {
    const body = newUser({ title: 'myndighedsrådgiver', roles: [{ value: 'participant' }], [enterprise]: { department: 'Familieafdelingen', employeeNumber: '701984' }, emails: [{ value: 'x@y.example', type: 'work' }] });
    const answer = await ours.post('/Users', body);
    expect(answer.status).toBe(201);
    const user = answer.body;
    expect(answer.headers.get('location')).toBe(user.meta.location);
    expect(answer.headers.get('etag')).toBe(user.meta.version);
    expect(user).toMatchObject({ schemas: [core, enterprise, own], userName: body.userName, externalId: body.externalId, displayName: body.displayName, active: true, title: 'myndighedsrådgiver', roles: [{ value: 'participant', primary: true }], [enterprise]: { department: 'Familieafdelingen' }, [own]: { memberships: [{ role: 'participant', functionTitle: 'myndighedsrådgiver', unit: 'Familieafdelingen', functions: [] }] }, meta: { resourceType: 'User', location: `${server.origin}/scim/v2/Users/${user.id}` } });
    // [PR16] What the product has no use for is not kept.
    expect(JSON.stringify(user)).not.toMatch(/701984/);
    // [PR18] Where she reads mail is.
    expect(user).toMatchObject({ emails: [{ value: 'x@y.example', type: 'work', primary: true }] });
    expect((await ours.get(`/Users/${user.id}`)).body).toEqual(user);

    const replaced = await ours.put(`/Users/${user.id}`, { ...user, displayName: 'Nyt Navn', name: { formatted: 'Nyt Navn' } });
    expect([replaced.status, replaced.body.displayName, replaced.body[own]]).toEqual([200, 'Nyt Navn', user[own]]);
    // A client that knows nothing of roles takes none away.
    const plain = await ours.put(`/Users/${user.id}`, { schemas: [core], userName: body.userName, displayName: 'Nyt Navn', active: true });
    expect(plain.body.roles).toEqual([{ value: 'participant', primary: true }]);

    const inside = await signInAs(user[own].memberships[0]!.id);
    expect((await ours.delete(`/Users/${user.id}`)).status).toBe(204);
    expect((await inside.get('/api/v1/session')).status).toBe(401);
    for (const again of [ours.get(`/Users/${user.id}`), ours.delete(`/Users/${user.id}`), ours.patch(`/Users/${user.id}`, [{ op: 'replace', path: 'active', value: true }])]) expect(refusal(await again)).toEqual([404, undefined]);
    expect((await ours.search(`userName eq "${body.userName}"`)).totalResults).toBe(0);
    // [PR14] Her user name and external id are free; who she was stays.
    expect((await ours.post('/Users', body)).status).toBe(201);
    expect((await administrator.get<{ people: { name: string; removed?: boolean }[] }>('/api/v1/administration/people?filter=inactive&search=nyt+navn')).body.people).toHaveLength(1);
  });

  it('[PR2] are one for a user name, and for a client’s own id', async () => {
    const user = await made();
    expect(refusal(await ours.post('/Users', newUser({ userName: user.userName.toUpperCase() })))).toEqual([409, 'uniqueness']);
    expect(refusal(await ours.post('/Users', newUser({ externalId: user.externalId })))).toEqual([409, 'uniqueness']);
    const other = await made();
    expect(refusal(await ours.patch(`/Users/${other.id}`, [{ op: 'replace', path: 'userName', value: user.userName }]))).toEqual([409, 'uniqueness']);
    expect((await ours.get(`/Users/${other.id}`)).body).toEqual(other);
    // What was refused left nobody behind.
    expect((await ours.search(`displayName eq "Prøve Nummer${count - 1}"`)).totalResults).toBe(0);
    // Another client of the authority has ids of its own.
    const second = new Client(await keyOf(administrator, 'OS2'));
    expect((await second.get(`/Users/${user.id}`)).body.externalId).toBeUndefined();
    expect((await second.patch(`/Users/${other.id}`, [{ op: 'add', path: 'externalId', value: user.externalId }])).body.externalId).toBe(user.externalId);
    expect((await ours.get(`/Users/${other.id}`)).body.externalId).toBe(other.externalId);
  });

  it('[PR2] and what is wrong is refused, with nothing done', async () => {
    const wrong: [object | string, number, string | undefined][] = [
      [newUser({ userName: undefined }), 400, 'invalidValue'],
      [newUser({ userName: 7 }), 400, 'invalidValue'],
      [newUser({ userName: 'x'.repeat(201) }), 400, 'invalidValue'],
      [newUser({ displayName: 'Åse 010190-1234' }), 400, 'invalidValue'],
      [newUser({ userName: '0101901234' }), 400, 'invalidValue'],
      [newUser({ externalId: 'a\u0007b' }), 400, 'invalidValue'],
      [newUser({ active: 'ja' }), 400, 'invalidValue'],
      [newUser({ name: 'Åse' }), 400, 'invalidValue'],
      [newUser({ roles: [{ value: 'administrator' }] }), 400, 'invalidValue'],
      [newUser({ roles: [{ value: 'auditor' }] }), 400, 'invalidValue'],
      [newUser({ roles: 'leader', [own]: { memberships: [{ role: 'king' }] } }), 400, 'invalidValue'],
      [newUser({ [own]: { memberships: [{ role: 'leader', functions: ['constructor'] }] } }), 400, 'invalidValue'],
      [newUser({ [own]: { memberships: [{ role: 'leader', validTo: 'i morgen' }] } }), 400, 'invalidValue'],
      ['{"userName":', 400, 'invalidSyntax'],
      ['[]', 400, 'invalidSyntax'],
      ['"x"', 400, 'invalidSyntax'],
    ];
    const before = (await ours.get<List>('/Users?count=0')).body.totalResults;
    for (const [body, status, type] of wrong) expect([body, ...refusal(await ours.post('/Users', body))]).toEqual([body, status, type]);
    expect((await ours.get<List>('/Users?count=0')).body.totalResults).toBe(before);
    // A UUID may hold any digits; a directory's own id is no CPR number.
    expect((await ours.post('/Users', newUser({ externalId: 'ab010190-1234-4234-8234-123456789012' }))).status).toBe(201);
  });

  it('[PR13] changed by somebody else meanwhile are not overwritten', async () => {
    const user = await made();
    const changed = await ours.patch(`/Users/${user.id}`, [{ op: 'replace', path: 'displayName', value: 'Ny Et' }], { 'if-match': user.meta.version });
    expect([changed.status, changed.headers.get('etag') === user.meta.version]).toEqual([200, false]);
    for (const late of [ours.patch(`/Users/${user.id}`, [{ op: 'replace', path: 'displayName', value: 'Ny To' }], { 'if-match': user.meta.version }), ours.put(`/Users/${user.id}`, newUser(), { 'if-match': user.meta.version }), ours.delete(`/Users/${user.id}`, { 'if-match': 'W/"x"' })])
      expect(refusal(await late)).toEqual([412, undefined]);
    expect((await ours.get(`/Users/${user.id}`, { 'if-none-match': changed.body.meta.version })).status).toBe(304);
    expect((await ours.get(`/Users/${user.id}`, { 'if-none-match': user.meta.version })).body.displayName).toBe('Ny Et');
    // What an administrator does by hand counts too.
    await administrator.post(`/api/v1/administration/people/${user.id}/memberships`, { role: 'leader', functions: [], functionTitle: '', unitTitle: '', from: null, until: null });
    expect(refusal(await ours.put(`/Users/${user.id}`, newUser(), { 'if-match': changed.body.meta.version }))).toEqual([412, undefined]);
  });
});

describe('finding people', () => {
  it.each([
    ['userName eq "BJENSEN@EKSEMPELBY.EXAMPLE"', true],
    [`${core}:userName eq "bjensen@eksempelby.example"`, true],
    ['externalId eq "bj-1"', true],
    ['externalId eq "BJ-1"', false],
    ['name.familyName co "ensen"', true],
    ['userName sw "bj"', true],
    ['userName ew "example" and title pr', true],
    ['title pr and userType eq "Employee"', false],
    ['title pr or userType eq "Intern"', true],
    ['userType ne "Employee" and not (title co "x" or title co "y")', true],
    ['roles[value eq "leader" and primary eq true]', true],
    ['roles[primary eq "True"].value eq "leader"', null],
    ['roles eq "leader"', true],
    ['active eq true and meta.lastModified ge "2011-05-13T04:42:34Z"', true],
    ['meta.created gt "2099-01-01T00:00:00Z"', false],
    [`${own}:memberships[unit eq "Ungeenheden"]`, true],
    [`${enterprise}:department eq "ungeenheden"`, true],
    ['displayName eq null', false],
    ['nickName eq null', true],
    ['(userName sw "b") AND (userName EW "e")', true],
  ])('[PR13] reads the filter %s', async (filter, isFound) => {
    const known = (await ours.search('externalId eq "bj-1"')).Resources[0] ?? (await made({ userName: 'bjensen@eksempelby.example', externalId: 'bj-1', displayName: 'Barbara Jensen', name: { familyName: 'Jensen', givenName: 'Barbara' }, title: 'teamleder', roles: [{ value: 'leader' }], [enterprise]: { department: 'Ungeenheden' } }));
    const answer = await ours.get<List>(`/Users?filter=${encodeURIComponent(filter)}`);
    if (isFound === null) expect(refusal(answer)).toEqual([400, 'invalidFilter']);
    else expect([answer.status, answer.body.Resources.some(({ id }) => id === known.id)]).toEqual([200, isFound]);
  });

  it('[PR13] keeps backslashes and quotes in values as they are', async () => {
    const user = await made({ userName: 'KOMMUNE\\anna "a"' });
    expect((await ours.search(`userName eq ${JSON.stringify(user.userName)}`)).Resources.map(({ id }) => id)).toEqual([user.id]);
    expect((await ours.search(`userName sw ${JSON.stringify('kommune\\a')}`)).Resources.map(({ id }) => id)).toEqual([user.id]);
  });

  it('[PR13] comes in pages', async () => {
    const all = (await ours.get<List>('/Users?count=200')).body;
    expect(all.itemsPerPage).toBe(all.totalResults);
    const second = (await ours.get<List>('/Users?startIndex=3&count=2')).body;
    expect(second).toMatchObject({ totalResults: all.totalResults, startIndex: 3, itemsPerPage: 2, Resources: all.Resources.slice(2, 4) });
    expect((await ours.get<List>('/Users?count=0')).body).toMatchObject({ totalResults: all.totalResults, Resources: [] });
    expect((await ours.get<List>('/Users?startIndex=0&count=-1')).body).toMatchObject({ startIndex: 1, itemsPerPage: 0 });
    expect((await ours.search('active eq true', '&startIndex=2&count=1')).Resources).toEqual((await ours.search('active eq true')).Resources.slice(1, 2));
    expect(refusal(await ours.get('/Users?count=x'))).toEqual([400, 'invalidValue']);
    expect(refusal(await ours.get('/Users?count=1&count=2'))).toEqual([400, 'invalidSyntax']);
    const slim = (await ours.get<List<object>>('/Users?attributes=userName,name.familyName&count=1')).body.Resources[0]!;
    expect(Object.keys(slim).sort()).toEqual(['id', 'name', 'schemas', 'userName']);
    expect(Object.keys((await ours.get<List<object>>('/Users?excludedAttributes=groups,roles&count=1')).body.Resources[0]!)).not.toEqual(expect.arrayContaining(['roles']));
  });
});

describe('PATCH', () => {
  it('[PR13] as RFC 7644 writes it', async () => {
    const user = await made();
    const at = `/Users/${user.id}`;
    expect((await ours.patch(at, [{ op: 'replace', path: 'name.familyName', value: 'Jensen' }])).body.displayName).toBe('Prøve Jensen');
    expect((await ours.patch(at, [{ op: 'add', path: 'roles', value: [{ value: 'participant' }] }])).body.roles).toEqual([{ value: 'participant', primary: true }]);
    expect((await ours.patch(at, [{ op: 'add', value: { title: 'nøgleperson', roles: [{ value: 'leader' }] } }])).body).toMatchObject({ title: 'nøgleperson', roles: [{ value: 'participant' }, { value: 'leader' }] });
    expect((await ours.patch(at, [{ op: 'remove', path: 'roles[value eq "participant"]' }])).body.roles).toEqual([{ value: 'leader', primary: true }]);
    expect((await ours.patch(at, [{ op: 'replace', path: `${enterprise}:department`, value: 'Ungeenheden' }])).body[own].memberships).toMatchObject([{ role: 'leader', unit: 'Ungeenheden' }]);
    expect((await ours.patch(at, [{ op: 'replace', path: `${own}:memberships[role eq "leader"].functions`, value: ['keyPerson', 'contactPerson'] }])).body[own].memberships).toMatchObject([{ functions: ['keyPerson', 'contactPerson'] }]);
    expect((await ours.patch(at, [{ op: 'replace', path: `${own}:memberships[role eq "leader"].validTo`, value: '2026-12-31' }])).body[own].memberships).toMatchObject([{ validTo: '2026-12-31T23:00:00.000Z' }]);
    expect((await ours.patch(at, [{ op: 'remove', path: `${own}:memberships[role eq "leader"].validTo` }])).body[own].memberships[0]!.validTo).toBeUndefined();
    expect((await ours.patch(at, [{ op: 'remove', path: 'roles' }])).body[own].memberships).toEqual([]);
  });

  it('[PR13] as Entra ID writes it', async () => {
    const user = await made({ roles: [{ value: 'participant' }] });
    const at = `/Users/${user.id}`;
    const changed = await ours.patch(at, [
      { op: 'Add', path: 'roles[primary eq "True"].value', value: 'Leader' },
      { op: 'Replace', path: 'name.givenName', value: 'Anna' },
      { op: 'Add', path: 'emails[type eq "work"].value', value: 'anna@x.example' },
      { op: 'Replace', value: { displayName: 'Anna Øst', 'name.familyName': 'Øst', [`${enterprise}:department`]: 'Familieafdelingen', 'phoneNumbers[type eq "work"].value': '12345678', ukendt: 'x' } },
    ]);
    expect([changed.status, changed.body]).toEqual([200, expect.objectContaining({ displayName: 'Anna Øst', roles: [{ value: 'leader', primary: true }], [enterprise]: { department: 'Familieafdelingen' } })]);
    expect(changed.body.name).toMatchObject({ givenName: 'Anna', familyName: 'Øst' });
    const off = await ours.patch(at, [{ op: 'Replace', path: 'active', value: 'False' }]);
    expect([off.status, off.body.active]).toEqual([200, false]);
    expect((await ours.patch(at, [{ op: 'Replace', value: { active: 'True' } }])).body).toMatchObject({ active: true, roles: [{ value: 'leader' }] });
    // A person may be found when she is inactive: Entra ID asks for her before it activates her.
    await ours.patch(at, [{ op: 'replace', value: { active: false } }]);
    expect((await ours.search(`userName eq "${user.userName}"`)).Resources).toMatchObject([{ id: user.id, active: false }]);
  });

  it('[PR13] is done as a whole or not at all, and says what is wrong', async () => {
    const user = await made();
    const at = `/Users/${user.id}`;
    const wrong: [unknown, number, string | undefined][] = [
      [[{ op: 'replace', path: 'displayName', value: 'Halv' }, { op: 'replace', path: 'id', value: 'x' }], 400, 'mutability'],
      [[{ op: 'replace', path: 'displayName', value: 'Halv' }, { op: 'remove' }], 400, 'noTarget'],
      [[{ op: 'replace', path: 'displayName', value: 'Halv' }, { op: 'replace', path: 'roles[value eq "leader"].value', value: 'participant' }], 400, 'noTarget'],
      [[{ op: 'remove', path: 'userName' }], 400, 'mutability'],
      [[{ op: 'move', path: 'title', value: 'x' }], 400, 'invalidSyntax'],
      [[{ op: 'replace', path: 'nothing.here', value: 'x' }], 400, 'invalidPath'],
      [[{ op: 'replace', path: 'roles[value eq "x"', value: 'x' }], 400, 'invalidPath'],
      [[{ op: 'replace', path: 'roles[value zz "x"].value', value: 'x' }], 400, 'invalidFilter'],
      [[{ op: 'replace', path: 'meta.version', value: 'W/"9"' }], 400, 'mutability'],
      [[{ op: 'replace', path: 'active', value: 'måske' }], 400, 'invalidValue'],
      [[], 400, 'invalidSyntax'],
      ['x', 400, 'invalidSyntax'],
      [Array.from({ length: 101 }, () => ({ op: 'replace', path: 'title', value: 'x' })), 413, undefined],
    ];
    for (const [operations, status, type] of wrong) expect([operations, ...refusal(await ours.patch(at, operations))]).toEqual([operations, status, type]);
    expect(refusal(await ours.send('PATCH', at, { Operations: [{ op: 'replace', path: 'title', value: 'x' }] }))).toEqual([400, 'invalidSyntax']);
    expect((await ours.get(at)).body).toEqual(user);
  });
});

describe('roles and memberships', () => {
  it('[AC13, PR5] access ends with the request that takes it: sessions and sockets', async () => {
    const user = await made({ roles: [{ value: 'participant' }] });
    const [membership] = user[own].memberships;
    const browser = await signInAs(membership!.id);
    const coordinator = await server.signIn({ authorityId: eksempelby, role: 'coordinator' });
    const series = await coordinator.post<Series>('/api/v1/series', newSeries([membership!.id], { authorityIds: [] }));
    const meetingId = series.body.occurrences[0]!.meetingId!;
    expect((await browser.get(`/api/v1/meetings/${meetingId}`)).status).toBe(200);
    const socket = io(server.origin, { path: livePath, transports: ['websocket'], extraHeaders: { cookie: browser.cookie, origin: server.origin }, reconnection: false, forceNew: true });
    await new Promise<void>((resolve) => void socket.once('connect', () => resolve()));
    const gone = new Promise<void>((resolve) => void socket.once('disconnect', () => resolve()));
    expect((await ours.patch(`/Users/${user.id}`, [{ op: 'Replace', path: 'active', value: 'False' }])).status).toBe(200);
    await gone;
    expect((await browser.get('/api/v1/session')).status).toBe(401);
    expect((await meetingOf(coordinator, meetingId)).participants.map(({ membershipId }) => membershipId)).not.toContain(membership!.id);
    const told = (await coordinator.get<{ notifications: { kind: string; meeting: { id: string } }[] }>('/api/v1/notifications')).body.notifications;
    expect(told.some((one) => one.kind === 'participantLeft' && one.meeting.id === meetingId)).toBe(true);
  });

  it('[PR4] an end that is moved to an instant near by cuts off open sockets at that instant', async () => {
    const user = await made({ roles: [{ value: 'participant' }] });
    const browser = await signInAs(user[own].memberships[0]!.id);
    const socket = io(server.origin, { path: livePath, transports: ['websocket'], extraHeaders: { cookie: browser.cookie, origin: server.origin }, reconnection: false, forceNew: true });
    await new Promise<void>((resolve) => void socket.once('connect', () => resolve()));
    const gone = new Promise<void>((resolve) => void socket.once('disconnect', () => resolve()));
    const soon = server.clock.now().add({ milliseconds: 400 });
    const set = await ours.patch(`/Users/${user.id}`, [{ op: 'replace', path: `${own}:memberships[role eq "participant"].validTo`, value: soon.toString() }]);
    expect(set.body[own].memberships[0]!.validTo).toBe(new Date(soon.epochMilliseconds).toISOString());
    expect((await browser.get('/api/v1/session')).status).toBe(200);
    expect(socket.connected).toBe(true);
    server.clock.advance({ milliseconds: 400 });
    await gone;
    expect((await browser.get('/api/v1/session')).status).toBe(401);
  });

  it('[PR3] memberships come and go with function, unit and validity', async () => {
    const user = await made({ [own]: { memberships: [{ role: 'participant', functions: ['sspConsultant'], functionTitle: 'SSP-konsulent', unit: 'SSP' }, { role: 'leader', validFrom: '2027-01-01' }] } });
    expect(user[own].memberships).toMatchObject([{ role: 'participant', functions: ['sspConsultant'], unit: 'SSP' }, { role: 'leader', validFrom: '2026-12-31T23:00:00.000Z' }]);
    const [first] = user[own].memberships;
    const kept = await ours.put(`/Users/${user.id}`, { ...newUser({ userName: user.userName, externalId: user.externalId }), [own]: { memberships: [{ id: first!.id, role: 'participant', functions: ['keyPerson'], functionTitle: 'nøgleperson', unit: 'SSP' }] } });
    expect(kept.body[own].memberships).toMatchObject([{ id: first!.id, functions: ['keyPerson'], functionTitle: 'nøgleperson' }]);
    expect(refusal(await ours.patch(`/Users/${user.id}`, [{ op: 'replace', path: `${own}:memberships[id eq "${first!.id}"].role`, value: 'leader' }]))).toEqual([400, 'mutability']);
    const foreign = (await theirs.get<List>('/Users')).body.Resources.find((one) => one[own].memberships.length > 0)![own].memberships[0]!.id;
    expect(refusal(await ours.patch(`/Users/${user.id}`, [{ op: 'add', path: `${own}:memberships`, value: [{ id: foreign, role: 'leader' }] }]))).toEqual([400, 'invalidValue']);
  });

  it('[AC85] [PR15] no key makes an administrator, and none loses her role by one but with her person', async () => {
    const self = (await ours.search('displayName eq "Systema Adgangsen"')).Resources[0]!;
    expect(self.roles).toEqual([]);
    expect(self[own].memberships).toEqual([]);
    expect((await ours.patch(`/Users/${self.id}`, [{ op: 'replace', path: 'roles', value: [] }, { op: 'replace', path: `${own}:memberships`, value: [] }])).status).toBe(200);
    expect((await administrator.get('/api/v1/session')).status).toBe(200);
    const spare = await administrator.post<{ id: string; memberships: { id: string }[] }>('/api/v1/administration/people', { name: 'Ekstra Administrator', userName: 'ekstra', membership: { role: 'administrator', functions: [], functionTitle: '', unitTitle: '', from: null, until: null } });
    const second = await signInAs(spare.body.memberships[0]!.id);
    await ours.patch(`/Users/${spare.body.id}`, [{ op: 'replace', path: 'active', value: false }]);
    expect((await second.get('/api/v1/session')).status).toBe(401);
  });

  it('[PR15] nor does a key give an administrator her role back whom another administrator sent away', async () => {
    const role = (one: string) => ({ role: one, functions: [], functionTitle: '', unitTitle: '', from: null, until: null });
    const path = '/api/v1/administration/people';
    const { id } = (await administrator.post<{ id: string }>(path, { name: 'Bortvist Administrator', userName: 'bortvist', membership: role('administrator') })).body;
    await administrator.post(`${path}/${id}/memberships`, role('participant'));
    expect((await administrator.post(`${path}/${id}/deactivate`, {})).status).toBe(200);
    expect((await ours.patch(`/Users/${id}`, [{ op: 'replace', path: 'active', value: true }])).status).toBe(200);
    const { memberships } = (await administrator.get<{ memberships: { role: string; state: string }[] }>(`${path}/${id}`)).body;
    expect(memberships.map(({ role: name, state }) => [name, state]).sort()).toEqual([['administrator', 'ended'], ['participant', 'current']]);
  });

  it('[PR9] all that a key did stands in the history under its name', async () => {
    const user = await made({ roles: [{ value: 'leader' }] });
    await ours.delete(`/Users/${user.id}`);
    const { events } = (await administrator.get<{ events: { kind: string; by: string; bySystem: boolean }[] }>(`/api/v1/administration/events?personId=${user.id}`)).body;
    expect(events.map(({ kind, by, bySystem }) => [kind, by, bySystem])).toEqual(['personRemoved', 'personDeactivated', 'membershipAdded', 'personAdded'].map((kind) => [kind, 'Entra ID', true]));
  });
});

describe('groups', () => {
  const leaders = '/Groups/leader';

  it('[PR13] are one for each role, and their members have it', async () => {
    const all = (await ours.get<List<{ id: string; displayName: string }>>('/Groups?excludedAttributes=members')).body;
    expect(all.Resources.map(({ id, displayName }) => [id, displayName])).toEqual([['coordinator', 'Samråd-koordinator'], ['participant', 'Samråd-deltager'], ['leader', 'Samråd-leder']]);
    expect(Object.keys(all.Resources[0]!)).not.toContain('members');
    const found = (await ours.get<List<{ id: string }>>(`/Groups?filter=${encodeURIComponent('displayName eq "samråd-leder"')}`)).body;
    expect(found.Resources.map(({ id }) => id)).toEqual(['leader']);
    const user = await made();
    const other = await made();
    // As Entra ID writes it.
    const added = await ours.patch(leaders, [{ op: 'Add', path: 'members', value: [{ value: user.id }, { value: other.id }] }, { op: 'Replace', value: { externalId: 'gruppe-7' } }]);
    expect(added.status).toBe(204);
    expect((await ours.get(`/Users/${user.id}`)).body).toMatchObject({ roles: [{ value: 'leader' }], groups: [{ value: 'leader' }] });
    expect((await ours.get<{ externalId: string; members: { value: string }[] }>(leaders)).body).toMatchObject({ externalId: 'gruppe-7', members: expect.arrayContaining([expect.objectContaining({ value: user.id, type: 'User' })]) });
    expect((await ours.patch(leaders, [{ op: 'Remove', path: 'members', value: [{ value: user.id }] }])).status).toBe(204);
    expect((await ours.patch(leaders, [{ op: 'remove', path: `members[value eq "${other.id}"]` }])).status).toBe(204);
    for (const { id } of [user, other]) expect((await ours.get(`/Users/${id}`)).body.roles).toEqual([]);
  });

  it('[PR13] are neither made, renamed nor removed', async () => {
    expect(refusal(await ours.post('/Groups', { displayName: 'Samråd-leder' }))).toEqual([409, 'uniqueness']);
    expect(refusal(await ours.post('/Groups', { displayName: 'Andre' }))).toEqual([403, undefined]);
    expect(refusal(await ours.patch(leaders, [{ op: 'replace', path: 'displayName', value: 'Chefer' }]))).toEqual([400, 'mutability']);
    expect(refusal(await ours.delete(leaders))).toEqual([403, undefined]);
    for (const id of ['administrator', 'auditor', 'x', '__proto__']) expect([id, ...refusal(await ours.get(`/Groups/${id}`))]).toEqual([id, 404, undefined]);
  });
});

describe('another authority', () => {
  it('[PR12] is not there: its people are neither seen, found, changed nor made out', async () => {
    const theirOwn = await theirs.post('/Users', { ...newUser(), userName: 'fælles@navn.example', externalId: 'fælles' });
    expect(theirOwn.status).toBe(201);
    const foreign = theirOwn.body.id;
    const nobody = '00000000-0000-4000-8000-000000000000';
    const tries = (id: string) => [ours.get(`/Users/${id}`), ours.put(`/Users/${id}`, newUser()), ours.patch(`/Users/${id}`, [{ op: 'replace', path: 'active', value: false }]), ours.delete(`/Users/${id}`), ours.patch('/Groups/leader', [{ op: 'add', path: 'members', value: [{ value: id }] }])];
    const said = async (id: string) => (await Promise.all(tries(id))).map(({ status, body }) => [status, body]);
    count = 900;
    const ofForeign = await said(foreign);
    count = 900;
    expect(ofForeign).toEqual(await said(nobody));
    expect(ofForeign.map(([status]) => status)).toEqual([404, 404, 404, 404, 400]);
    for (const filter of ['userName eq "fælles@navn.example"', 'externalId eq "fælles"', `id eq "${foreign}"`, 'userName co "fælles"', `not (id eq "${nobody}") and userName sw "fælles"`]) expect([filter, (await ours.search(filter)).totalResults]).toEqual([filter, 0]);
    // The same human may be theirs and ours: two people, and neither authority learns of it.
    expect((await ours.post('/Users', { ...newUser(), userName: 'fælles@navn.example', externalId: 'fælles' })).status).toBe(201);
    expect((await theirs.get(`/Users/${foreign}`)).body).toEqual(theirOwn.body);
  });

  it('[PR2, PR12] is known to nobody through a person who works for both', async () => {
    const user = await made({ displayName: 'Fælles Person' });
    const personId = (await server.unitOfWork.run((tx) => tx.query<{ person_id: string }>('SELECT person_id FROM account WHERE id = $1', [user.id])))[0]!.person_id;
    await server.unitOfWork.run((tx) => tx.query(`INSERT INTO membership (id, person_id, authority_id, role, function_title, valid_from) VALUES ($1, $2, $3, 'participant', 'politibetjent', $4)`, ['01890000-0000-7000-8000-0000000000aa', personId, nordsjaelland, server.clock.now().toString()]));
    const [hers] = (await theirs.search('displayName eq "Fælles Person"')).Resources;
    expect(hers!.id).not.toBe(user.id);
    const police = await signInAs('01890000-0000-7000-8000-0000000000aa');
    expect((await ours.get(`/Users/${user.id}`)).body[own].memberships).toEqual([]);
    await ours.patch(`/Users/${user.id}`, [{ op: 'replace', path: 'displayName', value: 'Omdøbt Her' }]);
    expect((await ours.get(`/Users/${user.id}`)).body.displayName).toBe('Omdøbt Her');
    expect((await theirs.get(`/Users/${hers!.id}`)).body).toEqual(hers);
    await ours.delete(`/Users/${user.id}`);
    expect((await police.get<{ person: { name: string } }>('/api/v1/session')).body.person.name).toBe('Fælles Person');
  });
});

describe('hostile clients', () => {
  it('[PR17] filters that are huge, deep or not SQL', async () => {
    const deep = (n: number) => `${'('.repeat(n)}userName pr${')'.repeat(n)}`;
    const refused = ['x'.repeat(3_000), deep(50), `not (${deep(12)})`, Array.from({ length: 200 }, () => 'a pr').join(' or '), 'userName eq', 'userName eq "a', 'userName eq "a" x', 'eq "a"', 'userName eq {"a":1}', 'userName eq "\\u00"', "userName eq 'a'", 'userName eq "a"); DROP TABLE account; --', 'a[b[c[d eq "x"', '', ' ', 'urn:x:y eq', 'active gt true'];
    for (const filter of refused) expect([filter.slice(0, 40), ...refusal(await ours.get(`/Users?filter=${encodeURIComponent(filter)}`))]).toEqual([filter.slice(0, 40), 400, 'invalidFilter']);
    for (const value of [`' OR '1'='1`, `"; DROP TABLE account; --`, '%', '_', '\\', '$1', '\u2028']) expect([value, (await ours.search(`userName eq ${JSON.stringify(value)}`)).totalResults]).toEqual([value, 0]);
    for (const filter of ['__proto__ pr', 'constructor pr', '__proto__.polluted eq "x"', 'toString pr']) expect([filter, (await ours.get<List>(`/Users?filter=${encodeURIComponent(filter)}`)).body.totalResults ?? 'refused']).not.toEqual([filter, expect.any(Number) && 999]);
    expect((await ours.search(deep(10))).totalResults).toBeGreaterThan(0);
  });

  it('[PR17] bodies that are deep, large or reach for what all objects share', async () => {
    const user = await made();
    const at = `/Users/${user.id}`;
    for (const path of ['__proto__.polluted', 'constructor.prototype.polluted', 'name.__proto__', `${own}:__proto__.x`, 'roles[__proto__ eq "x"].__proto__', '__proto__']) expect([path, (await ours.patch(at, [{ op: 'add', path, value: 'ja' }])).status]).toEqual([path, 400]);
    await ours.send('PATCH', at, `{"schemas":["${patchOp}"],"Operations":[{"op":"add","value":{"__proto__":{"polluted":"ja"},"name":{"__proto__":{"polluted":"ja"}},"constructor":{"prototype":{"polluted":"ja"}}}}]}`);
    await ours.send('POST', '/Users', `{"userName":"proto","__proto__":{"polluted":"ja"},"${own}":{"__proto__":{"polluted":"ja"}}}`);
    expect(({} as { polluted?: string }).polluted).toBeUndefined();
    expect(refusal(await ours.send('POST', '/Users', `${'{"a":'.repeat(60)}1${'}'.repeat(60)}`))).toEqual([400, 'invalidSyntax']);
    expect(refusal(await ours.send('POST', '/Users', JSON.stringify({ userName: 'a\u0000b' })))).toEqual([400, 'invalidSyntax']);
    expect(refusal(await ours.send('POST', '/Users', `{"userName":"${'x'.repeat(600_000)}"}`))).toEqual([413, undefined]);
    expect((await ours.send<Refusal>('POST', '/Users', 'userName=x', { 'content-type': 'application/x-www-form-urlencoded' })).status).toBe(400);
    expect(refusal(await ours.patch('/Groups/leader', [{ op: 'add', path: 'members', value: Array.from({ length: 1_001 }, () => ({ value: user.id })) }]))).toEqual([400, 'tooMany']);
  });

  it('[PR17] many requests at once are told to wait, and whoever guesses keys sooner', async () => {
    const eager = new Client(await keyOf(administrator, 'Ivrig'));
    // The clock stands still, so nothing is given back meanwhile.
    const { ScimGuard } = await import('../apps/server/src/scim.controller.js');
    const { pace, strangers } = server.running.app.get(ScimGuard) as unknown as { pace: { spend(who: string, nowMs: number): number }; strangers: { spend(who: string, nowMs: number): number } };
    expect((await eager.get('/ServiceProviderConfig')).status).toBe(200);
    const { id } = (await administrator.get<{ clients: { id: string; name: string }[] }>('/api/v1/administration/provisioning')).body.clients.find(({ name }) => name === 'Ivrig')!;
    while (pace.spend(id, server.clock.now().epochMilliseconds) === 0);
    const late = await eager.get('/ServiceProviderConfig');
    expect(refusal(late)).toEqual([429, undefined]);
    expect(Number(late.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await ours.get('/ServiceProviderConfig')).status).toBe(200);
    server.clock.advance({ seconds: 2 });
    expect((await eager.get('/ServiceProviderConfig')).status).toBe(200);
    for (let n = 0; n < 30; n += 1) await new Client('x').get('/Users');
    expect((await new Client('x').get('/Users')).status).toBe(429);
    expect((await eager.get('/ServiceProviderConfig')).status).toBe(200);
    expect(strangers).toBeDefined();
  });
});
