import { Module, type DynamicModule } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR, APP_PIPE } from '@nestjs/core';
import { AccessModule } from '@lib/access/access.module.js';
import { CalendarModule } from '@lib/calendar/calendar.module.js';
import { CollabModule } from '@lib/collab/collab.module.js';
import { DecisionsModule } from '@lib/decisions/decisions.module.js';
import { DocumentsModule } from '@lib/documents/documents.module.js';
import { MinutesModule } from '@lib/minutes/minutes.module.js';
import { IdentityModule, type IdentityOptions } from '@lib/identity/identity.module.js';
import { InsightModule } from '@lib/insight/insight.module.js';
import { MeetingsModule } from '@lib/meetings/meetings.module.js';
import { NotificationsModule } from '@lib/notifications/notifications.module.js';
import type { Clock } from '@lib/platform/clock.js';
import type { Config } from '@lib/platform/config.js';
import type { Database } from '@lib/platform/database.js';
import type { KeyManagement } from '@lib/platform/key-management.js';
import { PlatformModule } from '@lib/platform/platform.module.js';
import { ProvisioningModule } from '@lib/provisioning/provisioning.module.js';
import { AdministrationController } from './administration.controller.js';
import { TrailModule } from '@lib/trail/trail.module.js';
import { AgendaController } from './agenda.controller.js';
import { RetentionModule } from '@lib/retention/retention.module.js';
import { RetentionController } from './retention.controller.js';
import { SearchModule } from '@lib/search/search.module.js';
import { AuditController } from './audit.controller.js';
import { AttendanceController } from './attendance.controller.js';
import { CalendarController } from './calendar.controller.js';
import { CalendarFeedController, CalendarFileController } from './calendar-feed.controller.js';
import { DecisionLogFilesController } from './decision-log-files.controller.js';
import { DemoStory } from './demo/demo-story.service.js';
import { StoryDesk } from './demo/story-desk.service.js';
import { DecisionLogController } from './decision-log.controller.js';
import { DecisionFilesController } from './decision-files.controller.js';
import { DecisionsController } from './decisions.controller.js';
import { DirectoryController } from './directory.controller.js';
import { CollabItemDocuments, CprReports, DocumentsController, TitleProjection } from './documents.controller.js';
import { EmbargoesController } from './embargoes.controller.js';
import { PollLinksController, PollsController } from './polls.controller.js';
import { ProposalsController } from './proposals.controller.js';
import { FirstAdministratorController } from './first-administrator.controller.js';
import { FindTimeController } from './find-time.controller.js';
import { FollowUpsController } from './follow-ups.controller.js';
import { GuestInterceptor } from './guest.interceptor.js';
import { GuestsController } from './guests.controller.js';
import { HealthController } from './health.controller.js';
import { InsightController } from './insight.controller.js';
import { Jobs } from './jobs.service.js';
import { DisclosuresController } from './disclosures.controller.js';
import { ContactsController } from './contacts.controller.js';
import { YearPlansController } from './year-plans.controller.js';
import { LegalBasesController } from './legal-bases.controller.js';
import { LiveGateway } from './live.gateway.js';
import { MeetingChangesController } from './meeting-changes.controller.js';
import { MeetingDocumentsController } from './meeting-documents.controller.js';
import { MeetingFilesController } from './meeting-files.controller.js';
import { MeetingsController } from './meetings.controller.js';
import { NotificationViews } from './notification-views.service.js';
import { NotificationsController } from './notifications.controller.js';
import { MinutesController } from './minutes.controller.js';
import { OwnSessionsController } from './own-sessions.controller.js';
import { Origins } from './origins.js';
import { ProviderViews } from './provider-views.service.js';
import { InboundMailController } from './inbound-mail.controller.js';
import { MeetingMailController } from './meeting-mail.controller.js';
import { OwnCalendarController } from './own-calendar.controller.js';
import { ProblemFilter } from './problem.filter.js';
import { PlansController } from './plans.controller.js';
import { PreparationsController } from './preparations.controller.js';
import { RepliesController } from './replies.controller.js';
import { DocumentFiles } from './document-files.js';
import { RunningFiles } from './running-files.js';
import { ScimController, ScimGuard } from './scim.controller.js';
import { SearchController } from './search.controller.js';
import { ProductSearchSources } from './search.sources.js';
import { SeriesController } from './series.controller.js';
import { RecordedMeetings, SeriesChangesController } from './series-changes.controller.js';
import { SessionController } from './session.controller.js';
import { SignInController } from './sign-in.controller.js';
import { RateLimitGuard } from './rate-limit.guard.js';
import { RateRefusals } from './rate-refusals.service.js';
import { SessionGuard } from './session.guard.js';
import { TrailInterceptor } from './trail.interceptor.js';
import { TrailWatch } from './trail-watch.service.js';
import { SocketLimits } from './socket-limits.service.js';
import { validationPipe } from './validation.js';

@Module({})
class AppModule {}

/** The whole product in one process. */
export function appModule(config: Config, options: { database: Database; keys: KeyManagement; clock?: Clock; identity?: IdentityOptions }): DynamicModule {
  const meetings = MeetingsModule.register({ module: CollabModule, provider: CollabItemDocuments });
  const decisions = DecisionsModule.register(meetings);
  const search = SearchModule.register({ imports: [CollabModule, meetings, decisions], provider: ProductSearchSources });
  return {
    module: AppModule,
    imports: [PlatformModule.register({ config, ...options }), AccessModule, IdentityModule.register(options.identity ?? { providers: [], insecureIssuers: false }), CollabModule, meetings, decisions, MinutesModule.register(meetings, decisions), ProvisioningModule.register(meetings, decisions), InsightModule, DocumentsModule, RetentionModule.register(meetings), search, NotificationsModule, TrailModule, CalendarModule.register(meetings)],
    controllers: [
      SessionController,
      SignInController,
      FirstAdministratorController,
      OwnSessionsController,
      DirectoryController,
      MeetingFilesController,
      DecisionFilesController,
      DecisionLogFilesController,
      SeriesController,
      SeriesChangesController,
      MeetingsController,
      DisclosuresController,
      GuestsController,
      LegalBasesController,
      ContactsController,
      YearPlansController,
      AgendaController,
      MeetingChangesController,
      CalendarController,
      CalendarFeedController,
      CalendarFileController,
      OwnCalendarController,
      MeetingMailController,
      InboundMailController,
      FindTimeController,
      RepliesController,
      AttendanceController,
      AuditController,
      DecisionLogController,
      DecisionsController,
      FollowUpsController,
      InsightController,
      PlansController,
      PreparationsController,
      EmbargoesController,
      RetentionController,
      PollLinksController,
      PollsController,
      ProposalsController,
      DocumentsController,
      MeetingDocumentsController,
      MinutesController,
      SearchController,
      NotificationsController,
      AdministrationController,
      ScimController,
      HealthController,
    ],
    providers: [
      Origins,
      ScimGuard,
      Jobs,
      LiveGateway,
      RunningFiles,
      DocumentFiles,
      NotificationViews,
      TitleProjection,
      ProviderViews,
      SocketLimits,
      RateRefusals,
      CprReports,
      RecordedMeetings,
      StoryDesk,
      DemoStory,
      { provide: APP_FILTER, useClass: ProblemFilter },
      { provide: APP_GUARD, useClass: SessionGuard },
      { provide: APP_GUARD, useClass: RateLimitGuard },
      TrailWatch,
      { provide: APP_INTERCEPTOR, useClass: TrailInterceptor },
      { provide: APP_INTERCEPTOR, useClass: GuestInterceptor },
      { provide: APP_PIPE, useFactory: validationPipe },
    ],
  };
}
