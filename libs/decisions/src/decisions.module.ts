import { Module, type DynamicModule } from '@nestjs/common';
import { AccessModule } from '@lib/access/access.module.js';
import { DecisionTexts } from './decision-texts.service.js';
import { DecisionsService } from './decisions.service.js';
import { FollowUpsService } from './follow-ups.service.js';
import { ItemRecords } from './item-records.service.js';
import { PlansService } from './plans.service.js';

@Module({})
export class DecisionsModule {
  /** @param meetings the registered MeetingsModule */
  static register(meetings: DynamicModule): DynamicModule {
    const services = [DecisionsService, DecisionTexts, FollowUpsService, ItemRecords, PlansService];
    return { module: DecisionsModule, imports: [AccessModule, meetings], providers: services, exports: services };
  }
}
