import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { Problem } from '@lib/contracts/problems.js';
import type { IdempotentRequest } from '@lib/platform/idempotency.service.js';
import type { SignedInRequest } from './session.guard.js';

/** The Idempotency-Key of a create, with what it stands for; undefined when none was sent. */
export const IdempotencyKey = createParamDecorator((_: unknown, context: ExecutionContext): IdempotentRequest | undefined => {
  const request = context.switchToHttp().getRequest<SignedInRequest>();
  const key = request.headers['idempotency-key'];
  if (key === undefined) return undefined;
  // The draft writes the key as a structured-field string, in quotes; a bare UUID is common and as good.
  const uuid = String(key).replace(/^"|"$/g, '').toLowerCase();
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(uuid)) {
    throw new Problem('invalid-input', undefined, [{ field: 'Idempotency-Key', message: 'Skal være en UUID.' }]);
  }
  // Sent while acting by another membership it is another request: it is made, or answered, in another authority's name.
  return { key: uuid, fingerprint: `${request.samraadSession?.membershipId ?? ''} ${request.method} ${request.path}\n${JSON.stringify(request.body)}` };
});
