import type { FieldError, ProblemBody, ProblemCode } from '@lib/contracts/problems.js';

export type { FieldError };

/** What the server answered (RFC 9457), or that it did not answer: then `code` is `unreachable` and `status` 0. */
export class ApiProblem extends Error {
  readonly code: ProblemCode | 'unreachable';
  readonly status: number;
  /** For people, in the language that was on the screen when it was asked; null when nobody answered or the answer was not a problem document. */
  readonly title: string | null;
  readonly detail: string | null;
  readonly errors: readonly FieldError[];

  constructor(status: number, body: Partial<ProblemBody>) {
    super(body.code ?? (status === 0 ? 'unreachable' : 'internal'));
    this.name = 'ApiProblem';
    this.code = body.code ?? (status === 0 ? 'unreachable' : 'internal');
    this.status = status;
    this.title = body.title ?? null;
    this.detail = body.detail ?? null;
    this.errors = body.errors ?? [];
  }
}

/** In the product's own words: what stands in front of it answers 404 as well while it is started again. */
export const isNotFound = (error: unknown) => error instanceof ApiProblem && error.status === 404 && error.code !== 'internal';

/** Errors of one field; the server names nested fields by path, `participantMembershipIds.0`. */
export function errorsFor(problem: ApiProblem | null, field: string): string | undefined {
  return problem?.errors.find((error) => error.field === field || error.field.startsWith(`${field}.`))?.message;
}
