import { Injectable } from '@nestjs/common';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { TooManyRequests } from '@lib/contracts/problems.js';
import { Config } from './config.js';

/**
 * How often in a minute. Whoever is signed in is counted by person, and with all of her address together; everybody else by address. An
 * authority may stand behind one address with all its people, so those limits are wide.
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
  /** Links of polls, by address: a school may stand behind one. */
  pollAddress: 120,
  /** One link of a poll, by the hash of what was sent as its secret. */
  pollLink: 30,
  /** Calendar feeds by address: one service may fetch those of a whole authority. */
  calendarAddress: 600,
  /** One calendar feed, by the hash of what was sent as its secret. */
  calendarLink: 12,
  /** Making a link to one's calendar feed: each is told in all of one's roles, and stays there. */
  calendarLinkMade: 6,
  /** Connecting one's own calendar, or reading it again: each is fetched and read. */
  ownCalendar: 12,
  /** What mail servers hand on, by address. */
  inboundMail: 600,
  search: 60,
  /** When people can come: how fast somebody can click. What keeps calendars from being drawn up is {@link personDays}. */
  findTime: 20,
  /** A year is planned, or a change of a plan worked out: as fast as somebody can look at what the last one gave. */
  yearPlan: 20,
  /** PDF, CSV, XLSX, HTML and JSON. */
  export: 60,
  /** Tickets to documents; a meeting opens one for each of its items. */
  ticket: 300,
  /** Sockets: one for each of those, and again when the line was gone for a moment. */
  socket: 300,
} as const;
export type LimitKind = keyof typeof perMinute;

/** How often in a minute all of one address together, beside what each may: as twenty people who do nothing else; of sockets four. */
const perAddress: Partial<Record<LimitKind, number>> = {
  search: 1_200,
  findTime: 400,
  yearPlan: 400,
  export: 1_200,
  ticket: 6_000,
  socket: 1_200,
};

/**
 * Of how many people's days one person may learn when they can come. A meeting of thirty people over four weeks is 600:
 * asked three times in an hour and ten times in a day. Half an hour's free and busy of a hundred people for a month would take
 * some 32 000: more than a week of nothing else, and that stands in the access trail of all who were asked about.
 */
export const personDays = { anHour: 2_000, aDay: 6_000 } as const;

/**
 * How often the people of one authority, all together and in whichever meetings, are told exactly how it is with one person of another
 * authority at one time. Her month has some 300 half hours.
 */
export const exactTimes = { aDay: 60, aWeek: 120 } as const;

/** Counts what is asked for, in the memory of this process. */
@Injectable()
export class RateLimits {
  private readonly limiters: Record<LimitKind, RateLimiterMemory> | null;
  private readonly ofAddresses: Partial<Record<LimitKind, RateLimiterMemory>>;
  private readonly ofPersonDays: readonly RateLimiterMemory[];
  private readonly ofExactTimes: readonly RateLimiterMemory[];

  constructor(config: Config) {
    const limiter = (kind: LimitKind) => new RateLimiterMemory({ keyPrefix: kind, points: perMinute[kind], duration: 60 });
    this.limiters = config.rateLimits
      ? { signIn: limiter('signIn'), providerLogout: limiter('providerLogout'), firstAdministrator: limiter('firstAdministrator'), guest: limiter('guest'), pollAddress: limiter('pollAddress'), pollLink: limiter('pollLink'), calendarAddress: limiter('calendarAddress'), calendarLink: limiter('calendarLink'), calendarLinkMade: limiter('calendarLinkMade'), ownCalendar: limiter('ownCalendar'), inboundMail: limiter('inboundMail'), search: limiter('search'), findTime: limiter('findTime'), yearPlan: limiter('yearPlan'), export: limiter('export'), ticket: limiter('ticket'), socket: limiter('socket') }
      : null;
    const ofAddress = (kind: string, points: number) => new RateLimiterMemory({ keyPrefix: `${kind}Address`, points, duration: 60 });
    this.ofAddresses = config.rateLimits ? Object.fromEntries(Object.entries(perAddress).map(([kind, points]) => [kind, ofAddress(kind, points)])) : {};
    this.ofPersonDays = config.rateLimits
      ? [new RateLimiterMemory({ keyPrefix: 'personDaysAnHour', points: personDays.anHour, duration: 3_600 }), new RateLimiterMemory({ keyPrefix: 'personDaysADay', points: personDays.aDay, duration: daySeconds })]
      : [];
    this.ofExactTimes = config.rateLimits
      ? [new RateLimiterMemory({ keyPrefix: 'exactTimesADay', points: exactTimes.aDay, duration: daySeconds }), new RateLimiterMemory({ keyPrefix: 'exactTimesAWeek', points: exactTimes.aWeek, duration: 7 * daySeconds })]
      : [];
  }

  /**
   * [RL3] Before it is told when people can come. A question that is refused takes nothing; one that is larger than an hour
   * allows takes the whole hour, so that it can be asked at all.
   *
   * @param count people times days that are told of
   * @throws TooManyRequests
   */
  async spendPersonDays(personId: string, count: number): Promise<void> {
    await takeAll(this.daysOf(personId, count));
  }

  /**
   * [RL4] Before it is told how it is with people at one time exactly: as {@link spendPersonDays}, and of each person of another
   * authority once more for the authority that asks.
   *
   * @param people those of other authorities
   * @throws TooManyRequests
   */
  async spendExactTime({ personId, authorityId }: { personId: string; authorityId: string }, count: number, people: readonly string[]): Promise<void> {
    const ofEach = [...new Set(people)].flatMap((person) => this.ofExactTimes.map((limiter) => ({ limiter, who: `${authorityId} ${person}`, points: 1, refusal: 'Der er spurgt mange gange om, hvornår de samme mennesker kan. Find et tidspunkt med Find tid, eller vent.' })));
    await takeAll([...this.daysOf(personId, count), ...ofEach]);
  }

  private daysOf(personId: string, count: number): Cost[] {
    return this.ofPersonDays.map((limiter) => ({ limiter, who: personId, points: Math.min(count, personDays.anHour), refusal: 'Der er spurgt om mange menneskers tid. Spørg om færre mennesker eller færre dage, eller vent.' }));
  }

  /**
   * @param who a person's id, or {@link addressKey}
   * @throws TooManyRequests when it was too often
   */
  async spend(kind: LimitKind, who: string): Promise<void> {
    if (this.limiters !== null) await take(this.limiters[kind], who, 1);
  }

  /**
   * [RL1, RL2] Of a person and of the address that she asks from; what is refused takes nothing of either, so that nobody uses up what
   * her colleagues may.
   *
   * @param personId null where it is not known: by address alone
   * @param address  {@link addressKey}
   * @throws TooManyRequests when it was too often
   */
  async spendOf(kind: LimitKind, personId: string | null, address: string): Promise<void> {
    if (this.limiters === null) return;
    const ofAddress = this.ofAddresses[kind] ?? (personId === null ? this.limiters[kind] : undefined);
    await takeAll([
      ...(personId === null ? [] : [{ limiter: this.limiters[kind], who: personId, points: 1 }]),
      ...(ofAddress === undefined ? [] : [{ limiter: ofAddress, who: address, points: 1 }]),
    ]);
  }

  /**
   * Before it is looked up who asks: whether anybody of the address may. Takes nothing.
   *
   * @param address {@link addressKey}
   * @throws TooManyRequests
   */
  async assertLeftAt(kind: LimitKind, address: string): Promise<void> {
    const limiter = this.ofAddresses[kind];
    if (limiter !== undefined) await assertLeft([{ limiter, who: address, points: 1 }]);
  }
}

const daySeconds = 86_400;

interface Cost {
  limiter: RateLimiterMemory;
  who: string;
  points: number;
  refusal?: string;
}

async function assertLeft(costs: readonly Cost[]): Promise<void> {
  for (const { limiter, who, points, refusal } of costs) {
    const spent = await limiter.get(who);
    if (spent !== null && spent.remainingPoints < points) throw tooMany(spent, refusal);
  }
}

/** All of it, or nothing where one of them lacks. */
async function takeAll(costs: readonly Cost[]): Promise<void> {
  await assertLeft(costs);
  // Of two that ask at once the second may find it spent only here.
  for (const { limiter, who, points, refusal } of costs) await take(limiter, who, points, refusal);
}

async function take(limiter: RateLimiterMemory, who: string, points: number, detail?: string): Promise<void> {
  try {
    await limiter.consume(who, points);
  } catch (outcome) {
    throw outcome instanceof RateLimiterRes ? tooMany(outcome, detail) : outcome;
  }
}

const tooMany = ({ msBeforeNext }: RateLimiterRes, detail?: string) => new TooManyRequests(Math.max(1, Math.ceil(msBeforeNext / 1000)), detail);

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
