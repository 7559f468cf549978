import type { AgendaState, AttendanceState, MeetingState, MinutesState, PartStat } from '@lib/contracts/enums.js';
import type { Member } from '@lib/access/directory.service.js';
import type { Participation, Seat, Window } from '@lib/access/policy.js';
import type { Chair } from './quorum.js';

/** Somebody at a meeting, with what she answered. */
export interface Participant extends Member {
  partStat: PartStat;
  repliedAt: Date | null;
  /** Sealed; `sealedFor` is the row it was sealed for. */
  note: { sealed: Uint8Array; sealedFor: string } | null;
  /** The last marking; null while nobody has marked her. */
  attendance: AttendanceState | null;
  /** Whom she came instead of (`id` is the person); her role as it is now. */
  standsInFor: Pick<Member, 'id' | 'membershipId' | 'role'> | null;
  /** Her time in the meeting; absent when it has no bounds. */
  window?: Window;
}

/** With what she is there as, for what authorities answer. */
export const seat = (one: Participant): Seat => ({ ...participation(one), role: one.role });

export function participation(member: Member & Partial<Pick<Participant, 'standsInFor' | 'window'>>): Participation {
  const own = { membershipId: member.membershipId, personId: member.id, authorityId: member.authority.id, sector: member.authority.sector, ...(member.window === undefined ? {} : { window: member.window }) };
  return member.standsInFor ? { ...own, standsInForRole: member.standsInFor.role, standsInForPersonId: member.standsInFor.id } : own;
}

/** As people are shown it: instants, the end exclusive. */
export const windowView = ({ fromMs, toMs }: Window) => ({ from: isoOf(fromMs), to: isoOf(toMs) });

const isoOf = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());

/** Only the person: what she answered belongs to the meeting, not to an item or a decision. */
export const memberOf = ({ id, membershipId, name, role, functionTitle, authority }: Member): Member => ({ id, membershipId, name, role, functionTitle, authority });

const coming: Record<PartStat, Chair['coming']> = {
  accepted: 'yes',
  needsAction: 'maybe',
  tentative: 'maybe',
  declined: 'no',
  // [QU6] The chair is the substitute's then, and her answer counts.
  delegated: 'no',
};

const there: Record<AttendanceState, Chair['coming']> = { present: 'yes', late: 'yes', excused: 'no', absent: 'no' };

/** The chairs of a meeting as the quorum counts them. */
export function chairs(participants: readonly Participant[]): Chair[] {
  const taken = participants.some((one) => one.attendance !== null);
  return participants.map((one) => {
    const answered = coming[one.partStat];
    // [QU7] Once somebody is marked, an answer is no proof any more; who is unmarked may still turn up.
    const unmarked = taken && answered === 'yes' ? 'maybe' : answered;
    return { personId: one.id, authorityId: one.authority.id, sector: one.authority.sector, coming: one.attendance === null ? unmarked : there[one.attendance] };
  });
}

export type ReplyCounts = Record<PartStat, number>;

export function replyCounts(participants: readonly Participant[]): ReplyCounts {
  const counts: ReplyCounts = { needsAction: 0, accepted: 0, tentative: 0, declined: 0, delegated: 0 };
  for (const { partStat } of participants) counts[partStat] += 1;
  return counts;
}

/** [PE1] Whether answers may still change: until the meeting is held, or its time is over. */
export const repliesOpen = (meeting: { state: MeetingState; endInstant: Date }, now: Date): boolean =>
  ['draft', 'proposed', 'confirmed'].includes(meeting.state) && now < meeting.endInstant;

const hourMs = 3_600_000;

/**
 * [PE5] Whether attendance may be marked: from an hour before the start, or since it began, until the minutes are sent
 * for approval, and again while a change of it is asked for.
 */
export const attendanceOpen = (meeting: { state: MeetingState; agendaState: AgendaState; minutesState: MinutesState; isReopened: boolean; startInstant: Date }, now: Date): boolean =>
  meeting.state !== 'cancelled' &&
  (meeting.minutesState === 'draft' || (meeting.minutesState === 'forApproval' && meeting.isReopened)) &&
  (now.getTime() >= meeting.startInstant.getTime() - hourMs || ['held', 'closed'].includes(meeting.state) || ['inSession', 'closed'].includes(meeting.agendaState));
