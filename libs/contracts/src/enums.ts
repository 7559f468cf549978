/** Closed vocabularies that server and browser share. The order is the order in which people meet them. */

export const sectors = ['municipality', 'police', 'barnahus', 'health', 'forensic', 'school', 'other'] as const;
export type Sector = (typeof sectors)[number];

export const authorityKinds = ['municipality', 'policeDistrict', 'barnahus', 'region', 'forensicInstitute', 'national'] as const;
export type AuthorityKind = (typeof authorityKinds)[number];

export const roles = ['coordinator', 'participant', 'leader', 'administrator', 'auditor'] as const;
export type Role = (typeof roles)[number];

export const outputTypes = ['information', 'discussion', 'decision'] as const;
export type OutputType = (typeof outputTypes)[number];

export const confidentialities = ['open', 'internal', 'confidential', 'restricted'] as const;
export type Confidentiality = (typeof confidentialities)[number];

export const meetingStates = ['draft', 'proposed', 'confirmed', 'held', 'closed', 'cancelled'] as const;
export type MeetingState = (typeof meetingStates)[number];

export const agendaStates = ['building', 'published', 'inSession', 'closed'] as const;
export type AgendaState = (typeof agendaStates)[number];

/** What becomes of an item: `omitted` is on the agenda and not taken, `withdrawn` was taken off it. */
export const itemStates = ['open', 'done', 'omitted', 'carried', 'withdrawn'] as const;
export type ItemState = (typeof itemStates)[number];

export const minutesStates = ['draft', 'forApproval', 'approved'] as const;
export type MinutesState = (typeof minutesStates)[number];

export const decisionStates = ['recorded', 'escalated', 'confirmed', 'returned', 'superseded'] as const;
export type DecisionState = (typeof decisionStates)[number];

/** Orders of the decision log. `deadline`: the earliest first. */
export const decisionSorts = ['newest', 'oldest', 'deadline'] as const;
export type DecisionSort = (typeof decisionSorts)[number];

/** Which of its days places a decision in a period. */
export const decisionPeriods = ['recorded', 'deadline'] as const;
export type DecisionPeriod = (typeof decisionPeriods)[number];

/** What somebody answered to an invitation (PARTSTAT, RFC 5545 §3.2.12). */
export const partStats = ['needsAction', 'accepted', 'tentative', 'declined', 'delegated'] as const;
export type PartStat = (typeof partStats)[number];

/** Who was at a meeting. `excused`: stayed away and said so. */
export const attendanceStates = ['present', 'late', 'excused', 'absent'] as const;
export type AttendanceState = (typeof attendanceStates)[number];

/** All wall times of the product are Danish (DESIGN: zone at the edges). */
export const timeZone = 'Europe/Copenhagen';

/** What people are told within the product, in the order in which they choose among them. */
export const notificationKinds = [
  'meetingInvited',
  'seriesInvited',
  'meetingMoved',
  'meetingCancelled',
  'meetingRestored',
  'seriesMoved',
  'seriesCancelled',
  'seriesChanged',
  'agendaPublished',
  'substituteNamed',
  'seriesSubstituteNamed',
  'seriesSubstituteEnded',
  'itemOpened',
  'decisionResponsible',
  'decisionToConfirm',
  'decisionReturned',
  'decisionEscalated',
  'followUpOwner',
  'followUpDue',
  'followUpOverdue',
  'minutesSent',
  'minutesChangeAsked',
  'minutesResent',
  'minutesReminded',
  'minutesWithdrawn',
  'minutesApproved',
] as const;
export type NotificationKind = (typeof notificationKinds)[number];

export const followUpStates = ['open', 'done', 'notDone', 'overtaken', 'handedOver'] as const;
export type FollowUpState = (typeof followUpStates)[number];

/** What a joint consultation ends with: who does what in which order, and who may know what when. */
export const plans = ['sequence', 'informing'] as const;
export type Plan = (typeof plans)[number];

/** The steps of a sequence plan. */
export const sequenceSteps = ['childInterview', 'medicalExamination', 'forensicExamination', 'videoInterview', 'informing', 'support', 'other'] as const;
export type SequenceStep = (typeof sequenceSteps)[number];

/** Whom an informing plan speaks of. */
export const informedParties = ['child', 'custodyHolders', 'otherFamily', 'school', 'notifier', 'other'] as const;
export type InformedParty = (typeof informedParties)[number];

/** Whose word a step waits for; in reported cases the police decide when anybody is informed. */
export const planGates = ['police', 'municipality', 'barnahus'] as const;
export type PlanGate = (typeof planGates)[number];
