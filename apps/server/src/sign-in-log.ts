import { Problem } from '@lib/contracts/problems.js';
import { log } from '@lib/platform/log.js';

/** The ways in. Who came in by which stands in the log too (`Sessions.createIn`), once for all of them. */
type WayIn = 'provider' | 'guest' | 'demo' | 'firstAdministrator';

/** Does `work`, part of signing somebody in; a refusal of it leaves a line in the log: by which way and why, in words of the code. */
export async function signingIn<T>(method: WayIn, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    log.warn({ what: 'sign-in', method, outcome: error instanceof Problem ? error.code : 'internal' }, 'a sign-in was refused');
    throw error;
  }
}
