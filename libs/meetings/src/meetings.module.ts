import { Module, type DynamicModule, type Type } from '@nestjs/common';
import { AccessModule } from '@lib/access/access.module.js';
import { AgendaService } from './agenda.service.js';
import { AgendaItems } from './agenda-items.service.js';
import { Attendance } from './attendance.service.js';
import { ItemDocuments } from './item-documents.js';
import { MeetingChanges } from './meeting-changes.service.js';
import { MeetingPeople } from './meeting-people.service.js';
import { MeetingAccess } from './meeting-access.service.js';
import { MeetingsService } from './meetings.service.js';
import { MeetingTexts } from './meeting-texts.service.js';
import { MeetingViews } from './meeting-views.service.js';
import { Replies } from './replies.service.js';
import { SeriesChanges } from './series-changes.service.js';
import { SeriesService } from './series.service.js';

@Module({})
export class MeetingsModule {
  /** @param documents how the documents of new items come into being, and the module that provides it */
  static register(documents: { module: Type | DynamicModule; provider: Type<ItemDocuments> }): DynamicModule {
    return {
      module: MeetingsModule,
      imports: [AccessModule, documents.module],
      providers: [{ provide: ItemDocuments, useExisting: documents.provider }, documents.provider, AgendaItems, AgendaService, Attendance, MeetingAccess, MeetingChanges, MeetingPeople, MeetingsService, MeetingTexts, MeetingViews, Replies, SeriesChanges, SeriesService],
      exports: [AgendaService, Attendance, ItemDocuments, MeetingAccess, MeetingChanges, MeetingPeople, MeetingsService, MeetingTexts, Replies, SeriesChanges, SeriesService],
    };
  }
}
