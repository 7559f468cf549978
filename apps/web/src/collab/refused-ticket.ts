import { ApiProblem } from '../api/problem.js';
import type { End } from './save-state.js';

/**
 * What a refused ticket means for the open document; null: ask again, the server is down or overloaded. Only the product's own
 * words end anything: text is thrown away with access, and whatever stands in front of a server that is being started again
 * answers 403 and 404 in its own.
 */
export function endOfRefusal(error: unknown): End | null {
  if (!(error instanceof ApiProblem)) return null;
  switch (error.code) {
    case 'not-signed-in':
      return 'signedOut';
    case 'not-found':
    case 'not-allowed':
    case 'access-ended':
      return 'accessLost';
    default:
      return null;
  }
}
