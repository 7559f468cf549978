import { Injectable, SetMetadata, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Observable } from 'rxjs';
import { Problem } from '@lib/contracts/problems.js';
import type { SignedInRequest } from './session.guard.js';

const forGuests = 'forGuests';

/**
 * A route that guests may ask; `writing` only those who may write. Forgetting it closes a route to them, never opens one.
 */
export const ForGuests = (which: 'all' | 'writing' = 'all') => SetMetadata(forGuests, which);

/**
 * [AC100] For a guest every other route is one that does not exist. Within the access trail, so that the refusal is in it,
 * and before anything of the request is looked at.
 */
@Injectable()
export class GuestInterceptor implements NestInterceptor {
  constructor(private readonly reflector: Reflector) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const session = context.getType() === 'http' ? context.switchToHttp().getRequest<SignedInRequest>().samraadSession : undefined;
    if (session?.role !== 'guest') return next.handle();
    const which = this.reflector.getAllAndOverride<'all' | 'writing' | undefined>(forGuests, [context.getHandler(), context.getClass()]);
    if (which === undefined || (which === 'writing' && session.isReadOnly)) throw new Problem('not-found');
    return next.handle();
  }
}
