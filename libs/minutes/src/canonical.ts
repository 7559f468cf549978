import { createHash } from 'node:crypto';

/**
 * JSON in the one form that RFC 8785 prescribes, so that the same value is the same bytes everywhere: keys in order of
 * their UTF-16 code units, numbers and strings as ECMAScript writes them (§3.2.2), no blanks. Keys whose value is
 * undefined are left out, as JSON.stringify does.
 *
 * @throws Error for what I-JSON has no form for: NaN, infinities, lone surrogates, functions
 */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return text(value);
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new Error('a number that JSON cannot hold');
    return JSON.stringify(value);
  }
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value === 'object') {
    const entries = Object.entries(value).filter(([, one]) => one !== undefined);
    // The default order of strings is that of their code units (ECMA-262 §7.2.12).
    entries.sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${entries.map(([key, one]) => `${text(key)}:${canonicalJson(one)}`).join(',')}}`;
  }
  throw new Error('a value that JSON cannot hold');
}

function text(value: string): string {
  if (/\p{Surrogate}/u.test(value)) throw new Error('text with half a character');
  return JSON.stringify(value);
}

/** SHA-256 over the canonical form, in UTF-8. */
export const digest = (value: unknown): Buffer => createHash('sha256').update(canonicalJson(value), 'utf8').digest();
