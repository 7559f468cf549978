import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Problem } from '@lib/contracts/problems.js';
import type { SessionFacts } from '@lib/access/acting.js';
import { Clock } from '@lib/platform/clock.js';
import { Config } from '@lib/platform/config.js';
import { newId } from '@lib/platform/ids.js';
import { UnitOfWork, type Tx } from '@lib/platform/unit-of-work.service.js';
import type { Vouched } from './claims.js';
import { Identities, type Known } from './identities.service.js';
import { hashOf } from './sign-in-secret.js';

const validMinutes = 60;
const livingAdministrator = `SELECT 1 FROM membership WHERE role = 'administrator' AND valid_from <= $1 AND (valid_to IS NULL OR valid_to > $1) LIMIT 1`;

/**
 * [ID9] The first administrator of an installation: a link on the operator's console, for whoever signs in by it. There is no
 * such link where there is an administrator, and a new start makes a new one.
 */
@Injectable()
export class FirstAdministrator {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly identities: Identities,
    private readonly clock: Clock,
    private readonly config: Config,
  ) {}

  /** @returns the token of a new link, shown once and stored nowhere; null when none is needed */
  async issue(): Promise<string | null> {
    if (this.config.demo) return null;
    const now = this.clock.now();
    return this.unitOfWork.run(async (tx) => {
      await tx.query('DELETE FROM first_administrator_link WHERE used_at IS NULL');
      if ((await tx.query(livingAdministrator, [now.toString()])).length > 0) return null;
      const token = randomBytes(32).toString('base64url');
      await tx.query('INSERT INTO first_administrator_link (id, token_hash, expires_at) VALUES ($1, $2, $3)', [newId(), hashOf(token), now.add({ minutes: validMinutes }).toString()]);
      return token;
    }, { lane: 'job', as: 'signin' });
  }

  /**
   * @returns the id of the link of a token
   * @throws Problem `not-found` when it was used, ran out, was replaced, or never was
   */
  async linkOf(token: string): Promise<string> {
    return this.unitOfWork.run(async (tx) => {
      const now = this.clock.now().toString();
      const [link] = await tx.query<{ id: string }>('SELECT id FROM first_administrator_link WHERE token_hash = $1 AND used_at IS NULL AND expires_at > $2', [hashOf(token), now]);
      if (link === undefined || (await tx.query(livingAdministrator, [now])).length > 0) throw new Problem('not-found');
      return link.id;
    }, { as: 'signin' });
  }

  /**
   * Makes whoever signed in by the link administrator of the authority, once.
   *
   * @throws Problem `not-found`, `assurance-too-low`, `identity-unknown` when the provider does not speak for the authority
   */
  async welcome(tx: Tx, linkId: string, authorityId: string, vouched: Vouched, facts: SessionFacts): Promise<{ known: Known; membershipId: string }> {
    const now = this.clock.now().toString();
    if (!facts.mayAdminister) throw new Problem('assurance-too-low');
    if (!vouched.authorityIds.includes(authorityId)) throw new Problem('identity-unknown');
    // The row is locked until the commit: of two at once the second finds it used.
    const used = await tx.query('UPDATE first_administrator_link SET used_at = $2 WHERE id = $1 AND used_at IS NULL AND expires_at > $2 RETURNING id', [linkId, now]);
    if (used.length === 0 || (await tx.query(livingAdministrator, [now])).length > 0) throw new Problem('sign-in-expired');
    const known = await this.identityOf(tx, vouched);
    const membershipId = newId();
    await tx.query(`INSERT INTO membership (id, person_id, authority_id, role, function_title, valid_from) VALUES ($1, $2, $3, 'administrator', 'Administrator', $4)`, [membershipId, known.personId, authorityId, now]);
    return { known, membershipId };
  }

  private async identityOf(tx: Tx, vouched: Vouched): Promise<Known> {
    try {
      return await this.identities.find(tx, vouched);
    } catch (error) {
      if (!(error instanceof Problem) || error.code !== 'identity-unknown') throw error;
    }
    if (vouched.name === null) throw new Problem('sign-in-failed');
    const personId = newId();
    await tx.query('INSERT INTO person (id, name) VALUES ($1, $2)', [personId, vouched.name]);
    return this.identities.bind(tx, vouched, personId);
  }
}
