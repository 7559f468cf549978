import type { IncomingMessage } from 'node:http';
import { Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { TooManyRequests } from '@lib/contracts/problems.js';
import { addressKey, RateLimits } from '@lib/platform/rate-limits.service.js';

/** How often sockets may be opened from one address: upgrades pass no guard of Nest. */
@Injectable()
export class SocketLimits {
  constructor(
    private readonly limits: RateLimits,
    private readonly host: HttpAdapterHost,
  ) {}

  async isWithin(request: IncomingMessage): Promise<boolean> {
    try {
      await this.limits.spend('socket', addressKey(this.addressOf(request)));
      return true;
    } catch (error) {
      if (error instanceof TooManyRequests) return false;
      throw error;
    }
  }

  /** As Express finds it: the first address, from our side on, that is no proxy of ours. */
  private addressOf(request: IncomingMessage): string | undefined {
    const trusts = (this.host.httpAdapter.getInstance() as { get(name: string): unknown }).get('trust proxy fn') as (address: string, hop: number) => boolean;
    const told = String(request.headers['x-forwarded-for'] ?? '').split(',').map((one) => one.trim()).filter((one) => one !== '');
    const path = [request.socket.remoteAddress ?? '', ...told.toReversed()];
    return path.find((address, hop) => hop === path.length - 1 || !trusts(address, hop));
  }
}
