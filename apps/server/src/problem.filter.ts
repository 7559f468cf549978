import { Catch, HttpException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { Request, Response } from 'express';
import { Problem, TooManyRequests, type ProblemCode } from '@lib/contracts/problems.js';
import { KeysUnavailable } from '@lib/platform/key-management.js';
import { log } from '@lib/platform/log.js';
import { languageFor } from './language.js';

/** Everything that is thrown leaves as problem+json. Unknown errors answer 500 and keep their message to themselves. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  catch(error: unknown, host: ArgumentsHost): void {
    if (host.getType() !== 'http') return;
    const response = host.switchToHttp().getResponse<Response>();
    if (response.headersSent) {
      response.destroy();
      return;
    }
    answerProblem(response, problemOf(error, host.switchToHttp().getRequest<Request>()));
  }
}

export function answerProblem(response: Response, problem: Problem): void {
  const language = languageFor(response.req);
  response
    .status(problem.status)
    .type('application/problem+json')
    .set({ 'Cache-Control': 'no-store', 'Content-Language': language, ...(problem instanceof TooManyRequests ? { 'Retry-After': String(problem.retryAfterSeconds) } : {}) })
    .vary('Accept-Language')
    .send(JSON.stringify(problem.body(language)));
}

const byStatus: Partial<Record<number, ProblemCode>> = {
  400: 'malformed-request',
  401: 'not-signed-in',
  403: 'not-allowed',
  404: 'not-found',
  405: 'not-found',
  409: 'conflict',
  413: 'too-large',
  415: 'unsupported-media',
  429: 'too-many-requests',
};

/** What an error becomes for the outside. */
export function problemOf(error: unknown, request?: Pick<Request, 'method' | 'route'>): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof KeysUnavailable) {
    log.error({ reason: error.message }, 'keys unavailable');
    return new Problem('keys-unavailable');
  }
  // body-parser and friends throw plain errors with a status; their messages may quote what was sent.
  const status = error instanceof HttpException ? error.getStatus() : (error as { status?: unknown } | null)?.status;
  const known = typeof status === 'number' ? byStatus[status] : undefined;
  if (known !== undefined) return new Problem(known);
  log.error({ error, method: request?.method }, 'unexpected error');
  return new Problem('internal');
}
