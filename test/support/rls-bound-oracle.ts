import { createHash } from 'node:crypto';
import type { CommandRules } from './rls-command-oracle.js';
import type { Asker, Row, Tables } from './rls-oracle.js';

/**
 * What a secret opens that is no session's, and what a job is bound in (docs/rls.md), from the rows alone and in plain words, as
 * `oracle` says it of reading. What is not named is not allowed, or not bound.
 */

const day = 86_400_000;
const ids = (rows: readonly Row[], column: string) => new Set(rows.map((row) => row[column]));
const isOpen = (row: Row) => (row.valid_from === null || (row.valid_from as Date) <= new Date()) && (row.valid_to === null || (row.valid_to as Date) > new Date());
const isOf = (secret: string) => (row: Row) => createHash('sha256').update(secret).digest().equals(Buffer.from(row.token_hash as Uint8Array));

/** [PO7] The role `poll`: her poll, the kind of its meeting and her own answers, while the poll goes on and its meeting lies ahead. */
export function pollLinkOracle(tables: Tables, secret: string): Record<string, CommandRules> {
  const all = (table: string) => tables.get(table) ?? [];
  const link = all('poll_outsider').find(isOf(secret));
  const poll = all('poll').find((row) => row.id === link?.poll_id && row.state === 'open' && (row.closes_at as Date) > new Date());
  const meeting = all('meeting').find((row) => row.id === poll?.meeting_id && ['draft', 'proposed', 'confirmed'].includes(row.state as string) && (row.start_instant as Date) > new Date());
  const goesOn = meeting !== undefined;
  const ofHers = (row: Row) => goesOn && row.outsider_id === link!.id;
  return {
    poll: { select: (row) => goesOn && row === poll },
    meeting: { select: (row) => goesOn && row === meeting },
    poll_ballot: { select: ofHers, insert: (row) => ofHers(row) && row.poll_id === poll!.id && row.meeting_id === meeting!.id },
  };
}

/** [CF2] The role `calendar`: herself, her living roles that work with content, and the meetings that these take part in now. */
export function feedOracle(tables: Tables, secret: string): Record<string, CommandRules> {
  const all = (table: string) => tables.get(table) ?? [];
  const feed = all('calendar_feed').find(isOf(secret));
  // Until its last day is over; no row here ends within hours of it.
  const closed = ids(all('authority').filter((row) => row.valid_to !== null && new Date(row.valid_to as string).getTime() + day <= Date.now()), 'id');
  const roles = all('membership').filter(
    (row) =>
      row.person_id === feed?.person_id && ['coordinator', 'participant', 'leader'].includes(row.role as string) && isOpen(row) && !closed.has(row.authority_id) &&
      (feed!.authority_ids === null || (feed!.authority_ids as string[]).includes(row.authority_id as string)),
  );
  const memberships = ids(roles, 'id');
  const meetings = ids(all('meeting_participant').filter((row) => memberships.has(row.membership_id) && isOpen(row)), 'meeting_id');
  const hers = (row: Row) => row.person_id === feed?.person_id;
  const ofMembership: CommandRules = { select: (row) => memberships.has(row.membership_id) };
  const ofMeeting: CommandRules = { select: (row) => meetings.has(row.meeting_id ?? row.scope_id) };
  return {
    calendar_feed: { select: hers, update: hers },
    person: { select: (row) => row.id === feed?.person_id },
    membership: { select: (row) => memberships.has(row.id) },
    authority: { select: () => feed !== undefined },
    meeting: { select: (row) => meetings.has(row.id) },
    meeting_participant: ofMembership, meeting_reply: ofMembership,
    meeting_event: ofMeeting, content_key: ofMeeting, shredded_scope: ofMeeting,
  };
}

/** The role `insight`: a leader counts where and when the people of her authority were. */
export function insightOracle(tables: Tables, asker: Asker): Record<string, CommandRules> {
  const all = (table: string) => tables.get(table) ?? [];
  const { role, authority_id: authority } = all('membership').find((one) => one.id === asker.membershipId)!;
  const led = ids(all('membership').filter((row) => role === 'leader' && row.authority_id === authority), 'id');
  const places = all('meeting_participant').filter((row) => led.has(row.membership_id));
  const meetings = ids(places, 'meeting_id');
  const anyone = () => true;
  return {
    authority: { select: anyone }, authority_relation: { select: anyone },
    membership: { select: (row) => row.role !== 'guest' },
    meeting_participant: { select: (row) => places.includes(row) },
    meeting: { select: (row) => meetings.has(row.id) },
    attendance_entry: { select: (row) => meetings.has(row.meeting_id) },
  };
}

/** Jobs whose rules ask something of a row, mostly of what they remove; all else that a job is granted it may do with every row. */
export function jobOracle(tables: Tables): Record<string, Record<string, CommandRules>> {
  const all = (table: string) => tables.get(table) ?? [];
  const ago = (days: number) => new Date(Date.now() - days * day);
  const calendars = ids(all('busy_calendar'), 'id');
  const ofCalendar = (row: Row) => calendars.has(row.scope_id);
  const nobody = { select: () => false };
  // [PO12] Thirty days after it ended, or after its last day for answers.
  const longOver = ids(all('poll').filter((row) => [row.closes_at, row.ended_at].some((end) => end !== null && (end as Date) <= ago(30))), 'id');
  const shredded = ids(all('shredded_scope'), 'scope_id');
  const repeated = (row: Row) => (row.created_at as Date) <= ago(2);
  // An auditor's draw that is asked for again.
  const samples = ids(all('trail_sample'), 'id');
  const drawn = (row: Row) => samples.has(row.resource_id);
  const trailKeys = ids(all('trail_key'), 'scope_id');
  // [AC100] The keys of what a guest is invited to: her item alone, or else her meeting.
  const invitedTo = new Set(all('guest').map((row) => row.item_id ?? row.meeting_id));
  const ofGuest = { select: (row: Row) => invitedTo.has(row.scope_id) };
  const meetings = ids(all('meeting'), 'id');
  const ofMeeting = { select: (row: Row) => meetings.has(row.scope_id) };
  // Whoever was asked by mail answers for herself, and sends nobody else.
  const mailed = new Set(all('meeting_mail').map((row) => `${String(row.meeting_id)} ${String(row.membership_id)}`));
  const answersByMail = (row: Row) => mailed.has(`${String(row.meeting_id)} ${String(row.membership_id)}`) && row.part_stat !== 'delegated';
  return {
    busy: { content_key: { select: ofCalendar, delete: ofCalendar }, shredded_scope: nobody },
    availability: { content_key: { select: ofCalendar }, shredded_scope: nobody },
    keeper: {
      poll_outsider: { delete: (row) => shredded.has(row.meeting_id) || longOver.has(row.poll_id) },
      poll_ballot: { delete: (row) => shredded.has(row.meeting_id) },
      // [YP21] Of weeks that are over; none here begins or ends within hours of now.
      year_plan: { delete: (row) => new Date(row.first_day as string).getTime() + 7 * Number(row.weeks) * day <= Date.now() },
      // [KE5] Whose names are sealed: guests, and nobody else.
      person: { update: (row) => row.guest === true },
      membership: { update: (row) => row.role === 'guest' },
    },
    mail: { meeting_reply: { insert: answersByMail, update: answersByMail }, content_key: ofMeeting, shredded_scope: ofMeeting },
    notices: { idempotency_key: { select: repeated, delete: repeated } },
    signin: { session: { delete: (row) => row.ended_at !== null && (row.ended_at as Date) <= ago(30) }, content_key: ofGuest, shredded_scope: ofGuest },
    trail: { content_key: { delete: (row) => trailKeys.has(row.scope_id) }, idempotency_key: { select: drawn, insert: drawn } },
  };
}

/**
 * [PO6] What `poll_choices` tells: the last answers of who takes part now and sent nobody else, and of each outsider, answered or not.
 *
 * @returns as texts, sorted; none where the asker takes no part
 */
export function choicesTold(tables: Tables, asker: Asker, pollId: unknown): string[] {
  const all = (table: string) => tables.get(table) ?? [];
  const poll = all('poll').find((row) => row.id === pollId)!;
  const at = all('meeting_participant').filter((row) => row.meeting_id === poll.meeting_id && isOpen(row));
  const role = all('membership').find((row) => row.id === asker.membershipId)?.role as string;
  if (!['coordinator', 'participant', 'leader'].includes(role) || !at.some((row) => row.membership_id === asker.membershipId)) return [];
  const last = (of: Partial<Row>) =>
    all('poll_ballot').filter((row) => Object.entries(of).every(([column, value]) => row[column] === value)).sort((a, b) => (b.version as number) - (a.version as number))[0]?.choices as string[] | undefined;
  const isOver = ids(all('membership').filter((row) => row.valid_to !== null && (row.valid_to as Date) <= new Date()), 'id');
  const sent = ids(all('meeting_reply').filter((row) => row.meeting_id === poll.meeting_id && row.part_stat === 'delegated'), 'membership_id');
  const members = at.filter((row) => !isOver.has(row.membership_id) && !sent.has(row.membership_id)).map((row) => last({ poll_id: pollId, membership_id: row.membership_id })).filter((one) => one !== undefined);
  const outsiders = all('poll_outsider').filter((row) => row.poll_id === pollId).map((row) => last({ outsider_id: row.id }));
  return [...members.map((one) => `false ${one.join()}`), ...outsiders.map((one) => `true ${one?.join() ?? 'none yet'}`)].sort();
}
