import { Injectable } from '@nestjs/common';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { TooManyRequests } from '@lib/contracts/problems.js';
import { Config } from './config.js';

/**
 * How often in a minute. Whoever is signed in is counted by person, everybody else by address; an authority may stand behind
 * one address with all its people, so those limits are wide.
 */
const perMinute = {
  /** Setting out to a provider, coming back, demo sign-in. */
  signIn: 300,
  /** A provider that tells who signed out there: it may be a whole authority at once, and what is refused is not told again. */
  providerLogout: 6000,
  /** Trying a link of the console. */
  firstAdministrator: 20,
  /** Trying a guest's link and code, by address. */
  guest: 30,
  /** Calendar feeds by address: one service may fetch those of a whole authority. */
  calendarAddress: 600,
  /** One calendar feed, by the hash of what was sent as its secret. */
  calendarLink: 12,
  search: 60,
  /** When people can come: enough to try other hours and people, too little to draw up somebody's calendar. */
  findTime: 20,
  /** PDF, CSV, XLSX. */
  export: 60,
  /** Tickets to documents; a meeting opens one for each of its items. */
  ticket: 300,
  /** Sockets, by address. */
  socket: 1200,
} as const;
export type LimitKind = keyof typeof perMinute;

/** Counts what is asked for, in the memory of this process. */
@Injectable()
export class RateLimits {
  private readonly limiters: Record<LimitKind, RateLimiterMemory> | null;

  constructor(config: Config) {
    const limiter = (kind: LimitKind) => new RateLimiterMemory({ keyPrefix: kind, points: perMinute[kind], duration: 60 });
    this.limiters = config.rateLimits
      ? { signIn: limiter('signIn'), providerLogout: limiter('providerLogout'), firstAdministrator: limiter('firstAdministrator'), guest: limiter('guest'), calendarAddress: limiter('calendarAddress'), calendarLink: limiter('calendarLink'), search: limiter('search'), findTime: limiter('findTime'), export: limiter('export'), ticket: limiter('ticket'), socket: limiter('socket') }
      : null;
  }

  /**
   * @param who a person's id, or {@link addressKey}
   * @throws TooManyRequests when it was too often
   */
  async spend(kind: LimitKind, who: string): Promise<void> {
    if (this.limiters === null) return;
    try {
      await this.limiters[kind].consume(who);
    } catch (outcome) {
      if (!(outcome instanceof RateLimiterRes)) throw outcome;
      throw new TooManyRequests(Math.max(1, Math.ceil(outcome.msBeforeNext / 1000)));
    }
  }
}

/** One household of addresses: of IPv6 the half that a provider gives to one customer. */
export function addressKey(address: string | undefined): string {
  const plain = (address ?? '').replace(/^::ffff:(?=\d+\.)/, '');
  if (!plain.includes(':')) return plain;
  const [head = '', tail] = plain.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const groups = tail === undefined ? left : [...left, ...Array<string>(Math.max(0, 8 - left.length - right.length)).fill('0'), ...right];
  return groups.slice(0, 4).map((group) => Number.parseInt(group || '0', 16).toString(16)).join(':');
}
