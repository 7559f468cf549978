import { v7 } from 'uuid';

/**
 * A fresh row id: UUID version 7 (RFC 9562 §5.7), chosen by the process before the row is sealed, because the id is
 * part of what the encryption authenticates. Ids sort by the time they were made.
 */
export function newId(): string {
  return v7();
}
