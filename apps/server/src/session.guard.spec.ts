import { describe, expect, it } from '@jest/globals';
import { Reflector } from '@nestjs/core';
import { SetMetadata, type ExecutionContext } from '@nestjs/common';
import { askingAs, currentAsking } from '@lib/platform/asking.js';
import { readConfig } from '@lib/platform/config.js';
import type { Session, Sessions } from '@lib/access/sessions.service.js';
import { ReadsOnly } from './asking.js';
import { Public, SessionGuard, type SignedInRequest } from './session.guard.js';

const session = { personId: 'p1' } as Session;
const sessions = { fromToken: (token: string) => Promise.resolve(token === 'living' ? session : null) } as unknown as Sessions;

/** A route as Nest has it: its handler and its class, each perhaps marked. */
const route = (...marks: MethodDecorator[]) => {
  class Controller {
    handler() {}
  }
  for (const mark of marks) mark(Controller.prototype, 'handler', Object.getOwnPropertyDescriptor(Controller.prototype, 'handler')!);
  return Controller;
};
const ask = async (cookie: string | undefined, Controller = route(), type = 'http') => {
  const request = { headers: { cookie } } as SignedInRequest;
  const context = { getType: () => type, getHandler: () => Controller.prototype.handler, getClass: () => Controller, switchToHttp: () => ({ getRequest: () => request }) } as unknown as ExecutionContext;
  const guard = new SessionGuard(new Reflector(), sessions, readConfig({ SAMRAAD_DATA_DIR: 'memory:' }));
  return askingAs({ token: null, as: 'command' }, async () => {
    const answer = await guard.canActivate(context).catch((error: { code: string }) => error.code);
    return { answer, session: request.samraadSession ?? null, as: currentAsking().as };
  });
};

describe('the guard of routes', () => {
  it('lets a living session in and remembers it', async () => {
    expect(await ask('samraad_session=living')).toEqual({ answer: true, session, as: 'command' });
  });

  it.each([[undefined], ['samraad_session=ended'], ['samraad_session='], ['other=living']])('lets nobody else in: %s', async (cookie) => {
    expect(await ask(cookie)).toEqual({ answer: 'not-signed-in', session: null, as: 'command' });
  });

  it('asks nothing where a route says that it is public, and only there', async () => {
    expect(await ask(undefined, route(Public() as MethodDecorator))).toMatchObject({ answer: true, session: null });
    expect(await ask(undefined, route(SetMetadata('something else', true) as MethodDecorator))).toMatchObject({ answer: 'not-signed-in' });
  });

  it('has a question in a POST read under the rules of a question', async () => {
    expect(await ask('samraad_session=living', route(ReadsOnly() as MethodDecorator))).toMatchObject({ answer: true, as: 'request' });
    expect(await ask('samraad_session=ended', route(ReadsOnly() as MethodDecorator))).toMatchObject({ answer: 'not-signed-in', as: 'command' });
  });

  it('leaves sockets to their upgrade', async () => {
    expect(await ask(undefined, route(), 'ws')).toMatchObject({ answer: true });
  });
});
