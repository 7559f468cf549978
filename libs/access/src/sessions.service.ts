import { createHash, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { AssuranceLevel, Role } from '@lib/contracts/enums.js';
import type { Language } from '@lib/contracts/language.js';
import { Problem } from '@lib/contracts/problems.js';
import { Clock } from '@lib/platform/clock.js';
import { Config } from '@lib/platform/config.js';
import { DomainEvents } from '@lib/platform/events.service.js';
import { newId } from '@lib/platform/ids.js';
import { log } from '@lib/platform/log.js';
import { said } from '@lib/platform/speaking.js';
import { UnitOfWork, type Tx } from '@lib/platform/unit-of-work.service.js';
import type { Device } from './device.js';
import { mayActBy, type SessionFacts } from './acting.js';
import { GuestNames } from './guest-names.service.js';
import type { Subject } from './policy.js';

/** When the last day of an `authority a` is over in Denmark; null while it goes on. */
const endOfAuthority = `((a.valid_to + 1)::timestamp AT TIME ZONE 'Europe/Copenhagen')`;
/**
 * [AC15] SQL: whether a row of `session` was used lately enough at an instant: as long as it was made to live, which is what the
 * database goes by, and no longer than is configured now.
 *
 * @param now, minutes places of parameters
 */
export const usedLately = (alias: string, now: string, minutes: string): string => `${alias}.last_seen_at > ${now}::timestamptz - ${livesUnused(alias, minutes)}`;
/** SQL: how long it lives without use. */
const livesUnused = (alias: string, minutes: string): string => `LEAST(${alias}.idle_minutes, ${minutes}::int) * interval '1 minute'`;
const touchEveryMs = 60_000;
/** How long an ended session stays in the table, for whoever looks into a misuse; the policy of the table says the same. */
const keptDays = 30;
const removedAtOnce = 1000;
/** Sessions are looked up and changed by a role that reads nothing else. */
const signin = { as: 'signin' } as const;

/** A signed-in person, acting by one membership. The token itself is known only to the browser. */
export interface Session extends Subject, SessionFacts {
  id: string;
  personName: string;
  authorityName: string;
  functionTitle: string;
  /** Where in the authority; empty where nobody said so, and of guests. */
  unitTitle: string;
  role: Role;
  /** What the person chose to read in; null until she chooses. */
  language: Language | null;
  /** A guest who may not write (AC103): her sockets take no words. */
  isReadOnly: boolean;
  /** The identity provider she came by; null in demo mode. */
  providerId: string | null;
  /** How surely it knows her; null of sessions from before this was known. */
  assurance: AssuranceLevel | null;
  /** When it was last written to the table; used to write at most once a minute. */
  lastSeenMs: number;
  /** When session or membership end at the latest, epoch milliseconds. */
  validUntilMs: number;
  /** When it ends if it is not used again [AC15], as far as was known when it was looked up; epoch milliseconds. */
  unusedUntilMs: number;
}

/** When whatever is open by a session has to ask whether it goes on: at its end, or where it has not been used for too long. */
export const endOf = (session: Pick<Session, 'validUntilMs' | 'unusedUntilMs'>): number => Math.min(session.validUntilMs, session.unusedUntilMs);

/** How a session came about. */
export interface SignedInBy extends SessionFacts {
  identityId: string | null;
  providerId: string | null;
  /** The provider's own session. */
  providerSessionId: string | null;
  assurance: AssuranceLevel;
  device: Device;
  /** [AC102] By link and code: the one way in for guests, and for nobody else. */
  asGuest?: true;
  /** Of the provider, sealed under the token; for its sign-out. */
  sealIdToken?(token: string): Buffer;
}

/** Server-side sessions (AC13, AC15): an opaque 256-bit token in a cookie, its SHA-256 in the table. */
@Injectable()
export class Sessions {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
    private readonly config: Config,
    private readonly events: DomainEvents,
    private readonly guestNames: GuestNames,
  ) {}

  /**
   * Signs a fictional person in by one membership: everything that a real sign-in would have to prove is given.
   *
   * @returns the token for the cookie; it is not stored and cannot be had again
   * @throws Problem `not-found` when the membership does not exist or has ended
   */
  async create(membershipId: string, device: Device = { browser: 'other', platform: 'other' }): Promise<string> {
    return this.unitOfWork.run((tx) =>
      this.createIn(tx, membershipId, { identityId: null, providerId: null, providerSessionId: null, assurance: 'high', mayAdminister: true, authorityIds: null, device }),
      signin,
    );
  }

  /** The same for whoever a provider has vouched for, in the transaction that found out who she is. */
  async createIn(tx: Tx, membershipId: string, by: SignedInBy): Promise<string> {
    const token = randomBytes(32).toString('base64url');
    const sessionId = newId();
    const now = this.clock.now();
    const [membership] = await tx.query<{ person_id: string }>(
      `SELECT m.person_id FROM membership m JOIN authority a ON a.id = m.authority_id
       WHERE m.id = $1 AND m.valid_from <= $2 AND (m.valid_to IS NULL OR m.valid_to > $2) AND (a.valid_to IS NULL OR ${endOfAuthority} > $2)
         AND (m.role = 'guest') = $3`,
      [membershipId, now.toString(), by.asGuest === true],
    );
    if (membership === undefined) throw new Problem('not-found');
    await tx.query(
      `INSERT INTO session (id, token_hash, person_id, membership_id, created_at, last_seen_at, expires_at, identity_id, provider_id, provider_session_id,
         assurance, may_administer, authority_ids, browser, platform, sealed_id_token, idle_minutes)
       VALUES ($1, $2, $3, $4, $5, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`,
      [
        sessionId, hashToken(token), membership.person_id, membershipId, now.toString(), now.add({ hours: this.config.SAMRAAD_SESSION_HOURS }).toString(),
        by.identityId, by.providerId, by.providerSessionId, by.assurance, by.mayAdminister, by.authorityIds, by.device.browser, by.device.platform, by.sealIdToken?.(token) ?? null,
        this.config.SAMRAAD_SESSION_IDLE_MINUTES,
      ],
    );
    const came = { what: 'sign-in', outcome: 'signed-in', method: by.asGuest === true ? 'guest' : by.providerId === null ? 'demo' : 'provider', personId: membership.person_id, sessionId };
    tx.afterCommit(() => log.info(came, 'somebody signed in'));
    return token;
  }

  /** The living session of a token, or null. Marks it as used. */
  async fromToken(token: string): Promise<Session | null> {
    const session = await this.unitOfWork.run((tx) => this.find(tx, 's.token_hash = $1', hashToken(token)), signin);
    if (session !== null) await this.touch(session);
    return session;
  }

  /** The living session of an id, or null: for sockets that ask whether theirs still stands. */
  async byId(sessionId: string): Promise<Session | null> {
    return this.unitOfWork.run((tx) => this.find(tx, 's.id = $1', sessionId), signin);
  }

  /**
   * Lets the session act by another membership of the same person. Its sockets are closed: they were the other's.
   *
   * @throws Problem `not-found`; `assurance-too-low` when it asks for a surer sign-in than this one (AC81)
   */
  async actBy(session: Session, membershipId: string): Promise<Session> {
    const changed = await this.unitOfWork.run(async (tx) => {
      const [membership] = await tx.query<{ authority_id: string; role: Role }>(
        `SELECT authority_id, role FROM membership
         WHERE id = $1 AND person_id = $2 AND valid_from <= $3 AND (valid_to IS NULL OR valid_to > $3)`,
        [membershipId, session.personId, this.clock.now().toString()],
      );
      const answer = membership === undefined ? 'not-found' : mayActBy({ authorityId: membership.authority_id, role: membership.role }, session);
      if (answer !== 'yes') throw new Problem(answer);
      await tx.query('UPDATE session SET membership_id = $2 WHERE id = $1', [session.id, membershipId]);
      this.events.emitIn(tx, 'session.ended', { sessionId: session.id });
      return this.find(tx, 's.id = $1', session.id);
    }, signin);
    if (changed === null) throw new Problem('not-signed-in');
    return changed;
  }

  /** [I18N7] Remembers the language the person chose, for this session and all later ones. */
  async speak(session: Session, language: Language): Promise<Session> {
    await this.unitOfWork.run((tx) => tx.query('UPDATE person SET language = $2 WHERE id = $1', [session.personId, language]), signin);
    return { ...session, language };
  }

  async end(sessionId: string): Promise<void> {
    await this.unitOfWork.run((tx) => this.endIn(tx, sessionId), signin);
  }

  async endIn(tx: Tx, sessionId: string): Promise<void> {
    await this.endWhere(tx, 'id = $2', [sessionId]);
  }

  /**
   * [AC80] Ends every session of a person, or every one that acts by a membership, in the transaction of the command that
   * takes her access away. Their sockets close when it has committed.
   *
   * @param exceptSessionId one that goes on: “log ud alle andre steder”
   * @returns how many were ended
   */
  async endAllOf(tx: Tx, whose: { personId: string } | { membershipId: string }, exceptSessionId: string | null = null): Promise<number> {
    const [column, id] = 'personId' in whose ? ['person_id', whose.personId] : ['membership_id', whose.membershipId];
    return this.endWhere(tx, `${column} = $2 AND id IS DISTINCT FROM $3::uuid`, [id, exceptSessionId]);
  }

  /**
   * Ends what a provider says is over: its session, or all of a subject. Where it names both, a session of ours that never
   * learnt the provider's ends too.
   */
  async endByProvider(tx: Tx, providerId: string, told: { issuer: string; subject: string | null; sessionId: string | null }): Promise<number> {
    return this.endWhere(
      tx,
      `provider_id = $2 AND EXISTS (SELECT 1 FROM identity i WHERE i.id = session.identity_id AND i.issuer = $3 AND ($4::text IS NULL OR i.subject = $4))
       AND ($5::text IS NULL OR provider_session_id = $5 OR (provider_session_id IS NULL AND $4::text IS NOT NULL))`,
      [providerId, told.issuer, told.subject, told.sessionId],
    );
  }

  /**
   * [AC82] At the start: ends sessions of providers that are configured no longer, or speak for fewer authorities now, and the
   * calendar links that were made in their sign-ins.
   */
  async endOfOtherProviders(providers: readonly { id: string; authorityIds: readonly string[] }[]): Promise<void> {
    await this.unitOfWork.run(
      async (tx) => {
        const known = providers.map((one) => one.id);
        await this.endWhere(tx, 'provider_id IS NOT NULL AND NOT (provider_id = ANY($2))', [known]);
        await tx.query('DELETE FROM calendar_feed WHERE provider_id IS NOT NULL AND NOT (provider_id = ANY($1))', [known]);
        for (const one of providers) {
          await this.endWhere(tx, 'provider_id = $2 AND NOT (authority_ids <@ $3)', [one.id, one.authorityIds]);
          await tx.query('DELETE FROM calendar_feed WHERE provider_id = $1 AND NOT (authority_ids <@ $2)', [one.id, one.authorityIds]);
        }
      },
      { lane: 'job', ...signin },
    );
  }

  /**
   * [AC15] At the start: an operator who shortens how long a session lives unused means those that are there as well. The row
   * is what the policies of the database go by.
   */
  async shortenIdle(): Promise<void> {
    await this.unitOfWork.run((tx) => tx.query('UPDATE session SET idle_minutes = $1 WHERE ended_at IS NULL AND idle_minutes > $1', [this.config.SAMRAAD_SESSION_IDLE_MINUTES]), { lane: 'job', ...signin });
  }

  /** [AC13, AC15] Ends what ran out, so that open sockets learn of it too. */
  async endExpired(): Promise<void> {
    await this.unitOfWork.run(
      async (tx) => {
        const now = this.clock.now();
        const rows = await tx.query<{ id: string }>(
          `UPDATE session SET ended_at = $1 FROM membership m JOIN authority a ON a.id = m.authority_id
           WHERE m.id = session.membership_id AND session.ended_at IS NULL
             AND (session.expires_at <= $1 OR NOT ${usedLately('session', '$1', '$2')} OR m.valid_to <= $1 OR ${endOfAuthority} <= $1)
           RETURNING session.id`,
          [now.toString(), this.config.SAMRAAD_SESSION_IDLE_MINUTES],
        );
        for (const row of rows) this.events.emitIn(tx, 'session.ended', { sessionId: row.id });
      },
      { lane: 'job', ...signin },
    );
  }

  /** [AC15] Removes sessions thirty days after they ended, so many at once, with their tickets to documents. */
  async removeOld(): Promise<void> {
    const before = this.clock.now().subtract({ hours: 24 * keptDays }).toString();
    for (let removed = removedAtOnce; removed === removedAtOnce; ) {
      removed = await this.unitOfWork.run(
        async (tx) => (await tx.query(`DELETE FROM session WHERE id IN (SELECT id FROM session WHERE ended_at <= $1 ORDER BY ended_at LIMIT ${removedAtOnce}) RETURNING id`, [before])).length,
        { lane: 'job', ...signin },
      );
    }
  }

  private async find(tx: Tx, condition: string, key: string | Buffer): Promise<Session | null> {
    const now = this.clock.now();
    const [row] = await tx.query<SessionRow>(
      `SELECT s.id, s.person_id, s.membership_id, s.last_seen_at, s.expires_at, s.last_seen_at + ${livesUnused('s', '$3')} AS unused_until, s.provider_id, s.assurance, s.may_administer, s.authority_ids, LEAST(m.valid_to, ${endOfAuthority}) AS valid_to, p.name AS person_name, p.language,
              m.authority_id, m.role, m.function_title, CASE WHEN m.role = 'guest' THEN '' ELSE m.unit_title END AS unit_title, CASE WHEN m.role = 'guest' THEN m.unit_title ELSE a.name END AS authority_name, a.alias AS authority_alias,
              (m.role = 'guest' AND NOT COALESCE(g.may_write, false)) AS is_read_only, g.meeting_id AS guest_meeting_id, g.item_id AS guest_item_id, g.name AS guest_name, g.organisation AS guest_organisation
       FROM session s
       LEFT JOIN guest g ON g.membership_id = s.membership_id
       JOIN person p ON p.id = s.person_id
       JOIN membership m ON m.id = s.membership_id
       JOIN authority a ON a.id = m.authority_id
       WHERE ${condition} AND s.ended_at IS NULL AND s.expires_at > $2 AND ${usedLately('s', '$2', '$3')}
         AND m.valid_from <= $2 AND (m.valid_to IS NULL OR m.valid_to > $2) AND (a.valid_to IS NULL OR ${endOfAuthority} > $2)`,
      [key, now.toString(), this.config.SAMRAAD_SESSION_IDLE_MINUTES],
    );
    if (row === undefined) return null;
    const facts: SessionFacts = { mayAdminister: row.may_administer, authorityIds: row.authority_ids };
    // Her role may have become another while she was signed in.
    if (mayActBy({ authorityId: row.authority_id, role: row.role }, facts) !== 'yes') return null;
    const guest = row.guest_meeting_id === null ? undefined : await this.guestNames.openIn(tx, { membership_id: row.membership_id, meeting_id: row.guest_meeting_id, item_id: row.guest_item_id, name: row.guest_name, organisation: row.guest_organisation });
    return {
      ...facts,
      id: row.id,
      personId: row.person_id,
      personName: guest?.name ?? row.person_name,
      membershipId: row.membership_id,
      authorityId: row.authority_id,
      authorityName: row.role === 'guest' ? said(`Gæst: ${guest?.organisation ?? row.authority_name}`) : (this.config.demo ? row.authority_alias : null) ?? row.authority_name,
      role: row.role,
      functionTitle: row.function_title,
      unitTitle: row.unit_title,
      language: row.language,
      isReadOnly: row.is_read_only,
      providerId: row.provider_id,
      assurance: row.assurance,
      lastSeenMs: row.last_seen_at.getTime(),
      validUntilMs: Math.min(row.expires_at.getTime(), row.valid_to?.getTime() ?? Number.POSITIVE_INFINITY),
      unusedUntilMs: row.unused_until.getTime(),
    };
  }

  /** @param condition of `session`; its parameters begin at $2 */
  private async endWhere(tx: Tx, condition: string, parameters: unknown[]): Promise<number> {
    const rows = await tx.query<{ id: string }>(`UPDATE session SET ended_at = $1 WHERE ended_at IS NULL AND ${condition} RETURNING id`, [this.clock.now().toString(), ...parameters]);
    for (const row of rows) this.events.emitIn(tx, 'session.ended', { sessionId: row.id });
    return rows.length;
  }

  private async touch(session: Session): Promise<void> {
    const now = this.clock.now();
    if (now.epochMilliseconds - session.lastSeenMs < touchEveryMs) return;
    await this.unitOfWork.run((tx) => tx.query('UPDATE session SET last_seen_at = $2 WHERE id = $1', [session.id, now.toString()]), signin);
  }
}

interface SessionRow {
  id: string;
  person_id: string;
  person_name: string;
  guest_meeting_id: string | null;
  guest_item_id: string | null;
  guest_name: Uint8Array | null;
  guest_organisation: Uint8Array | null;
  membership_id: string;
  authority_id: string;
  authority_name: string;
  authority_alias: string | null;
  role: Role;
  function_title: string;
  unit_title: string;
  language: Language | null;
  is_read_only: boolean;
  last_seen_at: Date;
  unused_until: Date;
  expires_at: Date;
  provider_id: string | null;
  assurance: AssuranceLevel | null;
  may_administer: boolean;
  authority_ids: string[] | null;
  valid_to: Date | null;
}

function hashToken(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

