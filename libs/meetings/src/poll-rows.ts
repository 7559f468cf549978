import type { Temporal } from 'temporal-polyfill';
import type { PollChoice } from '@lib/contracts/enums.js';
import type { Tx } from '@lib/platform/unit-of-work.service.js';
import { instantOfSlot, type Choices } from './poll.js';

export interface PollRow {
  id: string;
  meeting_id: string;
  opened_by_membership_id: string;
  slots: string[];
  duration_minutes: number;
  closes_at: Date;
  state: 'open' | 'chosen' | 'withdrawn';
  chosen_local: string | null;
  opened_at: Date;
  reminded_at: Date | null;
  ended_at: Date | null;
}

export interface BallotRow {
  membership_id: string | null;
  outsider_id: string | null;
  version: number;
  choices: (PollChoice | 'none')[];
  at: Date;
}

export interface OutsiderRow {
  id: string;
  name: Uint8Array;
  invited_at: Date;
  renewed_at: Date | null;
}

export const choicesOf = (stored: readonly (PollChoice | 'none')[]): Choices => stored.map((one) => (one === 'none' ? null : one));
export const storedChoices = (choices: Choices): (PollChoice | 'none')[] => choices.map((one) => one ?? 'none');

/** [PO9] The poll that goes on about a meeting ends: with the time that was chosen, or without one. At most one goes on. */
export async function endPollIn(tx: Tx, meetingId: string, at: string, chosenLocal: string | null = null): Promise<void> {
  await tx.query(`UPDATE poll SET state = $2, chosen_local = $3, ended_at = $4 WHERE meeting_id = $1 AND state = 'open'`, [meetingId, chosenLocal === null ? 'withdrawn' : 'chosen', chosenLocal, at]);
}

/** Slots that still hold somebody's time: those ahead that she has not refused. */
export function heldSlots(poll: Pick<PollRow, 'slots'> & { choices: BallotRow['choices'] | null }): { startLocal: string; start: Temporal.Instant; isAnswered: boolean }[] {
  return poll.slots.flatMap((startLocal, n) => {
    const choice = poll.choices?.[n] ?? 'none';
    return choice === 'no' ? [] : [{ startLocal, start: instantOfSlot(startLocal), isAnswered: choice !== 'none' }];
  });
}
