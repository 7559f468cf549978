import { Injectable } from '@nestjs/common';
import { Temporal } from 'temporal-polyfill';
import { timeZone } from '@lib/contracts/enums.js';
import { Problem, type FieldError } from '@lib/contracts/problems.js';
import { Directory, type Member } from '@lib/access/directory.service.js';
import type { Subject } from '@lib/access/policy.js';
import { Policy } from '@lib/access/policy.service.js';
import { Clock } from '@lib/platform/clock.js';
import { currentOpening } from '@lib/platform/openings.js';
import { RateLimits } from '@lib/platform/rate-limits.service.js';
import { said, spokenLanguage } from '@lib/platform/speaking.js';
import { UnitOfWork, type Tx } from '@lib/platform/unit-of-work.service.js';
import { findTime } from '@lib/scheduling/find-time.js';
import type { FindTimeQuery, Quorum } from '@lib/scheduling/find-time-query.js';
import type { Candidate, PersonState } from '@lib/scheduling/find-time-reasons.js';
import { changesInWords, reasonInWords, type Names } from '@lib/scheduling/find-time-words.js';
import { Contacts } from './contacts.service.js';
import { sectorWords } from './item-basis.js';
import { KnownTimes } from './known-times.service.js';
import { MeetingAccess } from './meeting-access.service.js';
import { meetingKind } from './meeting-kinds.data.js';
import { memberOf, type Participant } from './participants.js';
import { municipalitiesNeeded, type QuorumRule } from './quorum.js';

/** Memberships; days and times of day are Danish. */
export interface TimeQuestion {
  required: readonly string[];
  optional: readonly string[];
  /** [FT13] Of `required`, those in whose place somebody may come whom the contact register names. */
  orSubstitute: readonly string[];
  durationMinutes: number;
  /** First and last day, `2026-12-07`. */
  fromDate: string;
  toDate: string;
  /** Earliest start and latest end, `HH:mm`. */
  earliest: string;
  latest: string;
  /** Whether the meeting must be able to decide, as its kind asks. */
  quorate: boolean;
}

/**
 * [FT2] All that is ever told of somebody's time. `unsettled`, which she could give up, only of colleagues; `unknown`, because
 * Samråd knows no calendar of hers, says nothing of her time at all.
 */
export const availabilities = ['can', 'unsettled', 'substitute', 'unknown', 'cannot'] as const;
export type AvailabilityWord = (typeof availabilities)[number];

export interface FoundTime {
  startLocal: string;
  startInstant: string;
  endInstant: string;
  durationMinutes: number;
  /** Sentences in the language of whoever asked, the good ones first. */
  reasons: string[];
  people: { membershipId: string; availability: AvailabilityWord }[];
}

export interface TimesFound {
  people: { person: Member; isRequired: boolean; substitute: Member | null; standIns: readonly Member[] }[];
  /** Of each day the best time, the best day first. */
  times: FoundTime[];
  /** When there is none: the smallest changes that would give one. */
  relaxations: { words: string; time: FoundTime }[];
}

export interface Chair {
  member: Member;
  /** Whom she sent. */
  substitute: Member | null;
  /** Who may come in her place as the contact register has it. */
  standIns: readonly Member[];
  isRequired: boolean;
}

export const mostTimes = 20;
/** Also so many days a question counts for at least (RL3). */
export const mostRelaxations = 6;
export const mostAsked = 100;
/** Whom the register names for one person and a question asks about. */
const mostStandIns = 3;
/** A usual working day: longer than that nobody can come. */
export const longestMinutes = 480;
/**
 * [FT8] How much of the usual day a question leaves open at least, and never less than twice the meeting. By narrower ones
 * somebody's day could be read half an hour after half an hour.
 */
export const leastMinutes = 180;
const usualDay = { from: 8 * 60, to: 16 * 60 };
export const yearAhead = 366;
const anyOf = 'anyOf';

/** [FT1–FT7] Finds a time for people, from what Samråd knows of their time. */
@Injectable()
export class FindTime {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly meetings: MeetingAccess,
    private readonly known: KnownTimes,
    private readonly contacts: Contacts,
    private readonly directory: Directory,
    private readonly policy: Policy,
    private readonly limits: RateLimits,
    private readonly clock: Clock,
  ) {}

  /**
   * Where a meeting can be moved to, for some or all of its participants; where it is now is in nobody's way.
   *
   * @throws Problem `not-found`, `not-allowed`, `invalid-input` (fields as in {@link TimeQuestion})
   */
  async forMeeting(subject: Subject, meetingId: string, question: TimeQuestion): Promise<TimesFound> {
    const { row, chairs } = await this.unitOfWork.run(async (tx) => {
      const found = await this.meetings.meetingToPlaceIn(tx, subject, meetingId);
      return { row: found.row, chairs: await this.withStandInsIn(tx, chairsOf(found.participants, question), question) };
    });
    return this.answer(subject, chairs, row.kind_id, question, meetingId);
  }

  /**
   * When a new meeting can be held, for those whom the asker could call to it.
   *
   * @throws Problem `not-allowed`, `invalid-input`
   */
  async forNewMeeting(subject: Subject, kindId: string, question: TimeQuestion): Promise<TimesFound> {
    if (!this.policy.may(subject, 'series.create', {}, {})) throw new Problem('not-allowed', 'Møder og mødeserier oprettes af koordinatorer.');
    if (meetingKind(kindId) === undefined) throw new Problem('invalid-input', undefined, [{ field: 'kindId', message: 'Vælg en mødetype fra listen.' }]);
    const chairs = await this.unitOfWork.run(async (tx) => {
      const related = new Set((await this.directory.relatedIn(tx, subject.authorityId)).map(({ id }) => id));
      const members = [...(await this.directory.membersIn(tx, [...question.required, ...question.optional])).values()].filter(({ role, authority }) => ['coordinator', 'participant', 'leader'].includes(role) && related.has(authority.id));
      return this.withStandInsIn(tx, chairsOf(members.map((member) => ({ ...member, standsInFor: null })), question), question);
    });
    return this.answer(subject, chairs, kindId, question, null);
  }

  /**
   * [FT13] Whoever was sent comes before the register. Nobody sits in two chairs: who is asked for herself stands in for nobody, and
   * who could for several does for the first.
   *
   * @throws Problem `invalid-input`
   */
  private async withStandInsIn(tx: Tx, chairs: Chair[], { orSubstitute, required, fromDate }: TimeQuestion): Promise<Chair[]> {
    if (orSubstitute.some((id) => !required.includes(id))) throw unknownPeople();
    if (orSubstitute.length === 0) return chairs;
    const known = await this.contacts.standInsIn(tx, orSubstitute, fromDate);
    const asked = new Set(chairs.flatMap(({ member, substitute }) => [member.id, ...(substitute === null ? [] : [substitute.id])]));
    return chairs.map((chair) => {
      const standIns = chair.substitute === null ? (known.get(chair.member.membershipId) ?? []).filter(({ id }) => !asked.has(id)).slice(0, mostStandIns) : [];
      for (const { id } of standIns) asked.add(id);
      return { ...chair, standIns };
    });
  }

  private async answer(subject: Subject, chairs: readonly Chair[], kindId: string, question: TimeQuestion, meetingId: string | null): Promise<TimesFound> {
    this.assertWindow(question);
    const members = chairs.flatMap(seated);
    // Told of are the times found, or where there are none, those of the relaxations: also for a weekend.
    await this.limits.spendPersonDays(subject.personId, members.length * Math.max(mostRelaxations, Math.min(mostTimes, weekdaysOf(question))));
    // [AC95] Their own auditors find it, without a word of whom it was about.
    currentOpening()?.ask(members.map(({ authority }) => authority.id).filter((id) => id !== subject.authorityId));
    const { index, names } = await this.known.of(members.map(({ id, membershipId }) => ({ personId: id, membershipId })), subject.authorityId);
    // Somebody's membership has ended since.
    if (members.some(({ membershipId }) => !names.has(membershipId))) throw unknownPeople();
    const name = ({ membershipId }: Member) => names.get(membershipId)!;
    const byName = new Map(members.map((member) => [name(member), member]));
    const rule = question.quorate ? meetingKind(kindId)?.quorum : undefined;
    const query: FindTimeQuery = {
      from: question.fromDate,
      until: Temporal.PlainDate.from(question.toDate).add({ days: 1 }).toString(),
      durationMinutes: question.durationMinutes,
      everyMinutes: 30,
      earliest: question.earliest,
      latest: question.latest,
      required: chairs.filter((chair) => chair.isRequired && seated(chair).length === 1).map(({ member }) => name(member)),
      oneOf: chairs.flatMap((chair) => (chair.isRequired && seated(chair).length > 1 ? [{ id: name(chair.member), people: seated(chair).map(name) }] : [])),
      optional: chairs.filter(({ isRequired }) => !isRequired).map(({ member, substitute }) => name(substitute ?? member)),
      quorum: rule === undefined ? [] : quorumsOf(rule, chairs.map(({ member }) => member.authority)),
      // [FT12] Who is not known to be free has to be asked; such times come after the certain ones, and say so.
      unknown: 'ask',
      ...(meetingId === null ? {} : { withoutEvent: meetingId }),
    };
    const called: Names = {
      person: (id) => byName.get(id)!.name,
      group: (id) => byName.get(id)!.name,
      room: (id) => id,
      body: (id) => this.bodyInWords(id, rule),
    };
    const language = spokenLanguage();
    const view = (found: Candidate, durationMinutes: number): FoundTime => {
      const states = new Map(found.people.map(({ id, state }) => [id, state]));
      return {
        startLocal: found.startLocal,
        startInstant: new Date(found.startMs).toISOString(),
        endInstant: new Date(found.endMs).toISOString(),
        durationMinutes,
        // Who must be asked is named; that so many of them are needed says no more.
        reasons: found.reasons.filter(({ code }) => code !== 'quorumMustAsk' || found.reasons.every((one) => one.code !== 'mustAsk')).map((reason) => reasonInWords(reason, called, language)),
        people: chairs.map((chair) => ({ membershipId: chair.member.membershipId, availability: wordOf(states.get(name(chair.member)), ...seated(chair).slice(1).map((one) => states.get(name(one)))) })),
      };
    };
    const result = findTime(index, query);
    return {
      people: chairs.map(({ member, isRequired, substitute, standIns }) => ({ person: member, isRequired, substitute, standIns })),
      times: result.bestOfDays(mostTimes).map((one) => view(one, question.durationMinutes)),
      relaxations: result.relaxations.slice(0, mostRelaxations).map(({ changes, best, query: { durationMinutes } }) => ({ words: changesInWords(changes, called, language), time: view(best, durationMinutes) })),
    };
  }

  private assertWindow({ fromDate, toDate, earliest, latest, durationMinutes }: TimeQuestion): void {
    const errors: FieldError[] = [];
    const today = this.clock.now().toZonedDateTimeISO(timeZone).toPlainDate();
    const from = Temporal.PlainDate.from(fromDate);
    const to = Temporal.PlainDate.from(toDate);
    if (Temporal.PlainDate.compare(from, today) <= 0) errors.push({ field: 'fromDate', message: 'Vælg en dag fra i morgen og frem.' });
    if (Temporal.PlainDate.compare(to, from) < 0) errors.push({ field: 'toDate', message: 'Den sidste dag ligger før den første.' });
    if (Temporal.PlainDate.compare(to, today.add({ days: yearAhead })) > 0) errors.push({ field: 'toDate', message: 'Søg højst et år frem.' });
    const [first, last] = [minuteOf(earliest), minuteOf(latest)];
    const asked = Math.min(last, usualDay.to) - Math.max(first, usualDay.from);
    if (last <= first) errors.push({ field: 'latest', message: 'Mødet skal kunne slutte efter, at det begynder.' });
    else if (durationMinutes > last - first) errors.push({ field: 'durationMinutes', message: 'Mødet er længere end det tidsrum, der søges i.' });
    else if (asked < Math.min(usualDay.to - usualDay.from, Math.max(leastMinutes, 2 * durationMinutes))) errors.push({ field: 'latest', message: 'Søg i et længere tidsrum. Af tiden mellem kl. 8 og 16 skal det rumme mindst tre timer og mindst det dobbelte af mødets længde.' });
    if (errors.length > 0) throw new Problem('invalid-input', undefined, errors);
  }

  private bodyInWords(id: string, rule: QuorumRule | undefined): string {
    if (id !== anyOf) return said(bodies[id as keyof typeof bodies].message);
    return new Intl.ListFormat(spokenLanguage(), { type: 'disjunction' }).format((rule?.atLeastOneOf ?? []).map((sector) => said(bodies[sector].message)));
  }
}

/** Who may come for a chair, she herself first. */
const seated = ({ member, substitute, standIns }: Chair): Member[] => [member, ...(substitute === null ? [] : [substitute]), ...standIns];

const minuteOf = (clock: string): number => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3));

/** On other days nobody meets, so that nothing is told of them. */
function weekdaysOf({ fromDate, toDate }: TimeQuestion): number {
  const from = Temporal.PlainDate.from(fromDate);
  const days = from.until(toDate).days + 1;
  return Array.from({ length: days }, (_, n) => from.add({ days: n }).dayOfWeek).filter((day) => day <= 5).length;
}

const bodies = { ...sectorWords, participants: { message: 'deltagerne' }, municipalities: { message: 'kommunerne' } };

const unknownPeople = () => new Problem('invalid-input', undefined, [{ field: 'required', message: 'Vælg deltagere fra listen.' }]);

/** Whoever was sent by somebody who is there is asked for with her. */
function invitedOf(people: readonly Pick<Participant, 'membershipId' | 'standsInFor' | 'role'>[]) {
  const present = new Set(people.map(({ membershipId }) => membershipId));
  return ({ standsInFor, role }: Pick<Participant, 'standsInFor' | 'role'>) => role !== 'guest' && (standsInFor === null || !present.has(standsInFor.membershipId));
}

/** Everybody who was invited. */
export const allChairsOf = (participants: readonly Participant[]): Chair[] => chairsOf(participants, { required: participants.filter(invitedOf(participants)).map(({ membershipId }) => membershipId), optional: [] });

/**
 * Who is asked for: those who were invited, each with whom she sent. Of somebody who has left, her substitute is there in
 * her own place.
 *
 * @throws Problem `invalid-input`
 */
function chairsOf(people: readonly (Member & Pick<Participant, 'standsInFor'>)[], { required, optional }: Pick<TimeQuestion, 'required' | 'optional'>): Chair[] {
  const isInvited = invitedOf(people);
  const wanted = new Map([...optional.map((id) => [id, false] as const), ...required.map((id) => [id, true] as const)]);
  const chairs = people.filter((one) => isInvited(one) && wanted.has(one.membershipId)).map((one) => {
    const substitute = people.find(({ standsInFor }) => standsInFor?.membershipId === one.membershipId);
    return { member: memberOf(one), substitute: substitute === undefined ? null : memberOf(substitute), standIns: [], isRequired: wanted.get(one.membershipId)! };
  });
  if (chairs.length !== wanted.size) throw unknownPeople();
  return chairs;
}

/** [FT5] What the kind asks, as far as those who were asked for can give it: nobody comes who was not called. */
function quorumsOf(rule: QuorumRule, authorities: readonly Member['authority'][]): Quorum[] {
  const sectors = new Set(authorities.map(({ sector }) => sector));
  const either = (rule.atLeastOneOf ?? []).filter((sector) => sectors.has(sector));
  const municipalities = new Set(authorities.filter(({ sector }) => sector === 'municipality').map(({ id }) => id)).size;
  const share = rule.minMunicipalitiesShare === undefined ? 0 : municipalitiesNeeded(rule.minMunicipalitiesShare, municipalities);
  return [
    ...rule.sectors.filter((sector) => sectors.has(sector)).map((sector) => ({ of: { sector }, least: 1 })),
    ...(either.length > 0 ? [{ of: { sectors: either }, least: 1, id: anyOf }] : []),
    ...(share > 0 ? [{ of: { sector: 'municipality' }, least: share, count: 'authorities' as const, id: 'municipalities' }] : []),
    ...(authorities.length >= rule.minParticipants ? [{ of: { sectors: [...sectors] }, least: rule.minParticipants, id: 'participants' }] : []),
  ];
}

export function wordOf(own: PersonState | undefined, ...others: readonly (PersonState | undefined)[]): AvailabilityWord {
  if (own === 'free') return 'can';
  if (own === 'tentative') return 'unsettled';
  if (others.some((one) => one === 'free' || one === 'tentative')) return 'substitute';
  return own === 'unknown' || others.includes('unknown') ? 'unknown' : 'cannot';
}

