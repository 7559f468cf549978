import { AuthorityEntity, AuthorityRelationEntity } from '@lib/access/authority.entity.js';
import { GuestEntity, GuestEventEntity, GuestLinkEntity } from '@lib/access/guest.entity.js';
import { DisclosureEntity } from '@lib/meetings/disclosure.entity.js';
import { LegalBasisSettingEntity } from '@lib/access/legal-basis-setting.entity.js';
import { ItemAudienceEntity, ItemReaderEntity, ItemWindowEntity } from '@lib/access/item-access.entity.js';
import { AccountEntity, IdentityEntity, MembershipEntity, PersonEntity, PersonExternalIdEntity, SessionEntity } from '@lib/access/person.entity.js';
import { CalendarFeedEntity } from '@lib/calendar/calendar-feed.entity.js';
import { MailChoiceEntity, MailDueEntity, MailReceivedEntity, MeetingMailEntity } from '@lib/calendar/meeting-mail.entity.js';
import { DecisionEntity, DecisionEventEntity } from '@lib/decisions/decision.entity.js';
import { FollowUpEntity, FollowUpEventEntity } from '@lib/decisions/follow-up.entity.js';
import { LogViewEntity } from '@lib/decisions/log-view.entity.js';
import { PlanStepEntity } from '@lib/decisions/plan-step.entity.js';
import { FirstAdministratorLinkEntity, InstallationEntity, LogoutTokenSeenEntity, SignInTransactionEntity } from '@lib/identity/sign-in.entity.js';
import { AttendanceEntryEntity } from '@lib/meetings/attendance.entity.js';
import { AgendaItemEntity, MeetingEntity, MeetingParticipantEntity, SeriesEntity, SeriesParticipantEntity } from '@lib/meetings/meeting.entity.js';
import { AgendaItemEventEntity } from '@lib/meetings/item-event.entity.js';
import { PreparationEntity, PreparationEventEntity } from '@lib/meetings/preparation.entity.js';
import { ItemProposalEntity } from '@lib/meetings/item-proposal.entity.js';
import { PollBallotEntity, PollEntity, PollOutsiderEntity } from '@lib/meetings/poll.entity.js';
import { EmbargoEntity, EmbargoEventEntity } from '@lib/meetings/embargo.entity.js';
import { BusyCalendarEntity } from '@lib/meetings/busy-calendar.entity.js';
import { YearPlanEntity, YearPlanVersionEntity } from '@lib/meetings/year-plan.entity.js';
import { ContactEntryEntity, ContactVersionEntity } from '@lib/meetings/contact.entity.js';
import { SeriesChangeEntity } from '@lib/meetings/series-change.entity.js';
import { SeriesSubstituteEntity } from '@lib/meetings/series-substitute.entity.js';
import { MeetingEventEntity } from '@lib/meetings/meeting-event.entity.js';
import { MeetingReplyEntity, SeriesReplyEntity } from '@lib/meetings/reply.entity.js';
import { NotificationEntity, NotificationMuteEntity } from '@lib/notifications/notification.entity.js';
import { MinutesAddendumEntity, MinutesEventEntity, MinutesPartEntity, MinutesRoundEntity, MinutesSnapshotEntity } from '@lib/minutes/minutes.entity.js';
import { FilingEntity, LegalHoldEntity, RetentionEventEntity, RetentionRuleEntity, RetentionRunEntity } from '@lib/retention/retention.entity.js';
import { AdminEventEntity, ExternalIdEntity, ProvisioningClientEntity, ProvisioningTokenEntity } from '@lib/provisioning/provisioning.entity.js';
import { ContentKeyEntity } from '@lib/platform/content-key.entity.js';
import { IdempotencyKeyEntity } from '@lib/platform/idempotency.entity.js';
import { KekEntity, ShreddedScopeEntity } from '@lib/platform/kek.entity.js';
import { DemoStepEntity } from './demo/demo-step.entity.js';

/** Every table that TypeORM knows; a test holds them against the migrations. */
export const entities = [
  AuthorityEntity,
  AuthorityRelationEntity,
  PersonEntity,
  MembershipEntity,
  AccountEntity,
  SessionEntity,
  IdentityEntity,
  PersonExternalIdEntity,
  InstallationEntity,
  SignInTransactionEntity,
  FirstAdministratorLinkEntity,
  LogoutTokenSeenEntity,
  ItemAudienceEntity,
  ItemReaderEntity,
  ItemWindowEntity,
  LegalBasisSettingEntity,
  DisclosureEntity,
  GuestEntity,
  GuestLinkEntity,
  GuestEventEntity,
  SeriesEntity,
  SeriesParticipantEntity,
  MeetingEntity,
  MeetingParticipantEntity,
  AgendaItemEventEntity,
  MeetingEventEntity,
  MeetingReplyEntity,
  SeriesReplyEntity,
  SeriesSubstituteEntity,
  SeriesChangeEntity,
  AttendanceEntryEntity,
  AgendaItemEntity,
  PreparationEntity,
  PreparationEventEntity,
  ItemProposalEntity,
  PollEntity,
  PollOutsiderEntity,
  PollBallotEntity,
  EmbargoEntity,
  EmbargoEventEntity,
  DecisionEntity,
  DecisionEventEntity,
  FollowUpEntity,
  FollowUpEventEntity,
  NotificationEntity,
  NotificationMuteEntity,
  LogViewEntity,
  PlanStepEntity,
  MinutesRoundEntity,
  MinutesPartEntity,
  MinutesSnapshotEntity,
  MinutesEventEntity,
  MinutesAddendumEntity,
  ContentKeyEntity,
  KekEntity,
  ShreddedScopeEntity,
  IdempotencyKeyEntity,
  DemoStepEntity,
  ProvisioningClientEntity,
  ProvisioningTokenEntity,
  ExternalIdEntity,
  AdminEventEntity,
  FilingEntity,
  RetentionRuleEntity,
  RetentionRunEntity,
  RetentionEventEntity,
  LegalHoldEntity,
  BusyCalendarEntity,
  CalendarFeedEntity,
  ContactEntryEntity,
  ContactVersionEntity,
  YearPlanEntity,
  YearPlanVersionEntity,
  MeetingMailEntity,
  MailDueEntity,
  MailChoiceEntity,
  MailReceivedEntity,
];
