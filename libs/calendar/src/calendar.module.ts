import { Module } from '@nestjs/common';
import { NotificationsModule } from '@lib/notifications/notifications.module.js';
import { CalendarFeeds } from './calendar-feeds.service.js';

@Module({ imports: [NotificationsModule], providers: [CalendarFeeds], exports: [CalendarFeeds] })
export class CalendarModule {}
