import { Module, type DynamicModule } from '@nestjs/common';
import { AccessModule } from '@lib/access/access.module.js';
import { NotificationsModule } from '@lib/notifications/notifications.module.js';
import { Deletions } from './deletions.service.js';
import { Filings } from './filings.service.js';
import { Holds } from './holds.service.js';
import { RetentionRules } from './retention-rules.service.js';
import { RetentionRuns } from './retention-runs.service.js';
import { Shredding } from './shredding.service.js';

@Module({})
export class RetentionModule {
  /** @param meetings the module of meetings as the process assembled it */
  static register(meetings: DynamicModule): DynamicModule {
    return {
      module: RetentionModule,
      imports: [AccessModule, NotificationsModule, meetings],
      providers: [Deletions, Filings, Holds, RetentionRules, RetentionRuns, Shredding],
      exports: [Deletions, Filings, Holds, RetentionRules, RetentionRuns, Shredding],
    };
  }
}
