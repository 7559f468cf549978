import { createHash, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Role } from '@lib/contracts/enums.js';
import type { Language } from '@lib/contracts/language.js';
import { Problem } from '@lib/contracts/problems.js';
import { Clock } from '@lib/platform/clock.js';
import { Config } from '@lib/platform/config.js';
import { DomainEvents } from '@lib/platform/events.service.js';
import { newId } from '@lib/platform/ids.js';
import { UnitOfWork, type Tx } from '@lib/platform/unit-of-work.service.js';
import type { Subject } from './policy.js';

const idleMs = 8 * 3_600_000;
const absoluteMs = 12 * 3_600_000;
const touchEveryMs = 60_000;

/** A signed-in person, acting by one membership. The token itself is known only to the browser. */
export interface Session extends Subject {
  id: string;
  personName: string;
  authorityName: string;
  functionTitle: string;
  role: Role;
  /** What the person chose to read in; null until she chooses. */
  language: Language | null;
  /** When it was last written to the table; used to write at most once a minute. */
  lastSeenMs: number;
  /** When session or membership end at the latest, epoch milliseconds. */
  validUntilMs: number;
}

/** Server-side sessions (AC13, AC15): an opaque 256-bit token in a cookie, its SHA-256 in the table. */
@Injectable()
export class Sessions {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
    private readonly config: Config,
    private readonly events: DomainEvents,
  ) {}

  /**
   * Signs a person in by one membership.
   *
   * @returns the token for the cookie; it is not stored and cannot be had again
   * @throws Problem `not-found` when the membership does not exist or has ended
   */
  async create(membershipId: string): Promise<string> {
    const token = randomBytes(32).toString('base64url');
    const now = this.clock.now();
    await this.unitOfWork.run(async (tx) => {
      const [membership] = await tx.query<{ person_id: string }>(
        'SELECT person_id FROM membership WHERE id = $1 AND valid_from <= $2 AND (valid_to IS NULL OR valid_to > $2)',
        [membershipId, now.toString()],
      );
      if (membership === undefined) throw new Problem('not-found');
      await tx.query(
        `INSERT INTO session (id, token_hash, person_id, membership_id, created_at, last_seen_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $5, $6)`,
        [newId(), hashToken(token), membership.person_id, membershipId, now.toString(), now.add({ milliseconds: absoluteMs }).toString()],
      );
    });
    return token;
  }

  /** The living session of a token, or null. Marks it as used. */
  async fromToken(token: string): Promise<Session | null> {
    const session = await this.unitOfWork.run((tx) => this.find(tx, 's.token_hash = $1', hashToken(token)));
    if (session !== null) await this.touch(session);
    return session;
  }

  /** The living session of an id, or null: for sockets that ask whether theirs still stands. */
  async byId(sessionId: string): Promise<Session | null> {
    return this.unitOfWork.run((tx) => this.find(tx, 's.id = $1', sessionId));
  }

  /** Lets the session act by another membership of the same person. Its sockets are closed: they were the other's. */
  async actBy(session: Session, membershipId: string): Promise<Session> {
    const changed = await this.unitOfWork.run(async (tx) => {
      const rows = await tx.query(
        `UPDATE session SET membership_id = m.id FROM membership m
         WHERE session.id = $1 AND m.id = $2 AND m.person_id = session.person_id
           AND m.valid_from <= $3 AND (m.valid_to IS NULL OR m.valid_to > $3)
         RETURNING session.id`,
        [session.id, membershipId, this.clock.now().toString()],
      );
      if (rows.length === 0) throw new Problem('not-found');
      tx.afterCommit(() => this.events.emit('session.ended', { sessionId: session.id }));
      return this.find(tx, 's.id = $1', session.id);
    });
    if (changed === null) throw new Problem('not-signed-in');
    return changed;
  }

  /** [I18N7] Remembers the language the person chose, for this session and all later ones. */
  async speak(session: Session, language: Language): Promise<Session> {
    await this.unitOfWork.run((tx) => tx.query('UPDATE person SET language = $2 WHERE id = $1', [session.personId, language]));
    return { ...session, language };
  }

  async end(sessionId: string): Promise<void> {
    await this.unitOfWork.run(async (tx) => {
      await tx.query('UPDATE session SET ended_at = $2 WHERE id = $1 AND ended_at IS NULL', [sessionId, this.clock.now().toString()]);
      tx.afterCommit(() => this.events.emit('session.ended', { sessionId }));
    });
  }

  /** [AC13, AC15] Ends what ran out, so that open sockets learn of it too. */
  async endExpired(): Promise<void> {
    await this.unitOfWork.run(
      async (tx) => {
        const now = this.clock.now();
        const rows = await tx.query<{ id: string }>(
          `UPDATE session SET ended_at = $1 FROM membership m
           WHERE m.id = session.membership_id AND session.ended_at IS NULL
             AND (session.expires_at <= $1 OR session.last_seen_at <= $2 OR m.valid_to <= $1)
           RETURNING session.id`,
          [now.toString(), now.subtract({ milliseconds: idleMs }).toString()],
        );
        for (const row of rows) tx.afterCommit(() => this.events.emit('session.ended', { sessionId: row.id }));
      },
      { lane: 'job' },
    );
  }

  private async find(tx: Tx, condition: string, key: string | Buffer): Promise<Session | null> {
    const now = this.clock.now();
    const [row] = await tx.query<SessionRow>(
      `SELECT s.id, s.person_id, s.membership_id, s.last_seen_at, s.expires_at, m.valid_to, p.name AS person_name, p.language,
              m.authority_id, m.role, m.function_title, a.name AS authority_name, a.alias AS authority_alias
       FROM session s
       JOIN person p ON p.id = s.person_id
       JOIN membership m ON m.id = s.membership_id
       JOIN authority a ON a.id = m.authority_id
       WHERE ${condition} AND s.ended_at IS NULL AND s.expires_at > $2 AND s.last_seen_at > $3
         AND m.valid_from <= $2 AND (m.valid_to IS NULL OR m.valid_to > $2)`,
      [key, now.toString(), now.subtract({ milliseconds: idleMs }).toString()],
    );
    if (row === undefined) return null;
    return {
      id: row.id,
      personId: row.person_id,
      personName: row.person_name,
      membershipId: row.membership_id,
      authorityId: row.authority_id,
      authorityName: (this.config.demo ? row.authority_alias : null) ?? row.authority_name,
      role: row.role,
      functionTitle: row.function_title,
      language: row.language,
      lastSeenMs: row.last_seen_at.getTime(),
      validUntilMs: Math.min(row.expires_at.getTime(), row.valid_to?.getTime() ?? Number.POSITIVE_INFINITY),
    };
  }

  private async touch(session: Session): Promise<void> {
    const now = this.clock.now();
    if (now.epochMilliseconds - session.lastSeenMs < touchEveryMs) return;
    await this.unitOfWork.run((tx) => tx.query('UPDATE session SET last_seen_at = $2 WHERE id = $1', [session.id, now.toString()]));
  }
}

interface SessionRow {
  id: string;
  person_id: string;
  person_name: string;
  membership_id: string;
  authority_id: string;
  authority_name: string;
  authority_alias: string | null;
  role: Role;
  function_title: string;
  language: Language | null;
  last_seen_at: Date;
  expires_at: Date;
  valid_to: Date | null;
}

function hashToken(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

