import { Injectable } from '@nestjs/common';
import type { AttendanceState, GuestCover, GuestPurpose, GuestSector, GuestState } from '@lib/contracts/enums.js';
import { Directory, type Member } from '@lib/access/directory.service.js';
import { guestParticipation, guestsOfMeetingIn, guestState, type GuestRow } from '@lib/access/guests.js';
import { ItemAccess } from '@lib/access/item-access.service.js';
import { isOpenAt, readersOf, windowOf, type Audience, type Subject } from '@lib/access/policy.js';
import { Policy } from '@lib/access/policy.service.js';
import { Clock } from '@lib/platform/clock.js';
import type { Tx } from '@lib/platform/unit-of-work.service.js';
import { coverOf } from './guest-time.js';
import { isPlanned } from './meeting.js';
import { endOf, type MeetingRow } from './meeting-rows.js';
import { participation, type Participant } from './participants.js';

/** A guest as others know her. */
export interface GuestPerson {
  /** The person. */
  id: string;
  membershipId: string;
  name: string;
  /** What she comes from, in words. */
  organisation: string;
  sector: GuestSector;
  purpose: GuestPurpose;
}

/** With how it stands. */
export interface GuestView extends GuestPerson {
  /** The item she is invited to; null for the meeting. */
  itemId: string | null;
  mayWrite: boolean;
  /** ISO instants; the end exclusive. */
  from: string;
  to: string;
  /** Of her link, for those who answer for it; null for others, who see living guests alone. */
  state: GuestState | null;
  /** [GU10] How much of the meeting lies within her time, for those who answer for her and while it lies ahead; else null. */
  cover: GuestCover | null;
  canManage: boolean;
  /** Every marking, the last first. */
  attendance: { state: AttendanceState; at: string; setBy: string }[];
}

interface Known {
  row: GuestRow;
  person: GuestPerson;
}

/** Reads the guests of meetings (rules GU1–GU8). */
@Injectable()
export class MeetingGuests {
  constructor(
    private readonly directory: Directory,
    private readonly access: ItemAccess,
    private readonly policy: Policy,
    private readonly clock: Clock,
  ) {}

  /**
   * [GU5] The guests of a meeting that the asker may know of: those of the meeting, and those of items that she reads
   * herself. Of a guest of another item she learns nothing.
   */
  async knownIn(tx: Tx, subject: Subject, meetingId: string): Promise<Known[]> {
    const rows = await guestsOfMeetingIn(tx, meetingId);
    const readable: ReadonlySet<string> = await this.access.readableOfIn(tx, subject, rows.flatMap((row) => row.item_id ?? []));
    const visible = rows.filter((row) => row.item_id === null || readable.has(row.item_id));
    const members = visible.length === 0 ? new Map<string, Member>() : await this.directory.pastMembersIn(tx, visible.map((row) => row.membership_id));
    return visible.flatMap((row) => {
      const member = members.get(row.membership_id);
      return member === undefined ? [] : [{ row, person: { id: member.id, membershipId: member.membershipId, name: member.name, organisation: member.authority.name, sector: row.sector, purpose: row.purpose } }];
    });
  }

  /** Of {@link knownIn} those who still have access, or will. */
  async livingIn(tx: Tx, subject: Subject, meetingId: string): Promise<Known[]> {
    const nowMs = this.clock.now().epochMilliseconds;
    return (await this.knownIn(tx, subject, meetingId)).filter(({ row }) => isLiving(row, nowMs));
  }

  /** [GU5] [GU6] What a participant is shown of them. */
  async viewsIn(tx: Tx, subject: Subject, meeting: MeetingRow, participants: readonly Participant[]): Promise<GuestView[]> {
    const nowMs = this.clock.now().epochMilliseconds;
    const known = await this.knownIn(tx, subject, meeting.id);
    const time = { startMs: meeting.start_instant.getTime(), endMs: endOf(meeting).getTime() };
    const isAhead = isPlanned(meeting.state) && time.endMs > nowMs;
    if (known.length === 0) return [];
    const facts = { participants: participants.map(participation) };
    // What of an item she may know was decided above: she reads it.
    const canManage = this.policy.may(subject, 'guest.manage', { item: null }, facts);
    const shown = known.filter(({ row }) => canManage || isLiving(row, nowMs));
    const attendance = await this.attendanceIn(tx, shown.map(({ row }) => row.membership_id));
    return shown.map(({ row, person }) => ({
      ...person,
      itemId: row.item_id,
      mayWrite: row.may_write,
      from: row.valid_from.toISOString(),
      to: row.valid_to.toISOString(),
      state: canManage ? guestState(row, nowMs) : null,
      cover: canManage && isAhead && row.revoked_at === null ? coverOf(row, time) : null,
      canManage,
      attendance: attendance.get(row.membership_id) ?? [],
    }));
  }

  /** [GU5] Of these guests those who read an item with this audience. */
  readersAmong(known: readonly Known[], audience: Audience): GuestPerson[] {
    const nowMs = this.clock.now().epochMilliseconds;
    const inside = new Set(readersOf(known.map(({ row }) => guestParticipation(row)), audience).filter((one) => isOpenUntil(windowOf(one, audience), nowMs)).map((one) => one.membershipId));
    return known.filter(({ row }) => inside.has(row.membership_id)).map(({ person }) => person);
  }

  private async attendanceIn(tx: Tx, membershipIds: readonly string[]): Promise<Map<string, GuestView['attendance']>> {
    const rows = await tx.query<{ membership_id: string; attendance: AttendanceState; by_membership_id: string; at: Date }>(
      `SELECT membership_id, attendance, by_membership_id, at FROM guest_event WHERE membership_id = ANY($1::uuid[]) AND kind = 'marked' ORDER BY at DESC, id DESC`,
      [membershipIds],
    );
    const markers = await this.directory.pastMembersIn(tx, rows.map((row) => row.by_membership_id));
    const answer = new Map<string, GuestView['attendance']>();
    for (const row of rows) answer.set(row.membership_id, [...(answer.get(row.membership_id) ?? []), { state: row.attendance, at: row.at.toISOString(), setBy: markers.get(row.by_membership_id)!.name }]);
    return answer;
  }
}

const isLiving = (row: GuestRow, nowMs: number): boolean => row.revoked_at === null && row.valid_to.getTime() > nowMs;

/** Whoever is to come counts as coming. */
const isOpenUntil = (window: ReturnType<typeof windowOf>, nowMs: number): boolean => isOpenAt({ fromMs: null, toMs: window.toMs }, nowMs);
