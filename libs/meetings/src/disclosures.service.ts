import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Problem } from '@lib/contracts/problems.js';
import { Directory, type Member } from '@lib/access/directory.service.js';
import { LegalBases } from '@lib/access/legal-bases.service.js';
import { legalBasisView } from '@lib/access/legal-bases.data.js';
import { ItemAccess } from '@lib/access/item-access.service.js';
import { readersOf, windowOf, type Audience, type Participation, type Subject, type Window } from '@lib/access/policy.js';
import { Clock } from '@lib/platform/clock.js';
import { newId } from '@lib/platform/ids.js';
import { Keyring } from '@lib/platform/keyring.service.js';
import type { Tx } from '@lib/platform/unit-of-work.service.js';
import type { DisclosureKind } from './disclosure.entity.js';
import { Embargoes } from './embargoes.service.js';
import { ItemUse } from './item-use.service.js';
import { MeetingAccess } from './meeting-access.service.js';
import { MeetingPeople } from './meeting-people.service.js';
import type { ItemRow } from './meeting-rows.js';
import { participation } from './participants.js';

/** What one meeting shows to people who did not see it. */
export interface Shown {
  meetingId: string;
  /** Who comes to see it: the whole frame of the meeting where they join it, of which a guest sees kind, title, time and place. */
  joins: readonly string[];
  /** By item, who comes to read it that did not, or reads it for longer. */
  items: readonly ShownItem[];
  /** The one item that the reason speaks of; absent where it is about taking part. */
  about?: string;
}

interface ShownItem {
  itemId: string;
  legalBasisId: string | null;
  legalBasisVersion: string | null;
  to: readonly string[];
}

/** Why something is shown, and what the asker was told that it would show. */
export interface Ground {
  reason: string | null;
  /** Of the preview; null where none was asked for. */
  digest: string | null;
  /** [PE10] Somebody was sent to the meetings to come before reasons were asked for: she comes to new ones without. */
  isFromBefore?: true;
}

/** Showing something to somebody who did not see it: what exactly, and that it was done (rules MT70–MT73). */
@Injectable()
export class Disclosures {
  constructor(
    private readonly meetings: MeetingAccess,
    private readonly people: MeetingPeople,
    private readonly access: ItemAccess,
    private readonly directory: Directory,
    private readonly use: ItemUse,
    private readonly embargoes: Embargoes,
    private readonly keyring: Keyring,
    private readonly clock: Clock,
    private readonly bases: LegalBases,
  ) {}

  /** [MT70] What a meeting would show to people who join it. */
  async ofJoiningIn(tx: Tx, meetingId: string, joining: readonly Participation[]): Promise<Shown> {
    const rows = await this.meetings.itemRowsIn(tx, 'meeting_id = $1', meetingId);
    const audiences = await this.access.audiencesIn(tx, rows.map((row) => row.id));
    const to = (row: ItemRow) => readersOf(joining, audiences.get(row.id)!).map((one) => one.membershipId);
    return { meetingId, joins: joining.map((one) => one.membershipId), items: this.shown(rows, to) };
  }

  /** [MT70] What other audiences would show, by item. */
  async ofAudiencesIn(tx: Tx, meetingId: string, changes: readonly { itemId: string; before: Audience; after: Audience }[], participants: readonly Participation[]): Promise<Shown> {
    const ids = new Set(changes.map((one) => one.itemId));
    const rows = (await this.meetings.itemRowsIn(tx, 'meeting_id = $1', meetingId)).filter((row) => ids.has(row.id));
    const to = (row: ItemRow) => {
      const { before, after } = changes.find((one) => one.itemId === row.id)!;
      const had = new Set(readersOf(participants, before).map((one) => one.membershipId));
      return readersOf(participants, after)
        .filter((one) => !had.has(one.membershipId) || !isWithin(windowOf(one, after), windowOf(one, before)))
        .map((one) => one.membershipId);
    };
    return { meetingId, joins: [], items: this.shown(rows, to), ...(changes[0] === undefined ? {} : { about: changes[0].itemId }) };
  }

  private shown(rows: readonly ItemRow[], to: (row: ItemRow) => string[]): Shown['items'] {
    return rows.filter((row) => row.state !== 'withdrawn').map((row) => ({ itemId: row.id, legalBasisId: row.legal_basis_id, legalBasisVersion: row.legal_basis_version, to: to(row) })).filter((one) => one.to.length > 0);
  }

  /**
   * [MT71] The same for the eyes of the asker: titles, counts and embargoes of what she reads herself. Of the rest she is told how
   * many closed items there are, as the agenda tells her, and nothing of whom they open to.
   *
   * @param coming people who are not there yet: a guest is made with her invitation
   */
  async viewIn(tx: Tx, subject: Subject, all: readonly Shown[], coming: readonly Member[] = []) {
    const readable: ReadonlySet<string> = await this.access.readableOfIn(tx, subject, all.flatMap((one) => one.items.map((item) => item.itemId)));
    const sealers = await this.keyring.sealersIn(tx, [...readable]);
    const counts = await this.use.countsIn(tx, [...readable]);
    const embargoes = await this.embargoes.standingIn(tx, [...readable]);
    const headlines = await this.meetings.headlinesIn(tx, all.map((one) => one.meetingId));
    const basisOf = await this.bases.wordsIn(tx, all.flatMap((one) => one.items.map((item) => item.legalBasisId)));
    const basisIn = (item: ShownItem) => {
      const basis = basisOf(item.legalBasisId, item.legalBasisVersion);
      return basis === undefined ? null : legalBasisView(basis);
    };
    const visible = all.map((one) => ({ ...one, items: one.items.filter((item) => readable.has(item.itemId)) })).filter((one) => one.joins.length > 0 || one.items.length > 0);
    const membershipIds = [...new Set(visible.flatMap((one) => [...one.joins, ...one.items.flatMap((item) => item.to)]))];
    const members = new Map([...(await this.directory.membersIn(tx, membershipIds)), ...coming.map((one) => [one.membershipId, one] as const)]);
    // [AC100] What hangs on an item, and who else is there, is no guest's to see.
    const isGuest = (id: string) => members.get(id)?.role === 'guest';
    const meetings = [];
    for (const one of visible) {
      const rows = new Map((await this.meetings.itemRowsIn(tx, 'meeting_id = $1', one.meetingId)).map((row) => [row.id, row]));
      const [meeting] = await tx.query<{ minutes_state: string }>('SELECT minutes_state FROM meeting WHERE id = $1', [one.meetingId]);
      const own: ReadonlySet<string> = await this.access.readableOfIn(tx, subject, [...rows.keys()]);
      meetings.push({
        ...headlines.get(one.meetingId)!,
        joins: one.joins.some((id) => !isGuest(id)),
        joinsAsGuest: one.joins.some(isGuest),
        hasMinutes: meeting?.minutes_state !== 'draft' && [...one.joins, ...one.items.flatMap((item) => item.to)].some((id) => !isGuest(id)),
        items: one.items.map(({ itemId, to, ...item }) => ({
          itemId,
          legalBasis: basisIn({ itemId, to, ...item }),
          title: sealers.get(itemId)!.openText(rows.get(itemId)!.title, { table: 'agenda_item', rowId: itemId, column: 'title' }),
          decisions: to.every(isGuest) ? 0 : (counts.get(itemId)?.decisions ?? 0),
          followUps: to.every(isGuest) ? 0 : (counts.get(itemId)?.followUps ?? 0),
          toMembershipIds: [...to],
          embargoes: embargoes.get(itemId) ?? [],
        })),
        closedItems: one.joins.every(isGuest) ? 0 : [...rows.values()].filter((row) => !own.has(row.id) && !['withdrawn', 'omitted'].includes(row.state) && (row.parent_id === null || own.has(row.parent_id))).length,
      });
    }
    const items = meetings.flatMap((one) => one.items);
    const view = {
      people: membershipIds.map((id) => members.get(id)).filter((one): one is Member => one !== undefined),
      meetings,
      counts: {
        items: items.length,
        decisions: items.reduce((sum, one) => sum + one.decisions, 0),
        followUps: items.reduce((sum, one) => sum + one.followUps, 0),
        minutes: meetings.filter((one) => one.hasMinutes && (one.joins || one.items.length > 0)).length,
      },
    };
    return { ...view, digest: digestOf(view) };
  }

  /**
   * [MT72] [MT73] Writes down what is shown, behind the locks of the command that shows it. Nothing is written where nobody
   * comes to see anything.
   *
   * @throws Problem `invalid-input` without a reason, `precondition-failed` when it would show
   *   something else than the preview said
   */
  async recordIn(tx: Tx, subject: Subject, kind: DisclosureKind, all: readonly Shown[], { reason, digest, isFromBefore }: Ground): Promise<void> {
    const shows = all.filter((one) => one.joins.length > 0 || one.items.length > 0);
    if (shows.length === 0) return;
    if (digest !== null && digest !== (await this.viewIn(tx, subject, shows)).digest) {
      throw new Problem('precondition-failed', 'Det, der bliver synligt, er ændret, siden du så det. Se det igen, før du går videre.');
    }
    if (reason === null && isFromBefore !== true) throw new Problem('invalid-input', undefined, [{ field: 'disclosureReason', message: 'Skriv, hvorfor de har brug for at se det.' }]);
    const sealers = await this.keyring.sealersIn(tx, shows.map((one) => one.meetingId));
    for (const one of shows) {
      const id = newId();
      await tx.query(
        `INSERT INTO disclosure (id, kind, meeting_id, item_id, item_ids, to_membership_ids, legal_basis_ids, reason, made_by_membership_id, at, shown)
         VALUES ($1, $2, $3, $4, $5::uuid[], $6::uuid[], $7::text[], $8, $9, $10, $11::jsonb)`,
        [
          id,
          kind,
          one.meetingId,
          one.about ?? null,
          one.items.map((item) => item.itemId),
          [...new Set([...one.joins, ...one.items.flatMap((item) => item.to)])],
          [...new Set(one.items.flatMap((item) => item.legalBasisId ?? []))],
          reason === null ? null : sealers.get(one.meetingId)!.sealText(reason, { table: 'disclosure', rowId: id, column: 'reason' }),
          subject.membershipId,
          this.clock.now().toString(),
          JSON.stringify(one.items satisfies readonly Readonly<ShownItem>[]),
        ],
      );
    }
  }

  /** Of members as they would take part. */
  async joiningIn(tx: Tx, membershipIds: readonly string[], window?: Window): Promise<Participation[]> {
    return [...(await this.directory.membersIn(tx, membershipIds)).values()].map((one) => participation({ ...one, ...(window === undefined ? {} : { window }) }));
  }

  /** Those of these people who do not take part yet. */
  async newcomersIn(tx: Tx, meetingId: string, joining: readonly Participation[]): Promise<Participation[]> {
    const known = new Set(((await this.people.ofIn(tx, [meetingId])).get(meetingId) ?? []).map((one) => one.id));
    return joining.filter((one) => !known.has(one.personId));
  }
}

const isWithin = (inner: Window, outer: Window): boolean => (outer.fromMs === null || (inner.fromMs !== null && inner.fromMs >= outer.fromMs)) && (outer.toMs === null || (inner.toMs !== null && inner.toMs <= outer.toMs));

/** Of who, what, on which basis and under which embargoes, not of how it is called. */
const digestOf = (view: { people: readonly Member[]; meetings: readonly { id: string; joins: boolean; hasMinutes: boolean; items: readonly { itemId: string; legalBasis: { id: string } | null; decisions: number; followUps: number; toMembershipIds: readonly string[]; embargoes: readonly { id: string }[] }[] }[] }): string =>
  createHash('sha256')
    .update(
      JSON.stringify([
        view.people.map((one) => one.membershipId).toSorted(),
        view.meetings.map((one) => [one.id, one.joins, one.hasMinutes, one.items.map(({ itemId, legalBasis, decisions, followUps, toMembershipIds, embargoes }) => [itemId, legalBasis?.id ?? null, decisions, followUps, toMembershipIds.toSorted(), embargoes.map((embargo) => embargo.id).toSorted()])]),
      ]),
    )
    .digest('hex');
