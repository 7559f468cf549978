import { Module, type DynamicModule } from '@nestjs/common';
import { AccessModule } from '@lib/access/access.module.js';
import { DecisionTexts } from './decision-texts.service.js';
import { DecisionsService } from './decisions.service.js';
import { FollowUpsService } from './follow-ups.service.js';
import { ItemHolds } from './item-holds.service.js';
import { ItemRecords } from './item-records.service.js';

@Module({})
export class DecisionsModule {
  /** @param meetings the registered MeetingsModule */
  static register(meetings: DynamicModule): DynamicModule {
    return { module: DecisionsModule, imports: [AccessModule, meetings], providers: [DecisionsService, DecisionTexts, FollowUpsService, ItemRecords, ItemHolds], exports: [DecisionsService, DecisionTexts, FollowUpsService, ItemRecords] };
  }
}
