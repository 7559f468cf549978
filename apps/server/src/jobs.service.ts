import { Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { Sessions } from '@lib/access/sessions.service.js';
import { SeriesService } from '@lib/meetings/series.service.js';
import { Approvals } from '@lib/minutes/approvals.service.js';
import { Freezing } from '@lib/minutes/freezing.service.js';
import { log } from '@lib/platform/log.js';

const minuteMs = 60_000;

/** What the process does by itself, while it runs: every job may be missed or run twice without harm. */
@Injectable()
export class Jobs implements BeforeApplicationShutdown {
  private readonly timers: NodeJS.Timeout[] = [];
  private readonly running = new Set<Promise<void>>();

  constructor(
    private readonly series: SeriesService,
    private readonly sessions: Sessions,
    private readonly freezing: Freezing,
    private readonly approvals: Approvals,
  ) {}

  start(): void {
    this.every(6 * 60 * minuteMs, 'series horizon', () => this.series.extendHorizons());
    this.every(minuteMs / 2, 'ended sessions', () => this.sessions.endExpired());
    this.every(minuteMs / 2, 'freezing of minutes', () => this.freezing.completeAll());
    this.every(10 * minuteMs, 'approval of minutes', () => this.approvals.settleAll());
  }

  /** Waits for what is under way, so that nothing meets a closed database. */
  async beforeApplicationShutdown(): Promise<void> {
    for (const timer of this.timers) clearInterval(timer);
    await Promise.all(this.running);
  }

  private every(intervalMs: number, name: string, job: () => Promise<void>): void {
    const run = () => {
      const under = job().catch((error: unknown) => log.error({ job: name, error: error instanceof Error ? error.name : 'unknown' }, 'job failed'));
      this.running.add(under);
      void under.finally(() => this.running.delete(under));
    };
    run();
    this.timers.push(setInterval(run, intervalMs).unref());
  }
}
