import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { authorities } from '@lib/access/directory.data.js';
import { vouchedBy } from './claims.js';
import { readProviders, type Provider } from './providers.js';

/** The examples of docs/sign-in.md are what operators copy: each is read as the product reads it. */
const page = readFileSync('docs/sign-in.md', 'utf8');
const blocks = [...page.matchAll(/```json\n(.*?)```/gs)].map(([, json]) => json!);
const loa = 'https://data.gov.dk/concept/core/nsis/loa';
const person = { iss: 'https://login.example', sub: 'somebody', aud: 'samraad', exp: 0, iat: 0, sid: 'session' };

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'samraad-sign-in-'));
  writeFileSync(join(folder, 'samraad-key.pem'), generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'pem' }));
});
afterAll(() => rmSync(folder, { recursive: true }));

function read(file: object): Provider[] {
  const path = join(folder, 'sign-in.json');
  writeFileSync(path, JSON.stringify(file));
  return readProviders(path, { authorityIds: new Set(authorities.map((one) => one.id)) });
}
const whole = () => JSON.parse(blocks[0]!) as { providers: object[] };
/** An example of some members, in the place of the same ones of the whole file. */
const within = (members: string): Provider => read({ providers: [{ ...whole().providers[0], ...(JSON.parse(`{${members}}`) as object) }] })[0]!;

describe('docs/sign-in.md', () => {
  it('has one whole file and one example of each kind of provider, all of which are read', () => {
    expect(blocks).toHaveLength(4);
    const [provider] = read(whole());
    expect(provider).toMatchObject({ id: 'eksempelby', authentication: { method: 'private_key_jwt', algorithm: 'ES256' }, authorities: [{ id: 'municipality:219', cvr: null }], assurance: { floor: 'substantial', administrationFloor: 'high' } });
    expect(vouchedBy(provider!, { ...person, [loa]: 'Substantial', professional_id: 'a-1', name: 'Navn' })).toEqual({ issuer: person.iss, subject: 'somebody', name: 'Navn', level: 'substantial', externalId: 'a-1', authorityIds: ['municipality:219'], providerSessionId: 'session' });
    expect(vouchedBy(provider!, { ...person, [loa]: 'Betydelig' })).toMatchObject({ level: null, externalId: null });
  });

  it('lets in by a broker whom the company that is pinned vouches for', () => {
    const broker = within(blocks[1]!);
    const claims = { ...person, [loa]: 'High', 'https://data.gov.dk/model/core/eid/professional/uuid/persistent': 'uuid-1' };
    const cvr = 'https://data.gov.dk/model/core/eid/professional/cvr';
    expect(vouchedBy(broker, { ...claims, [cvr]: '12345678' })).toMatchObject({ level: 'high', externalId: 'uuid-1', authorityIds: ['municipality:219'] });
    for (const other of [{ ...claims, [cvr]: '87654321' }, claims]) expect(vouchedBy(broker, other)!.authorityIds).toEqual([]);
  });

  it('lets in by KOMBIT’s context handler whoever has the role, for the authority that it is delimited to', () => {
    const handler = within(blocks[2]!);
    const role = 'http://samraad.example/roles/usersystemrole/bruger/1';
    const claims = { ...person, delimited_to_cvr: '12345678', employee_id: 'm-7' };
    for (const roles of [[role], [`${role}0`, role], `andet ${role}`]) expect(vouchedBy(handler, { ...claims, system_roles: roles })).toMatchObject({ externalId: 'm-7', authorityIds: ['municipality:219'] });
    for (const roles of [[`${role}0`], `${role}0`, [], undefined]) expect(vouchedBy(handler, { ...claims, system_roles: roles })).toBeNull();
    expect(vouchedBy(handler, { ...claims, system_roles: [role], delimited_to_cvr: '87654321' })!.authorityIds).toEqual([]);
  });

  it('takes the level of a Keycloak from what its flow reached', () => {
    const keycloak = within(blocks[3]!);
    expect(['1', '2', '3', '4', 3].map((acr) => vouchedBy(keycloak, { ...person, acr, employee_number: 4711 })?.level)).toEqual(['low', 'substantial', 'high', null, 'high']);
    expect(vouchedBy(keycloak, { ...person, acr: '2', employee_number: 4711 })).toMatchObject({ externalId: '4711', authorityIds: ['municipality:219'] });
  });
});
