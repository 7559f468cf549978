import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { Request, Response } from 'express';
import { from, lastValueFrom, type Observable } from 'rxjs';
import { Problem } from '@lib/contracts/problems.js';
import { within } from '@lib/platform/openings.js';
import { Trail, objectKindOf } from '@lib/trail/trail.service.js';
import type { Act } from '@lib/trail/trail.js';
import type { SignedInRequest } from './session.guard.js';
import { trailRoutes } from './trail-routes.js';

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
/** Where a page begins and how long it is says nothing about what is looked for. */
const paging = new Set(['cursor', 'limit', 'sort', 'format', 'standard']);

/**
 * [AC93, AC94] Every request of somebody who is signed in is an opening: what it opens is on record before the answer
 * leaves, and so is what it was refused.
 */
@Injectable()
export class TrailInterceptor implements NestInterceptor {
  constructor(private readonly trail: Trail) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    if (context.getType() !== 'http') return next.handle();
    const request = context.switchToHttp().getRequest<SignedInRequest>();
    const response = context.switchToHttp().getResponse<Response>();
    const session = request.samraadSession;
    if (session === undefined) return next.handle();
    const act = actOf(request);
    return from(this.open(session, act, response, () => lastValueFrom(next.handle(), { defaultValue: undefined })));
  }

  private async open(session: NonNullable<SignedInRequest['samraadSession']>, act: Act, response: Response, handle: () => Promise<unknown>): Promise<unknown> {
    const opening = await this.trail.open(session, act);
    response.once('close', () => opening.end());
    try {
      const answer = await within(opening, handle);
      await this.trail.settle(opening);
      return answer;
    } catch (error) {
      const rule = isRefusal(error, act) ? act.rule : heldBy(error, act);
      if (rule !== undefined) await this.trail.refused(session, { ...act, rule });
      throw error;
    }
  }
}

/** Somebody asked for what she may not have, or for what is not there: told apart nowhere. */
const isRefusal = (error: unknown, act: Act): boolean => error instanceof Problem && (error.code === 'not-allowed' || error.code === 'own-access-needed' || (error.code === 'not-found' && act.object !== null));

/** What an embargo held back at the door or kept from being done, and to whom the basis would not open, is on record by the rule that held it. */
function heldBy(error: unknown, act: Act): string | undefined {
  if (!(error instanceof Problem)) return undefined;
  if (error.code === 'embargo-in-force') return 'AC77';
  if (error.code === 'legal-basis-limit') return heldByBasis.find(([part]) => act.route.includes(part))?.[1] ?? 'AC60';
  return undefined;
}

/** Of what a basis does not admit, the rule, by a part of the route. */
const heldByBasis = [['plan-steps', 'AC64'], ['/decisions', 'AC65']] as const;

function actOf(request: Request): Act {
  const path = (request.route as { path: string }).path.replace(/^\/api\/v1/, '').replace(/:(\w+)/g, '{$1}');
  const route = `${request.method === 'HEAD' ? 'GET' : request.method} ${path}`;
  const line = trailRoutes[route];
  const id = request.params.id;
  const [, noun = '', inner = ''] = path.split('/');
  const kind = objectKindOf[noun === 'audit' ? inner : noun];
  const act = line === undefined || 'reason' in line ? ({ kind: 'list', rule: null } as const) : line;
  return {
    ...act,
    route,
    object: kind === undefined || typeof id !== 'string' || !uuid.test(id) ? null : { kind, id: id.toLowerCase() },
    criterion: criterionOf(act.kind, request),
  };
}

/** What was looked for, as JSON; null where nothing was. */
function criterionOf(kind: Act['kind'], request: Request): string | null {
  if (!['list', 'search', 'export', 'audit'].includes(kind)) return null;
  const given = (kind === 'search' || (kind === 'audit' && request.method === 'POST') ? request.body : request.query) as Record<string, unknown> | undefined;
  const said = Object.entries(given ?? {}).filter(([name]) => !paging.has(name));
  return said.length === 0 ? null : JSON.stringify(Object.fromEntries(said));
}
