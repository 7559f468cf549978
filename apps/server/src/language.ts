import type { NextFunction, Request, Response } from 'express';
import { languageOf, type Language } from '@lib/contracts/language.js';
import { speakingTo } from '@lib/platform/speaking.js';
import type { SignedInRequest } from './session.guard.js';

/**
 * The language an answer is written in. Our pages send the one on the screen. A file fetched by a link carries the
 * browser's own wish instead, so there the choice of the person who is signed in goes first.
 */
export function languageFor(request: Request): Language {
  const chosen = (request as SignedInRequest).samraadSession?.language ?? null;
  if (chosen !== null && request.headers['sec-fetch-mode'] === 'navigate') return chosen;
  return languageOf(request.headers['accept-language']);
}

/** Lets everything that a request sets going know whom it speaks to. */
export function speakToAsker(request: Request, response: Response, next: NextFunction): void {
  response.vary('Accept-Language');
  speakingTo(() => languageFor(request), next);
}
