import { createHash, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { timeZone, type MeetingState, type PartStat, type Role } from '@lib/contracts/enums.js';
import type { Language } from '@lib/contracts/language.js';
import { openAt } from '@lib/access/item-access.service.js';
import { contentRoles, type Subject } from '@lib/access/policy.js';
import type { Session } from '@lib/access/sessions.service.js';
import { Notifications } from '@lib/notifications/notifications.service.js';
import { askingAs } from '@lib/platform/asking.js';
import { Clock } from '@lib/platform/clock.js';
import { Config } from '@lib/platform/config.js';
import { DomainEvents } from '@lib/platform/events.service.js';
import { Keyring } from '@lib/platform/keyring.service.js';
import { speakingTo } from '@lib/platform/speaking.js';
import { UnitOfWork, type Tx } from '@lib/platform/unit-of-work.service.js';
import { feedEvent, placeIsTold, type FeedMeeting } from './feed-event.js';
import { icalendar } from './icalendar.js';

/** A person's link as she is shown it: never the link itself. */
export interface CalendarFeed {
  createdAt: Date;
  /** At most a minute behind; null while nobody has asked. */
  lastFetchedAt: Date | null;
}

/** What a link shows at this moment. */
export interface FeedAnswer {
  /** text/calendar, UTF-8. */
  icalendar: string;
  /** [CF10] Whose entries in the access trail are still to be written before it leaves; none where today's are. */
  unrecorded: readonly Pick<Subject, 'personId' | 'membershipId' | 'authorityId' | 'role'>[];
  /** To be called when it leaves, and the entries are written. */
  handedOut(): Promise<void>;
}

/** [CF8] */
const daysBack = 92;
const daysAhead = 730;
const mostMeetings = 1000;

const touchEveryMs = 60_000;
/** 256 bits in base64url. */
const tokenForm = /^[A-Za-z0-9_-]{43}$/;

/** [CF2] $1 person, $2 roles, $3 authorities or null for all, $4 now. */
const membershipsOfLink = `
  SELECT m.id, m.authority_id, m.role, LEAST(m.valid_to, (a.valid_to + 1)::timestamp AT TIME ZONE 'Europe/Copenhagen') AS ends FROM membership m JOIN authority a ON a.id = m.authority_id
  WHERE m.person_id = $1 AND m.role = ANY ($2::text[]) AND ($3::text[] IS NULL OR m.authority_id = ANY ($3::text[]))
    AND m.valid_from <= $4::timestamptz AND (m.valid_to IS NULL OR m.valid_to > $4::timestamptz)
    AND (a.valid_to IS NULL OR (a.valid_to + 1)::timestamp AT TIME ZONE 'Europe/Copenhagen' > $4::timestamptz)
  ORDER BY m.id`;

/** [CF8] Of these memberships now; the database shows no other person's rows (docs/rls.md). Of two memberships at one meeting the one that comes. */
const meetingsOfLink = `
  SELECT * FROM (
    SELECT DISTINCT ON (m.id) m.id, m.series_id, m.kind_id, m.own_place, m.place, m.start_instant, m.duration_minutes, m.state, m.version, m.created_at, a.name AS authority_name, a.alias AS authority_alias,
           COALESCE(r.part_stat, 'needsAction') AS part_stat, p.stands_in_for_membership_id IS NOT NULL AS is_substitute,
           GREATEST(m.created_at, p.added_at, r.replied_at, (SELECT max(e.at) FROM meeting_event e WHERE e.meeting_id = m.id)) AS changed_at
    FROM meeting_participant p JOIN meeting m ON m.id = p.meeting_id JOIN authority a ON a.id = m.owner_authority_id
    LEFT JOIN meeting_reply r ON r.meeting_id = m.id AND r.membership_id = p.membership_id AND (r.start_instant = m.start_instant OR r.part_stat = 'delegated')
    WHERE p.membership_id = ANY ($1::uuid[]) AND ${openAt('p', '$2')}
      -- [CF6] One by itself is a draft while its time is still to be chosen: what stands in its row is none.
      AND NOT (m.state = 'draft' AND m.series_id IS NULL)
      AND m.start_instant + make_interval(mins => m.duration_minutes) > $2::timestamptz - interval '${daysBack} days' AND m.start_instant < $2::timestamptz + interval '${daysAhead} days'
    ORDER BY m.id, COALESCE(r.part_stat, 'needsAction') IN ('declined', 'delegated'), p.membership_id) one_each
  ORDER BY start_instant, id LIMIT ${mostMeetings}`;

/** A person's meetings for her own calendar program, by a secret link (SPEC.md, docs/adr/0050). */
@Injectable()
export class CalendarFeeds {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly keyring: Keyring,
    private readonly notifications: Notifications,
    private readonly clock: Clock,
    private readonly config: Config,
    private readonly events: DomainEvents,
  ) {}

  /** [CF1] Her own link; null while she has none. */
  async own(session: Session): Promise<CalendarFeed | null> {
    const [row] = await this.unitOfWork.run((tx) => tx.query<{ created_at: Date; last_fetched_at: Date | null }>('SELECT created_at, last_fetched_at FROM calendar_feed WHERE person_id = $1', [session.personId]));
    return row === undefined ? null : { createdAt: row.created_at, lastFetchedAt: row.last_fetched_at };
  }

  /**
   * [CF1] Makes her link, and ends the one before. [CF11] She is told, since whoever holds her session can make one that outlives it.
   *
   * @returns its secret, which nobody is shown again
   */
  async make(session: Session): Promise<string> {
    const token = randomBytes(32).toString('base64url');
    await this.unitOfWork.run(async (tx) => {
      await tx.query(
        `INSERT INTO calendar_feed (person_id, token_hash, authority_ids, provider_id, created_at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (person_id) DO UPDATE SET token_hash = $2, authority_ids = $3, provider_id = $4, created_at = $5, last_fetched_at = NULL, recorded_on = NULL`,
        [session.personId, hashOf(token), session.authorityIds, session.providerId, this.clock.now().toString()],
      );
      this.events.emitIn(tx, 'calendarLink.ended', { personId: session.personId });
      await this.notifications.warnIn(tx, session.personId, 'calendarLinkMade');
    });
    return token;
  }

  /** [CF1] Ends her link; nothing where there is none. */
  async revoke(session: Session): Promise<void> {
    await this.unitOfWork.run(async (tx) => {
      await tx.query('DELETE FROM calendar_feed WHERE person_id = $1', [session.personId]);
      this.events.emitIn(tx, 'calendarLink.ended', { personId: session.personId });
    });
  }

  /**
   * [CF3] By what a link reads at this moment, and until when if nothing else changes (epoch milliseconds).
   *
   * @param token as it was sent; anything
   * @returns null for what is no living link of anybody
   */
  async standing(token: string): Promise<{ personId: string; membershipIds: string[]; untilMs: number } | null> {
    if (!tokenForm.test(token)) return null;
    const work = async (tx: Tx) => {
      const [feed] = await tx.query<{ person_id: string; authority_ids: string[] | null }>('SELECT person_id, authority_ids FROM calendar_feed WHERE token_hash = $1', [hashOf(token)]);
      if (feed === undefined) return null;
      const now = this.clock.now().toString();
      const memberships = await tx.query<{ id: string; ends: Date | null }>(membershipsOfLink, [feed.person_id, contentRoles, feed.authority_ids, now]);
      if (memberships.length === 0) return null;
      const membershipIds = memberships.map((one) => one.id);
      const [times] = await tx.query<{ ends: Date | null }>('SELECT min(valid_to) AS ends FROM meeting_participant WHERE membership_id = ANY ($1::uuid[]) AND valid_to > $2::timestamptz', [membershipIds, now]);
      return { personId: feed.person_id, membershipIds, untilMs: Math.min(...[...memberships, times!].map(({ ends }) => ends?.getTime() ?? Number.POSITIVE_INFINITY)) };
    };
    return askingAs({ token, as: 'request' }, () => this.unitOfWork.run(work, { as: 'calendar' }));
  }

  /**
   * [CF2, CF3] What a link shows now.
   *
   * @param token   as it was sent; anything
   * @param address of the product, for the links to its pages
   * @returns null for what is no living link of anybody
   */
  async read(token: string, address: string): Promise<FeedAnswer | null> {
    if (!tokenForm.test(token)) return null;
    return askingAs({ token, as: 'request' }, async () => {
      const found = await this.unitOfWork.run((tx) => this.foundIn(tx, hashOf(token)), { as: 'calendar' });
      if (found === null) return null;
      const { feed, memberships, meetings } = found;
      const now = this.clock.now();
      const today = now.toZonedDateTimeISO(timeZone).toPlainDate().toString();
      const isRecorded = feed.recorded_on === today;
      const isFresh = feed.last_fetched_at !== null && now.epochMilliseconds - feed.last_fetched_at.getTime() < touchEveryMs;
      return {
        icalendar: speakingTo(
          () => feed.language ?? 'da',
          () => icalendar({ name: 'Samråd', timeZone, events: meetings.map((meeting) => feedEvent(meeting, address)) }),
        ),
        unrecorded: isRecorded ? [] : memberships.map((one) => ({ personId: feed.person_id, membershipId: one.id, authorityId: one.authority_id, role: one.role })),
        handedOut: async () => {
          if (isRecorded && isFresh) return;
          await askingAs({ token, as: 'request' }, () => this.unitOfWork.run((tx) => tx.query('UPDATE calendar_feed SET last_fetched_at = $2, recorded_on = $3 WHERE person_id = $1', [feed.person_id, now.toString(), today]), { as: 'calendar' }));
        },
      };
    });
  }

  private async foundIn(tx: Tx, tokenHash: Buffer) {
    const [feed] = await tx.query<FeedRow>('SELECT f.person_id, f.authority_ids, f.last_fetched_at, f.recorded_on, p.language FROM calendar_feed f JOIN person p ON p.id = f.person_id WHERE f.token_hash = $1', [tokenHash]);
    if (feed === undefined) return null;
    const memberships = await tx.query<{ id: string; authority_id: string; role: Role }>(membershipsOfLink, [feed.person_id, contentRoles, feed.authority_ids, this.clock.now().toString()]);
    if (memberships.length === 0) return null;
    const rows = await tx.query<MeetingOfLink>(meetingsOfLink, [memberships.map((one) => one.id), this.clock.now().toString()]);
    return { feed, memberships, meetings: await this.openedIn(tx, rows) };
  }

  /** [CF4] With the places that may be told; no other key is asked for. */
  private async openedIn(tx: Tx, rows: readonly MeetingOfLink[]): Promise<FeedMeeting[]> {
    const told = rows.filter((row) => row.place !== null && placeIsTold({ kindId: row.kind_id, inSeries: row.series_id !== null, ownPlace: row.own_place }));
    const sealers = told.length === 0 ? new Map<string, never>() : await this.keyring.sealersIn(tx, told.map((row) => row.id));
    const places = new Map(told.map((row) => [row.id, sealers.get(row.id)?.openOrNull(row.place, { table: 'meeting', rowId: row.id, column: 'place' }) ?? null]));
    return rows.map((row) => ({
      id: row.id,
      kindId: row.kind_id,
      authorityName: (this.config.demo ? row.authority_alias : null) ?? row.authority_name,
      start: row.start_instant,
      durationMinutes: row.duration_minutes,
      state: row.state,
      version: row.version,
      createdAt: row.created_at,
      changedAt: row.changed_at,
      partStat: row.part_stat,
      isSubstitute: row.is_substitute,
      place: places.get(row.id) ?? null,
    }));
  }
}

/** [CF1] By which a secret is stored and counted. */
export const hashOf = (token: string): Buffer => createHash('sha256').update(token).digest();

interface FeedRow {
  person_id: string;
  authority_ids: string[] | null;
  last_fetched_at: Date | null;
  recorded_on: string | null;
  language: Language | null;
}

interface MeetingOfLink {
  id: string;
  series_id: string | null;
  kind_id: string;
  own_place: boolean;
  place: Uint8Array | null;
  start_instant: Date;
  duration_minutes: number;
  state: MeetingState;
  version: number;
  created_at: Date;
  authority_name: string;
  authority_alias: string | null;
  part_stat: PartStat;
  is_substitute: boolean;
  changed_at: Date;
}
