import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import { Problem } from '@lib/contracts/problems.js';

/** The version that the asker had on the screen (If-Match, RFC 9110 §13.1.1); null when she did not say. */
export const IfMatch = createParamDecorator((_: unknown, context: ExecutionContext): number | null => {
  const header = context.switchToHttp().getRequest<Request>().headers['if-match'];
  if (header === undefined || header.trim() === '*') return null;
  const match = /^"(\d{1,9})"$/.exec(header.trim());
  if (match === null) throw new Problem('precondition-failed');
  return Number(match[1]);
});
