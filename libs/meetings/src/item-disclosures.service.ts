import { Injectable } from '@nestjs/common';
import { Problem } from '@lib/contracts/problems.js';
import { Directory, type Member } from '@lib/access/directory.service.js';
import { legalBasisView } from '@lib/access/legal-bases.data.js';
import { LegalBases } from '@lib/access/legal-bases.service.js';
import type { Subject } from '@lib/access/policy.js';
import { Policy } from '@lib/access/policy.service.js';
import { Keyring } from '@lib/platform/keyring.service.js';
import { currentOpening } from '@lib/platform/openings.js';
import { UnitOfWork } from '@lib/platform/unit-of-work.service.js';
import type { DisclosureKind } from './disclosure.entity.js';
import { MeetingAccess } from './meeting-access.service.js';

interface Row {
  id: string;
  kind: DisclosureKind;
  at: Date;
  made_by_membership_id: string;
  to_membership_ids: string[];
  legal_basis_id: string | null;
  legal_basis_version: string | null;
  reason: Uint8Array | null;
}

/** More than one page of them is read by nobody. */
const most = 200;

/** [AC66] What was recorded of an item: to whom it was opened, when, by whom and why, for the coordinators who read it. */
@Injectable()
export class ItemDisclosures {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly meetings: MeetingAccess,
    private readonly directory: Directory,
    private readonly bases: LegalBases,
    private readonly policy: Policy,
    private readonly keyring: Keyring,
  ) {}

  /**
   * The newest first, at most two hundred. A reason that speaks of taking part is told to whoever wrote it alone: it may speak of
   * items that are closed to the asker.
   *
   * @throws Problem `not-found`, `not-allowed`
   */
  async of(subject: Subject, itemId: string) {
    return this.unitOfWork.run(async (tx) => {
      const { facts, meeting } = await this.meetings.itemFactsIn(tx, subject, itemId);
      if (!this.policy.may(subject, 'disclosure.read', facts, facts)) throw new Problem('not-allowed', 'Videregivelser ses af koordinatorer, der selv kan læse punktet.');
      // Who came to see it is told, though nothing of its words is opened for that.
      currentOpening()?.touch([itemId]);
      const rows = await tx.query<Row>('SELECT * FROM item_disclosures($1) ORDER BY "at" DESC, id DESC LIMIT $2', [itemId, most]);
      const people = await this.directory.pastMembersIn(tx, rows.flatMap((row) => [row.made_by_membership_id, ...row.to_membership_ids]));
      const basisOf = await this.bases.wordsIn(tx, rows.map((row) => row.legal_basis_id));
      const sealer = rows.some((row) => row.reason !== null) ? await this.keyring.sealerIn(tx, meeting.id) : null;
      return {
        disclosures: rows.map((row) => {
          const basis = basisOf(row.legal_basis_id, row.legal_basis_version);
          return {
            id: row.id,
            kind: row.kind,
            at: row.at.toISOString(),
            by: people.get(row.made_by_membership_id)!,
            to: row.to_membership_ids.map((id) => people.get(id)).filter((one): one is Member => one !== undefined),
            legalBasis: basis === undefined ? null : legalBasisView(basis),
            reason: sealer?.openOrNull(row.reason, { table: 'disclosure', rowId: row.id, column: 'reason' }) ?? null,
          };
        }),
      };
    });
  }
}
