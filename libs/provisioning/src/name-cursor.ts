import { Problem } from '@lib/contracts/problems.js';

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Where a page of names ended, opaque to the caller. */
export const writeNameCursor = (key: string, id: string): string => Buffer.from(JSON.stringify([key, id])).toString('base64url');

/** @throws Problem `invalid-input` for anything that {@link writeNameCursor} did not write */
export function readNameCursor(cursor: string): [key: string, id: string] {
  try {
    const [key, id, ...rest] = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')) as unknown[];
    if (rest.length === 0 && typeof key === 'string' && !key.includes('\0') && typeof id === 'string' && uuid.test(id)) return [key, id];
  } catch {
    // Falls through: whatever is wrong with it, the answer is the same.
  }
  throw new Problem('invalid-input', undefined, [{ field: 'cursor', message: 'Siden findes ikke længere. Hent listen igen.' }]);
}
