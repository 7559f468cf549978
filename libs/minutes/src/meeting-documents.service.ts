import { Injectable } from '@nestjs/common';
import { Problem } from '@lib/contracts/problems.js';
import type { DocumentApproval, DocumentEntry, DocumentItem, DocumentOpenFollowUp, DocumentPreparation, MeetingDocument } from '@lib/contracts/meeting-document.js';
import type { ItemContent, RichText } from '@lib/contracts/rich-text.js';
import { Directory } from '@lib/access/directory.service.js';
import { ItemAccess } from '@lib/access/item-access.service.js';
import { embargoEffect, type WayOut } from '@lib/access/embargo.js';
import { inAudience, type Subject } from '@lib/access/policy.js';
import { Policy } from '@lib/access/policy.service.js';
import { FollowUpsService } from '@lib/decisions/follow-ups.service.js';
import { Embargoes, type StandingEmbargo } from '@lib/meetings/embargoes.service.js';
import { ItemDocuments } from '@lib/meetings/item-documents.js';
import { isTold } from '@lib/meetings/agenda.js';
import { MeetingAccess } from '@lib/meetings/meeting-access.service.js';
import { Preparations, type PreparationRow } from '@lib/meetings/preparations.service.js';
import { nobody, type ItemRow } from '@lib/meetings/meeting-rows.js';
import { participation, type Participant } from '@lib/meetings/participants.js';
import { UnitOfWork, type Tx } from '@lib/platform/unit-of-work.service.js';
import { Addenda, documentAddenda } from './addenda.service.js';
import { AgendaRecord, withWords, type Frame, type Place } from './agenda-record.service.js';
import { MinutesStore, type Part, type Standing } from './minutes-store.service.js';
import { MinutesViews } from './minutes-views.service.js';

export interface DocumentRequest {
  kind: 'agenda' | 'minutes';
  /** Only what the audiences open to this authority; null for all that the asker may read. */
  extractForAuthorityId?: string | null;
  /** The way on which it leaves the product. */
  way: WayOut;
  /** Without what is under embargo, where that way would be refused with it. */
  omitsEmbargoed?: boolean;
}

/** Agenda and minutes as documents: what page, PDF, HTML and JSON are made from. */
@Injectable()
export class MeetingDocuments {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly meetings: MeetingAccess,
    private readonly access: ItemAccess,
    private readonly record: AgendaRecord,
    private readonly documents: ItemDocuments,
    private readonly store: MinutesStore,
    private readonly views: MinutesViews,
    private readonly addenda: Addenda,
    private readonly directory: Directory,
    private readonly preparations: Preparations,
    private readonly embargoes: Embargoes,
    private readonly followUps: FollowUpsService,
    private readonly policy: Policy,
  ) {}

  /**
   * [MI1, MI2] The agenda or the minutes with exactly the items that the asker may read at the end of this call, and of
   * the others their time. What is frozen is told by its snapshot, what is being written as it stands. Not to be called
   * inside a transaction.
   *
   * @throws Problem `not-found` for those who take no part, and for an extract for an authority that is not at the
   *   meeting or that the asker may not make one for
   */
  async documentFor(subject: Subject, meetingId: string, request: DocumentRequest): Promise<MeetingDocument> {
    // Between rows and words the minutes may be sent or reopened; then what was read belongs to two different states.
    for (let attempt = 0; attempt < 5; attempt++) {
      const document = await this.attempt(subject, meetingId, request);
      if (document !== null) return document;
    }
    throw new Problem('conflict', 'Referatet ændres netop nu. Prøv igen om et øjeblik.');
  }

  private async attempt(subject: Subject, meetingId: string, request: DocumentRequest): Promise<MeetingDocument | null> {
    const { kind, extractForAuthorityId = null } = request;
    const { frame, places, frozen, live, extractFor, asked, stage, prepared } = await this.unitOfWork.run(async (tx) => {
      const { row, participants } = await this.meetings.readableMeetingIn(tx, subject, meetingId);
      const extract = extractOf(subject, this.policy.may(subject, 'meeting.coordinate', {}, { participants: participants.map(participation) }), participants, extractForAuthorityId);
      const all = await this.record.placesIn(tx, row);
      // An embargo on what is carried refuses the file, too: before anything of it is opened and put on record.
      const carried = kind === 'agenda' && extract === null ? await this.followUps.carriedToIn(tx, subject, meetingId) : noneCarried;
      const { shown } = await this.unembargoedIn(tx, request, await this.shownIn(tx, subject, all.rows, participants, extract?.id ?? null), carried.shown);
      const standing = (await this.store.standingIn(tx, meetingId))!;
      const snapshots = kind === 'agenda' ? new Map() : await this.frozenIn(tx, standing, shown);
      const unfrozen = new Set([...shown].filter((id) => !snapshots.has(id)));
      return {
        frame: (snapshots.get(meetingId) as Frame | undefined) ?? (await this.record.frameIn(tx, row, participants)),
        places: all.places,
        frozen: snapshots as Map<string, DocumentItem>,
        live: await this.record.itemsIn(tx, all, unfrozen),
        extractFor: extract,
        asked: shown,
        stage: stageOf(standing, shown),
        prepared: kind === 'agenda' ? await this.preparations.answeredIn(tx, [...unfrozen]) : new Map<string, PreparationRow[]>(),
      };
    });
    const words = new Map<string, ItemContent>();
    for (const place of places) if (live.has(place.itemId)) words.set(place.itemId, await this.documents.content(place.documentId));
    const released = new Map<string, RichText>();
    for (const row of [...prepared.values()].flat()) if (row.answer === 'released') released.set(row.id, await this.preparations.releasedText(row.id));

    // Reading the words took its time: who lost an item meanwhile must not get it now.
    return this.unitOfWork.run(async (tx) => {
      const { row, participants } = await this.meetings.readableMeetingIn(tx, subject, meetingId);
      // Whom an item of an earlier meeting is open to is not told by the places at this one: an extract has none of it.
      const carried = kind === 'agenda' && extractFor === null ? await this.followUps.carriedToIn(tx, subject, meetingId) : noneCarried;
      const { shown, embargoes, open } = await this.unembargoedIn(tx, request, await this.shownIn(tx, subject, (await this.record.placesIn(tx, row)).rows, participants, extractFor?.id ?? null), carried.shown);
      const standing = (await this.store.standingIn(tx, meetingId))!;
      if (stageOf(standing, asked) !== stage) return null;
      // [AC71] What was taken back meanwhile is nobody else's any more.
      const answered = prepared.size === 0 ? prepared : await this.preparations.answeredIn(tx, [...prepared.keys()]);
      if (JSON.stringify([...answered]) !== JSON.stringify([...prepared])) return null;
      const sides = await this.preparationsIn(tx, answered, released);
      const itemOf = (itemId: string): DocumentItem | undefined => {
        const [itemFrame, own] = [live.get(itemId), words.get(itemId)];
        return frozen.get(itemId) ?? (itemFrame === undefined || own === undefined ? undefined : { ...withWords(itemFrame, own, kind), ...sides.get(itemId) });
      };
      const entry = ({ itemId, startInstant, endInstant }: Place): DocumentEntry => {
        const item = shown.has(itemId) ? itemOf(itemId) : undefined;
        return item === undefined ? { closed: true, startInstant, endInstant } : { closed: false, ...item, ...marksOf(embargoes.get(itemId)) };
      };
      return {
        schema: 'samraad/meeting-document/1' as const,
        kind,
        extractFor,
        ...(kind === 'agenda' ? agendaFrame(frame) : frame),
        ...(open.length === 0 ? {} : { openFollowUps: open.map(openFollowUp) }),
        ...(carried.more === 0 ? {} : { openFollowUpsMore: carried.more }),
        items: places.map((place) => ({ place, shown: entry(place) })).flatMap(({ place, shown: told }) => (told.closed && !isTold({ number: place.isTaken ? place.number : null, parentId: place.parentId }, (id) => shown.has(id)) ? [] : [told])),
        approval: kind === 'agenda' ? null : await this.approvalIn(tx, standing, shown, places),
      };
    });
  }

  /**
   * [EM9] What of these items and follow-ups may leave on the way that was asked for, and the marks of what may.
   *
   * @throws Problem `embargo-in-force` where one of them may not and it was not asked for without
   */
  private async unembargoedIn(
    tx: Tx,
    { way, omitsEmbargoed = false }: DocumentRequest,
    shown: Set<string>,
    carried: readonly CarriedFollowUp[],
  ): Promise<{ shown: Set<string>; embargoes: Map<string, StandingEmbargo[]>; open: readonly CarriedFollowUp[] }> {
    const embargoes = await this.embargoes.standingIn(tx, [...shown]);
    const held = new Set([...embargoes.keys(), ...carried.filter((one) => one.embargoes.length > 0).map((one) => one.itemId ?? one.id)]);
    if (held.size === 0 || embargoEffect(way) !== 'withheld') return { shown, embargoes, open: carried };
    if (omitsEmbargoed) return { shown: new Set([...shown].filter((id) => !embargoes.has(id))), embargoes, open: carried.filter((one) => one.embargoes.length === 0) };
    throw new Problem(
      'embargo-in-force',
      held.size === 1
        ? 'Ét punkt er under orienteringsspærre. Hent udgaven uden det, eller vent, til politiet har ophævet spærren.'
        : `${held.size} punkter er under orienteringsspærre. Hent udgaven uden dem, eller vent, til politiet har ophævet spærren.`,
    );
  }

  private async preparationsIn(tx: Tx, answered: ReadonlyMap<string, readonly PreparationRow[]>, released: ReadonlyMap<string, RichText>): Promise<Map<string, { preparations: DocumentPreparation[] }>> {
    const rows = [...answered.values()].flat();
    const names = await this.directory.authoritiesIn(tx, rows.map((row) => row.authority_id));
    const told = (row: PreparationRow): DocumentPreparation[] =>
      row.answer === 'open' ? [] : [{ authority: { id: row.authority_id, name: names.get(row.authority_id)?.name ?? row.authority_id }, answer: row.answer, text: released.get(row.id) ?? [] }];
    return new Map([...answered].map(([itemId, ofItem]) => [itemId, { preparations: ofItem.flatMap(told).sort((a, b) => collator.compare(a.authority.name, b.authority.name)) }]));
  }

  /** The snapshots that stand for parts that are frozen: the frame, and those of `shown`. */
  private async frozenIn(tx: Tx, standing: Standing, shown: ReadonlySet<string>): Promise<Map<string, unknown>> {
    if (!standing.round || standing.round.phase === 'withdrawn') return new Map();
    const parts = standing.parts.filter((part) => part.state === 'frozen' && (part.isFrame || shown.has(part.partId)));
    const snapshots = await this.store.snapshotsIn(tx, standing.round.id, parts);
    return new Map([...snapshots].map(([id, { content }]) => [id, content]));
  }

  private async approvalIn(tx: Tx, standing: Standing, shown: ReadonlySet<string>, places: readonly Place[]): Promise<DocumentApproval> {
    const { round } = standing;
    const meetingId = standing.meeting.id;
    if (round === null || round.phase === 'withdrawn') return { state: 'draft', version: (round?.number ?? 0) + 1, frozenAt: null, authorities: [], approvedAt: null, hash: null, addenda: [] };
    const visible: Part[] = standing.parts.filter((part) => part.isFrame || shown.has(part.partId));
    const answers = this.views.answers(standing, visible, await this.store.stampsIn(tx, round.id, visible));
    const names = await this.directory.authoritiesIn(tx, answers.map((one) => one.authorityId));
    const people = await this.directory.pastMembersIn(tx, answers.flatMap((one) => one.by ?? []));
    const addenda = await this.addenda.ofIn(tx, meetingId, visible.map((part) => part.partId));
    return {
      state: round.phase === 'approved' ? 'approved' : 'forApproval',
      version: round.number,
      frozenAt: round.sentAt.toISOString(),
      authorities: answers.map((one) => ({ authority: { id: one.authorityId, name: names.get(one.authorityId)!.name }, state: one.state, by: one.by === null ? null : people.get(one.by)!.name, at: one.at })),
      approvedAt: round.phase === 'approved' ? round.endedAt!.toISOString() : null,
      hash: round.root?.toString('hex') ?? null,
      addenda: documentAddenda(addenda, meetingId, new Map(places.map((place) => [place.itemId, place.number]))),
    };
  }

  /** The items that the asker reads and, in an extract, that their audience opens to somebody of that authority. */
  private async shownIn(tx: Tx, subject: Subject, rows: readonly ItemRow[], participants: readonly Participant[], authorityId: string | null): Promise<Set<string>> {
    const readable = await this.access.readableOfIn(tx, subject, rows.map((row) => row.id));
    const own = rows.filter((row) => readable.has(row.id as never));
    if (authorityId === null) return new Set(own.map((row) => row.id));
    const audiences = await this.access.audiencesIn(tx, own.map((row) => row.id));
    const seats = participants.map(participation).filter((one) => one.authorityId === authorityId);
    return new Set(own.filter((row) => seats.some((seat) => inAudience(seat, audiences.get(row.id) ?? nobody))).map((row) => row.id));
  }
}

/** Who came, guests among them, is told by the minutes, of the meeting as of its items. */
const agendaFrame = ({ meeting, participants }: Frame): Frame => ({ meeting, participants: participants.map((one) => ({ ...one, attendance: null })) });

const marksOf = (embargoes: readonly StandingEmbargo[] | undefined) => (embargoes === undefined ? {} : { embargoes: embargoes.map(({ towards, setBy, reviewAt }) => ({ towards, setBy, reviewAt })) });

type Carried = Awaited<ReturnType<FollowUpsService['carriedToIn']>>;
type CarriedFollowUp = Carried['shown'][number];
const noneCarried: Carried = { shown: [], more: 0 };

const openFollowUp = ({ id, text, caseReference, owner, deadline, state, meeting, embargoes }: CarriedFollowUp): DocumentOpenFollowUp => ({
  id,
  text,
  caseReference,
  owner: { name: owner.name, authority: owner.authority.name },
  deadline,
  state,
  meeting: { title: meeting.title, startInstant: meeting.startInstant },
  ...marksOf(embargoes.length === 0 ? undefined : embargoes),
});

/** [MI2] An extract is made by the authority itself, or by a coordinator for it, out of what she herself reads. */
function extractOf(subject: Subject, coordinates: boolean, participants: readonly Participant[], authorityId: string | null): { id: string; name: string } | null {
  if (authorityId === null) return null;
  const authority = participants.find((one) => one.authority.id === authorityId)?.authority;
  const mayMake = subject.authorityId === authorityId || coordinates;
  if (authority === undefined || !mayMake) throw new Problem('not-found');
  return { id: authority.id, name: authority.name };
}

/** How far the parts have come that a document is made of. */
const stageOf = ({ round, parts }: Standing, shown: ReadonlySet<string>): string =>
  JSON.stringify([round?.id, round?.phase, parts.filter((part) => part.isFrame || shown.has(part.partId)).map((part) => [part.partId, part.state, part.version])]);

const collator = new Intl.Collator('da');
