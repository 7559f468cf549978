/** Work on something long, which rests between two parts of it so that others get their turn. */
export type Steps<Result> = Generator<void, Result>;

/** Things after which it rests: a millisecond or two. */
export const slice = 2_000;

/** Does all of it at once. */
export function finished<Result>(steps: Steps<Result>): Result {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}
