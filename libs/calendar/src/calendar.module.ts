import { Module, type DynamicModule } from '@nestjs/common';
import { AccessModule } from '@lib/access/access.module.js';
import { NotificationsModule } from '@lib/notifications/notifications.module.js';
import { Config } from '@lib/platform/config.js';
import { BusyCalendars } from './busy-calendars.service.js';
import { BusySources, mostBytes } from './busy-sources.js';
import { busyWork } from './busy-work.js';
import { CalendarFeeds } from './calendar-feeds.service.js';
import { ImapMailbox } from './imap-mailbox.js';
import { MailInbox } from './mail-inbox.service.js';
import { MailSetup } from './mail-setup.js';
import { MailWork, mailWork } from './mail-work.js';
import { SmtpMailer } from './mailer.js';
import { MeetingMailViews } from './meeting-mail-views.service.js';
import { MeetingMails } from './meeting-mails.service.js';
import { SafeFetch } from './safe-fetch.js';

/** One foreign calendar: what twenty megabytes of it take, several times over. */
const timeMs = 8_000;
const memoryMb = 384;

const sources = {
  provide: BusySources,
  useFactory: (config: Config) => new BusySources(new SafeFetch({ allowsHttp: config.demo, innerHosts: config.innerCalendarHosts, mostBytes }), busyWork(timeMs, memoryMb)),
  inject: [Config],
};

/** In demo mode a server without TLS may take mail: nobody's real address is there. */
const setup = {
  provide: MailSetup,
  useFactory: ({ mail, demo }: Config): MailSetup | null => (mail === null ? null : { mailer: new SmtpMailer(mail.smtpUrl, !demo), address: mail.address }),
  inject: [Config],
};
/** null where the operator has named no mailbox. */
const mailbox = { provide: ImapMailbox, useFactory: ({ SAMRAAD_IMAP_URL: url, demo }: Config) => (url === undefined ? null : new ImapMailbox(url, !demo)), inject: [Config] };
/** One message of five megabytes, with what is put together of it. */
const reader = { provide: MailWork, useFactory: () => mailWork(5_000, 192) };

const shared = [CalendarFeeds, BusyCalendars, sources, MeetingMails, MeetingMailViews, MailInbox, setup, mailbox];

@Module({})
export class CalendarModule {
  /** @param meetings the module of meetings as the process assembled it */
  static register(meetings: DynamicModule): DynamicModule {
    return { module: CalendarModule, imports: [AccessModule, NotificationsModule, meetings], providers: [...shared, reader], exports: shared };
  }
}
