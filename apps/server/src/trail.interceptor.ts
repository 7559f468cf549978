import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { Response } from 'express';
import { from, lastValueFrom, type Observable } from 'rxjs';
import { Problem, TooManyRequests } from '@lib/contracts/problems.js';
import { within } from '@lib/platform/openings.js';
import { Trail } from '@lib/trail/trail.service.js';
import type { Act } from '@lib/trail/trail.js';
import { RateRefusals } from './rate-refusals.service.js';
import type { SignedInRequest } from './session.guard.js';
import { actOf } from './trail-act.js';

/**
 * [AC93, AC94] Every request of somebody who is signed in is an opening: what it opens is on record before the answer
 * leaves, and so is what it was refused.
 */
@Injectable()
export class TrailInterceptor implements NestInterceptor {
  constructor(
    private readonly trail: Trail,
    private readonly refusals: RateRefusals,
  ) {}

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
      // What the guard let pass may be too much all the same: of people's time, or of files at once.
      else if (error instanceof TooManyRequests && act.rule !== null) await this.refusals.note(session, act);
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
