import type { IncomingMessage } from 'node:http';
import { Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { Session } from '@lib/access/sessions.service.js';
import { addressKey, RateLimits } from '@lib/platform/rate-limits.service.js';
import { RateRefusals, type Door } from './rate-refusals.service.js';

/** How often sockets may be opened, by person and from one address: upgrades pass no guard of Nest. */
@Injectable()
export class SocketLimits {
  constructor(
    private readonly limits: RateLimits,
    private readonly host: HttpAdapterHost,
    private readonly refusals: RateRefusals,
  ) {}

  /**
   * Whose socket is to be opened, where it may be now.
   *
   * @param find who asks; null for nobody who is known. Where that cannot be said she is counted by address alone
   * @throws TooManyRequests
   */
  async admit(request: IncomingMessage, door: Door, find: () => Promise<Session | null>): Promise<Session | null> {
    const address = addressKey(this.addressOf(request));
    // Whoever is one of too many is not looked up.
    await this.refusals.noting(null, () => door, () => this.limits.assertLeftAt('socket', address));
    const session = await find().catch(() => null);
    await this.refusals.noting(session, () => door, () => this.limits.spendOf('socket', session?.personId ?? null, address));
    return session;
  }

  /** As Express finds it: the first address, from our side on, that is no proxy of ours. */
  private addressOf(request: IncomingMessage): string | undefined {
    const trusts = (this.host.httpAdapter.getInstance() as { get(name: string): unknown }).get('trust proxy fn') as (address: string, hop: number) => boolean;
    const told = String(request.headers['x-forwarded-for'] ?? '').split(',').map((one) => one.trim()).filter((one) => one !== '');
    const path = [request.socket.remoteAddress ?? '', ...told.toReversed()];
    return path.find((address, hop) => hop === path.length - 1 || !trusts(address, hop));
  }
}
