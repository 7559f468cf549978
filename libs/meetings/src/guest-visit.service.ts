import { Injectable } from '@nestjs/common';
import type { GuestPurpose, MeetingState } from '@lib/contracts/enums.js';
import { Problem } from '@lib/contracts/problems.js';
import { Directory } from '@lib/access/directory.service.js';
import { guestParticipation, type GuestRow } from '@lib/access/guests.js';
import { openAt } from '@lib/access/item-access.service.js';
import { legalBasisView } from '@lib/access/legal-bases.data.js';
import { LegalBases } from '@lib/access/legal-bases.service.js';
import type { Audience, Subject } from '@lib/access/policy.js';
import { Policy } from '@lib/access/policy.service.js';
import { Clock } from '@lib/platform/clock.js';
import { Keyring } from '@lib/platform/keyring.service.js';
import { said } from '@lib/platform/speaking.js';
import { UnitOfWork } from '@lib/platform/unit-of-work.service.js';
import { lacksBasis } from './item-basis.js';
import { meetingKind } from './meeting-kinds.data.js';
import { endOf, type ItemRow, type MeetingRow } from './meeting-rows.js';

/** All that a guest sees. */
export interface GuestVisitView {
  name: string;
  organisation: string;
  purpose: GuestPurpose;
  /** Exclusive. */
  to: string;
  meeting: { id: string; kindTitle: string; title: string; startInstant: string; endInstant: string; place: string | null; videoLink: string | null; state: MeetingState; authority: string };
  items: { id: string; documentId: string; title: string; legalBasis: { id: string; label: string; limits: string } | null; isUnderEmbargo: boolean; canWrite: boolean }[];
}

/** [GU4] What a guest is shown: the meeting's kind, title, time and place, and the items that she reads. */
@Injectable()
export class GuestVisit {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly directory: Directory,
    private readonly bases: LegalBases,
    private readonly keyring: Keyring,
    private readonly policy: Policy,
    private readonly clock: Clock,
  ) {}

  /** @throws Problem `not-found` for whoever is no guest, or not in her time */
  async view(subject: Subject): Promise<GuestVisitView> {
    return this.unitOfWork.run(async (tx) => {
      const [guest] = await tx.query<GuestRow>('SELECT * FROM guest WHERE membership_id = $1 AND revoked_at IS NULL', [subject.membershipId]);
      if (guest === undefined) throw new Problem('not-found');
      const facts = { participants: [guestParticipation(guest)] };
      const [meeting] = await tx.query<MeetingRow>('SELECT * FROM meeting WHERE id = $1', [guest.meeting_id]);
      if (meeting === undefined || !this.policy.may(subject, 'guest.meeting', {}, facts)) throw new Problem('not-found');
      const items = await tx.query<ItemRow>(
        `SELECT i.* FROM item_reader r JOIN agenda_item i ON i.id = r.item_id
         WHERE r.membership_id = $1 AND ${openAt('r', '$2')} AND i.meeting_id = $3 AND i.state NOT IN ('withdrawn', 'moved') ORDER BY i.order_key, i.id`,
        [subject.membershipId, this.clock.now().toString(), meeting.id],
      );
      const ids = items.map((item) => item.id);
      const sealers = await this.keyring.sealersIn(tx, [meeting.id, ...ids]);
      const embargoed = new Set((await tx.query<{ id: string }>('SELECT e.id FROM guest_embargoes($1::uuid[]) AS e(id)', [ids])).map((row) => row.id));
      const basisOf = await this.bases.ofVersionsIn(tx, meeting.owner_authority_id);
      const authority = (await this.directory.authoritiesIn(tx, [meeting.owner_authority_id])).get(meeting.owner_authority_id);
      const own = (await this.directory.membersIn(tx, [subject.membershipId])).get(subject.membershipId);
      const kind = meetingKind(meeting.kind_id);
      const sealer = sealers.get(meeting.id)!;
      const at = { table: 'meeting', rowId: meeting.id };
      return {
        name: own?.name ?? '',
        organisation: own?.authority.name ?? '',
        purpose: guest.purpose,
        to: guest.valid_to.toISOString(),
        meeting: {
          id: meeting.id,
          kindTitle: kind === undefined ? meeting.kind_id : said(kind.title),
          title: sealer.openText(meeting.title, { ...at, column: 'title' }),
          startInstant: meeting.start_instant.toISOString(),
          endInstant: endOf(meeting).toISOString(),
          place: sealer.openOrNull(meeting.place, { ...at, column: 'place' }),
          videoLink: sealer.openOrNull(meeting.video_link, { ...at, column: 'video_link' }),
          state: meeting.state,
          authority: authority?.name ?? '',
        },
        items: items.map((item) => {
          const basis = basisOf(item.legal_basis_id, item.legal_basis_version);
          // Whom else it is open to is not hers to know; that it is open to her, item_reader has said.
          const audience: Audience = { kind: 'all', sectors: item.admitted_sectors, itemId: item.id };
          const state = { audience, minutesState: meeting.minutes_state, meetingState: meeting.state, itemState: item.state, isReopened: item.minutes_reopened, lacksBasis: lacksBasis(kind, item) };
          return {
            id: item.id,
            documentId: item.document_id,
            title: sealers.get(item.id)!.openText(item.title, { table: 'agenda_item', rowId: item.id, column: 'title' }),
            legalBasis: basis === undefined ? null : legalBasisView(basis),
            isUnderEmbargo: embargoed.has(item.id),
            canWrite: this.policy.may(subject, 'item.write', state, facts),
          };
        }),
      };
    });
  }
}
