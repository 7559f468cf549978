import { Problem } from '@lib/contracts/problems.js';

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const day = /^(19|20|21)\d{2}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/;
const instant = /^(19|20|21)\d{2}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z$/;

/** Keyset cursors: where a page ended, opaque to the caller. `position` is a day or an instant as `toISOString` writes it. */
export function writeCursor(position: string, id: string): string {
  return Buffer.from(JSON.stringify([position, id])).toString('base64url');
}

/**
 * @returns position and id, in a form that the database can read
 * @throws Problem `invalid-input` for anything that `writeCursor` did not write
 */
export function readCursor(cursor: string): [position: string, id: string] {
  try {
    const [position, id, ...rest] = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')) as unknown[];
    if (rest.length === 0 && typeof position === 'string' && typeof id === 'string' && uuid.test(id) && (day.test(position) || instant.test(position)) && new Date(position).toISOString().startsWith(position.slice(0, 10))) return [position, id];
  } catch {
    // Falls through: whatever is wrong with it, the answer is the same.
  }
  throw new Problem('invalid-input', undefined, [{ field: 'cursor', message: 'Siden findes ikke længere. Hent listen igen.' }]);
}
