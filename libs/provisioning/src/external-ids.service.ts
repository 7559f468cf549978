import { Injectable } from '@nestjs/common';
import type { Tx } from '@lib/platform/unit-of-work.service.js';
import { ScimError } from './scim/errors.js';
import type { ProvisioningClient } from './tokens.service.js';

type Resource = 'User' | 'Group';

/** What each client calls what is ours (externalId): its own, and unknown to every other client. */
@Injectable()
export class ExternalIds {
  async ofIn(tx: Tx, client: ProvisioningClient, resource: Resource, ids: readonly string[]): Promise<Map<string, string>> {
    const rows = await tx.query<{ resource_id: string; value: string }>('SELECT resource_id, value FROM external_id WHERE client_id = $1 AND resource = $2 AND resource_id = ANY($3::text[])', [client.clientId, resource, ids]);
    return new Map(rows.map((row) => [row.resource_id, row.value]));
  }

  async resourcesIn(tx: Tx, client: ProvisioningClient, resource: Resource, value: string): Promise<string[]> {
    const rows = await tx.query<{ resource_id: string }>('SELECT resource_id FROM external_id WHERE client_id = $1 AND resource = $2 AND value = $3', [client.clientId, resource, value]);
    return rows.map((row) => row.resource_id);
  }

  /** @throws ScimError `uniqueness` */
  async setIn(tx: Tx, client: ProvisioningClient, resource: Resource, resourceId: string, personId: string | null, value: string | null): Promise<void> {
    const [former] = await tx.query<{ value: string }>('DELETE FROM external_id WHERE client_id = $1 AND resource = $2 AND resource_id = $3 RETURNING value', [client.clientId, resource, resourceId]);
    // It is what she is recognised by at her first sign-in; the authority's first client to say it is believed.
    if (personId !== null && former !== undefined) await tx.query('DELETE FROM person_external_id WHERE authority_id = $1 AND external_id = $2 AND person_id = $3', [client.authorityId, former.value, personId]);
    if (value === null) return;
    const [made] = await tx.query('INSERT INTO external_id (client_id, resource, resource_id, value) VALUES ($1, $2, $3, $4) ON CONFLICT (client_id, resource, value) DO NOTHING RETURNING 1', [client.clientId, resource, resourceId, value]);
    if (made === undefined) throw new ScimError(409, 'The externalId is in use already.', 'uniqueness');
    if (personId !== null) await tx.query('INSERT INTO person_external_id (authority_id, external_id, person_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING', [client.authorityId, value, personId]);
  }

  /** For good, whatever any client of the authority called her. */
  async forgetIn(tx: Tx, authorityId: string, accountId: string, personId: string): Promise<void> {
    await tx.query(`DELETE FROM external_id WHERE resource = 'User' AND resource_id = $1`, [accountId]);
    await tx.query('DELETE FROM person_external_id WHERE authority_id = $1 AND person_id = $2', [authorityId, personId]);
  }
}
