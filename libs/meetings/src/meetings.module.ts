import { Module, type DynamicModule, type Type } from '@nestjs/common';
import { AccessModule } from '@lib/access/access.module.js';
import { NotificationsModule } from '@lib/notifications/notifications.module.js';
import { AgendaService } from './agenda.service.js';
import { AgendaItems } from './agenda-items.service.js';
import { AgendaCases } from './agenda-cases.service.js';
import { AgendaFrame } from './agenda-frame.service.js';
import { AgendaOrder } from './agenda-order.service.js';
import { AgendaSteps } from './agenda-steps.service.js';
import { Disclosures } from './disclosures.service.js';
import { GuestNotices } from './guest-notices.service.js';
import { GuestVisit } from './guest-visit.service.js';
import { Guests } from './guests.service.js';
import { MeetingGuests } from './meeting-guests.service.js';
import { Invitations } from './invitations.service.js';
import { OtherTrack } from './other-track.service.js';
import { CarryItems } from './carry-items.service.js';
import { ItemProposals } from './item-proposals.service.js';
import { ItemDisclosures } from './item-disclosures.service.js';
import { ItemCommands } from './item-commands.service.js';
import { ItemUse } from './item-use.service.js';
import { ItemViews } from './item-views.service.js';
import { MeetingCommands } from './meeting-commands.service.js';
import { Attendance } from './attendance.service.js';
import { Contacts } from './contacts.service.js';
import { Departures } from './departures.service.js';
import { FindTime } from './find-time.service.js';
import { MovePreview } from './move-preview.service.js';
import { ItemDocuments } from './item-documents.js';
import { KnownTimes } from './known-times.service.js';
import { MeetingChanges } from './meeting-changes.service.js';
import { MeetingPeople } from './meeting-people.service.js';
import { MeetingAccess } from './meeting-access.service.js';
import { MeetingsService } from './meetings.service.js';
import { MeetingTexts } from './meeting-texts.service.js';
import { MeetingViews } from './meeting-views.service.js';
import { NewMeetings } from './new-meetings.service.js';
import { ParticipationChanges } from './participation-changes.service.js';
import { EmbargoReviews } from './embargo-reviews.service.js';
import { Embargoes } from './embargoes.service.js';
import { PollLinks } from './poll-links.service.js';
import { Polls } from './polls.service.js';
import { Preparations } from './preparations.service.js';
import { Replies } from './replies.service.js';
import { SeriesChanges } from './series-changes.service.js';
import { SeriesNotices } from './series-notices.service.js';
import { SeriesRewrite } from './series-rewrite.service.js';
import { SeriesService } from './series.service.js';
import { StandingSubstitutes } from './standing-substitutes.service.js';
import { YearPlanViews } from './year-plan-views.service.js';
import { YearPlanWork, yearPlanWork } from './year-plan-work.js';
import { YearPlans } from './year-plans.service.js';

@Module({})
export class MeetingsModule {
  /** @param documents how the documents of new items come into being, and the module that provides it */
  static register(documents: { module: Type | DynamicModule; provider: Type<ItemDocuments> }): DynamicModule {
    return {
      module: MeetingsModule,
      imports: [AccessModule, NotificationsModule, documents.module],
      providers: [{ provide: ItemDocuments, useExisting: documents.provider }, documents.provider, AgendaItems, AgendaService, Attendance, Contacts, MeetingAccess, MeetingChanges, MeetingPeople, MeetingsService, MeetingTexts, MeetingViews, NewMeetings, ParticipationChanges, Replies, SeriesChanges, SeriesNotices, SeriesRewrite, SeriesService, StandingSubstitutes, AgendaCases, AgendaFrame, AgendaOrder, AgendaSteps, CarryItems, Departures, ItemCommands, ItemUse, ItemViews, MeetingCommands, Disclosures, ItemDisclosures, Invitations, GuestNotices, GuestVisit, Guests, MeetingGuests, ItemProposals, OtherTrack, Preparations, Embargoes, EmbargoReviews, FindTime, KnownTimes, MovePreview, Polls, PollLinks, YearPlans, YearPlanViews, { provide: YearPlanWork, useFactory: yearPlanWork }],
      exports: [AgendaService, Attendance, Contacts, ItemDocuments, MeetingAccess, MeetingChanges, MeetingPeople, MeetingsService, MeetingTexts, Replies, SeriesChanges, SeriesService, StandingSubstitutes, AgendaCases, AgendaFrame, AgendaOrder, AgendaSteps, CarryItems, Departures, ItemUse, ItemDisclosures, Invitations, GuestVisit, Guests, ItemProposals, OtherTrack, Preparations, Embargoes, EmbargoReviews, FindTime, KnownTimes, MovePreview, Polls, PollLinks, YearPlans],
    };
  }
}
