import { createParamDecorator, Injectable, SetMetadata, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Request } from 'express';
import { Problem } from '@lib/contracts/problems.js';
import { readSessionToken } from '@lib/access/session-cookie.js';
import { currentAsking } from '@lib/platform/asking.js';
import { Config } from '@lib/platform/config.js';
import { Sessions, type Session } from '@lib/access/sessions.service.js';
import { readsOnly } from './asking.js';

const isPublic = 'public';
export type SignedInRequest = Request & { samraadSession?: Session };

/** Routes that need no session. Everything else does: forgetting this mark closes a route, never opens one. */
export const Public = () => SetMetadata(isPublic, true);

/** The session of the asker, in a route that is not public. */
export const Asker = createParamDecorator((_: unknown, context: ExecutionContext): Session => {
  const session = context.switchToHttp().getRequest<SignedInRequest>().samraadSession;
  if (session === undefined) throw new Problem('not-signed-in');
  return session;
});

@Injectable()
export class SessionGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly sessions: Sessions,
    private readonly config: Config,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    // Sockets are let in at their upgrade; guards do not run there.
    if (context.getType() !== 'http') return true;
    if (this.reflector.getAllAndOverride<boolean>(isPublic, [context.getHandler(), context.getClass()])) return true;
    const request = context.switchToHttp().getRequest<SignedInRequest>();
    const token = readSessionToken(request.headers.cookie, this.config.secureCookies);
    const session = token === null ? null : await this.sessions.fromToken(token);
    if (session === null) throw new Problem('not-signed-in');
    request.samraadSession = session;
    if (this.reflector.getAllAndOverride<boolean>(readsOnly, [context.getHandler(), context.getClass()])) currentAsking().as = 'request';
    return true;
  }
}
