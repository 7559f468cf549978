import { Module, type DynamicModule } from '@nestjs/common';
import { AccessModule } from '@lib/access/access.module.js';
import { AgendaRecord } from './agenda-record.service.js';
import { MeetingDocuments } from './meeting-documents.service.js';

@Module({})
export class MinutesModule {
  /** @param meetings the registered MeetingsModule; @param decisions the registered DecisionsModule */
  static register(meetings: DynamicModule, decisions: DynamicModule): DynamicModule {
    return { module: MinutesModule, imports: [AccessModule, meetings, decisions], providers: [AgendaRecord, MeetingDocuments], exports: [MeetingDocuments] };
  }
}
