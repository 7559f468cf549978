import { Injectable } from '@nestjs/common';
import type { AssuranceLevel } from '@lib/contracts/enums.js';
import { Problem } from '@lib/contracts/problems.js';
import { returnPath } from '@lib/contracts/return-path.js';
import type { Device } from '@lib/access/device.js';
import type { SessionFacts } from '@lib/access/acting.js';
import { Sessions, type Session } from '@lib/access/sessions.service.js';
import { Clock } from '@lib/platform/clock.js';
import { newId } from '@lib/platform/ids.js';
import { UnitOfWork, type Tx } from '@lib/platform/unit-of-work.service.js';
import { vouchedBy, type Vouched } from './claims.js';
import { FirstAdministrator } from './first-administrator.service.js';
import { Identities } from './identities.service.js';
import { Providers } from './providers.service.js';
import { reaches, type Provider } from './providers.js';
import { openForSession, sealForSession, SignInSecret } from './sign-in-secret.js';

const minutesToSignIn = 10;

export interface Beginning {
  providerId: string;
  /** This product's own address for the provider to lead back to. */
  redirectUri: string;
  returnPath?: unknown;
  /** Whether to ask for the level of administrators and auditors. */
  forAdministration?: boolean;
  wantedMembershipId?: string | null;
  firstAdministrator?: { linkId: string; authorityId: string };
}

export interface SignedIn {
  /** For the cookie. */
  token: string;
  returnPath: string;
}

interface TransactionRow {
  provider_id: string;
  return_path: string;
  expires_at: Date;
  wanted_membership_id: string | null;
  first_administrator_link_id: string | null;
  first_administrator_authority_id: string | null;
}

/** Signing in by an identity provider: out to it, and back. */
@Injectable()
export class SignIn {
  constructor(
    private readonly providers: Providers,
    private readonly identities: Identities,
    private readonly firstAdministrator: FirstAdministrator,
    private readonly sessions: Sessions,
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  /**
   * [ID1] Begins a sign-in.
   *
   * @returns where to send the browser, and the secret it keeps until it is back
   * @throws Problem `not-found`, `provider-unavailable`, `sign-in-failed`
   */
  async begin(beginning: Beginning): Promise<{ url: URL; secret: string }> {
    const client = this.providers.client(beginning.providerId);
    const { floor, administrationFloor } = client.provider.assurance;
    const secret = SignInSecret.create();
    const isAdministration = beginning.forAdministration === true || beginning.firstAdministrator !== undefined;
    const url = await client.authorizationUrl(beginning.redirectUri, secret, isAdministration ? administrationFloor : floor);
    const now = this.clock.now();
    await this.unitOfWork.run(async (tx) => {
      await tx.query('DELETE FROM sign_in_transaction WHERE expires_at <= $1', [now.toString()]);
      await tx.query(
        `INSERT INTO sign_in_transaction (id, secret_hash, provider_id, return_path, expires_at, wanted_membership_id, first_administrator_link_id, first_administrator_authority_id)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
        [
          newId(), secret.hash, beginning.providerId, returnPath(beginning.returnPath), now.add({ minutes: minutesToSignIn }).toString(), beginning.wantedMembershipId ?? null,
          beginning.firstAdministrator?.linkId ?? null, beginning.firstAdministrator?.authorityId ?? null,
        ],
      );
    }, { as: 'signin' });
    return { url, secret: secret.value };
  }

  /**
   * [ID2] Ends it: once, in the browser that began it, within ten minutes, at the provider it went to.
   *
   * @param callback the address with its query, as the browser asked for it
   * @param former  the session that this browser had, which ends
   * @throws Problem `sign-in-expired`, `sign-in-failed`, `sign-in-declined`, `provider-unavailable`, `assurance-too-low`, `identity-unknown`
   */
  async complete(providerId: string, callback: URL, cookie: string | null, device: Device, former: Session | null): Promise<SignedIn> {
    const client = this.providers.client(providerId);
    if (cookie === null) throw new Problem('sign-in-expired');
    const secret = SignInSecret.of(cookie);
    // Somebody else's answer leaves this browser's own sign-in standing.
    if (!secret.isState(callback.searchParams.get('state'))) throw new Problem('sign-in-failed');
    const [transaction] = await this.unitOfWork.run((tx) => tx.query<TransactionRow>('DELETE FROM sign_in_transaction WHERE secret_hash = $1 RETURNING *', [secret.hash]), { as: 'signin' });
    if (transaction === undefined || transaction.expires_at.getTime() <= this.clock.now().epochMilliseconds) throw new Problem('sign-in-expired');
    if (transaction.provider_id !== providerId) throw new Problem('sign-in-failed');

    const { claims, idToken } = await client.complete(callback, secret);
    const vouched = vouchedBy(client.provider, claims);
    const level = this.checkedLevel(client.provider, vouched);
    // Before the person is looked up: it says nothing about her.
    if (vouched === null || vouched.authorityIds.length === 0) throw new Problem('identity-unknown');
    const facts: SessionFacts = { mayAdminister: reaches(level, client.provider.assurance.administrationFloor), authorityIds: vouched.authorityIds };

    const token = await this.unitOfWork.run(async (tx) => {
      const { known, membershipId } = await this.whoComes(tx, transaction, vouched, facts);
      if (former !== null) await this.sessions.endIn(tx, former.id);
      return this.sessions.createIn(tx, membershipId, {
        ...facts,
        identityId: known.identityId,
        providerId,
        providerSessionId: vouched.providerSessionId,
        assurance: level,
        device,
        sealIdToken: (sessionToken) => sealForSession(sessionToken, idToken),
      });
    }, { as: 'signin' });
    return { token, returnPath: transaction.return_path };
  }

  /**
   * [ID8] Where a browser that signed out here goes to sign out at its provider too, or null.
   *
   * @param token of the session that ended
   */
  async signOutUrl(session: Session, token: string, returnTo: string): Promise<URL | null> {
    if (session.providerId === null || !this.providers.all.some((one) => one.id === session.providerId)) return null;
    const [row] = await this.unitOfWork.run((tx) => tx.query<{ sealed: Uint8Array | null }>('SELECT sealed_id_token AS sealed FROM session WHERE id = $1', [session.id]), { as: 'signin' });
    if (row?.sealed === null || row?.sealed === undefined) return null;
    return this.providers.client(session.providerId).endSessionUrl(openForSession(token, row.sealed), returnTo);
  }

  /** [ID3] A level that is missing, unknown or below the floor lets nobody in. */
  private checkedLevel(provider: Provider, vouched: Vouched | null): AssuranceLevel {
    const level = vouched?.level ?? null;
    if (vouched === null) throw new Problem('identity-unknown');
    if (level === null || !reaches(level, provider.assurance.floor)) throw new Problem('assurance-too-low');
    return level;
  }

  private async whoComes(tx: Tx, transaction: TransactionRow, vouched: Vouched, facts: SessionFacts) {
    const { first_administrator_link_id: linkId, first_administrator_authority_id: authorityId } = transaction;
    if (linkId !== null && authorityId !== null) return this.firstAdministrator.welcome(tx, linkId, authorityId, vouched, facts);
    const known = await this.identities.find(tx, vouched);
    return { known, membershipId: await this.identities.membershipFor(tx, known.personId, facts, transaction.wanted_membership_id) };
  }
}
