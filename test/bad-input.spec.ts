import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eksempelby, TestServer, type Browser } from './support/test-server.js';
import { meetingOf, newDecision, openItems, section115 } from './support/story.js';

interface Schema {
  $ref?: string;
  /** With “null” in a list for what may be left empty. */
  type?: string | string[];
  format?: string;
  enum?: unknown[];
  items?: Schema;
  properties?: Record<string, Schema>;
  minimum?: number;
  allOf?: Schema[];
  oneOf?: Schema[];
  anyOf?: Schema[];
}
interface Operation {
  parameters?: { name: string; in: string; schema: Schema }[];
  requestBody?: { content: Record<string, { schema: Schema }> };
}
const api = JSON.parse(readFileSync('docs/openapi.json', 'utf8')) as { paths: Record<string, Record<string, Operation>>; components: { schemas: Record<string, Schema> } };

const resolve = (schema: Schema): Schema => {
  if (schema.$ref !== undefined) return resolve(api.components.schemas[schema.$ref.split('/').at(-1)!]!);
  const [only] = schema.allOf ?? schema.oneOf ?? schema.anyOf ?? [];
  return only === undefined ? schema : resolve(only);
};

/** Ends the session or lasts longer than a test should; what they refuse is tested where they are. */
const left = new Set(['delete /api/v1/session']);
const operations = Object.entries(api.paths).flatMap(([path, methods]) =>
  Object.entries(methods)
    .filter(([method]) => !left.has(`${method} ${path}`))
    .map(([method, operation]) => ({ name: `${method.toUpperCase()} ${path}`, method: method.toUpperCase(), path, operation })),
);

let server: TestServer;
let browser: Browser;
/** Who may ask by the first part of the path; whoever may not is refused before anything that was sent is looked at. */
let office: Record<string, Browser>;
let ids: Record<string, string>;
const nobody = '01890000-0000-7000-8000-000000000000';

beforeAll(async () => {
  server = await TestServer.start();
  const { coordinator, caseworker, leader, series, meetingId } = await section115(server);
  browser = coordinator;
  const { item } = openItems(await meetingOf(coordinator, meetingId))[0]!;
  const decision = await coordinator.post<{ id: string }>(`/api/v1/items/${item.id}/decisions`, newDecision(caseworker));
  const followUp = await coordinator.post<{ id: string }>(`/api/v1/items/${item.id}/follow-ups`, { text: 'Ring', ownerPersonId: caseworker.person.id, deadline: '2026-12-14' });
  const proposals = await caseworker.post<{ proposals: { id: string }[] }>(`/api/v1/meetings/${meetingId}/proposals`, { title: 'Ungdomsklubben', plannedMinutes: 10, outputType: 'discussion' });
  office = {
    administration: await server.signIn({ authorityId: eksempelby, role: 'administrator' }),
    audit: await server.signIn({ authorityId: eksempelby, role: 'auditor' }),
    'decision-log': leader,
    insight: leader,
  };
  ids = { proposalId: proposals.body.proposals[0]!.id, series: series.id, meetings: meetingId, items: item.id, documents: item.documentId, decisions: decision.body.id, 'follow-ups': followUp.body.id, authorities: encodeURIComponent(eksempelby), position: '1' };
}, 60_000);
afterAll(() => server.stop());

/** A path with the id of something that is there, so that what is wrong is the input. */
const pathOf = (path: string): string => path.replace(/\/api\/v1\/([^/]+)\/\{\w+\}/, (_whole, noun: string) => `/api/v1/${noun}/${ids[noun] ?? nobody}`).replace(/\{(\w+)\}/g, (_whole, name: string) => ids[name] ?? nobody);

/** Something the schema takes, whether or not it makes sense. */
function example(schema: Schema, depth = 0): unknown {
  const { type: types, format, enum: choices, items, properties, minimum } = resolve(schema);
  const [type] = [types].flat();
  if (choices !== undefined) return choices[0];
  if (type === 'array') return depth > 3 || items === undefined ? [] : [example(items, depth + 1)];
  if (type === 'integer' || type === 'number') return minimum ?? 1;
  if (type === 'boolean') return true;
  if (type === 'object' || properties !== undefined) return Object.fromEntries(Object.entries(properties ?? {}).map(([name, one]) => [name, example(one, depth + 1)]));
  if (format === 'uuid') return nobody;
  if (format === 'date') return '2026-12-14';
  if (format === 'date-time') return '2026-12-14T12:00:00Z';
  return 'tekst';
}

const wrongType = (type: string | string[] | undefined): unknown[] => {
  switch ([type].flat()[0]) {
    case 'array':
      return ['tekst', { a: 1 }, 7];
    case 'object':
      return ['tekst', 7];
    case 'integer':
    case 'number':
      return ['7', 1.5e300, [], {}];
    case 'boolean':
      return ['true', 1, []];
    default:
      return [7, true, ['tekst'], { a: 1 }];
  }
};
const hostile: readonly unknown[] = ['', ' ', 'x'.repeat(40_000), '010203-1234', '\ud800', '=1+1', "'; DROP TABLE meeting; --", '<img src=x onerror=alert(1)>', '../../session', '2026-02-30', '9999999-01-01', -1, 2 ** 53, nobody, null];

type Refusal = { code?: string; title?: string; status?: number; errors?: { field: string; message: string }[] };

async function send(method: string, path: string, body?: unknown): Promise<{ status: number; body: Refusal }> {
  const answer = await (office[path.split('/')[3]!.split('?')[0]!] ?? browser).send<Refusal>(method, path, body);
  const said = `${method} ${path} ${JSON.stringify(body)?.slice(0, 200)} → ${answer.status}`;
  expect([said, answer.status < 500]).toEqual([said, true]);
  // Whoever is signed out would be refused for that alone, and nothing here would be looked at.
  if (!path.includes('/demo/')) expect([said, answer.status === 401]).toEqual([said, false]);
  if (answer.status >= 400) {
    expect([said, answer.headers.get('content-type')?.split(';')[0]]).toEqual([said, 'application/problem+json']);
    expect([said, answer.body.status]).toEqual([said, answer.status]);
    expect(answer.body.code).toMatch(/^[a-z-]+$/);
    expect(answer.body.title).toMatch(/[a-zæøå]/);
  }
  return answer;
}

describe('whatever is sent to any endpoint is answered, and refused in words', () => {
  it.each(operations.map((one) => [one.name, one] as const))('%s', async (...[, { method, path, operation }]) => {
    const target = pathOf(path);
    const query = (operation.parameters ?? []).filter((parameter) => parameter.in === 'query');
    for (const { name } of query) for (const value of hostile) await send(method, `${target}?${encodeURIComponent(name)}=${encodeURIComponent(String(value === '\ud800' ? '\ufffd' : value).slice(0, 4_000))}`, method === 'GET' ? undefined : {});
    if (path.includes('{')) for (const odd of ['x', '%00', '..', nobody.toUpperCase(), `${nobody}0`]) await send(method, path.replace(/\{\w+\}/g, odd), method === 'GET' || method === 'DELETE' ? undefined : {});

    const schema = operation.requestBody?.content['application/json']?.schema;
    if (schema === undefined) return;
    const { properties = {} } = resolve(schema);
    const whole = example(schema) as Record<string, unknown>;
    for (const body of ['tekst', 7, [], [whole], null]) expect((await send(method, target, JSON.stringify(body))).status).toBeGreaterThanOrEqual(400);
    expect((await send(method, target, { ...whole, ukendt: 1 })).status).toBeGreaterThanOrEqual(400);
    for (const [name, property] of Object.entries(properties)) {
      for (const value of wrongType(resolve(property).type)) {
        const { status } = await send(method, target, { ...whole, [name]: value });
        expect([name, value, status >= 400]).toEqual([name, value, true]);
      }
      for (const value of hostile) await send(method, target, { ...whole, [name]: value });
    }
  }, 60_000);

  it('and the product still stands', async () => {
    expect((await browser.get('/api/v1/session')).status).toBe(200);
    expect((await browser.get(`/api/v1/meetings/${ids.meetings}`)).status).toBe(200);
    for (const path of ['administration/people', 'administration/retention-rules', 'audit/samples', 'insight']) expect([path, (await office[path.split('/')[0]!]!.get(`/api/v1/${path}`)).status]).toEqual([path, 200]);
  });
});

/** A text that people may write in a request: `path` from the body, with 0 for the first of a list; queries are of one name. */
interface Text {
  operation: string;
  where: 'body' | 'query';
  path: string;
  /** `Schema.property` as the API names it, so that what is said of it holds wherever it is used. */
  name: string;
  isLink: boolean;
}

/** Every string of a schema that is neither one of a list nor of a fixed form. */
function textsOf(schema: Schema, path: string, name: string): Pick<Text, 'path' | 'name' | 'isLink'>[] {
  const at = (schema.$ref ?? (schema.allOf ?? schema.oneOf ?? schema.anyOf)?.[0]?.$ref)?.split('/').at(-1) ?? name;
  const { type, format, enum: choices, items, properties } = resolve(schema);
  if (properties !== undefined) return Object.entries(properties).flatMap(([key, one]) => textsOf(one, path === '' ? key : `${path}.${key}`, `${at}.${key}`));
  if (items !== undefined) return textsOf(items, `${path}.0`, name);
  return [type].flat().includes('string') && choices === undefined && (format === undefined || format === 'uri') ? [{ path, name, isLink: format === 'uri' }] : [];
}

const texts = operations.flatMap(({ name: operation, operation: { parameters = [], requestBody } }): Text[] => [
  ...parameters.filter((one) => one.in === 'query').flatMap(({ name, schema }) => textsOf(schema, name, `?${name}`).map((one): Text => ({ operation, where: 'query', ...one }))),
  ...textsOf(requestBody?.content['application/json']?.schema ?? {}, '', '').map((one): Text => ({ operation, where: 'body', ...one })),
]);

/** Texts in which nobody describes anything; each with what becomes of a CPR number in it. */
const noWords: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    [
      // Names something the product has, and what it has none of is refused.
      'kindId', 'legalBasisId', 'basisId', 'authorityId', 'decidingAuthorityId', 'providerId', '?authority', '?authorityId', '?kindId', '?legalBasisId',
      'authorityIds', 'participantMembershipIds', 'membershipIds', 'personIds', 'required', 'optional', 'orSubstitute', 'add', 'remove',
    ].map((name) => [name, 'an id']),
  ),
  ...Object.fromEntries(['startLocal', 'startTime', 'earliest', 'latest', 'time', 'excludedDates', 'addedDates', 'slots'].map((name) => [name, 'a day or a time; another form is refused'])),
  ...Object.fromEntries(['digest', 'disclosureDigest'].map((name) => [name, 'hexadecimal; another form is refused'])),
  ...Object.fromEntries(['token', 'code'].map((name) => [name, 'a secret that is compared and not kept'])),
  '?search': 'looked for among names and kept nowhere',
  ...Object.fromEntries(['?cursor', '?videre'].map((name) => [name, 'a place in a list or a page, made by the product and not kept'])),
  url: 'the address of one’s own calendar: fetched, sealed, and shown to nobody',
  ...Object.fromEntries(['user', 'password'].map((name) => [name, 'for the server of one’s own calendar: sealed, and shown to nobody'])),
  number: 'what somebody says is no CPR number though it looks like one: nothing else is taken, and a keyed fingerprint is all that is kept (test/cpr.spec.ts)',
};
const lastOf = (name: string) => (name.startsWith('?') ? name : name.split('.').at(-1)!);
const words = texts.filter(({ name }) => !(lastOf(name) in noWords));

function set(body: unknown, [key, ...rest]: string[], value: unknown): unknown {
  if (key === undefined) return value;
  if (key === '0') return [set((body as unknown[] | undefined)?.[0], rest, value)];
  return { ...(body as object), [key]: set((body as Record<string, unknown> | undefined)?.[key], rest, value) };
}

describe('[DESIGN § 2] a CPR number', () => {
  it('is looked for in every text of the API, or it is said why not', () => {
    expect(words.length).toBeGreaterThan(80);
    const used = new Set(texts.map(({ name }) => lastOf(name)));
    expect(Object.keys(noWords).filter((name) => !used.has(name))).toEqual([]);
  });

  it.each(words.map((one) => [`${one.operation}: ${one.path}`, one] as const))('is refused at its field: %s', async (...[, { operation, where, path, isLink }]) => {
    const { method, path: template, operation: described } = operations.find(({ name }) => name === operation)!;
    const target = pathOf(template);
    const asker = office[target.split('/')[3]!.split('?')[0]!] ?? browser;
    const schema = described.requestBody?.content['application/json']?.schema;
    const numbers = isLink ? ['https://video.example.dk/010190-1234', 'https://video.example.dk/?rum=010190%2D1234', 'https://video.example.dk/0101901234'] : ['010190-1234', 'Om 0101901234', 'barn 010190 1234'];
    for (const number of numbers) {
      const answer = await asker.send<Refusal>(method, where === 'query' ? `${target}?${path}=${encodeURIComponent(number)}` : target, schema === undefined ? undefined : where === 'query' ? example(schema) : set(example(schema), path.split('.'), number));
      const refused = answer.body.errors?.filter(({ field }) => field === path) ?? [];
      expect([number, answer.status, answer.body.code, refused.map(({ message }) => message)]).toEqual([number, 400, 'invalid-input', ['Skriv ikke CPR-numre her. Brug sagsreferencen.']]);
    }
  });
});
