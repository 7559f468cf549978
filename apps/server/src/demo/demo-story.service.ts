import { Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { FollowUpReminders } from '@lib/decisions/follow-up-reminders.service.js';
import { SeriesService } from '@lib/meetings/series.service.js';
import { Claims } from '@lib/platform/claims.service.js';
import { Config } from '@lib/platform/config.js';
import { log } from '@lib/platform/log.js';
import { UnitOfWork } from '@lib/platform/unit-of-work.service.js';
import { calendars } from './calendars.chapter.js';
import { consultations } from './consultations.chapter.js';
import { contacts } from './contacts.chapter.js';
import { forums } from './forums.chapter.js';
import { handovers } from './handovers.chapter.js';
import { StoryDesk, StoryStopped } from './story-desk.service.js';
import { StoryTime } from './story-time.js';

/**
 * Tells the story of demo mode on an empty database, after the server listens and in the lane of the jobs: nobody waits
 * for it. Told once; a process that ends half-way goes on at its next start.
 */
@Injectable()
export class DemoStory implements BeforeApplicationShutdown {
  /** Settles when there is nothing more to tell; never rejects. */
  told: Promise<void> = Promise.resolve();

  constructor(
    private readonly desk: StoryDesk,
    private readonly config: Config,
    private readonly unitOfWork: UnitOfWork,
    private readonly series: SeriesService,
    private readonly reminders: FollowUpReminders,
    private readonly claims: Claims,
  ) {}

  start(): void {
    if (!this.config.tellsStory) return;
    this.told = this.unitOfWork
      .inBackground('demo', () => this.tell())
      .catch((error: unknown) => {
        if (!(error instanceof StoryStopped)) log.error({ error }, 'demo story failed');
      });
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.desk.isStopping = true;
    await this.told;
  }

  private async tell(): Promise<void> {
    // Told by one process; when it ends half-way, the next one that starts goes on.
    if (!(await this.claims.isMine('demo story'))) return;
    const begun = await this.desk.begin();
    if (begun === null) return;
    const time = new StoryTime(begun);
    // What people meet first comes first.
    await handovers(this.desk, time);
    await consultations(this.desk, time);
    await forums(this.desk, time);
    await contacts(this.desk, time);
    await calendars(this.desk, time);
    await this.desk.step('horizon', begun, () => this.series.extendHorizons());
    await this.desk.step('reminders', begun, () => this.reminders.remind());
  }
}
