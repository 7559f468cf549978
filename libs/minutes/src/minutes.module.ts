import { Module, type DynamicModule } from '@nestjs/common';
import { AccessModule } from '@lib/access/access.module.js';
import { NotificationsModule } from '@lib/notifications/notifications.module.js';
import { Addenda } from './addenda.service.js';
import { AgendaRecord } from './agenda-record.service.js';
import { Approvals } from './approvals.service.js';
import { Freezing } from './freezing.service.js';
import { MeetingDocuments } from './meeting-documents.service.js';
import { MinutesService } from './minutes.service.js';
import { MinutesStore } from './minutes-store.service.js';
import { MinutesViews } from './minutes-views.service.js';

@Module({})
export class MinutesModule {
  /** @param meetings the registered MeetingsModule; @param decisions the registered DecisionsModule */
  static register(meetings: DynamicModule, decisions: DynamicModule): DynamicModule {
    return {
      module: MinutesModule,
      imports: [AccessModule, NotificationsModule, meetings, decisions],
      providers: [Addenda, AgendaRecord, Approvals, Freezing, MeetingDocuments, MinutesService, MinutesStore, MinutesViews],
      exports: [Addenda, Approvals, Freezing, MeetingDocuments, MinutesService, MinutesViews],
    };
  }
}
