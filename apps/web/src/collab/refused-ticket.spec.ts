import { describe, expect, it } from '@jest/globals';
import { ApiProblem } from '../api/problem.js';
import { endOfRefusal } from './refused-ticket.js';

describe('a refused ticket', () => {
  it('[CO93] ends the document in the words of the product only; whatever else answers is not the product', () => {
    expect(endOfRefusal(new ApiProblem(404, { code: 'not-found' }))).toBe('accessLost');
    expect(endOfRefusal(new ApiProblem(403, { code: 'not-allowed' }))).toBe('accessLost');
    expect(endOfRefusal(new ApiProblem(401, { code: 'not-signed-in' }))).toBe('signedOut');
    // A proxy while the server is started again, a firewall, nobody at all.
    for (const status of [401, 403, 404, 410, 429, 500, 502, 503]) expect([status, endOfRefusal(new ApiProblem(status, {}))]).toEqual([status, null]);
    expect(endOfRefusal(new ApiProblem(429, { code: 'too-many-requests' }))).toBeNull();
    expect(endOfRefusal(new ApiProblem(403, { code: 'origin-refused' }))).toBeNull();
    expect(endOfRefusal(new ApiProblem(0, {}))).toBeNull();
    expect(endOfRefusal(new TypeError('broken'))).toBeNull();
  });
});
