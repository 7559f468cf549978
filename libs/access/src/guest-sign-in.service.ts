import { createHash, randomBytes, randomInt, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Problem } from '@lib/contracts/problems.js';
import { Clock } from '@lib/platform/clock.js';
import { DomainEvents } from '@lib/platform/events.service.js';
import { newId } from '@lib/platform/ids.js';
import { UnitOfWork, type Tx } from '@lib/platform/unit-of-work.service.js';
import type { Device } from './device.js';
import { guestAuthorityId, type GuestRow } from './guests.js';
import { Sessions } from './sessions.service.js';

/** What a coordinator is shown once: the link goes one way, the code another. Only hashes of them are stored. */
export interface GuestKeys {
  /** 256 bits, base64url; stands behind the # of the address. */
  token: string;
  /** Six digits. */
  code: string;
}

/** So many wrong codes lock a link, whoever tries and whenever. */
const mostWrongCodes = 5;

/** Links and codes of guests, and coming in by them (AC102, AC105). */
@Injectable()
export class GuestSignIn {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly sessions: Sessions,
    private readonly events: DomainEvents,
    private readonly clock: Clock,
  ) {}

  /** Makes a new link and code, in the transaction that decided it; what the guest had before opens nothing any more. */
  async renewIn(tx: Tx, membershipId: string): Promise<GuestKeys> {
    const keys: GuestKeys = { token: randomBytes(32).toString('base64url'), code: randomInt(1_000_000).toString().padStart(6, '0') };
    await this.dropIn(tx, membershipId);
    await tx.query('INSERT INTO guest_link (membership_id, token_hash, code_hash) VALUES ($1, $2, $3)', [membershipId, hashOf(keys.token), hashOf(keys.token, keys.code)]);
    return keys;
  }

  /** From this commit on the guest's link opens nothing, and whoever came in by it is out, with all sockets. */
  async dropIn(tx: Tx, membershipId: string): Promise<void> {
    await tx.query('DELETE FROM guest_link WHERE membership_id = $1', [membershipId]);
    await this.sessions.endAllOf(tx, { membershipId });
  }

  /**
   * [AC102] Comes in by link and code. A wrong code counts, whatever is answered.
   *
   * @returns the token of a session
   * @throws Problem `guest-link-over` for a link that is unknown, over or taken back, without telling which;
   *   `guest-code-wrong`, `guest-link-locked`, `guest-link-early` to whoever holds the link
   */
  async open(token: string, code: string, device: Device): Promise<string> {
    const outcome = await this.unitOfWork.run((tx) => this.openIn(tx, token, code, device), { as: 'signin' });
    if ('problem' in outcome) throw outcome.problem;
    return outcome.session;
  }

  /** What went wrong is an answer and no error here: the count of wrong codes must be committed. */
  private async openIn(tx: Tx, token: string, code: string, device: Device): Promise<{ session: string } | { problem: Problem }> {
    const now = this.clock.now();
    // Behind its lock one try comes after the other, so that none is free.
    const [link] = await tx.query<{ membership_id: string; code_hash: Uint8Array; wrong_codes: number }>('SELECT membership_id, code_hash, wrong_codes FROM guest_link WHERE token_hash = $1 FOR UPDATE', [hashOf(token)]);
    if (link === undefined) return { problem: new Problem('guest-link-over') };
    const [guest] = await tx.query<GuestRow>('SELECT * FROM guest WHERE membership_id = $1', [link.membership_id]);
    if (guest === undefined || guest.revoked_at !== null || guest.valid_to.getTime() <= now.epochMilliseconds) return { problem: new Problem('guest-link-over') };
    if (link.wrong_codes >= mostWrongCodes) return { problem: new Problem('guest-link-locked') };
    if (!timingSafeEqual(link.code_hash, hashOf(token, code))) {
      const wrong = link.wrong_codes + 1;
      await tx.query('UPDATE guest_link SET wrong_codes = $2 WHERE membership_id = $1', [link.membership_id, wrong]);
      if (wrong < mostWrongCodes) return { problem: new Problem('guest-code-wrong', `Du kan prøve ${mostWrongCodes - wrong} gange mere. Så spærres linket.`) };
      await tx.query('UPDATE guest SET locked_at = $2 WHERE membership_id = $1', [link.membership_id, now.toString()]);
      await this.noteIn(tx, link.membership_id, 'locked');
      this.events.emitIn(tx, 'guest.locked', { membershipId: link.membership_id });
      return { problem: new Problem('guest-link-locked') };
    }
    if (guest.valid_from.getTime() > now.epochMilliseconds) return { problem: new Problem('guest-link-early') };
    await tx.query('UPDATE guest_link SET wrong_codes = 0 WHERE membership_id = $1', [link.membership_id]);
    if (guest.opened_at === null) {
      await tx.query('UPDATE guest SET opened_at = $2 WHERE membership_id = $1', [link.membership_id, now.toString()]);
      this.events.emitIn(tx, 'guest.changed', { meetingId: guest.meeting_id, itemId: guest.item_id });
    }
    await this.noteIn(tx, link.membership_id, 'opened');
    const session = await this.sessions.createIn(tx, link.membership_id, { identityId: null, providerId: null, providerSessionId: null, assurance: 'low', mayAdminister: false, authorityIds: [guestAuthorityId(guest.sector)], device, asGuest: true });
    return { session };
  }

  private async noteIn(tx: Tx, membershipId: string, kind: 'opened' | 'locked'): Promise<void> {
    await tx.query('INSERT INTO guest_event (id, membership_id, kind, at) VALUES ($1, $2, $3, $4)', [newId(), membershipId, kind, this.clock.now().toString()]);
  }
}

function hashOf(...parts: readonly string[]): Buffer {
  return createHash('sha256').update(parts.join('.')).digest();
}
