import { DemoStory1795340234567 } from './2026-11-22-demo-story.js';
import { Disclosures1795400000403 } from './2026-11-22-disclosures.js';
import { FirstCut1795219200000 } from './2026-11-21-first-cut.js';
import { MeetingChanges1795304400000 } from './2026-11-21-meeting-changes.js';
import { SeriesPatterns1795302600000 } from './2026-11-21-series-patterns.js';
import { AccessWindows1795400000401 } from './2026-11-22-access-windows.js';
import { AgendaWork1795319500001 } from './2026-11-22-agenda-work.js';
import { Attendance1795316400000 } from './2026-11-22-attendance.js';
import { Compaction1795400000801 } from './2026-11-22-compaction.js';
import { Cpr1795318207142 } from './2026-11-22-cpr.js';
import { DecisionCorrections1795309200000 } from './2026-11-22-decision-corrections.js';
import { FollowUps1795305600000 } from './2026-11-22-follow-ups.js';
import { Identity1795400000200 } from './2026-11-22-identity.js';
import { Keys1795400000701 } from './2026-11-22-keys.js';
import { Language1795317000407 } from './2026-11-22-language.js';
import { LeadersLog1795320442114 } from './2026-11-22-leaders-log.js';
import { LegalBases1795400000402 } from './2026-11-22-legal-bases.js';
import { Minutes1795320004107 } from './2026-11-22-minutes.js';
import { Notifications1795340123456 } from './2026-11-22-notifications.js';
import { Plans1795320000000 } from './2026-11-22-plans.js';
import { Provisioning1795400000300 } from './2026-11-22-provisioning.js';
import { Replies1795312800000 } from './2026-11-22-replies.js';
import { Embargoes1795400000502 } from './2026-11-22-embargoes.js';
import { Preparations1795400000501 } from './2026-11-22-preparations.js';
import { SeriesChanges1795318301001 } from './2026-11-22-series-changes.js';
import { Trail1795400000600 } from './2026-11-22-trail.js';
import { TrailChecks1795400000601 } from './2026-11-22-trail-checks.js';
import { StandingSubstitutes1795318301002 } from './2026-11-22-standing-substitutes.js';
import { DatabaseRoles1795400000100 } from './2026-11-23-database-roles.js';
import { ProvisioningRows1795400009300 } from './2026-11-23-provisioning-rows.js';
import { LateTables1795400009000 } from './2026-11-23-late-tables.js';
import { FirstAdministrator1795400009201 } from './2026-11-23-first-administrator.js';
import { RowSecurity1795400009100 } from './2026-11-23-row-security.js';
import { TrailRole1795400009600 } from './2026-11-23-trail-role.js';
import { ClosedItems1795910400000 } from './2026-11-29-closed-items.js';
import { CircleFunctions1795912000000 } from './2026-11-29-circle-functions.js';
import { ItemProposals1795913200033 } from './2026-11-29-item-proposals.js';
import { OldRows1795913200032 } from './2026-11-29-old-rows.js';
import { Processes1795914000039 } from './2026-11-29-processes.js';
import { Retention1795913200037 } from './2026-11-29-retention.js';
import { DeletedCpr1795915000043 } from './2026-11-29-deleted-cpr.js';
import { ScopeFunctions1795914100042 } from './2026-11-29-scope-functions.js';
import { Guests1795914435000 } from './2026-11-29-guests.js';
import { GuestScopes1795915200044 } from './2026-11-29-guest-scopes.js';
import { CalendarFeeds1795915300050 } from './2026-11-29-calendar-feeds.js';
import { SessionIdle1795915900045 } from './2026-11-29-session-idle.js';
import { Availability1795996800006 } from './2026-11-30-availability.js';
import { CalendarProviders1795996900050 } from './2026-11-30-calendar-providers.js';
import { RepeatedSamples1796025600060 } from './2026-11-30-repeated-samples.js';
import { TrailAsked1795997000028 } from './2026-11-30-trail-asked.js';
import { BusyCalendars1796040000070 } from './2026-11-30-busy-calendars.js';
import { CarriedItems1796032800080 } from './2026-11-30-carried-items.js';
import { CommandsInTime1796029200070 } from './2026-11-30-commands-in-time.js';
import { FirstPages1796036400076 } from './2026-11-30-first-pages.js';
import { GuestsAreGuests1796029200071 } from './2026-11-30-guests-are-guests.js';
import { MeetingMail1796047200090 } from './2026-11-30-meeting-mail.js';
import { MinutesParts1796029200072 } from './2026-11-30-minutes-parts.js';
import { SafetyNotices1796040000060 } from './2026-11-30-safety-notices.js';
import { RecordedDisclosures1796043600081 } from './2026-11-30-recorded-disclosures.js';
import { OwnBases1796040000090 } from './2026-11-30-own-bases.js';
import { RestoredDocuments1796043600088 } from './2026-11-30-restored-documents.js';
import { PollParents1796083200077 } from './2026-12-01-poll-parents.js';
import { Polls1796036400065 } from './2026-11-30-polls.js';
import { AppendCost1796043600097 } from './2026-11-30-append-cost.js';
import { CitizensOverview1796043660086 } from './2026-11-30-citizens-overview.js';
import { SealedNames1796043600084 } from './2026-11-30-sealed-names.js';
import { Contacts1796047200094 } from './2026-11-30-contacts.js';
import { EmbargoLine1796083200086 } from './2026-12-01-embargo-line.js';
import { LedOwners1796169600076 } from './2026-12-02-led-owners.js';
import { EmbargoKeys1796169600100 } from './2026-12-02-embargo-keys.js';
import { YearPlans1796256000107 } from './2026-12-03-year-plans.js';

/** In order. Merged ones are never changed. */
export const migrations = [
  FirstCut1795219200000,
  SeriesPatterns1795302600000,
  MeetingChanges1795304400000,
  FollowUps1795305600000,
  DecisionCorrections1795309200000,
  Replies1795312800000,
  Attendance1795316400000,
  Language1795317000407,
  Cpr1795318207142,
  SeriesChanges1795318301001,
  StandingSubstitutes1795318301002,
  AgendaWork1795319500001,
  Plans1795320000000,
  Minutes1795320004107,
  LeadersLog1795320442114,
  Notifications1795340123456,
  DemoStory1795340234567,
  Provisioning1795400000300,
  Trail1795400000600,
  TrailChecks1795400000601,
  Preparations1795400000501,
  Embargoes1795400000502,
  DatabaseRoles1795400000100,
  AccessWindows1795400000401,
  Keys1795400000701,
  Compaction1795400000801,
  Identity1795400000200,
  LegalBases1795400000402,
  Disclosures1795400000403,
  LateTables1795400009000,
  RowSecurity1795400009100,
  ProvisioningRows1795400009300,
  FirstAdministrator1795400009201,
  TrailRole1795400009600,
  ClosedItems1795910400000,
  CircleFunctions1795912000000,
  OldRows1795913200032,
  ItemProposals1795913200033,
  Retention1795913200037,
  Processes1795914000039,
  ScopeFunctions1795914100042,
  Guests1795914435000,
  DeletedCpr1795915000043,
  GuestScopes1795915200044,
  CalendarFeeds1795915300050,
  SessionIdle1795915900045,
  Availability1795996800006,
  CalendarProviders1795996900050,
  TrailAsked1795997000028,
  RepeatedSamples1796025600060,
  CommandsInTime1796029200070,
  GuestsAreGuests1796029200071,
  MinutesParts1796029200072,
  CarriedItems1796032800080,
  Polls1796036400065,
  FirstPages1796036400076,
  SafetyNotices1796040000060,
  BusyCalendars1796040000070,
  OwnBases1796040000090,
  RecordedDisclosures1796043600081,
  SealedNames1796043600084,
  RestoredDocuments1796043600088,
  AppendCost1796043600097,
  CitizensOverview1796043660086,
  MeetingMail1796047200090,
  Contacts1796047200094,
  PollParents1796083200077,
  EmbargoLine1796083200086,
  LedOwners1796169600076,
  EmbargoKeys1796169600100,
  YearPlans1796256000107,
];
