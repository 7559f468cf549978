import { createHash, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Problem } from '@lib/contracts/problems.js';
import type { Subject } from '@lib/access/policy.js';
import { Policy } from '@lib/access/policy.service.js';
import { Clock } from '@lib/platform/clock.js';
import { Idempotency, type IdempotentRequest } from '@lib/platform/idempotency.service.js';
import { newId } from '@lib/platform/ids.js';
import { UnitOfWork, type Tx } from '@lib/platform/unit-of-work.service.js';
import { Accounts } from './accounts.service.js';
import { assertAdministrator } from './people.service.js';

/** A client that showed a living key. */
export interface ProvisioningClient {
  clientId: string;
  tokenId: string;
  authorityId: string;
}

export interface TokenView {
  id: string;
  createdAt: string;
  createdBy: string;
  expiresAt: string;
  lastUsedAt: string | null;
  state: 'living' | 'expired' | 'revoked';
}

const prefix = 'samraad_scim_';
const touchEveryMs = 60_000;
const mostClients = 20;

/** Keys for user management (rules PR11, PR12): shown once, stored as a hash, of one authority. */
@Injectable()
export class ProvisioningTokens {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly accounts: Accounts,
    private readonly policy: Policy,
    private readonly idempotency: Idempotency,
    private readonly clock: Clock,
  ) {}

  /** The authority's clients with their keys, the newest first. */
  async list(subject: Subject): Promise<{ id: string; name: string; tokens: TokenView[] }[]> {
    assertAdministrator(this.policy, subject);
    return this.work(async (tx) => {
      const rows = await tx.query<TokenRow>(
        `SELECT c.id AS client_id, c.name, t.id, t.created_at, t.expires_at, t.revoked_at, t.last_used_at, p.name AS created_by
         FROM provisioning_client c JOIN provisioning_token t ON t.client_id = c.id JOIN membership m ON m.id = t.created_by_membership_id JOIN person p ON p.id = m.person_id
         WHERE c.authority_id = $1 ORDER BY c.name, t.id DESC`,
        [subject.authorityId],
      );
      const nowMs = this.clock.now().epochMilliseconds;
      const clients = new Map<string, { id: string; name: string; tokens: TokenView[] }>();
      for (const row of rows) {
        const client = clients.get(row.client_id) ?? { id: row.client_id, name: row.name, tokens: [] };
        clients.set(row.client_id, client);
        client.tokens.push({
          id: row.id,
          createdAt: row.created_at.toISOString(),
          createdBy: row.created_by,
          expiresAt: row.expires_at.toISOString(),
          lastUsedAt: row.last_used_at?.toISOString() ?? null,
          state: row.revoked_at !== null ? 'revoked' : row.expires_at.getTime() <= nowMs ? 'expired' : 'living',
        });
      }
      return [...clients.values()];
    });
  }

  /**
   * [PR11] A new key for the system of that name; what it knew people by stays with the name.
   *
   * @param request repeated, it leaves one living key: the first one, which nobody may have been shown, opens nothing any more
   * @returns the key itself: it is not stored and cannot be had again
   * @throws Problem `transition-refused` for too many systems, `idempotency-conflict`, also when the first key was revoked
   */
  async create(subject: Subject, input: { name: string; days: number }, request?: IdempotentRequest): Promise<{ token: string; expiresAt: string }> {
    assertAdministrator(this.policy, subject);
    const token = prefix + randomBytes(32).toString('base64url');
    const now = this.clock.now();
    const expiresAt = now.add({ hours: 24 * input.days }).toString();
    await this.work(async (tx) => {
      const first = await this.idempotency.recallIn(tx, subject.personId, request);
      if (first !== null) {
        const changed = await tx.query(
          `UPDATE provisioning_token SET token_hash = $2, created_at = $3, expires_at = $4
           WHERE id = $1 AND revoked_at IS NULL AND client_id IN (SELECT id FROM provisioning_client WHERE authority_id = $5) RETURNING id`,
          [first, hashOf(token), now.toString(), expiresAt, subject.authorityId],
        );
        if (changed.length === 0) throw new Problem('idempotency-conflict', 'Nøglen er trukket tilbage. Lav en ny.');
        await this.accounts.logIn(tx, { kind: 'administrator', subject }, 'tokenCreated', { details: { key: input.name, to: expiresAt } });
        return;
      }
      const [{ count }] = (await tx.query<{ count: number }>('SELECT count(*)::int AS count FROM provisioning_client WHERE authority_id = $1 AND name <> $2', [subject.authorityId, input.name])) as [{ count: number }];
      if (count >= mostClients) throw new Problem('transition-refused', 'Der kan højst være 20 systemer. Brug navnet på et, I har.');
      await tx.query('INSERT INTO provisioning_client (id, authority_id, name, created_at) VALUES ($1, $2, $3, $4) ON CONFLICT (authority_id, name) DO NOTHING', [newId(), subject.authorityId, input.name, now.toString()]);
      const [client] = await tx.query<{ id: string }>('SELECT id FROM provisioning_client WHERE authority_id = $1 AND name = $2', [subject.authorityId, input.name]);
      const id = newId();
      await tx.query('INSERT INTO provisioning_token (id, client_id, token_hash, created_by_membership_id, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6)', [id, client!.id, hashOf(token), subject.membershipId, now.toString(), expiresAt]);
      await this.accounts.logIn(tx, { kind: 'administrator', subject }, 'tokenCreated', { details: { key: input.name, to: expiresAt } });
      await this.idempotency.rememberIn(tx, subject.personId, request, id);
    });
    return { token, expiresAt };
  }

  /** [PR11] From this commit on it opens nothing. @throws Problem `not-found` */
  async revoke(subject: Subject, tokenId: string): Promise<void> {
    assertAdministrator(this.policy, subject);
    await this.work(async (tx) => {
      const [row] = await tx.query<{ name: string }>(
        `UPDATE provisioning_token SET revoked_at = COALESCE(revoked_at, $3) FROM provisioning_client c
         WHERE provisioning_token.id = $1 AND c.id = provisioning_token.client_id AND c.authority_id = $2 RETURNING c.name`,
        [tokenId, subject.authorityId, this.clock.now().toString()],
      );
      if (row === undefined) throw new Problem('not-found');
      await this.accounts.logIn(tx, { kind: 'administrator', subject }, 'tokenRevoked', { details: { key: row.name } });
    });
  }

  /** [PR12] Whose key this is, or null; marks it as used. */
  async clientOf(token: string): Promise<ProvisioningClient | null> {
    if (!token.startsWith(prefix) || token.length > 100) return null;
    const now = this.clock.now();
    return this.work(async (tx) => {
      const [row] = await tx.query<{ id: string; client_id: string; authority_id: string; last_used_at: Date | null }>(
        `SELECT t.id, t.client_id, c.authority_id, t.last_used_at FROM provisioning_token t JOIN provisioning_client c ON c.id = t.client_id JOIN authority a ON a.id = c.authority_id
         WHERE t.token_hash = $1 AND t.revoked_at IS NULL AND t.expires_at > $2 AND (a.valid_to IS NULL OR (a.valid_to + 1)::timestamp AT TIME ZONE 'Europe/Copenhagen' > $2)`,
        [hashOf(token), now.toString()],
      );
      if (row === undefined) return null;
      if (row.last_used_at === null || now.epochMilliseconds - row.last_used_at.getTime() >= touchEveryMs) await tx.query('UPDATE provisioning_token SET last_used_at = $2 WHERE id = $1', [row.id, now.toString()]);
      return { clientId: row.client_id, tokenId: row.id, authorityId: row.authority_id };
    });
  }

  /** As the role of the database that may do this. */
  private work<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.unitOfWork.run(work, { as: 'provisioning' });
  }
}

interface TokenRow {
  client_id: string;
  name: string;
  id: string;
  created_at: Date;
  expires_at: Date;
  revoked_at: Date | null;
  last_used_at: Date | null;
  created_by: string;
}

const hashOf = (token: string): Buffer => createHash('sha256').update(token).digest();
