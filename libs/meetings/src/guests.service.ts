import { Injectable } from '@nestjs/common';
import type { GuestPurpose, GuestSector } from '@lib/contracts/enums.js';
import { Problem } from '@lib/contracts/problems.js';
import { Directory, type Member } from '@lib/access/directory.service.js';
import { GuestNames } from '@lib/access/guest-names.service.js';
import { GuestSignIn, type GuestKeys } from '@lib/access/guest-sign-in.service.js';
import { guestAuthorityId, type GuestRow } from '@lib/access/guests.js';
import { ItemAccess } from '@lib/access/item-access.service.js';
import { LegalBases } from '@lib/access/legal-bases.service.js';
import { isAdmitted, type Audience, type Participation, type Subject } from '@lib/access/policy.js';
import { Policy } from '@lib/access/policy.service.js';
import { Clock } from '@lib/platform/clock.js';
import { DomainEvents } from '@lib/platform/events.service.js';
import { Idempotency, type IdempotentRequest } from '@lib/platform/idempotency.service.js';
import { newId } from '@lib/platform/ids.js';
import { UnitOfWork, type Tx } from '@lib/platform/unit-of-work.service.js';
import { Disclosures, type Ground, type Shown } from './disclosures.service.js';
import { notAdmitted } from './item-basis.js';
import { MeetingAccess } from './meeting-access.service.js';
import { nobody, type ItemRow, type MeetingRow } from './meeting-rows.js';
import { participation, type Participant } from './participants.js';

export interface GuestInvitation {
  name: string;
  organisation: string;
  sector: GuestSector;
  purpose: GuestPurpose;
  /** The one item; null for the meeting. */
  itemId: string | null;
  mayWrite: boolean;
  /** Epoch milliseconds; null from now on. */
  fromMs: number | null;
  /** Exclusive. */
  toMs: number;
  /** [GU10] The guest whose place she takes, who is out with the same commit; null for a new one. */
  inPlaceOf: string | null;
}

/** A link is for a meeting or two, not for good. */
const longestDays = 92;
const dayMs = 86_400_000;
/** In place of who is not there yet: the same in the preview and in what is done. */
const comingId = '00000000-0000-0000-0000-000000000000';

interface Plan {
  row: MeetingRow;
  participants: Participant[];
  item: { row: ItemRow; audience: Audience } | null;
  /** [GU10] Who goes when she comes. */
  replaces: GuestRow | null;
}

/** Inviting somebody of no authority to one meeting or one item, and taking it back (rules GU1–GU8). */
@Injectable()
export class Guests {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly meetings: MeetingAccess,
    private readonly access: ItemAccess,
    private readonly bases: LegalBases,
    private readonly directory: Directory,
    private readonly disclosures: Disclosures,
    private readonly signIn: GuestSignIn,
    private readonly names: GuestNames,
    private readonly policy: Policy,
    private readonly events: DomainEvents,
    private readonly idempotency: Idempotency,
    private readonly clock: Clock,
  ) {}

  /**
   * [GU2] What would become visible to her. Stores nothing.
   *
   * @throws Problem `not-found`, `not-allowed`, `invalid-input`, `transition-refused`, `legal-basis-limit`
   */
  async preview(subject: Subject, meetingId: string, invitation: GuestInvitation) {
    return this.unitOfWork.run(async (tx) => this.disclosures.viewIn(tx, subject, [await this.shownIn(tx, await this.planIn(tx, subject, meetingId, invitation), invitation, comingId)], await this.comingIn(tx, invitation)));
  }

  /**
   * [GU1–GU3] Lets her in, and writes down what was shown and why.
   *
   * @param request repeated, it invites nobody else: the guest of the first time gets new keys, whose first ones nobody may have been shown
   * @returns link and code, which are not stored and cannot be had again
   * @throws Problem as {@link preview}, `precondition-failed` when it would show something else than the preview said, `idempotency-conflict`
   */
  async invite(subject: Subject, meetingId: string, invitation: GuestInvitation, { reason, digest }: Ground, request?: IdempotentRequest): Promise<GuestKeys & { membershipId: string }> {
    return this.unitOfWork.run(async (tx) => {
      const invited = await this.idempotency.recallIn(tx, subject.personId, request);
      if (invited !== null) {
        const { opened_at, locked_at, revoked_at } = await this.managedIn(tx, subject, invited);
        if (revoked_at !== null) throw new Problem('idempotency-conflict', 'Gæstens adgang er ophørt. Invitér gæsten igen.');
        // Somebody else gave her the keys meanwhile, or too many guesses closed the link: that is undone knowingly only.
        if (opened_at !== null || locked_at !== null) throw new Problem('idempotency-conflict', 'Gæsten er allerede inviteret. Forny linket på gæstens linje.');
        return this.renewIn(tx, subject, invited);
      }
      await this.meetings.lockForIn(tx, subject, meetingId);
      // Audiences are changed under the lock of their items: wait for those that are being changed, and make others wait.
      await tx.query('SELECT id FROM agenda_item WHERE meeting_id = $1 AND ($2::uuid IS NULL OR id = $2::uuid) ORDER BY id FOR UPDATE', [meetingId, invitation.itemId]);
      const plan = await this.planIn(tx, subject, meetingId, invitation);
      if (digest !== null && digest !== (await this.disclosures.viewIn(tx, subject, [await this.shownIn(tx, plan, invitation, comingId)], await this.comingIn(tx, invitation))).digest) {
        throw new Problem('precondition-failed', 'Det, der bliver synligt, er ændret, siden du så det. Se det igen, før du går videre.');
      }
      const guest = await this.makeIn(tx, subject, meetingId, invitation);
      await this.disclosures.recordIn(tx, subject, 'guest', [await this.shownIn(tx, plan, invitation, guest.membership_id)], { reason, digest: null });
      const { item, participants } = plan;
      const all = participants.map(participation);
      if (item !== null && item.audience.kind === 'restricted') await this.access.setAudienceIn(tx, [{ itemId: item.row.id, audience: { ...item.audience, personIds: [...item.audience.personIds, guest.person_id] } }], all);
      else await this.access.renewReadersIn(tx, item === null ? (await this.meetings.itemRowsIn(tx, 'meeting_id = $1', meetingId)).map((one) => one.id) : [item.row.id], all);
      if (plan.replaces !== null) await this.revokeIn(tx, subject, plan.replaces);
      const keys = await this.signIn.renewIn(tx, guest.membership_id);
      await this.noteIn(tx, subject, guest.membership_id, 'invited');
      await this.idempotency.rememberIn(tx, subject.personId, request, guest.membership_id);
      this.events.emitIn(tx, 'guest.changed', { meetingId, itemId: invitation.itemId });
      return { ...keys, membershipId: guest.membership_id };
    });
  }

  /**
   * [GU6] A new link and code; the former ones, and whoever is in by them, are out.
   *
   * @throws Problem `not-found`, `not-allowed`, `transition-refused` for one whose access is over
   */
  async renew(subject: Subject, membershipId: string): Promise<GuestKeys & { membershipId: string }> {
    return this.unitOfWork.run((tx) => this.renewIn(tx, subject, membershipId));
  }

  private async renewIn(tx: Tx, subject: Subject, membershipId: string): Promise<GuestKeys & { membershipId: string }> {
    const guest = await this.managedIn(tx, subject, membershipId);
    if (guest.revoked_at !== null || guest.valid_to.getTime() <= this.clock.now().epochMilliseconds) throw new Problem('transition-refused', 'Gæstens adgang er ophørt. Invitér gæsten igen.');
    const keys = await this.signIn.renewIn(tx, membershipId);
    await tx.query('UPDATE guest SET locked_at = NULL WHERE membership_id = $1', [membershipId]);
    await this.noteIn(tx, subject, membershipId, 'renewed');
    this.events.emitIn(tx, 'guest.changed', { meetingId: guest.meeting_id, itemId: guest.item_id });
    return { ...keys, membershipId };
  }

  /**
   * [GU7] Takes her access with the commit: link, sessions, readers, sockets. Taking it twice changes nothing.
   *
   * @throws Problem `not-found`, `not-allowed`
   */
  async revoke(subject: Subject, membershipId: string): Promise<{ meetingId: string }> {
    return this.unitOfWork.run(async (tx) => {
      const guest = await this.managedIn(tx, subject, membershipId);
      if (guest.revoked_at === null) await this.revokeIn(tx, subject, guest);
      return { meetingId: guest.meeting_id };
    });
  }

  private async revokeIn(tx: Tx, subject: Subject, guest: GuestRow): Promise<void> {
    const { membership_id: membershipId } = guest;
    const now = this.clock.now();
    await tx.query('UPDATE guest SET revoked_at = $2 WHERE membership_id = $1', [membershipId, now.toString()]);
    if (guest.valid_to.getTime() > now.epochMilliseconds) await tx.query('UPDATE membership SET valid_to = $2 WHERE id = $1', [membershipId, now.toString()]);
    const read = await tx.query<{ item_id: string }>('DELETE FROM item_reader WHERE membership_id = $1 RETURNING item_id', [membershipId]);
    await tx.query(`DELETE FROM item_audience WHERE subject_kind = 'person' AND subject_id = $1 AND item_id IN (SELECT id FROM agenda_item WHERE meeting_id = $2)`, [guest.person_id, guest.meeting_id]);
    await this.signIn.dropIn(tx, membershipId);
    await this.noteIn(tx, subject, membershipId, 'revoked');
    for (const { item_id } of read) this.events.emitIn(tx, 'item.audienceChanged', { meetingId: guest.meeting_id, itemId: item_id, affected: [membershipId] });
    this.events.emitIn(tx, 'guest.changed', { meetingId: guest.meeting_id, itemId: guest.item_id });
  }

  /** Who may, what it is to, and whether it can be. */
  private async planIn(tx: Tx, subject: Subject, meetingId: string, invitation: GuestInvitation): Promise<Plan> {
    const { row, participants } = await this.meetings.readableMeetingIn(tx, subject, meetingId);
    const item = invitation.itemId === null ? null : await this.itemIn(tx, subject, row, invitation.itemId);
    const may = this.policy.may(subject, 'guest.invite', { item, meetingState: row.state }, { participants: participants.map(participation) });
    if (!may && row.state === 'cancelled') throw new Problem('transition-refused', 'Mødet er aflyst.');
    if (!may) throw new Problem('not-allowed', 'Gæster inviteres af mødets koordinatorer, til et punkt af dem, der selv kan se det.');
    this.assertTime(invitation);
    if (item !== null && !isAdmitted(invitation, item.audience)) {
      throw notAdmitted((await this.bases.ofVersionsIn(tx, row.owner_authority_id))(item.row.legal_basis_id, item.row.legal_basis_version), { name: invitation.name, authority: { name: invitation.organisation, sector: invitation.sector } }, 'sector');
    }
    return { row, participants, item, replaces: invitation.inPlaceOf === null ? null : await this.replacedIn(tx, subject, meetingId, invitation) };
  }

  /** [GU10] @throws Problem `not-found` for a guest of another meeting or item, `transition-refused` for one who is out already */
  private async replacedIn(tx: Tx, subject: Subject, meetingId: string, { inPlaceOf, itemId }: GuestInvitation): Promise<GuestRow> {
    const guest = await this.managedIn(tx, subject, inPlaceOf!);
    if (guest.meeting_id !== meetingId || guest.item_id !== itemId) throw new Problem('not-found');
    if (guest.revoked_at !== null) throw new Problem('transition-refused', 'Gæstens adgang er ophørt. Invitér gæsten igen.');
    return guest;
  }

  /** One of the meeting that the asker reads; for all others there is none. */
  private async itemIn(tx: Tx, subject: Subject, meeting: MeetingRow, itemId: string): Promise<NonNullable<Plan['item']>> {
    const readable = await this.access.readableIn(tx, subject, itemId);
    const [item] = readable === null ? [] : await this.meetings.itemRowsIn(tx, 'id = $1', readable);
    if (item === undefined || item.meeting_id !== meeting.id) throw new Problem('not-found');
    if (['withdrawn', 'moved', 'carried'].includes(item.state)) throw new Problem('transition-refused', 'Punktet er ikke længere på dagsordenen.');
    return { row: item, audience: (await this.access.audiencesIn(tx, [itemId])).get(itemId) ?? nobody };
  }

  /** [GU1] It begins at once or later, and ends. */
  private assertTime({ fromMs, toMs }: GuestInvitation): void {
    const nowMs = this.clock.now().epochMilliseconds;
    if (toMs <= nowMs || (fromMs !== null && toMs <= fromMs)) throw new Problem('invalid-input', undefined, [{ field: 'to', message: 'Perioden slutter, før den begynder.' }]);
    if (toMs > nowMs + longestDays * dayMs) throw new Problem('invalid-input', undefined, [{ field: 'to', message: 'Et link kan højst gælde i tre måneder.' }]);
  }

  /** [GU2] For the item: the item. For the meeting: what of it is open to all, and its sector admitted to. */
  private async shownIn(tx: Tx, { row, item }: Plan, invitation: GuestInvitation, membershipId: string): Promise<Shown> {
    if (item !== null) return { meetingId: row.id, joins: [membershipId], items: [{ itemId: item.row.id, legalBasisId: item.row.legal_basis_id, legalBasisVersion: item.row.legal_basis_version, to: [membershipId] }], about: item.row.id };
    const coming: Participation = { membershipId, personId: comingId, authorityId: guestAuthorityId(invitation.sector), sector: invitation.sector, guest: { itemId: null, mayWrite: invitation.mayWrite } };
    return this.disclosures.ofJoiningIn(tx, row.id, [coming]);
  }

  private async comingIn(tx: Tx, { name, organisation, sector }: GuestInvitation): Promise<Member[]> {
    const authority = (await this.directory.authoritiesIn(tx, [guestAuthorityId(sector)])).get(guestAuthorityId(sector))!;
    return [{ id: comingId, membershipId: comingId, name, role: 'guest', functionTitle: '', authority: { ...authority, name: organisation } }];
  }

  private async makeIn(tx: Tx, subject: Subject, meetingId: string, invitation: GuestInvitation): Promise<{ membership_id: string; person_id: string }> {
    const [personId, membershipId] = [newId(), newId()];
    const now = this.clock.now().toString();
    const to = new Date(invitation.toMs).toISOString();
    const words = await this.names.sealIn(tx, { membership_id: membershipId, meeting_id: meetingId, item_id: invitation.itemId }, invitation);
    await tx.query(`INSERT INTO person (id, name, guest) VALUES ($1, '', true)`, [personId]);
    await tx.query(
      `INSERT INTO membership (id, person_id, authority_id, role, function_title, unit_title, valid_from, valid_to) VALUES ($1, $2, $3, 'guest', '', '', $4, $5)`,
      [membershipId, personId, guestAuthorityId(invitation.sector), now, to],
    );
    await tx.query(
      `INSERT INTO guest (membership_id, person_id, meeting_id, item_id, sector, purpose, may_write, valid_from, valid_to, invited_by_membership_id, invited_at, name, organisation)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
      [membershipId, personId, meetingId, invitation.itemId, invitation.sector, invitation.purpose, invitation.mayWrite, invitation.fromMs === null ? now : new Date(invitation.fromMs).toISOString(), to, subject.membershipId, now, words.name, words.organisation],
    );
    return { membership_id: membershipId, person_id: personId };
  }

  /** A guest that the asker answers for; for who may not know of her there is none. */
  private async managedIn(tx: Tx, subject: Subject, membershipId: string): Promise<GuestRow> {
    const [known] = await tx.query<GuestRow>('SELECT * FROM guest WHERE membership_id = $1', [membershipId]);
    if (known === undefined) throw new Problem('not-found');
    await this.meetings.lockForIn(tx, subject, known.meeting_id);
    const { participants } = await this.meetings.readableMeetingIn(tx, subject, known.meeting_id);
    if (known.item_id !== null && (await this.access.readableIn(tx, subject, known.item_id)) === null) throw new Problem('not-found');
    const item = known.item_id === null ? null : { audience: (await this.access.audiencesIn(tx, [known.item_id])).get(known.item_id) ?? nobody };
    if (!this.policy.may(subject, 'guest.manage', { item }, { participants: participants.map(participation) })) throw new Problem('not-allowed', 'Gæsters adgang styres af mødets koordinatorer.');
    // Behind the lock: somebody else may have taken it meanwhile.
    return (await tx.query<GuestRow>('SELECT * FROM guest WHERE membership_id = $1', [membershipId]))[0]!;
  }

  private async noteIn(tx: Tx, subject: Subject, membershipId: string, kind: 'invited' | 'renewed' | 'revoked'): Promise<void> {
    await tx.query('INSERT INTO guest_event (id, membership_id, kind, by_membership_id, at) VALUES ($1, $2, $3, $4, $5)', [newId(), membershipId, kind, subject.membershipId, this.clock.now().toString()]);
  }
}

