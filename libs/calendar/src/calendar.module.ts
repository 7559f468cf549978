import { Module } from '@nestjs/common';
import { AccessModule } from '@lib/access/access.module.js';
import { NotificationsModule } from '@lib/notifications/notifications.module.js';
import { Config } from '@lib/platform/config.js';
import { BusyCalendars } from './busy-calendars.service.js';
import { BusySources, mostBytes } from './busy-sources.js';
import { busyWork } from './busy-work.js';
import { CalendarFeeds } from './calendar-feeds.service.js';
import { SafeFetch } from './safe-fetch.js';

/** One foreign calendar: what twenty megabytes of it take, several times over. */
const timeMs = 8_000;
const memoryMb = 384;

const sources = {
  provide: BusySources,
  useFactory: (config: Config) => new BusySources(new SafeFetch({ allowsHttp: config.demo, innerHosts: config.innerCalendarHosts, mostBytes }), busyWork(timeMs, memoryMb)),
  inject: [Config],
};

@Module({ imports: [AccessModule, NotificationsModule], providers: [CalendarFeeds, BusyCalendars, sources], exports: [CalendarFeeds, BusyCalendars, sources] })
export class CalendarModule {}
