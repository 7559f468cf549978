import { Injectable } from '@nestjs/common';
import { ItemAccess } from '@lib/access/item-access.service.js';
import { inAudience, type Audience, type Seat, type Subject } from '@lib/access/policy.js';
import { MeetingPeople } from '@lib/meetings/meeting-people.service.js';
import { nobody, type ItemRow, type MeetingRow } from '@lib/meetings/meeting-rows.js';
import { seat, type Participant } from '@lib/meetings/participants.js';
import { Clock } from '@lib/platform/clock.js';
import { newId } from '@lib/platform/ids.js';
import { Keyring } from '@lib/platform/keyring.service.js';
import type { Tx } from '@lib/platform/unit-of-work.service.js';
import { canonicalJson } from './canonical.js';
import { commitmentOf, newSalt } from './commitment.js';
import type { MinutesEventKind, PartFact, PartState, RoundPhase, TimelineFact } from './minutes.js';

export interface Round {
  id: string;
  number: number;
  phase: RoundPhase;
  due: string | null;
  sentByMembershipId: string;
  sentAt: Date;
  endedAt: Date | null;
  leaves: Buffer[] | null;
  root: Buffer | null;
}

/** An item in a round, or the frame of the meeting, whose id is that of the meeting. */
export interface Part extends PartFact {
  isFrame: boolean;
  documentId: string | null;
  audience: Audience;
  freezeId: string | null;
  isRestore: boolean;
  isReopened: boolean;
}

export interface TimelineEntry extends TimelineFact {
  roundId: string;
  membershipId: string | null;
  text: Uint8Array | null;
  at: Date;
}

/** Everything about the minutes of one meeting at one moment, whoever asks. */
export interface Standing {
  meeting: MeetingRow;
  participants: Participant[];
  seats: Seat[];
  /** The last one; null when the minutes were never sent. */
  round: Round | null;
  /** Of that round: the frame first, then the items in no particular order. */
  parts: Part[];
  /** Of that round, oldest first. */
  timeline: TimelineEntry[];
}

export interface NewEvent {
  meetingId: string;
  roundId: string;
  kind: MinutesEventKind;
  parts: readonly Pick<PartFact, 'partId' | 'version'>[];
  authorityId?: string | null;
  membershipId: string | null;
  aboutId?: string | null;
  text?: string | null;
  digest?: Buffer | null;
}

export interface Snapshot<Content> {
  partId: string;
  version: number;
  salt: string;
  content: Content;
  commitment: Buffer;
  takenAt: Date;
}

/** The rows of minutes. Who may see or do what is decided by those who call. */
@Injectable()
export class MinutesStore {
  constructor(
    private readonly people: MeetingPeople,
    private readonly access: ItemAccess,
    private readonly keyring: Keyring,
    private readonly clock: Clock,
  ) {}

  /** null for a meeting that is not there. */
  async standingIn(tx: Tx, meetingId: string): Promise<Standing | null> {
    const [meeting] = await tx.query<MeetingRow>('SELECT * FROM meeting WHERE id = $1', [meetingId]);
    if (meeting === undefined) return null;
    const participants = (await this.people.ofIn(tx, [meetingId])).get(meetingId) ?? [];
    const seats = participants.map(seat);
    const round = await this.roundIn(tx, meetingId);
    return {
      meeting,
      participants,
      seats,
      round,
      parts: round === null ? [] : await this.partsIn(tx, round.id, meeting, seats),
      timeline: round === null ? [] : await this.timelineIn(tx, 'round_id = $1', round.id),
    };
  }

  private async roundIn(tx: Tx, meetingId: string): Promise<Round | null> {
    const [row] = await tx.query<RoundRow>('SELECT *, due::text AS due FROM minutes_round WHERE meeting_id = $1 ORDER BY number DESC LIMIT 1', [meetingId]);
    if (row === undefined) return null;
    const leaves = row.leaves === null ? null : Buffer.from(row.leaves);
    return {
      id: row.id,
      number: row.number,
      phase: row.phase,
      due: row.due,
      sentByMembershipId: row.sent_by_membership_id,
      sentAt: row.sent_at,
      endedAt: row.ended_at,
      leaves: leaves === null ? null : Array.from({ length: leaves.length / 32 }, (_, n) => leaves.subarray(n * 32, n * 32 + 32)),
      root: row.root === null ? null : Buffer.from(row.root),
    };
  }

  private async partsIn(tx: Tx, roundId: string, meeting: MeetingRow, seats: readonly Seat[]): Promise<Part[]> {
    const rows = await tx.query<PartRow>('SELECT * FROM minutes_part WHERE round_id = $1 ORDER BY (part_id <> meeting_id), part_id', [roundId]);
    const items = await tx.query<ItemRow>('SELECT * FROM agenda_item WHERE id = ANY($1::uuid[])', [rows.map((row) => row.part_id)]);
    const audiences = await this.access.audiencesIn(tx, items.map((item) => item.id));
    return rows.map((row) => {
      const item = items.find((one) => one.id === row.part_id);
      const audience: Audience = item === undefined ? { kind: 'all' } : (audiences.get(item.id) ?? nobody);
      return {
        partId: row.part_id,
        state: row.state,
        version: row.version,
        authorityIds: [...new Set(seats.filter((one) => inAudience(one, audience)).map((one) => one.authorityId))],
        isFrame: row.part_id === meeting.id,
        documentId: item?.document_id ?? null,
        audience,
        freezeId: row.freeze_id,
        isRestore: row.is_restore,
        isReopened: item === undefined ? meeting.minutes_reopened : item.minutes_reopened,
      };
    });
  }

  /** What happened to the minutes of a meeting in all rounds, oldest first. */
  allEventsIn(tx: Tx, meetingId: string): Promise<TimelineEntry[]> {
    return this.timelineIn(tx, 'meeting_id = $1', meetingId);
  }

  private async timelineIn(tx: Tx, condition: string, parameter: string): Promise<TimelineEntry[]> {
    const rows = await tx.query<EventRow>(`SELECT * FROM minutes_event WHERE ${condition} ORDER BY id`, [parameter]);
    return rows.map((row) => ({
      id: row.id,
      roundId: row.round_id,
      kind: row.kind,
      partIds: row.part_ids,
      versions: row.versions,
      authorityId: row.authority_id,
      membershipId: row.membership_id,
      aboutId: row.about_id,
      text: row.text,
      at: row.at,
    }));
  }

  /** The parts of a meeting's minutes that the asker reads: its frame, as all who take part do, and her items. */
  async visibleIn(tx: Tx, subject: Subject, standing: Pick<Standing, 'meeting' | 'parts'>): Promise<Part[]> {
    const readable = await this.access.readableOfIn(tx, subject, standing.parts.filter((part) => !part.isFrame).map((part) => part.partId));
    return standing.parts.filter((part) => part.isFrame || readable.has(part.partId as never));
  }

  /** @returns the id of the entry */
  async addEventIn(tx: Tx, event: NewEvent): Promise<string> {
    const id = newId();
    const text = event.text ?? null;
    const sealed = text === null ? null : (await this.keyring.sealerIn(tx, event.parts[0]!.partId)).sealText(text, { table: 'minutes_event', rowId: id, column: 'text' });
    await tx.query(
      `INSERT INTO minutes_event (id, meeting_id, round_id, kind, part_ids, versions, authority_id, membership_id, about_id, text, digest, at)
       VALUES ($1, $2, $3, $4, $5::uuid[], $6::int[], $7, $8, $9, $10, $11, $12)`,
      [id, event.meetingId, event.roundId, event.kind, event.parts.map((part) => part.partId), event.parts.map((part) => part.version), event.authorityId ?? null, event.membershipId, event.aboutId ?? null, sealed, event.digest ?? null, this.clock.now().toString()],
    );
    return id;
  }

  /** Freezes the words of a part for good: they are sealed, and committed to. */
  async addSnapshotIn(tx: Tx, at: { meetingId: string; roundId: string; partId: string; version: number }, content: unknown): Promise<void> {
    const id = newId();
    const salt = newSalt();
    const whole = wellFormed(content);
    const sealer = await this.keyring.sealerIn(tx, at.partId);
    await tx.query('INSERT INTO minutes_snapshot (id, round_id, part_id, version, content, commitment, taken_at) VALUES ($1, $2, $3, $4, $5, $6, $7)', [
      id,
      at.roundId,
      at.partId,
      at.version,
      sealer.sealText(canonicalJson({ salt, content: whole }), { table: 'minutes_snapshot', rowId: id, column: 'content' }),
      commitmentOf({ ...at, salt, content: whole }),
      this.clock.now().toString(),
    ]);
  }

  /** The snapshots that count of these parts. A part that has none, or whose key is destroyed, is missing. */
  async snapshotsIn<Content>(tx: Tx, roundId: string, parts: readonly Pick<PartFact, 'partId' | 'version'>[]): Promise<Map<string, Snapshot<Content>>> {
    const rows = await tx.query<SnapshotRow>(
      `SELECT s.* FROM minutes_snapshot s JOIN unnest($2::uuid[], $3::int[]) AS p (part_id, version) ON p.part_id = s.part_id AND p.version = s.version WHERE s.round_id = $1`,
      [roundId, parts.map((part) => part.partId), parts.map((part) => part.version)],
    );
    const sealers = await this.keyring.sealersIn(tx, rows.map((row) => row.part_id));
    const answer = new Map<string, Snapshot<Content>>();
    for (const row of rows) {
      const sealer = sealers.get(row.part_id);
      if (sealer === undefined || sealer.isShredded) continue;
      const { salt, content } = JSON.parse(sealer.openText(row.content, { table: 'minutes_snapshot', rowId: row.id, column: 'content' })) as { salt: string; content: Content };
      answer.set(row.part_id, { partId: row.part_id, version: row.version, salt, content, commitment: Buffer.from(row.commitment), takenAt: row.taken_at });
    }
    return answer;
  }

  /** What is known of the snapshots that count without a key. */
  async stampsIn(tx: Tx, roundId: string, parts: readonly Pick<PartFact, 'partId' | 'version'>[]): Promise<Map<string, { commitment: Buffer; takenAt: Date }>> {
    const rows = await tx.query<{ part_id: string; commitment: Uint8Array; taken_at: Date }>(
      `SELECT s.part_id, s.commitment, s.taken_at FROM minutes_snapshot s JOIN unnest($2::uuid[], $3::int[]) AS p (part_id, version) ON p.part_id = s.part_id AND p.version = s.version WHERE s.round_id = $1`,
      [roundId, parts.map((part) => part.partId), parts.map((part) => part.version)],
    );
    return new Map(rows.map((row) => [row.part_id, { commitment: Buffer.from(row.commitment), takenAt: row.taken_at }]));
  }
}

/** Half characters, which a foreign editor can leave behind, have no form in JSON that all agree on. */
export const wellFormed = <T>(value: T): T =>
  JSON.parse(JSON.stringify(value, (_key, one: unknown) => (typeof one === 'string' ? one.replace(/\p{Surrogate}/gu, '\uFFFD') : one))) as T;

interface RoundRow {
  id: string;
  number: number;
  phase: RoundPhase;
  due: string | null;
  sent_by_membership_id: string;
  sent_at: Date;
  ended_at: Date | null;
  leaves: Uint8Array | null;
  root: Uint8Array | null;
}

interface PartRow {
  part_id: string;
  state: PartState;
  version: number;
  freeze_id: string | null;
  is_restore: boolean;
}

interface EventRow {
  id: string;
  round_id: string;
  kind: MinutesEventKind;
  part_ids: string[];
  versions: number[];
  authority_id: string | null;
  membership_id: string | null;
  about_id: string | null;
  text: Uint8Array | null;
  at: Date;
}

interface SnapshotRow {
  id: string;
  part_id: string;
  version: number;
  content: Uint8Array;
  commitment: Uint8Array;
  taken_at: Date;
}
