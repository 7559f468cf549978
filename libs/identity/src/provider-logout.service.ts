import { Injectable } from '@nestjs/common';
import { Problem } from '@lib/contracts/problems.js';
import { Sessions } from '@lib/access/sessions.service.js';
import { Clock } from '@lib/platform/clock.js';
import { UnitOfWork } from '@lib/platform/unit-of-work.service.js';
import { Providers } from './providers.service.js';

/** [ID7] OpenID Connect Back-Channel Logout 1.0: a provider tells that somebody signed out there. */
@Injectable()
export class ProviderLogout {
  constructor(
    private readonly providers: Providers,
    private readonly sessions: Sessions,
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  /**
   * Ends the sessions a logout token speaks of, and their sockets.
   *
   * @throws Problem `not-found`, `malformed-request` (also for a token that was obeyed before), `provider-unavailable`
   */
  async obey(providerId: string, logoutToken: string): Promise<void> {
    const told = await this.providers.client(providerId).readLogoutToken(logoutToken);
    const now = this.clock.now().toString();
    await this.unitOfWork.run(async (tx) => {
      await tx.query('DELETE FROM logout_token_seen WHERE expires_at < $1', [now]);
      // A token is read for ten minutes after it was made, whatever end it gives itself.
      const first = await tx.query(`INSERT INTO logout_token_seen (issuer, jti, expires_at) VALUES ($1, $2, $3::timestamptz + interval '1 hour') ON CONFLICT DO NOTHING RETURNING jti`, [told.issuer, told.jti, now]);
      if (first.length === 0) throw new Problem('malformed-request');
      await this.sessions.endByProvider(tx, providerId, told);
    }, { as: 'signin' });
  }
}
