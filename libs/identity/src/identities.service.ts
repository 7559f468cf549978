import { Injectable } from '@nestjs/common';
import type { Role } from '@lib/contracts/enums.js';
import { Problem } from '@lib/contracts/problems.js';
import { mayActBy, type SessionFacts } from '@lib/access/acting.js';
import { Clock } from '@lib/platform/clock.js';
import { newId } from '@lib/platform/ids.js';
import type { Tx } from '@lib/platform/unit-of-work.service.js';
import type { Vouched } from './claims.js';

export interface Known {
  identityId: string;
  personId: string;
}

/** Whose an identity is. Every refusal is the same `identity-unknown`: nobody learns here whether somebody exists. */
@Injectable()
export class Identities {
  constructor(private readonly clock: Clock) {}

  /**
   * [ID4] The person an identity is bound to. At her first sign-in it is bound by the id that her authority gave her before
   * she came; never by name or address, and never to somebody who has another identity at this issuer.
   *
   * @throws Problem `identity-unknown`
   */
  async find(tx: Tx, vouched: Vouched): Promise<Known> {
    const [bound] = await tx.query<{ id: string; person_id: string }>('SELECT id, person_id FROM identity WHERE issuer = $1 AND subject = $2', [vouched.issuer, vouched.subject]);
    if (bound !== undefined) return { identityId: bound.id, personId: bound.person_id };
    if (vouched.externalId === null) throw new Problem('identity-unknown');
    const people = await tx.query<{ person_id: string }>('SELECT DISTINCT person_id FROM person_external_id WHERE external_id = $1 AND authority_id = ANY($2)', [vouched.externalId, vouched.authorityIds]);
    const [one] = people;
    if (one === undefined || people.length > 1) throw new Problem('identity-unknown');
    const others = await tx.query('SELECT 1 FROM identity WHERE person_id = $1 AND issuer = $2', [one.person_id, vouched.issuer]);
    if (others.length > 0) throw new Problem('identity-unknown');
    return this.bind(tx, vouched, one.person_id);
  }

  async bind(tx: Tx, vouched: Pick<Vouched, 'issuer' | 'subject'>, personId: string): Promise<Known> {
    const identityId = newId();
    const made = await tx.query('INSERT INTO identity (id, issuer, subject, person_id, bound_at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING RETURNING id', [identityId, vouched.issuer, vouched.subject, personId, this.clock.now().toString()]);
    // Another window was quicker; the next try finds it bound.
    if (made.length === 0) throw new Problem('sign-in-failed');
    return { identityId, personId };
  }

  /**
   * The membership she begins by: the one she asked for, else the one she used last, else the first.
   *
   * @throws Problem `identity-unknown` when she has none here; `assurance-too-low` when all she has asks for a surer sign-in
   */
  async membershipFor(tx: Tx, personId: string, facts: SessionFacts, wantedMembershipId: string | null): Promise<string> {
    const memberships = await tx.query<{ id: string; authority_id: string; role: Role }>(
      `SELECT m.id, m.authority_id, m.role FROM membership m JOIN authority a ON a.id = m.authority_id
       WHERE m.person_id = $1 AND m.valid_from <= $2 AND (m.valid_to IS NULL OR m.valid_to > $2)
       ORDER BY m.id = $3 DESC NULLS LAST, (SELECT max(s.created_at) FROM session s WHERE s.membership_id = m.id) DESC NULLS LAST, a.name, m.id`,
      [personId, this.clock.now().toString(), wantedMembershipId],
    );
    const answers = memberships.map((one) => ({ id: one.id, answer: mayActBy({ authorityId: one.authority_id, role: one.role }, facts) }));
    const usable = answers.find((one) => one.answer === 'yes');
    if (usable !== undefined) return usable.id;
    throw new Problem(answers.some((one) => one.answer === 'assurance-too-low') ? 'assurance-too-low' : 'identity-unknown');
  }
}
