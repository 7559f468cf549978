import { AuthorityEntity, AuthorityRelationEntity } from '@lib/access/authority.entity.js';
import { ItemAudienceEntity, ItemReaderEntity } from '@lib/access/item-access.entity.js';
import { MembershipEntity, PersonEntity, SessionEntity } from '@lib/access/person.entity.js';
import { DecisionEntity, DecisionEventEntity } from '@lib/decisions/decision.entity.js';
import { FollowUpEntity, FollowUpEventEntity } from '@lib/decisions/follow-up.entity.js';
import { LogViewEntity } from '@lib/decisions/log-view.entity.js';
import { PlanStepEntity } from '@lib/decisions/plan-step.entity.js';
import { AttendanceEntryEntity } from '@lib/meetings/attendance.entity.js';
import { AgendaItemEntity, MeetingEntity, MeetingParticipantEntity, SeriesEntity, SeriesParticipantEntity } from '@lib/meetings/meeting.entity.js';
import { AgendaItemEventEntity } from '@lib/meetings/item-event.entity.js';
import { SeriesChangeEntity } from '@lib/meetings/series-change.entity.js';
import { SeriesSubstituteEntity } from '@lib/meetings/series-substitute.entity.js';
import { MeetingEventEntity } from '@lib/meetings/meeting-event.entity.js';
import { MeetingReplyEntity, SeriesReplyEntity } from '@lib/meetings/reply.entity.js';
import { NotificationEntity, NotificationMuteEntity } from '@lib/notifications/notification.entity.js';
import { MinutesAddendumEntity, MinutesEventEntity, MinutesPartEntity, MinutesRoundEntity, MinutesSnapshotEntity } from '@lib/minutes/minutes.entity.js';
import { ContentKeyEntity } from '@lib/platform/content-key.entity.js';
import { IdempotencyKeyEntity } from '@lib/platform/idempotency.entity.js';
import { DemoStepEntity } from './demo/demo-step.entity.js';

/** Every table that TypeORM knows; a test holds them against the migrations. */
export const entities = [
  AuthorityEntity,
  AuthorityRelationEntity,
  PersonEntity,
  MembershipEntity,
  SessionEntity,
  ItemAudienceEntity,
  ItemReaderEntity,
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
  IdempotencyKeyEntity,
  DemoStepEntity,
];
