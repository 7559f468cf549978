import { Injectable } from '@nestjs/common';
import { Temporal } from 'temporal-polyfill';
import { timeZone, type GuestCover } from '@lib/contracts/enums.js';
import { Problem } from '@lib/contracts/problems.js';
import type { Member } from '@lib/access/directory.service.js';
import type { Subject } from '@lib/access/policy.js';
import { Clock } from '@lib/platform/clock.js';
import { currentOpening } from '@lib/platform/openings.js';
import { RateLimits } from '@lib/platform/rate-limits.service.js';
import { UnitOfWork } from '@lib/platform/unit-of-work.service.js';
import type { Availability } from '@lib/scheduling/availability.js';
import { findTime } from '@lib/scheduling/find-time.js';
import type { PersonState } from '@lib/scheduling/find-time-reasons.js';
import { allChairsOf, mostRelaxations, wordOf, yearAhead, type AvailabilityWord, type Chair } from './find-time.service.js';
import { coverOf, losesBy, type MeetingTime } from './guest-time.js';
import { KnownTimes, usualHours } from './known-times.service.js';
import { MeetingAccess } from './meeting-access.service.js';
import { MeetingGuests, type GuestPerson } from './meeting-guests.service.js';
import { meetingKind } from './meeting-kinds.data.js';
import { endOf } from './meeting-rows.js';
import { movedTo } from './moved-to.js';
import { quorum, type Chair as QuorumChair, type Quorum } from './quorum.js';
import { holidayAt } from './series-plan.js';

export interface MovePreviewed {
  /** The version of the meeting that this was said of. */
  version: number;
  from: { startInstant: string; endInstant: string };
  to: { startLocal: string; startInstant: string; endInstant: string; durationMinutes: number };
  holiday: string | null;
  /** Outside of the usual hours nobody knows who can. */
  isKnown: boolean;
  people: { person: Member; substitute: Member | null; availability: AvailabilityWord }[];
  /** Whether the meeting could decide then; null where it is not known who can. */
  quorum: Quorum | null;
  /** [GU10] Guests whom the asker may know of and who could be at less of it, or at nothing. */
  guests: MovedGuest[];
}

export interface MovedGuest extends GuestPerson {
  /** How much of the new time lies within hers. */
  cover: GuestCover;
  /** ISO instants; the end exclusive. */
  from: string;
  to: string;
}

const slot = 15;
/** As many people one time counts for at least: of a meeting of two somebody's day could be read half an hour after half an hour. */
const fewestCounted = 20;
const coming: Record<AvailabilityWord, QuorumChair['coming']> = { can: 'yes', substitute: 'yes', unsettled: 'maybe', unknown: 'maybe', cannot: 'no' };

/** [FT9–FT11] What it would mean to move a meeting to a time. Nothing is moved by it. */
@Injectable()
export class MovePreview {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly meetings: MeetingAccess,
    private readonly guests: MeetingGuests,
    private readonly known: KnownTimes,
    private readonly limits: RateLimits,
    private readonly clock: Clock,
  ) {}

  /** @throws Problem `not-found`, `not-allowed`, `invalid-input` (field `startLocal`), `rule-invalid`, `too-many-requests` */
  async of(subject: Subject, meetingId: string, to: { startLocal: string; durationMinutes: number }): Promise<MovePreviewed> {
    const { row, participants, guests } = await this.unitOfWork.run(async (tx) => ({ ...(await this.meetings.meetingToPlaceIn(tx, subject, meetingId)), guests: await this.guests.livingIn(tx, subject, meetingId) }));
    const now = this.clock.now();
    const { startLocal, start } = movedTo(to, now);
    const last = now.toZonedDateTimeISO(timeZone).toPlainDate().add({ days: yearAhead });
    if (Temporal.PlainDate.compare(Temporal.PlainDateTime.from(startLocal).toPlainDate(), last) > 0) throw new Problem('invalid-input', undefined, [{ field: 'startLocal', message: 'Samråd viser højst et år frem, hvem der kan.' }]);

    const time = slotsOf(startLocal, to.durationMinutes);
    const isKnown = await this.isUsual(subject, time);
    const seats = isKnown ? await this.seatsAt(subject, allChairsOf(participants), time, meetingId) : [];
    const kind = meetingKind(row.kind_id);
    return {
      version: row.version,
      from: { startInstant: row.start_instant.toISOString(), endInstant: endOf(row).toISOString() },
      to: { startLocal, startInstant: start.toString(), endInstant: start.add({ minutes: to.durationMinutes }).toString(), durationMinutes: to.durationMinutes },
      holiday: holidayAt(startLocal),
      isKnown,
      people: seats.map(({ member, substitute, availability }) => ({ person: member, substitute, availability })),
      guests: movedGuests(guests, { startMs: row.start_instant.getTime(), endMs: endOf(row).getTime() }, { startMs: start.epochMilliseconds, endMs: start.add({ minutes: to.durationMinutes }).epochMilliseconds }),
      quorum: isKnown ? (kind === undefined ? { met: true, gaps: [] } : quorum(kind.quorum, seats.map(quorumChair))) : null,
    };
  }

  /** [FT10] */
  private async isUsual(subject: Subject, time: SlotTime): Promise<boolean> {
    const { index } = await this.known.of([], subject.authorityId);
    return statesAt(index, [usualHours], time).get(usualHours) === 'free';
  }

  private async seatsAt(subject: Subject, chairs: readonly Chair[], time: SlotTime, meetingId: string): Promise<Seat[]> {
    const members = chairs.flatMap(({ member, substitute }) => (substitute === null ? [member] : [member, substitute]));
    // [FT11]
    const others = members.filter(({ authority }) => authority.id !== subject.authorityId);
    await this.limits.spendExactTime(subject, Math.max(members.length, fewestCounted) * mostRelaxations, others.map(({ id }) => id));
    // [AC95] Their own auditors find it, as they find a search.
    currentOpening()?.ask(others.map(({ authority }) => authority.id));
    const { index, names } = await this.known.of(members.map(({ id, membershipId }) => ({ personId: id, membershipId })), subject.authorityId);
    const states = statesAt(index, [...names.values()], time, meetingId);
    // Whose membership has ended meanwhile cannot come.
    const stateOf = (member: Member | null) => (member === null ? undefined : states.get(names.get(member.membershipId) ?? ''));
    return chairs.map(({ member, substitute }) => ({ member, substitute, availability: wordOf(stateOf(member), stateOf(substitute)) }));
  }
}

/** [GU10] */
const movedGuests = (guests: Awaited<ReturnType<MeetingGuests['livingIn']>>, from: MeetingTime, to: MeetingTime): MovedGuest[] =>
  guests.filter(({ row }) => losesBy(row, from, to)).map(({ row, person }) => ({ ...person, cover: coverOf(row, to), from: row.valid_from.toISOString(), to: row.valid_to.toISOString() }));

interface Seat {
  member: Member;
  substitute: Member | null;
  availability: AvailabilityWord;
}

/** [QU6] Whoever comes sits on the chair. */
function quorumChair({ member, substitute, availability }: Seat): QuorumChair {
  const { id, authority } = availability === 'substitute' ? (substitute ?? member) : member;
  return { personId: id, authorityId: authority.id, sector: authority.sector, coming: coming[availability] };
}

/** A time in whole quarters of an hour, which hold all of it. */
interface SlotTime {
  date: string;
  from: number;
  until: number;
}

function slotsOf(startLocal: string, durationMinutes: number): SlotTime {
  const { hour, minute } = Temporal.PlainDateTime.from(startLocal);
  const start = hour * 60 + minute;
  return { date: startLocal.slice(0, 10), from: Math.floor(start / slot) * slot, until: Math.ceil((start + durationMinutes) / slot) * slot };
}

/** How it is with each at that time; with nobody where it runs into the next day. */
function statesAt(index: Availability, people: readonly string[], { date, from, until }: SlotTime, withoutEvent?: string): Map<string, PersonState> {
  if (people.length === 0 || until >= 24 * 60) return new Map();
  const result = findTime(index, {
    from: date,
    until: Temporal.PlainDate.from(date).add({ days: 1 }).toString(),
    durationMinutes: until - from,
    everyMinutes: slot,
    earliest: clockOf(from),
    latest: clockOf(until),
    weekdays: [1, 2, 3, 4, 5, 6, 7],
    required: [],
    optional: people,
    ...(withoutEvent === undefined ? {} : { withoutEvent }),
  });
  return new Map(result.candidates(0, 1)[0]?.people.map(({ id, state }) => [id, state]));
}

const clockOf = (minutes: number) => `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
