import { Module, type DynamicModule } from '@nestjs/common';
import { AccessModule } from '@lib/access/access.module.js';
import { NotificationsModule } from '@lib/notifications/notifications.module.js';
import { DecisionLog } from './decision-log.service.js';
import { DecisionReader } from './decision-reader.service.js';
import { DecisionTexts } from './decision-texts.service.js';
import { DecisionsService } from './decisions.service.js';
import { FollowUpReminders } from './follow-up-reminders.service.js';
import { FollowUpsService } from './follow-ups.service.js';
import { ItemHolds } from './item-holds.service.js';
import { ItemRecords } from './item-records.service.js';
import { LeftBehind } from './left-behind.service.js';
import { PlansService } from './plans.service.js';
import { LogViews } from './log-views.service.js';

@Module({ providers: [DecisionLog, DecisionReader, LogViews], exports: [DecisionLog, LogViews] })
export class DecisionsModule {
  /** @param meetings the registered MeetingsModule */
  static register(meetings: DynamicModule): DynamicModule {
    const services = [DecisionsService, DecisionTexts, FollowUpReminders, FollowUpsService, ItemHolds, ItemRecords, LeftBehind, PlansService];
    return { module: DecisionsModule, imports: [AccessModule, NotificationsModule, meetings], providers: services, exports: services };
  }
}
