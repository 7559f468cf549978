import { Inject, Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { OldGuestNames } from '@lib/access/old-guest-names.service.js';
import { Sessions } from '@lib/access/sessions.service.js';
import { FollowUpReminders } from '@lib/decisions/follow-up-reminders.service.js';
import { BusyCalendars } from '@lib/calendar/busy-calendars.service.js';
import { ImapMailbox } from '@lib/calendar/imap-mailbox.js';
import { MailInbox } from '@lib/calendar/mail-inbox.service.js';
import { MeetingMails } from '@lib/calendar/meeting-mails.service.js';
import { Departures } from '@lib/meetings/departures.service.js';
import { EmbargoReviews } from '@lib/meetings/embargo-reviews.service.js';
import { PollLinks } from '@lib/meetings/poll-links.service.js';
import { SeriesService } from '@lib/meetings/series.service.js';
import { YearPlans } from '@lib/meetings/year-plans.service.js';
import { Notifications } from '@lib/notifications/notifications.service.js';
import { Approvals } from '@lib/minutes/approvals.service.js';
import { Freezing } from '@lib/minutes/freezing.service.js';
import { TrailCheckpoints } from '@lib/trail/trail-checkpoints.service.js';
import { TrailMonths } from '@lib/trail/trail-months.service.js';
import { Claims } from '@lib/platform/claims.service.js';
import { Filings } from '@lib/retention/filings.service.js';
import { RetentionRuns } from '@lib/retention/retention-runs.service.js';
import { Idempotency } from '@lib/platform/idempotency.service.js';
import { KeyBackups } from '@lib/platform/key-backups.service.js';
import { KeyRotation } from '@lib/platform/key-rotation.service.js';
import { SealedAnew } from '@lib/platform/sealed-anew.service.js';
import { Upkeep } from '@lib/platform/upkeep.service.js';
import { log } from '@lib/platform/log.js';
import { Outbox } from '@lib/platform/outbox.service.js';
import { UnitOfWork } from '@lib/platform/unit-of-work.service.js';
import { Origins } from './origins.js';

const minuteMs = 60_000;

/**
 * What the product does by itself, each job in one process for all: every one may be missed or run twice without harm. When
 * the process that does one ends, another goes on with it.
 */
@Injectable()
export class Jobs implements BeforeApplicationShutdown {
  private readonly timers: NodeJS.Timeout[] = [];
  private readonly running = new Set<Promise<void>>();
  /** Those that another process does. */
  private readonly elsewhere = new Map<string, () => void>();
  private repeats = true;

  constructor(
    private readonly series: SeriesService,
    private readonly sessions: Sessions,
    private readonly reminders: FollowUpReminders,
    private readonly notifications: Notifications,
    private readonly freezing: Freezing,
    private readonly approvals: Approvals,
    private readonly busyCalendars: BusyCalendars,
    private readonly departures: Departures,
    private readonly embargoReviews: EmbargoReviews,
    private readonly pollLinks: PollLinks,
    private readonly yearPlans: YearPlans,
    private readonly trailMonths: TrailMonths,
    private readonly trailCheckpoints: TrailCheckpoints,
    private readonly rotation: KeyRotation,
    private readonly keyBackups: KeyBackups,
    private readonly sealedAnew: SealedAnew,
    private readonly oldGuestNames: OldGuestNames,
    private readonly upkeep: Upkeep,
    private readonly outbox: Outbox,
    private readonly unitOfWork: UnitOfWork,
    private readonly claims: Claims,
    private readonly filings: Filings,
    private readonly retention: RetentionRuns,
    private readonly idempotency: Idempotency,
    private readonly mails: MeetingMails,
    private readonly inbox: MailInbox,
    @Inject(ImapMailbox) private readonly mailbox: ImapMailbox | null,
    private readonly origins: Origins,
  ) {}

  /**
   * Runs every job once, and again after its interval.
   *
   * @param repeats false where the product's clock is moved by hand: an interval counts real time, and a job that falls
   *   due between two moves of the clock would do what no test asked for
   */
  start(repeats = true): void {
    this.repeats = repeats;
    this.every(6 * 60 * minuteMs, 'series horizon', () => this.series.extendHorizons());
    // What ends a session without saying so (an authority that is closed, a membership ended in its row) closes its sockets and
    // files within a second, on every process.
    this.every(500, 'ended sessions', () => this.sessions.endExpired());
    this.every(minuteMs, 'ended memberships', () => this.departures.settle());
    this.every(minuteMs, 'own calendars', () => this.busyCalendars.refreshDue());
    this.every(10 * minuteMs, 'own calendars of who left', () => this.busyCalendars.forgetLeft());
    this.every(minuteMs / 2, 'invitations by mail', () => this.mails.run(this.origins.address));
    this.every(minuteMs, 'answers by mail', async () => void (await this.mailbox?.collect(this.inbox)));
    this.every(6 * 60 * minuteMs, 'old mail', () => this.inbox.removeOld());
    this.every(60 * minuteMs, 'follow-up reminders', () => this.reminders.remind());
    this.every(10 * minuteMs, 'reviews of embargoes', () => this.embargoReviews.remind());
    this.every(6 * 60 * minuteMs, 'old notifications', () => this.notifications.removeOld());
    this.every(6 * 60 * minuteMs, 'old answers by links of polls', () => this.pollLinks.removeOld());
    this.every(24 * 60 * minuteMs, 'year plans that are over', () => this.yearPlans.removeOld());
    this.every(minuteMs / 2, 'freezing of minutes', () => this.freezing.completeAll());
    this.every(6 * 60 * minuteMs, 'months of the access trail', () => this.trailMonths.keep());
    this.every(10 * minuteMs, 'checkpoints of the access trail', () => this.trailCheckpoints.make());
    this.every(24 * 60 * minuteMs, 'check of the access trail', () => this.trailCheckpoints.check());
    this.every(10 * minuteMs, 'approval of minutes', () => this.approvals.settleAll());
    this.every(10 * minuteMs, 'rotation of keys', () => this.rotation.finishAll());
    this.every(60 * minuteMs, 'reminders of filing', () => this.filings.remind());
    this.every(60 * minuteMs, 'retention', () => this.retention.run());
    this.every(6 * 60 * minuteMs, 'old keys of repeated requests', () => this.idempotency.removeOld());
    this.every(6 * 60 * minuteMs, 'old sessions', () => this.sessions.removeOld());
    this.every(24 * 60 * minuteMs, 'backup of keys', () => this.keyBackups.make());
    // What was put into the database before it was sealed, or sealed as it is now.
    this.every(24 * 60 * minuteMs, 'names of guests of before', async () => void (await this.oldGuestNames.seal()));
    this.every(24 * 60 * minuteMs, 'what was sealed before columns were bound', async () => void (await this.sealedAnew.run()));
    this.every(minuteMs, 'upkeep of the database', async () => void (await this.upkeep.run()));
    if (this.outbox.isShared) this.every(minuteMs, 'what processes told each other', () => this.outbox.removeOld(this.unitOfWork));
    const takeOver = () => {
      for (const run of this.elsewhere.values()) run();
    };
    this.timers.push(setInterval(takeOver, minuteMs / 2).unref());
  }

  /** Waits for what is under way, so that nothing meets a closed database. */
  async beforeApplicationShutdown(): Promise<void> {
    for (const timer of this.timers) clearInterval(timer);
    await Promise.all(this.running);
  }

  private every(intervalMs: number, name: string, job: () => Promise<void>): void {
    let isUnderWay = false;
    const run = () => {
      // One that takes longer than its interval is not begun beside itself.
      if (isUnderWay) return;
      isUnderWay = true;
      const under = this.doIfOurs(name, job, run).catch((error: unknown) => log.error({ job: name, error }, 'job failed'));
      this.running.add(under);
      void under.finally(() => {
        isUnderWay = false;
        this.running.delete(under);
      });
    };
    run();
    if (this.repeats) this.timers.push(setInterval(run, intervalMs).unref());
  }

  private async doIfOurs(name: string, job: () => Promise<void>, again: () => void): Promise<void> {
    if (!(await this.claims.isMine(name))) return void this.elsewhere.set(name, again);
    this.elsewhere.delete(name);
    await job();
  }
}
