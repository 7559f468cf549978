import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Temporal } from 'temporal-polyfill';
import { demoPeople } from '@lib/access/demo.data.js';
import { demoId } from '@lib/access/directory-seed.service.js';
import type { Subject } from '@lib/access/policy.js';
import { BusyCalendars } from '@lib/calendar/busy-calendars.service.js';
import { CollabDocuments } from '@lib/collab/documents.service.js';
import type { MeetingState, PreparationAnswer } from '@lib/contracts/enums.js';
import { Problem } from '@lib/contracts/problems.js';
import { DecisionsService, type NewDecision } from '@lib/decisions/decisions.service.js';
import { FollowUpsService, type NewFollowUp } from '@lib/decisions/follow-ups.service.js';
import { Contacts } from '@lib/meetings/contacts.service.js';
import { Embargoes } from '@lib/meetings/embargoes.service.js';
import { ItemProposals } from '@lib/meetings/item-proposals.service.js';
import { Preparations } from '@lib/meetings/preparations.service.js';
import { PlansService, type NewPlanStep } from '@lib/decisions/plans.service.js';
import { AgendaCases } from '@lib/meetings/agenda-cases.service.js';
import { AgendaService } from '@lib/meetings/agenda.service.js';
import { AgendaSteps } from '@lib/meetings/agenda-steps.service.js';
import { Attendance } from '@lib/meetings/attendance.service.js';
import { MeetingChanges } from '@lib/meetings/meeting-changes.service.js';
import { Replies } from '@lib/meetings/replies.service.js';
import { SeriesService } from '@lib/meetings/series.service.js';
import { Addenda } from '@lib/minutes/addenda.service.js';
import { MinutesService } from '@lib/minutes/minutes.service.js';
import { MinutesViews } from '@lib/minutes/minutes-views.service.js';
import { Clock } from '@lib/platform/clock.js';
import type { IdempotentRequest } from '@lib/platform/idempotency.service.js';
import { StoryClock } from '@lib/platform/story-clock.js';
import { UnitOfWork } from '@lib/platform/unit-of-work.service.js';

export interface Words {
  agenda?: readonly string[];
  minutes?: readonly string[];
}
export interface StoryMeeting {
  id: string;
  start: Temporal.Instant;
  state: MeetingState;
}
type Due = { due: Temporal.PlainDate };

/** The story was told to stop: the process ends. The next start goes on from here. */
export class StoryStopped extends Error {}

/**
 * What the story does, each by the service that people's own commands go through, as the person concerned and at the
 * story's time. Every step is remembered by its name and not done again.
 */
@Injectable()
export class StoryDesk {
  isStopping = false;
  private begun = Temporal.Instant.fromEpochMilliseconds(0);
  /** After a start that found the story half told: the step that was cut off may have been done. */
  private mayBeDone = false;

  constructor(
    readonly series: SeriesService,
    readonly replies: Replies,
    readonly steps: AgendaSteps,
    readonly agenda: AgendaService,
    readonly cases: AgendaCases,
    readonly changes: MeetingChanges,
    readonly attendance: Attendance,
    readonly decisions: DecisionsService,
    readonly followUps: FollowUpsService,
    readonly plans: PlansService,
    readonly embargoes: Embargoes,
    readonly preparations: Preparations,
    readonly proposals: ItemProposals,
    readonly minutes: MinutesService,
    readonly views: MinutesViews,
    readonly addenda: Addenda,
    readonly calendars: BusyCalendars,
    readonly contacts: Contacts,
    private readonly documents: CollabDocuments,
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  /**
   * Begins the story, or finds where it had come to.
   *
   * @returns when it was begun; null on a database that holds meetings of people's own
   */
  async begin(): Promise<Temporal.Instant | null> {
    return this.unitOfWork.run(async (tx) => {
      const [begun] = await tx.query<{ result: string }>(`SELECT result FROM demo_step WHERE name = 'begun'`);
      this.mayBeDone = begun !== undefined;
      if (begun !== undefined) return (this.begun = Temporal.Instant.from(begun.result));
      const [meeting] = await tx.query('SELECT 1 FROM meeting LIMIT 1');
      if (meeting !== undefined) return null;
      const now = this.clock.now();
      await tx.query(`INSERT INTO demo_step (name, result) VALUES ('begun', $1)`, [now.toString()]);
      return (this.begun = now);
    });
  }

  /**
   * Does one step at a time of the story, once.
   *
   * @returns the id of what it made, also when it was made before
   */
  async step(name: string, when: Temporal.Instant, work: (request: IdempotentRequest) => Promise<string | void>): Promise<string> {
    const [told] = await this.unitOfWork.run((tx) => tx.query<{ result: string | null }>('SELECT result FROM demo_step WHERE name = $1', [name]));
    if (told !== undefined) return told.result ?? '';
    if (this.isStopping) throw new StoryStopped();
    let result: string | void = undefined;
    try {
      result = await this.atTime(when, () => work(requestOf(name)));
    } catch (error) {
      if (!(this.mayBeDone && error instanceof Problem && error.code === 'transition-refused')) throw new Error(`demo story: ${name}: ${error instanceof Problem ? JSON.stringify([error.code, error.detail, error.errors]) : String(error)}`, { cause: error });
    }
    this.mayBeDone = false;
    await this.unitOfWork.run((tx) => tx.query('INSERT INTO demo_step (name, result) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING', [name, result ?? null]));
    return result ?? '';
  }

  private atTime<T>(when: Temporal.Instant, work: () => T): T {
    // Nothing that was done lies ahead.
    const then = Temporal.Instant.compare(when, this.begun) > 0 ? this.begun : when;
    return this.clock instanceof StoryClock ? this.clock.at(then, work) : work();
  }

  /** The meetings of a series, earliest first. */
  async meetingsOf(seriesId: string): Promise<StoryMeeting[]> {
    const rows = await this.unitOfWork.run((tx) => tx.query<{ id: string; start_instant: Date; state: MeetingState }>('SELECT id, start_instant, state FROM meeting WHERE series_id = $1 ORDER BY start_instant', [seriesId]));
    return rows.map((row) => ({ id: row.id, start: Temporal.Instant.fromEpochMilliseconds(row.start_instant.getTime()), state: row.state }));
  }

  /** The items of a meeting in the order of its agenda, without those under another. */
  async itemsOf(meetingId: string): Promise<string[]> {
    const rows = await this.unitOfWork.run((tx) => tx.query<{ id: string }>('SELECT id FROM agenda_item WHERE meeting_id = $1 AND parent_id IS NULL ORDER BY order_key, id', [meetingId]));
    return rows.map((row) => row.id);
  }

  async write(name: string, when: Temporal.Instant, who: Subject, itemId: string, words: Words): Promise<void> {
    const [row] = await this.unitOfWork.run((tx) => tx.query<{ document_id: string }>('SELECT document_id FROM agenda_item WHERE id = $1', [itemId]));
    await this.step(name, when, () => this.documents.write(row!.document_id, who.personId, { agenda: words.agenda ?? [], minutes: words.minutes ?? [] }));
  }

  /** What an authority prepared for an item, and what it says of it. */
  async prepare(name: string, when: Temporal.Instant, who: Subject, itemId: string, words: readonly string[], answer: PreparationAnswer): Promise<void> {
    if (words.length > 0) {
      const documentId = await this.step(`${name} begun`, when, async () => {
        await this.preparations.begin(who, itemId);
        return (await this.preparations.ofItem(who, itemId)).own.documentId!;
      });
      await this.step(`${name} written`, when.add({ minutes: 5 }), () => this.documents.write(documentId, who.personId, { agenda: words, minutes: [] }));
    }
    await this.step(`${name} answered`, when.add({ minutes: 10 }), () => this.preparations.answer(who, itemId, answer, null));
  }

  /** What a participant wants on the agenda. */
  propose(name: string, when: Temporal.Instant, who: Subject, meetingId: string, title: string, plannedMinutes: number): Promise<string> {
    return this.step(name, when, async (request) => (await this.proposals.propose(who, meetingId, { title, plannedMinutes, outputType: 'discussion' }, request)).proposals.at(-1)!.id);
  }

  child(name: string, when: Temporal.Instant, who: Subject, listId: string, caseReference: string): Promise<string> {
    return this.step(name, when, (request) => this.cases.add(who, listId, { caseReference, plannedMinutes: 5 }, request));
  }

  decide(name: string, when: Temporal.Instant, who: Subject, itemId: string, decision: Omit<NewDecision, 'decidingAuthorityId' | 'responsiblePersonId' | 'deadline' | 'legalBasisId' | 'caseReference'> & Partial<NewDecision> & Due & { by: Subject }): Promise<string> {
    const { by, due, ...rest } = decision;
    return this.step(name, when, async (request) => (await this.decisions.record(who, itemId, { legalBasisId: null, caseReference: null, ...rest, decidingAuthorityId: by.authorityId, responsiblePersonId: by.personId, deadline: due.toString() }, request)).id);
  }

  promise(name: string, when: Temporal.Instant, who: Subject, itemId: string, followUp: Pick<NewFollowUp, 'text'> & Partial<NewFollowUp> & Due & { by: Subject }): Promise<string> {
    const { by, due, ...rest } = followUp;
    return this.step(name, when, async (request) => (await this.followUps.record(who, itemId, { decisionId: null, caseReference: null, ...rest, ownerPersonId: by.personId, deadline: due.toString() }, request)).id);
  }

  async plan(name: string, when: Temporal.Instant, who: Subject, itemId: string, step: Pick<NewPlanStep, 'plan' | 'kind' | 'text'> & Partial<NewPlanStep> & Due & { by: Subject }): Promise<void> {
    const { by, due, ...rest } = step;
    await this.step(name, when, async (request) => void (await this.plans.add(who, itemId, { time: null, place: null, trustedAdult: null, awaits: null, caseReference: null, ...rest, ownerPersonId: by.personId, day: due.toString() }, request)));
  }

  async keepPromise(name: string, when: Temporal.Instant, who: Subject, followUpId: string, state: 'done' | 'notDone' | 'overtaken', reason: string | null): Promise<void> {
    await this.step(name, when, async () => void (await this.followUps.answer(who, followUpId, { state, reason, newOwnerPersonId: null, newDeadline: null, expectedVersion: null })));
  }

  /** Somebody else sees to it, until a later day. */
  async handOver(name: string, when: Temporal.Instant, who: Subject, followUpId: string, to: Subject, due: Temporal.PlainDate, reason: string): Promise<void> {
    await this.step(name, when, async () => void (await this.followUps.answer(who, followUpId, { state: 'handedOver', reason, newOwnerPersonId: to.personId, newDeadline: due.toString(), expectedVersion: null })));
  }

  /** What was decided is put right by a decision that stands in its place. */
  correct(name: string, when: Temporal.Instant, who: Subject, decisionId: string, decision: Pick<NewDecision, 'text' | 'reasons'> & Partial<NewDecision> & Due & { by: Subject }, why: string): Promise<string> {
    const { by, due, ...rest } = decision;
    return this.step(name, when, async (request) => (await this.decisions.correct(who, decisionId, { legalBasisId: null, caseReference: null, ...rest, decidingAuthorityId: by.authorityId, responsiblePersonId: by.personId, deadline: due.toString() }, why, null, request)).id);
  }

  /** Called to order with everybody there but those named, held and over. */
  async hold(name: string, when: Temporal.Instant, who: Subject, meetingId: string, marks: readonly [Subject, 'present' | 'late' | 'excused' | 'absent'][]): Promise<void> {
    await this.step(`${name} start`, when, () => this.steps.start(who, meetingId, null));
    await this.step(`${name} attendance`, when.add({ minutes: 5 }), () => this.attendance.mark(who, meetingId, marks.map(([one, state]) => ({ membershipId: one.membershipId, state }))));
  }

  async close(name: string, when: Temporal.Instant, who: Subject, meetingId: string): Promise<void> {
    await this.step(`${name} close`, when, () => this.steps.close(who, meetingId, null));
  }

  async approve(name: string, when: Temporal.Instant, who: Subject, meetingId: string): Promise<void> {
    await this.step(name, when, async () => this.minutes.approve(who, meetingId, (await this.views.view(who, meetingId)).digest ?? ''));
  }

  /** One of the demo people, by the membership that holds at this time of the story. */
  who(name: string, when: Temporal.Instant): Subject {
    const holds = (one: { validFrom?: string; validTo?: string }) =>
      (one.validFrom === undefined || Temporal.Instant.compare(one.validFrom, when) <= 0) && (one.validTo === undefined || Temporal.Instant.compare(one.validTo, when) > 0);
    const found = demoPeople.find((one) => one.name === name && holds(one));
    if (found === undefined) throw new Error(`demo story: nobody is called ${name}`);
    return { personId: demoId('person', found.authorityId, name), membershipId: demoId('membership', found.authorityId, name), authorityId: found.authorityId, role: found.role };
  }
}

function requestOf(name: string): IdempotentRequest {
  const hex = createHash('sha256').update(`demo story: ${name}`).digest('hex');
  return { key: `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`, fingerprint: name };
}
