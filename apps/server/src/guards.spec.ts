import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import { Reflector, type HttpAdapterHost } from '@nestjs/core';
import type { CallHandler, ExecutionContext } from '@nestjs/common';
import type { Request, Response } from 'express';
import { Temporal } from 'temporal-polyfill';
import { TooManyRequests } from '@lib/contracts/problems.js';
import { mayActBy } from '@lib/access/acting.js';
import { readSessionToken } from '@lib/access/session-cookie.js';
import type { Session } from '@lib/access/sessions.service.js';
import { currentAsking } from '@lib/platform/asking.js';
import type { Clock } from '@lib/platform/clock.js';
import { readConfig } from '@lib/platform/config.js';
import { addressKey, exactTimes, personDays, RateLimits } from '@lib/platform/rate-limits.service.js';
import { Pace } from '@lib/provisioning/pace.js';
import { ProvisioningTokens, type ProvisioningClient } from '@lib/provisioning/tokens.service.js';
import type { Trail } from '@lib/trail/trail.service.js';
import { askAsSession } from './asking.js';
import { ForGuests, GuestInterceptor } from './guest.interceptor.js';
import { admitted } from './live.adapter.js';
import { Origins } from './origins.js';
import { Limited, RateLimitGuard } from './rate-limit.guard.js';
import { RateRefusals, type Door } from './rate-refusals.service.js';
import { ScimGuard } from './scim.controller.js';
import { SocketLimits } from './socket-limits.service.js';

/** Each guard where it lets in; then one thing after the other is otherwise, and it must not. A clause that is lost shows. */
const config = (more: Record<string, string> = {}) => readConfig({ SAMRAAD_DATA_DIR: 'memory:', ...more });
const counting = (rateLimits: boolean) => Object.assign(config(), { rateLimits });
const code = (error: { code?: string; status?: number }) => error.code ?? error.status ?? error;
/** A route as Nest has it: its handler and its class, each perhaps marked. */
const route = (...marks: (MethodDecorator | ClassDecorator)[]) => {
  class Controller {
    handler() {}
  }
  for (const mark of marks) (mark as MethodDecorator)(Controller.prototype, 'handler', Object.getOwnPropertyDescriptor(Controller.prototype, 'handler')!);
  return Controller;
};
const contextOf = (request: object, Controller = route(), type = 'http', response: object = {}) =>
  ({ getType: () => type, getHandler: () => Controller.prototype.handler, getClass: () => Controller, switchToHttp: () => ({ getRequest: () => request, getResponse: () => response }) }) as unknown as ExecutionContext;

/** What of refusals would go into the trail. */
const noted = () => {
  const notes: [string, { route: string; rule: string | null }][] = [];
  const trail = { refused: async ({ personId }: Session, { route: at, rule, object }: Door) => void notes.push([personId, { route: at, rule, object } as never]) };
  return { notes, refusals: new RateRefusals(trail as unknown as Trail) };
};

describe('the guard of rates', () => {
  const spent = async (request: object, Controller = route(Limited('search')), type = 'http') => {
    const calls: string[][] = [];
    const limits = { spendOf: async (...call: string[]) => void calls.push(call) } as unknown as RateLimits;
    return [await new RateLimitGuard(new Reflector(), limits, noted().refusals).canActivate(contextOf(request, Controller, type)), ...calls];
  };

  it('[RL1] [RL2] counts who is signed in by person and address and everybody else by address, where a route says so', async () => {
    expect(await spent({ samraadSession: { personId: 'p1' }, ip: '192.0.2.1' })).toEqual([true, ['search', 'p1', '192.0.2.1']]);
    expect(await spent({ ip: '::ffff:192.0.2.1' })).toEqual([true, ['search', null, '192.0.2.1']]);
    expect(await spent({ ip: '192.0.2.1' }, route())).toEqual([true]);
    expect(await spent({ ip: '192.0.2.1' }, route(Limited('search')), 'ws')).toEqual([true]);
  });

  it('[RL1] refuses beyond the limit, each by itself, says when to come back, and counts nothing where that is turned off', async () => {
    const limits = new RateLimits(counting(true));
    for (let n = 0; n < 20; n += 1) await limits.spend('firstAdministrator', 'a');
    const refusal = await limits.spend('firstAdministrator', 'a').catch((error: TooManyRequests) => error);
    expect([refusal instanceof TooManyRequests, (refusal as TooManyRequests).retryAfterSeconds > 0, (refusal as TooManyRequests).retryAfterSeconds <= 60]).toEqual([true, true, true]);
    await limits.spend('firstAdministrator', 'b');
    await limits.spend('search', 'a');
    const off = new RateLimits(counting(false));
    for (let n = 0; n < 30; n += 1) await off.spend('firstAdministrator', 'a');
  });

  it('[RL2] refuses beyond the limit of a person or of her address; what is refused takes nothing of either', async () => {
    const limits = new RateLimits(counting(true));
    const ask = (personId: string | null, address: string, kind: 'export' | 'guest' = 'export') => limits.spendOf(kind, personId, address).then(() => 'told', (error: Error) => (error instanceof TooManyRequests ? 'refused' : error));
    for (let n = 0; n < 60; n += 1) expect(await ask('p', 'here')).toBe('told');
    for (let n = 0; n < 2_000; n += 1) expect(await ask('p', 'here')).toBe('refused');
    expect([await ask('q', 'here'), await ask('p', 'there')]).toEqual(['told', 'refused']);
    for (let n = 61; n < 1_200; n += 1) expect(await ask(`p${n % 20}`, 'here')).toBe('told');
    expect([await ask('r', 'here'), await ask(null, 'here'), await ask('r', 'there'), await ask(null, 'there')]).toEqual(['refused', 'refused', 'told', 'told']);
    // Where people are not counted by themselves, the address is all there is.
    for (let n = 0; n < 30; n += 1) expect(await ask(null, 'here', 'guest')).toBe('told');
    expect([await ask(null, 'here', 'guest'), await ask(null, 'there', 'guest')]).toEqual(['refused', 'told']);
    const left = (address: string, kind: 'export' | 'guest' = 'export') => limits.assertLeftAt(kind, address).then(() => 'left', () => 'none');
    expect([await left('here'), await left('there'), await left('here', 'guest')]).toEqual(['none', 'left', 'left']);
    const off = new RateLimits(counting(false));
    for (let n = 0; n < 70; n += 1) await off.spendOf('export', 'p', 'here');
    await off.assertLeftAt('export', 'here');
  });

  it('[RL5] notes whom it refuses, by the door, and hides nothing of it', async () => {
    const refusal = new TooManyRequests(5);
    const limits = { spendOf: async () => Promise.reject(refusal) } as unknown as RateLimits;
    const { refusals, notes } = noted();
    const request = { samraadSession: { personId: 'p1' }, ip: '192.0.2.1', method: 'POST', route: { path: '/api/v1/documents/:id/ticket' }, params: { id: '01890000-0000-7000-8000-000000000000' } };
    await expect(new RateLimitGuard(new Reflector(), limits, refusals).canActivate(contextOf(request, route(Limited('ticket'))))).rejects.toBe(refusal);
    expect(notes).toEqual([['p1', { route: 'POST /documents/{id}/ticket', rule: 'RL5', object: { kind: 'document', id: '01890000-0000-7000-8000-000000000000' } }]]);
  });

  it('[RL5] notes the first in a minute of each person at each door, where something restricted is behind it, and no other fault', async () => {
    const { refusals, notes } = noted();
    const door = (name: string, rule: string | null = 'AC6') => ({ route: name, rule, object: null });
    const session = (personId: string) => ({ personId }) as Session;
    for (let n = 0; n < 100; n += 1) await refusals.note(session('p'), door('POST /search'));
    await refusals.note(session('p'), door('GET /decision-log/export'));
    await refusals.note(session('q'), door('POST /search'));
    await refusals.note(null, door('POST /guest/sign-in'));
    await refusals.note(session('p'), door('socket /live', null));
    expect(notes.map(([who, { route: at, rule }]) => [who, at, rule])).toEqual([['p', 'POST /search', 'RL5'], ['p', 'GET /decision-log/export', 'RL5'], ['q', 'POST /search', 'RL5']]);
    await expect(refusals.noting(session('r'), () => door('POST /search'), () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    expect(await refusals.noting(session('r'), () => door('POST /search'), async () => 'done')).toBe('done');
    expect(notes).toHaveLength(3);
    // What cannot be put on record shows nothing, and is refused all the same.
    const deaf = new RateRefusals({ refused: () => Promise.reject(new Error('no trail')) } as unknown as Trail);
    await deaf.note(session('p'), door('POST /search'));
  });

  it('[RL3] tells of so many people’s days in an hour and in a day; what is refused takes nothing', async () => {
    const limits = new RateLimits(counting(true));
    const spend = (count: number, who = 'a') => limits.spendPersonDays(who, count).then(() => 'told', (error: Error) => (error instanceof TooManyRequests ? 'refused' : error));
    const [hour, day] = (limits as unknown as { ofPersonDays: { delete(who: string): Promise<boolean> }[] }).ofPersonDays;
    expect([await spend(personDays.anHour - 10), await spend(11), await spend(10), await spend(1), await spend(1, 'b')]).toEqual(['told', 'refused', 'told', 'refused', 'told']);
    // [RL4] And of one person of another authority, exactly, sixty times a day.
    const exactly = (of: RateLimits) => of.spendExactTime({ personId: `p${Math.random()}`, authorityId: 'x' }, 1, ['them']).then(() => 'told', () => 'refused');
    for (let n = 0; n < exactTimes.aDay; n += 1) expect(await exactly(limits)).toBe('told');
    expect(await exactly(limits)).toBe('refused');
    const off = new RateLimits(counting(false));
    for (let n = 0; n <= exactTimes.aDay; n += 1) expect(await exactly(off)).toBe('told');
    // An hour later, one that is larger than an hour allows takes the whole hour.
    await hour!.delete('a');
    expect([await spend(personDays.anHour + 5), await spend(1)]).toEqual(['told', 'refused']);
    await hour!.delete('a');
    expect(await spend(personDays.anHour)).toBe('told');
    // The day is spent, the hour is not.
    await hour!.delete('a');
    expect(await spend(1)).toBe('refused');
    await day!.delete('a');
    expect([await spend(personDays.anHour), await spend(1)]).toEqual(['told', 'refused']);
  });

  it('[RL3] refuses the second of two that ask at once for what is left', async () => {
    const limits = new RateLimits(counting(true));
    const both = await Promise.allSettled([1, 2].map(() => limits.spendPersonDays('a', personDays.anHour)));
    expect(both.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    expect((both[1] as PromiseRejectedResult).reason).toBeInstanceOf(TooManyRequests);
  });

  it('[RL1] takes a household of addresses for one', () => {
    expect(['192.0.2.1', '::ffff:192.0.2.1', undefined, ''].map(addressKey)).toEqual(['192.0.2.1', '192.0.2.1', '', '']);
    expect(['2001:db8:1:2:3:4:5:6', '2001:0db8:1:2::9', '2001:db8::6', '::1', '1::', '2001:db8:1:2:ffff::'].map(addressKey)).toEqual(['2001:db8:1:2', '2001:db8:1:2', '2001:db8:0:0', '0:0:0:0', '1:0:0:0', '2001:db8:1:2']);
    expect(addressKey('::2:3:4:5:6:7:8')).toBe('0:2:3:4');
  });
});

describe('the guard of sockets', () => {
  const request = (remoteAddress: string | undefined, told?: string) => ({ socket: { remoteAddress }, headers: told === undefined ? {} : { 'x-forwarded-for': told } }) as unknown as IncomingMessage;
  const ours = (address: string) => address.startsWith('10.');
  const asked = async (of: IncomingMessage, failing?: Error) => {
    const calls: string[][] = [];
    const limits = { assertLeftAt: async () => undefined, spendOf: async (...call: string[]) => (failing === undefined ? void calls.push(call) : Promise.reject(failing)) } as unknown as RateLimits;
    return [await new SocketLimits(limits, host, noted().refusals).admit(of, door, async () => null), ...calls];
  };
  const host = { httpAdapter: { getInstance: () => ({ get: () => ours }) } } as unknown as HttpAdapterHost;
  const door = { route: 'socket /yjs/{id}', rule: 'AC6', object: null };

  it('[RL1] counts by the first address that is no proxy of ours', async () => {
    expect(await asked(request('192.0.2.1'))).toEqual([null, ['socket', null, '192.0.2.1']]);
    expect(await asked(request('192.0.2.1', '192.0.2.9'))).toEqual([null, ['socket', null, '192.0.2.1']]);
    expect(await asked(request('10.0.0.1', '192.0.2.8, 192.0.2.9'))).toEqual([null, ['socket', null, '192.0.2.9']]);
    expect(await asked(request('10.0.0.1', '192.0.2.8, , 10.0.0.2,'))).toEqual([null, ['socket', null, '192.0.2.8']]);
    expect(await asked(request('10.0.0.1', '10.0.0.3'))).toEqual([null, ['socket', null, '10.0.0.3']]);
    expect(await asked(request('10.0.0.1'))).toEqual([null, ['socket', null, '10.0.0.1']]);
    expect(await asked(request(undefined))).toEqual([null, ['socket', null, '']]);
  });

  it('[RL1] closes the way when it was too often, and hides no fault', async () => {
    const refusal = new TooManyRequests(5);
    await expect(asked(request('192.0.2.1'), refusal)).rejects.toBe(refusal);
    await expect(asked(request('192.0.2.1'), new Error('broken'))).rejects.toThrow('broken');
  });

  it('[RL1] [RL2] [RL5] counts whom it finds and notes whom it refuses; of an address that is spent it looks nobody up, and whom it cannot find it counts by address', async () => {
    const limits = new RateLimits(counting(true));
    const { refusals, notes } = noted();
    const door = { route: 'socket /yjs/{id}', rule: 'AC6', object: null };
    const sockets = new SocketLimits(limits, host, refusals);
    const session = (personId: string) => ({ personId }) as Session;
    let looked = 0;
    const come = (address: string, who: Session | null | Error) =>
      sockets.admit(request(address), door, async () => {
        looked += 1;
        if (who instanceof Error) throw who;
        return who;
      }).then((one) => one?.personId ?? null, (error: Error) => (error instanceof TooManyRequests ? 'refused' : error));
    for (let n = 0; n < 300; n += 1) expect(await come('192.0.2.1', session('p'))).toBe('p');
    for (let n = 0; n < 1_000; n += 1) expect(await come('192.0.2.1', session('p'))).toBe('refused');
    expect(notes).toEqual([['p', { route: 'socket /yjs/{id}', rule: 'RL5', object: null }]]);
    expect(await come('192.0.2.1', session('q'))).toBe('q');
    for (let n = 301; n < 1_200; n += 1) expect(await come('192.0.2.1', n % 2 === 0 ? null : new Error('no database'))).toBeNull();
    looked = 0;
    expect([await come('192.0.2.1', session('q')), looked, await come('192.0.2.2', session('q')), looked]).toEqual(['refused', 0, 'q', 1]);
    expect(notes).toHaveLength(1);
  });

  it('[AC13] lets a live socket in from a page of ours, with a living session, not too often, on a process that is not cut off', async () => {
    const session = { personId: 'p1' } as Session;
    let counted = 0;
    const come = (changes: { origin?: string; cookie?: string; isWithin?: boolean; isCurrent?: boolean; isSecure?: boolean } = {}) => {
      const { origin = 'https://ours', cookie = 'samraad_session=living', isWithin = true, isCurrent = true, isSecure = false } = changes;
      const admit = async (_request: IncomingMessage, _door: Door, find: () => Promise<Session | null>) => {
        counted += 1;
        if (!isWithin) throw new TooManyRequests(5);
        return find();
      };
      const house = { sessions: { fromToken: async (token: string) => (token === 'living' ? session : null) }, origins: { allows: (one: string | undefined) => one === 'https://ours' }, limits: { admit }, outbox: { isCurrent: () => isCurrent }, isSecure };
      return admitted(house, { headers: { origin, cookie } } as IncomingMessage);
    };
    expect(await come()).toBe(session);
    expect(await come({ isSecure: true, cookie: '__Host-samraad_session=living' })).toBe(session);
    for (const change of [{ origin: 'https://theirs' }, { cookie: '' }, { cookie: 'samraad_session=ended' }, { isCurrent: false }, { isSecure: true }]) expect([change, await come(change)]).toEqual([change, null]);
    await expect(come({ isWithin: false })).rejects.toBeInstanceOf(TooManyRequests);
    // Whoever shows no session takes nothing of what the others of her address may.
    counted = 0;
    expect([await come({ cookie: '' }), counted]).toEqual([null, 0]);
  });
});

describe('the guard of origins', () => {
  it('[AC15] knows pages of ours exactly', () => {
    const deployed = new Origins(config({ PUBLIC_ORIGIN: 'https://localhost:8443' }));
    expect(['https://localhost:8443', 'http://localhost:8443', 'https://localhost:8443.evil', 'https://evil', 'http://localhost:3000', undefined, 'null'].map(deployed.allows)).toEqual([true, false, false, false, false, false, false]);
    expect(deployed.address).toBe('https://localhost:8443');
    const local = new Origins(config({ PORT: '3000' }));
    expect(['http://localhost:3000', 'http://127.0.0.1:3000', 'http://[::1]:3000', 'http://localhost:3001', 'https://localhost:3000', 'http://evil:3000', undefined].map(local.allows)).toEqual([true, true, true, false, false, false, false]);
    local.listening(4000);
    expect(['http://localhost:4000', 'http://localhost:3000'].map(local.allows)).toEqual([true, false]);
  });

  it('[AC15] asks it of whatever may change something', () => {
    const origins = new Origins(config({ PORT: '3000' }));
    const ask = (method: string, origin?: string) => {
      let answer: string | number = 'nothing';
      const response = { req: { headers: {} }, status: (status: number) => ((answer = status), response), type: () => response, set: () => response, vary: () => response, send: () => response };
      origins.guard({ method, headers: { origin } } as Request, response as unknown as Response, () => (answer = 'goes on'));
      return answer;
    };
    expect(['GET', 'HEAD', 'OPTIONS'].map((method) => ask(method, 'http://evil'))).toEqual(['goes on', 'goes on', 'goes on']);
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) expect([method, ask(method), ask(method, 'http://evil'), ask(method, 'http://localhost:3000')]).toEqual([method, 403, 403, 'goes on']);
  });
});

describe('the guard against guests', () => {
  it('[AC100] leaves them the routes that say so, and of writing ones those that she may write by', async () => {
    const ask = (session: object | undefined, Controller = route(), type = 'http') => {
      const goesOn = { handle: () => 'goes on' } as unknown as CallHandler;
      try {
        return new GuestInterceptor(new Reflector()).intercept(contextOf({ samraadSession: session }, Controller, type), goesOn);
      } catch (error) {
        return code(error as object);
      }
    };
    const [all, writing] = [route(ForGuests() as MethodDecorator), route(ForGuests('writing') as MethodDecorator)];
    const [reader, writer] = [{ role: 'guest', isReadOnly: true }, { role: 'guest', isReadOnly: false }];
    expect([ask(reader), ask(writer), ask(reader, all), ask(reader, writing), ask(writer, writing), ask(writer, all)]).toEqual(['not-found', 'not-found', 'goes on', 'not-found', 'goes on', 'goes on']);
    expect([ask({ role: 'participant', isReadOnly: false }), ask(undefined), ask(reader, route(), 'ws')]).toEqual(['goes on', 'goes on', 'goes on']);
  });
});

describe('the guard of user management', () => {
  const client: ProvisioningClient = { clientId: 'c1', tokenId: 't1', authorityId: 'kommune' };
  const clock = { instant: Temporal.Instant.from('2026-11-30T12:00Z'), now: () => clock.instant };
  const door = () => {
    const tokens = { clientOf: async (token: string) => (token === 'living' ? client : token === 'other' ? { ...client, clientId: 'c2' } : null) } as unknown as ProvisioningTokens;
    const guard = new ScimGuard(tokens, clock as unknown as Clock);
    return async (authorization: string | undefined, ip: string | null = '192.0.2.1') => {
      const headers: Record<string, string> = {};
      const request: { headers: object; ip: string | undefined; provisioningClient?: ProvisioningClient } = { headers: { authorization, cookie: 'samraad_session=living' }, ip: ip ?? undefined };
      const context = contextOf(request, route(), 'http', { set: (name: string, value: string) => (headers[name] = value) });
      const answer = await guard.canActivate(context).catch((error: { status: number }) => error.status);
      return { answer, client: request.provisioningClient ?? null, headers };
    };
  };

  it('[PR12] lets a living key in, and nothing else', async () => {
    const ask = door();
    expect(await ask('Bearer living')).toEqual({ answer: true, client, headers: {} });
    expect(await ask('bearer living')).toMatchObject({ answer: true, client });
    for (const authorization of [undefined, '', 'living', 'Basic living', 'Bearer ended', 'Bearer living more', 'Bearer  living', `Bearer ${'a'.repeat(201)}`, 'Bearer liv.ing'])
      expect([authorization, await ask(authorization)]).toEqual([authorization, { answer: 401, client: null, headers: { 'WWW-Authenticate': 'Bearer realm="scim"' } }]);
  });

  it('[PR17] holds clients to their pace, each to its own, and strangers to a slower one, by address', async () => {
    const ask = door();
    for (let n = 0; n < 20; n += 1) expect((await ask('Bearer wrong')).answer).toBe(401);
    expect(await ask(undefined)).toEqual({ answer: 429, client: null, headers: { 'Retry-After': '3' } });
    expect((await ask(undefined, '192.0.2.2')).answer).toBe(401);
    expect((await ask(undefined, null)).answer).toBe(401);
    // Whoever tries keys from the same address keeps nobody out.
    for (let n = 0; n < 500; n += 1) expect((await ask('Bearer living')).answer).toBe(true);
    expect(await ask('Bearer living')).toEqual({ answer: 429, client: null, headers: { 'Retry-After': '1' } });
    expect((await ask('Bearer other')).answer).toBe(true);
    clock.instant = clock.instant.add({ seconds: 1 });
    expect((await ask('Bearer living')).answer).toBe(true);
  });

  it('[PR17] gives back as time goes on, never more than was there, and nothing when the clock goes back', () => {
    const pace = new Pace(2, 1);
    expect([pace.spend('a', 0), pace.spend('a', 0), pace.spend('a', 0), pace.spend('b', 0)]).toEqual([0, 0, 1, 0]);
    expect([pace.spend('a', 1_000), pace.spend('a', 1_000)]).toEqual([0, 1]);
    expect([pace.spend('a', 60_000), pace.spend('a', 60_000), pace.spend('a', 60_000)]).toEqual([0, 0, 1]);
    expect([pace.spend('a', 0), pace.spend('a', 500), pace.spend('a', 999)]).toEqual([1, 1, 1]);
    const slow = new Pace(1, 0.25);
    expect([slow.spend('a', 0), slow.spend('a', 0), slow.spend('a', 2_000)]).toEqual([0, 4, 2]);
  });

  it('[PR17] forgets whoever has been still, when there are many, and nobody who has not', () => {
    const pace = new Pace(2, 1);
    const known = (pace as unknown as { buckets: Map<string, unknown> }).buckets;
    for (let n = 0; n < 10_001; n += 1) pace.spend(`${n}`, 0);
    expect(known.size).toBe(10_001);
    pace.spend('spent', 0);
    pace.spend('spent', 0);
    expect(known.size).toBe(10_002);
    pace.spend('new', 1_000);
    expect([...known.keys()]).toEqual(['spent', 'new']);
    expect([pace.spend('spent', 1_000), pace.spend('spent', 1_000)]).toEqual([0, 1]);
  });

  it('[PR11] asks the database for nothing that cannot be a key', async () => {
    const asked: unknown[] = [];
    const rows = (used: string | null) => [{ id: 't1', client_id: 'c1', authority_id: 'kommune', last_used_at: used === null ? null : new Date(used) }];
    const keys = (found: object[]) => {
      const tx = { query: async (sql: string, parameters: unknown[]) => (asked.push([sql.slice(0, 6), parameters.length]), sql.startsWith('SELECT') ? found : []) };
      return new ProvisioningTokens({ run: (work: (tx: object) => unknown) => work(tx) } as never, null as never, null as never, null as never, { now: () => Temporal.Instant.from('2026-11-30T12:00Z') } as never);
    };
    const living = 'samraad_scim_key';
    for (const token of ['key', `samraad_scim_${'a'.repeat(88)}`]) expect([token, await keys(rows(null)).clientOf(token)]).toEqual([token, null]);
    expect([await keys([]).clientOf(living), asked]).toEqual([null, [['SELECT', 2]]]);
    for (const [used, isMarked] of [[null, true], ['2026-11-30T11:59:00Z', true], ['2026-11-30T11:59:00.001Z', false]] as const) {
      asked.length = 0;
      expect([used, await keys(rows(used)).clientOf(`samraad_scim_${'a'.repeat(87)}`)]).toEqual([used, client]);
      expect([used, asked.length]).toEqual([used, isMarked ? 2 : 1]);
    }
  });
});

describe('what a request is asked under', () => {
  it('[AC13] takes the session of the cookie that counts here', () => {
    const both = 'samraad_session=plain; __Host-samraad_session=host';
    expect([readSessionToken(both, false), readSessionToken(both, true), readSessionToken('samraad_session=plain', true), readSessionToken('other=1', false), readSessionToken(undefined, false)]).toEqual(['plain', 'host', null, null, null]);
  });

  it('[AC13] reads as a question, and changes as a command', () => {
    const as = (method: string, cookie?: string) => {
      let seen: unknown;
      askAsSession(config())({ method, headers: { cookie } } as Request, {} as Response, () => (seen = { ...currentAsking() }));
      return seen;
    };
    expect(['GET', 'HEAD', 'POST', 'PUT', 'DELETE'].map((method) => as(method, 'samraad_session=a'))).toEqual(['request', 'request', 'command', 'command', 'command'].map((kind) => ({ token: 'a', as: kind })));
    expect(as('GET')).toEqual({ token: null, as: 'request' });
  });

  it('[AC81, AC82] acts by a membership that the sign-in was sure enough for, and speaks for', () => {
    const asked = (role: 'participant' | 'administrator' | 'auditor', mayAdminister: boolean, authorityIds: string[] | null) => mayActBy({ authorityId: 'kommune', role }, { mayAdminister, authorityIds });
    expect([asked('participant', false, null), asked('participant', false, ['kommune']), asked('administrator', true, ['kommune']), asked('auditor', true, null)]).toEqual(['yes', 'yes', 'yes', 'yes']);
    expect([asked('administrator', false, null), asked('auditor', false, ['kommune']), asked('participant', true, ['politi']), asked('administrator', false, [])]).toEqual(['assurance-too-low', 'assurance-too-low', 'not-found', 'not-found']);
  });
});
