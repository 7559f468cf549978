import { createCipheriv, createDecipheriv, createHmac, hkdfSync } from 'node:crypto';
import { Problem } from '@lib/contracts/problems.js';
import { randomBytesOfPool } from './random-pool.js';

/**
 * Content at rest: AES-256-GCM (NIST SP 800-38D), a random 96-bit nonce per sealing, the place of the content as
 * associated data, so that a value copied to another column, row, table or item does not open.
 *
 * Layout: version (1 byte) · nonce (12) · ciphertext · tag (16). The version says what the associated data are made of, and
 * stands in them. 1: table, row and scope; from before columns were bound (docs/adr/0084), read until it was sealed anew, and never
 * written by a {@link Sealer}. 2: the column besides.
 */
const [rowLayout, columnLayout] = [1, 2];
const overhead = 1 + 12 + 16;

/** Where a sealed value stands. `rowId` is chosen by the process before the row is written. */
export interface Place {
  table: string;
  rowId: string;
  /** As the database calls it. */
  column: string;
}

/** Whether it was sealed before columns were bound, and should be sealed anew. */
export const isOfOldLayout = (sealed: Uint8Array): boolean => sealed[0] === rowLayout;

/** The key was destroyed: nothing can be read, and nothing new is written. */
export class Shredded extends Error {
  constructor() {
    super('the key of the scope was destroyed');
    this.name = 'Shredded';
  }
}

/** Seals and opens the content of one scope (an item, a meeting, a series) with the scope's own key. */
export class Sealer {
  /** True: texts open as a sentence that says so, nothing else opens, and nothing is sealed. */
  readonly isShredded: boolean = false;

  constructor(
    readonly scopeId: string,
    private readonly key: Buffer,
  ) {}

  seal(plain: Uint8Array, at: Place): Buffer {
    return encrypt(this.key, plain, this.associated(at, columnLayout), columnLayout);
  }

  /** @throws Error when the value was changed, or sealed for another place or under another key */
  open(sealed: Uint8Array, at: Place): Buffer {
    const layout = isOfOldLayout(sealed) ? rowLayout : columnLayout;
    return decrypt(this.key, sealed, this.associated(at, layout), layout);
  }

  sealText(text: string, at: Place): Buffer {
    return this.seal(Buffer.from(text, 'utf8'), at);
  }

  openText(sealed: Uint8Array, at: Place): string {
    return this.open(sealed, at).toString('utf8');
  }

  /** What was sealed as JSON; `instead` is answered where the key was destroyed. */
  openJson<T>(sealed: Uint8Array, at: Place, instead: (sentence: string) => T): T {
    return this.isShredded ? instead(this.openText(sealed, at)) : (JSON.parse(this.openText(sealed, at)) as T);
  }

  /** null where there is nothing, and where the key was destroyed: for what is left out rather than explained. */
  openOrNull(sealed: Uint8Array | null, at: Place): string | null {
    return sealed === null || this.isShredded ? null : this.openText(sealed, at);
  }

  /**
   * A keyed fingerprint (HMAC-SHA-256, 32 bytes) by which a short text can be recognised without being kept: who has only
   * the database can try no guesses. Under a key of its own for each purpose (HKDF, RFC 5869).
   */
  fingerprint(text: string, purpose: string): Buffer {
    const key = Buffer.from(hkdfSync('sha256', this.key, Buffer.from(this.scopeId), Buffer.from(`samraad ${purpose}`), 32));
    return createHmac('sha256', key).update(text, 'utf8').digest();
  }

  private associated(at: Place, layout: number): Buffer {
    return Buffer.from(JSON.stringify([layout, at.table, at.rowId, this.scopeId, ...(layout === rowLayout ? [] : [at.column])]), 'utf8');
  }
}

/** Stands in for the key of a scope that was shredded, so that what is left of it can be shown. */
export class ShreddedSealer extends Sealer {
  override readonly isShredded = true;

  /** @param sentence what is shown, in the language of whoever asks */
  constructor(
    scopeId: string,
    private readonly sentence: () => string,
  ) {
    super(scopeId, Buffer.alloc(0));
  }

  override seal(): Buffer {
    throw new Problem('content-shredded');
  }

  override open(): Buffer {
    throw new Shredded();
  }

  override openText(): string {
    return this.sentence();
  }

  override fingerprint(): Buffer {
    throw new Shredded();
  }
}

/** @param layout the first byte; what `associated` is made of is the caller's to know by it */
export function encrypt(key: Buffer, plain: Uint8Array, associated: Buffer, layout = rowLayout): Buffer {
  const nonce = randomBytesOfPool(12);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  cipher.setAAD(associated);
  const ciphertext = cipher.update(plain);
  // In this mode nothing is left for the end.
  cipher.final();
  const sealed = Buffer.allocUnsafe(overhead + ciphertext.length);
  sealed[0] = layout;
  nonce.copy(sealed, 1);
  ciphertext.copy(sealed, 1 + 12);
  cipher.getAuthTag().copy(sealed, 1 + 12 + ciphertext.length);
  return sealed;
}

export function decrypt(key: Buffer, sealed: Uint8Array, associated: Buffer, layout = rowLayout): Buffer {
  if (sealed.length < overhead || sealed[0] !== layout) throw new Error('sealed value of an unknown layout');
  const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength);
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(1, 13));
  decipher.setAAD(associated);
  decipher.setAuthTag(bytes.subarray(bytes.length - 16));
  const plain = decipher.update(bytes.subarray(13, bytes.length - 16));
  // Says whether all of it is true; in this mode nothing is left for the end.
  decipher.final();
  return plain;
}
