import { SetMetadata } from '@nestjs/common';
import type { NextFunction, Request, Response } from 'express';
import { readSessionToken } from '@lib/access/session-cookie.js';
import { askingAs } from '@lib/platform/asking.js';
import type { Config } from '@lib/platform/config.js';

export const readsOnly = 'readsOnly';

/** A route that changes nothing although its method could: it reaches the database as GET does (docs/rls.md). */
export const ReadsOnly = () => SetMetadata(readsOnly, true);

/** Lets everything that a request sets going reach the database for its session; the database looks the session up itself. */
export function askAsSession(config: Config) {
  return (request: Request, _response: Response, next: NextFunction): void => {
    const isReading = request.method === 'GET' || request.method === 'HEAD';
    askingAs({ token: readSessionToken(request.headers.cookie, config.secureCookies), as: isReading ? 'request' : 'command' }, next);
  };
}
