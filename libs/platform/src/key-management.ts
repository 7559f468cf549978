/** A content key in the clear, with the scope (item, meeting, series) that it belongs to. */
export interface PlainKey {
  scopeId: string;
  key: Buffer;
}

export interface WrappedKey {
  scopeId: string;
  wrapped: Uint8Array;
}

/**
 * Holds the key-encryption keys (KEK) of the authorities, and never gives them out: it wraps and unwraps content keys.
 * Which KEK an authority uses now is a row of the database (`kek`), so that all processes agree on it. A wrapped key is
 * bound to its scope: it does not unwrap as the key of another one.
 *
 * Each call may be a call over the network, takes many keys at once, and is bounded in time by the implementation.
 *
 * @throws KeysUnavailable when it gives no answer, or refuses; nothing is then readable or written
 */
export abstract class KeyManagement {
  /** Makes a KEK, kept for good before this answers. @returns its id */
  abstract createKek(authorityId: string): Promise<string>;
  abstract wrap(kekId: string, keys: readonly PlainKey[]): Promise<Buffer[]>;
  /** @throws Error also when the KEK is unknown (destroyed, or of another installation) or a value was changed */
  abstract unwrap(kekId: string, keys: readonly WrappedKey[]): Promise<Buffer[]>;
  abstract has(kekId: string): Promise<boolean>;
  /** For ever. One that is gone already is no error: a rotation may be tried again. */
  abstract destroyKek(kekId: string): Promise<void>;
  /** These KEKs, for a backup; null when their keeper backs them up itself, undefined when one of them is gone. */
  abstract forBackup(kekIds: readonly string[]): object | null | undefined;
}

/** The sentence is for the operator; it names no key and no token. */
export class KeysUnavailable extends Error {
  constructor(sentence: string) {
    super(`Samråd cannot use its keys: ${sentence}`);
    this.name = 'KeysUnavailable';
  }
}
