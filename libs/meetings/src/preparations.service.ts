import { Injectable } from '@nestjs/common';
import type { PreparationAnswer } from '@lib/contracts/enums.js';
import { Problem } from '@lib/contracts/problems.js';
import { isBlank, type RichText } from '@lib/contracts/rich-text.js';
import { openAt } from '@lib/access/item-access.service.js';
import { Directory, type Authority } from '@lib/access/directory.service.js';
import { contentRoles, isOfSide, readersOf, type Subject } from '@lib/access/policy.js';
import { Policy } from '@lib/access/policy.service.js';
import { Clock } from '@lib/platform/clock.js';
import { DomainEvents } from '@lib/platform/events.service.js';
import { newId } from '@lib/platform/ids.js';
import { currentOpening } from '@lib/platform/openings.js';
import { UnitOfWork, type Tx } from '@lib/platform/unit-of-work.service.js';
import { ItemDocuments } from './item-documents.js';
import { isAboutPerson } from './item-basis.js';
import { MeetingAccess } from './meeting-access.service.js';
import { meetingKind } from './meeting-kinds.data.js';
import type { ItemRow } from './meeting-rows.js';

export interface PreparationRow {
  /** Of its document as well. */
  id: string;
  item_id: string;
  authority_id: string;
  answer: PreparationAnswer;
  version: number;
}

/** What the readers of an item know of an authority's preparation. */
export interface PreparationSide {
  authority: Authority;
  answer: PreparationAnswer;
  /** When it was released; null for every other answer. */
  releasedAt: string | null;
  /** Name of who released it. */
  releasedBy: string | null;
  /** The released words; null for every other answer. */
  text: RichText | null;
}

type ItemAt = Awaited<ReturnType<MeetingAccess['itemFactsIn']>>;

/** What each authority prepares for an item, its own until it is released. Rules AC70–AC72, PR1–PR7. */
@Injectable()
export class Preparations {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly meetings: MeetingAccess,
    private readonly documents: ItemDocuments,
    private readonly directory: Directory,
    private readonly events: DomainEvents,
    private readonly policy: Policy,
    private readonly clock: Clock,
  ) {}

  /**
   * [PR2] The asker's own side, and what the others say of theirs. Not to be called inside a transaction.
   *
   * @throws Problem `not-found`
   */
  async ofItem(subject: Subject, itemId: string) {
    for (let attempt = 0; attempt < 5; attempt++) {
      const seen = await this.unitOfWork.run((tx) => this.sidesIn(tx, subject, itemId));
      const texts = new Map<string, RichText>();
      for (const { row } of seen.sides) if (row?.answer === 'released') texts.set(row.id, await this.releasedText(row.id));
      // Reading took its time: what was taken back, or closed to the asker, meanwhile must not be shown.
      const now = await this.unitOfWork.run((tx) => this.sidesIn(tx, subject, itemId));
      if (stampOf(now) !== stampOf(seen)) continue;
      // [AC93] Words that stand in memory need no key any more.
      if (texts.size > 0) currentOpening()?.touch([itemId]);
      return {
        own: now.own,
        sides: now.sides.map(({ row, ...side }): PreparationSide => ({ ...side, text: row?.answer === 'released' ? texts.get(row.id)! : null })),
      };
    }
    throw new Problem('conflict', 'Forberedelsen ændres netop nu. Prøv igen om et øjeblik.');
  }

  /**
   * [PR1] Makes the document of the asker's own authority, if it has none yet.
   *
   * @throws Problem `not-found`, `not-allowed`
   */
  async begin(subject: Subject, itemId: string): Promise<void> {
    await this.unitOfWork.run(async (tx) => {
      const at = await this.meetings.itemFactsIn(tx, subject, itemId, 'SHARE');
      await this.ownIn(tx, subject, at);
    });
  }

  /**
   * [PR3–PR5] What comes of the asker's side: released words are frozen with this commit, anything else leaves them open to
   * its own.
   *
   * @param expectedVersion the version on the screen; null answers whatever stands
   * @throws Problem `not-found`, `not-allowed`, `precondition-failed`, `transition-refused` when there is nothing to release
   */
  async answer(subject: Subject, itemId: string, answer: PreparationAnswer, expectedVersion: number | null): Promise<void> {
    if (answer === 'released') await this.assertWritten(subject, itemId);
    await this.unitOfWork.run(async (tx) => {
      const at = await this.meetings.itemFactsIn(tx, subject, itemId, 'SHARE');
      const { id } = await this.ownIn(tx, subject, at);
      // Two of one authority at once: the second sees what the first said.
      const [row] = await tx.query<PreparationRow>('SELECT id, item_id, authority_id, answer, version FROM preparation WHERE id = $1 FOR UPDATE', [id]);
      const { answer: before, version } = row!;
      if (expectedVersion !== null && expectedVersion !== version) throw new Problem('precondition-failed', 'En kollega har svaret i mellemtiden. Se, hvad der står nu.');
      if (before === answer) return;
      if (!this.policy.may(subject, 'preparation.answer', objectOf(at, subject.authorityId, before), at.facts)) {
        throw before === 'released'
          ? new Problem('transition-refused', 'Mødet er begyndt, så det frigivne bliver stående.')
          : new Problem('not-allowed', 'Der kan ikke længere svares på forberedelsen af punktet.');
      }
      const now = this.clock.now().toString();
      await tx.query('UPDATE preparation SET answer = $2, version = $3 WHERE id = $1', [id, answer, version + 1]);
      await tx.query('INSERT INTO preparation_event (id, preparation_id, version, answer, membership_id, at) VALUES ($1, $2, $3, $4, $5, $6)', [newId(), id, version + 1, answer, subject.membershipId, now]);
      if (answer === 'released') await this.documents.setStateIn(tx, [id], 'frozen');
      if (before === 'released') await this.documents.setStateIn(tx, [id], 'open');
      const event = { meetingId: at.meeting.id, itemId, authorityId: subject.authorityId, isAnswer: true };
      this.events.emitIn(tx, 'preparation.changed', event);
    });
  }

  /** The released words. Not inside a transaction; the caller has checked access. */
  async releasedText(documentId: string): Promise<RichText> {
    return (await this.documents.content(documentId)).agenda;
  }

  /** What was answered for these items, by item; `open` ones are not in it. The caller has checked that they may be read. */
  async answeredIn(tx: Tx, itemIds: readonly string[]): Promise<Map<string, PreparationRow[]>> {
    const rows = await tx.query<PreparationRow>(`SELECT id, item_id, authority_id, answer, version FROM preparation WHERE item_id = ANY($1::uuid[]) AND answer <> 'open' ORDER BY authority_id, item_id`, [itemIds]);
    const answer = new Map<string, PreparationRow[]>();
    for (const row of rows) answer.set(row.item_id, [...(answer.get(row.item_id) ?? []), row]);
    return answer;
  }

  /**
   * [PR6] What still needs an answer in the coming four weeks: of the items about a person that the asker reads, by meeting,
   * how many each authority has answered. Meetings without such items are missing.
   */
  async outlook(subject: Subject): Promise<{ meetingId: string; own: Count; sides: ({ authority: Authority } & Count)[] }[]> {
    return this.unitOfWork.run(async (tx) => {
      const now = this.clock.now();
      const items = await tx.query<ItemRow & { kind_id: string; start_instant: Date }>(
        `SELECT i.*, m.kind_id, m.start_instant FROM item_reader r JOIN agenda_item i ON i.id = r.item_id JOIN meeting m ON m.id = i.meeting_id
         WHERE r.membership_id = $1 AND ${openAt('r', '$4')} AND i.state = 'open' AND m.state IN ('proposed','confirmed','held') AND m.agenda_state <> 'closed' AND m.start_instant BETWEEN $2 AND $3
         ORDER BY m.start_instant, m.id`,
        [contentRoles.includes(subject.role) ? subject.membershipId : null, now.subtract({ hours: 12 }).toString(), now.add({ hours: 24 * outlookDays }).toString(), now.toString()],
      );
      const parents = new Set(items.map((item) => item.parent_id));
      // A list is prepared child by child.
      const asked = items.filter((item) => isAboutPerson(meetingKind(item.kind_id), item) && !(item.per_person && parents.has(item.id)));
      const ids = asked.map((item) => item.id);
      const sides = await tx.query<{ item_id: string; authority_id: string; answered: boolean }>(
        `SELECT DISTINCT r.item_id, m.authority_id, COALESCE(p.answer <> 'open', false) AS answered FROM item_reader r JOIN membership m ON m.id = r.membership_id AND m.role <> 'guest'
         LEFT JOIN preparation p ON p.item_id = r.item_id AND p.authority_id = m.authority_id WHERE r.item_id = ANY($1::uuid[]) AND ${openAt('r', '$2')}`,
        [ids, now.toString()],
      );
      const authorities = await this.directory.authoritiesIn(tx, sides.map((side) => side.authority_id));
      return [...new Set(asked.map((item) => item.meeting_id))].map((meetingId) => {
        const here = new Set(asked.filter((item) => item.meeting_id === meetingId).map((item) => item.id));
        const of = sides.filter((side) => here.has(side.item_id));
        const counts = [...new Set(of.map((side) => side.authority_id))].map((id) => {
          const own = of.filter((side) => side.authority_id === id);
          return { authority: authorities.get(id)!, asked: own.length, answered: own.filter((side) => side.answered).length };
        });
        const own = counts.find((one) => isOfSide(subject, one.authority.id));
        return { meetingId, own: { asked: own?.asked ?? 0, answered: own?.answered ?? 0 }, sides: counts.sort((a, b) => collator.compare(a.authority.name, b.authority.name)) };
      });
    });
  }

  /** [PR7] The preparations that `subject` may read now, by the authority that owns their meeting. */
  async readableIn(tx: Tx, subject: Subject): Promise<Map<string, string[]>> {
    if (!contentRoles.includes(subject.role)) return new Map();
    const rows = await tx.query<{ owner_authority_id: string; ids: string }>(
      `SELECT m.owner_authority_id, string_agg(p.id::text, ',') AS ids FROM item_reader r JOIN preparation p ON p.item_id = r.item_id
       JOIN agenda_item i ON i.id = p.item_id JOIN meeting m ON m.id = i.meeting_id
       WHERE r.membership_id = $1 AND ${openAt('r', '$3')} AND (p.authority_id = $2 OR p.answer = 'released') GROUP BY m.owner_authority_id`,
      [subject.membershipId, subject.authorityId, this.clock.now().toString()],
    );
    return new Map(rows.map((row) => [row.owner_authority_id, row.ids.split(',')]));
  }

  /** Whose preparation of which item these are, for a search; who may read them is asked apart. */
  async placesOf(ids: readonly string[]): Promise<{ id: string; itemId: string; authority: string }[]> {
    return this.unitOfWork.run(
      async (tx) => {
        const rows = await tx.query<PreparationRow>('SELECT id, item_id, authority_id, answer, version FROM preparation WHERE id = ANY($1::uuid[])', [ids]);
        const authorities = await this.directory.authoritiesIn(tx, rows.map((row) => row.authority_id));
        return rows.map((row) => ({ id: row.id, itemId: row.item_id, authority: authorities.get(row.authority_id)?.name ?? row.authority_id }));
      },
      { lane: 'job', as: 'projector' },
    );
  }

  private async assertWritten(subject: Subject, itemId: string): Promise<void> {
    const row = await this.unitOfWork.run(async (tx) => {
      const at = await this.meetings.itemFactsIn(tx, subject, itemId);
      return this.rowIn(tx, at.item.id, subject.authorityId);
    });
    if (row === null || isBlank(await this.releasedText(row.id))) throw new Problem('transition-refused', 'Der er ikke skrevet noget endnu. Skriv, eller vælg “Kun mundtligt” eller “Intet at dele”.');
  }

  private async rowIn(tx: Tx, itemId: string, authorityId: string): Promise<PreparationRow | null> {
    const [row] = await tx.query<PreparationRow>('SELECT id, item_id, authority_id, answer, version FROM preparation WHERE item_id = $1 AND authority_id = $2', [itemId, authorityId]);
    return row ?? null;
  }

  private async ownIn(tx: Tx, subject: Subject, at: ItemAt): Promise<PreparationRow> {
    const known = await this.rowIn(tx, at.item.id, subject.authorityId);
    if (known !== null) return known;
    if (!this.policy.may(subject, 'preparation.answer', objectOf(at, subject.authorityId, 'open'), at.facts)) throw new Problem('not-allowed', 'Punktet kan ikke længere forberedes.');
    const id = newId();
    const [made] = await tx.query<PreparationRow>(
      `INSERT INTO preparation (id, item_id, authority_id, answer, version, created_at) VALUES ($1, $2, $3, 'open', 0, $4)
       ON CONFLICT (item_id, authority_id) DO NOTHING RETURNING id, item_id, authority_id, answer, version`,
      [id, at.item.id, subject.authorityId, this.clock.now().toString()],
    );
    // A colleague was quicker.
    if (made === undefined) return (await this.rowIn(tx, at.item.id, subject.authorityId))!;
    await this.documents.createIn(tx, [{ documentId: id, itemId: at.item.id, title: '', agendaParagraphs: [], side: subject.authorityId }]);
    const event = { meetingId: at.meeting.id, itemId: at.item.id, authorityId: subject.authorityId, isAnswer: false };
    this.events.emitIn(tx, 'preparation.changed', event);
    return made;
  }

  private async sidesIn(tx: Tx, subject: Subject, itemId: string) {
    const at = await this.meetings.itemFactsIn(tx, subject, itemId);
    const rows = await tx.query<PreparationRow & { at: Date | null; membership_id: string | null }>(
      `SELECT p.id, p.item_id, p.authority_id, p.answer, p.version, e.at, e.membership_id FROM preparation p
       LEFT JOIN preparation_event e ON e.preparation_id = p.id AND e.version = p.version WHERE p.item_id = $1`,
      [itemId],
    );
    // Those inside now, and those who said something before they left: what others have seen stays.
    const ids = new Set([...readersOf(at.facts.participants, at.facts.audience).map((one) => one.authorityId), ...rows.filter((row) => row.answer !== 'open').map((row) => row.authority_id)]);
    const authorities = [...(await this.directory.authoritiesIn(tx, [...ids])).values()].sort((a, b) => collator.compare(a.name, b.name));
    const releasers = await this.directory.pastMembersIn(tx, rows.flatMap((row) => (row.answer === 'released' && row.membership_id !== null ? [row.membership_id] : [])));
    const own = rows.find((row) => row.authority_id === subject.authorityId);
    const object = objectOf(at, subject.authorityId, own?.answer ?? 'open');
    return {
      own: {
        documentId: own?.id ?? null,
        answer: object.answer,
        version: own?.version ?? 0,
        canWrite: this.policy.may(subject, 'preparation.write', object, at.facts),
        canAnswer: this.policy.may(subject, 'preparation.answer', object, at.facts),
      },
      sides: authorities.map((authority) => {
        const row = rows.find((one) => one.authority_id === authority.id);
        const isShown = row !== undefined && row.answer === 'released' && this.policy.may(subject, 'preparation.read', objectOf(at, authority.id, row.answer), at.facts);
        return {
          row: isShown ? row : undefined,
          authority,
          answer: row?.answer ?? 'open',
          releasedAt: isShown ? row.at!.toISOString() : null,
          releasedBy: isShown ? (releasers.get(row.membership_id!)?.name ?? null) : null,
        };
      }),
    };
  }
}

const objectOf = (at: ItemAt, authorityId: string, answer: PreparationAnswer) => ({ ...at.facts, authorityId, answer, agendaState: at.meeting.agenda_state });

/** What must stand still while words are read. */
const stampOf = ({ own, sides }: { own: object; sides: readonly { row: PreparationRow | undefined; answer: string; authority: Authority }[] }): string =>
  JSON.stringify([own, sides.map(({ row, answer, authority }) => [authority.id, answer, row?.version])]);

/** Of so many items, so many answered. */
export interface Count {
  asked: number;
  answered: number;
}

const outlookDays = 28;

const collator = new Intl.Collator('da');
