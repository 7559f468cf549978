import { Injectable, SetMetadata, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { addressKey, RateLimits, type LimitKind } from '@lib/platform/rate-limits.service.js';
import { RateRefusals } from './rate-refusals.service.js';
import type { SignedInRequest } from './session.guard.js';
import { actOf } from './trail-act.js';

const limited = 'limited';

/** A route, or all of a controller, that may not be asked for too often; how often says rate-limits.service.ts. */
export const Limited = (kind: LimitKind) => SetMetadata(limited, kind);

/** Runs after the session guard: who is signed in is counted by person and with all of her address, everybody else by address. */
@Injectable()
export class RateLimitGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly limits: RateLimits,
    private readonly refusals: RateRefusals,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (context.getType() !== 'http') return true;
    const kind = this.reflector.getAllAndOverride<LimitKind | undefined>(limited, [context.getHandler(), context.getClass()]);
    if (kind === undefined) return true;
    const request = context.switchToHttp().getRequest<SignedInRequest>();
    const session = request.samraadSession ?? null;
    await this.refusals.noting(session, () => actOf(request), () => this.limits.spendOf(kind, session?.personId ?? null, addressKey(request.ip)));
    return true;
  }
}
