/** Closed vocabularies that server and browser share. The order is the order in which people meet them. */

export const sectors = ['municipality', 'police', 'barnahus', 'health', 'forensic', 'school', 'other'] as const;
export type Sector = (typeof sectors)[number];

/** `guest` is no authority: what guests stand under, one for each sector that they may come from. */
export const authorityKinds = ['municipality', 'policeDistrict', 'barnahus', 'region', 'forensicInstitute', 'national', 'guest'] as const;
export type AuthorityKind = (typeof authorityKinds)[number];

/** What somebody can be in an authority. */
export const memberRoles = ['coordinator', 'participant', 'leader', 'administrator', 'auditor'] as const;
/** `guest`: of no authority, invited to one meeting or one item. */
export const roles = [...memberRoles, 'guest'] as const;
export type Role = (typeof roles)[number];

/** Sectors that a guest may come from: the others have their own sign-in. */
export const guestSectors = ['school', 'other'] as const satisfies readonly Sector[];
export type GuestSector = (typeof guestSectors)[number];

/** What a guest is there for, in a neutral word. */
export const guestPurposes = ['school', 'counselling', 'interpreter', 'familyCourt', 'taskForce', 'adviser', 'other'] as const;
export type GuestPurpose = (typeof guestPurposes)[number];

/** How it stands with a guest's link; the later word wins. */
export const guestStates = ['invited', 'opened', 'locked', 'expired', 'revoked'] as const;
export type GuestState = (typeof guestStates)[number];
/** How much of a meeting lies within a guest's time. */
export const guestCovers = ['whole', 'part', 'none'] as const;
export type GuestCover = (typeof guestCovers)[number];

/** What somebody is in her authority beside her role, as far as the product knows it by name. */
export const memberFunctions = ['keyPerson', 'contactPerson', 'sspConsultant', 'caseworker', 'intakeTeam', 'videoInterviewer', 'minuteTaker'] as const;
export type MemberFunction = (typeof memberFunctions)[number];

/** What an authority's contact register lists somebody as. */
export const contactFunctions = ['contactPerson', 'keyPerson'] as const satisfies readonly MemberFunction[];
export type ContactFunction = (typeof contactFunctions)[number];

/** How it stands with the period of an entry of the contact register. */
export const contactPeriods = ['coming', 'current', 'past'] as const;
export type ContactPeriod = (typeof contactPeriods)[number];

/** What is written in the history of an authority's people and keys. */
export const adminEventKinds = [
  'personAdded',
  'personChanged',
  'personDeactivated',
  'personReactivated',
  'personRemoved',
  'membershipAdded',
  'membershipChanged',
  'membershipEnded',
  'tokenCreated',
  'tokenRevoked',
] as const;
export type AdminEventKind = (typeof adminEventKinds)[number];

/** How surely a sign-in proves who somebody is, lowest first: NSIS' Lav, Betydelig and Høj. */
export const assuranceLevels = ['low', 'substantial', 'high'] as const;
export type AssuranceLevel = (typeof assuranceLevels)[number];

/** What a session is told apart by on “Mine sessioner”; deliberately coarse. */
export const browserFamilies = ['firefox', 'chrome', 'edge', 'safari', 'other'] as const;
export type BrowserFamily = (typeof browserFamilies)[number];

export const platformFamilies = ['windows', 'macos', 'linux', 'android', 'ios', 'other'] as const;
export type PlatformFamily = (typeof platformFamilies)[number];

export const outputTypes = ['information', 'discussion', 'decision'] as const;
export type OutputType = (typeof outputTypes)[number];

export const confidentialities = ['open', 'internal', 'confidential', 'restricted'] as const;
export type Confidentiality = (typeof confidentialities)[number];

export const meetingStates = ['draft', 'proposed', 'confirmed', 'held', 'closed', 'cancelled'] as const;
export type MeetingState = (typeof meetingStates)[number];

export const agendaStates = ['building', 'published', 'inSession', 'closed'] as const;
export type AgendaState = (typeof agendaStates)[number];

/** What becomes of an item: `omitted` is on the agenda and not taken, `withdrawn` was taken off it, `moved` goes on under another legal basis. */
export const itemStates = ['open', 'done', 'omitted', 'carried', 'withdrawn', 'moved'] as const;
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
  'participantLeft',
  'itemOpened',
  'guestLocked',
  'cprFound',
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
  'embargoSet',
  'embargoReviewDue',
  'embargoLifted',
  'filingMissing',
  'deletionAnnounced',
  'itemProposed',
  'proposalAccepted',
  'proposalDeclined',
  'calendarLinkMade',
  'pollOpened',
  'pollReminded',
  'pollWithdrawn',
] as const;
export type NotificationKind = (typeof notificationKinds)[number];

/** [NO10] What somebody is told for her own safety; she cannot turn it off, nor can whoever acts in her name. */
export const safetyNotificationKinds = ['calendarLinkMade'] as const satisfies readonly NotificationKind[];
export type SafetyNotificationKind = (typeof safetyNotificationKinds)[number];
export type ChosenNotificationKind = Exclude<NotificationKind, SafetyNotificationKind>;
/** Those that a person chooses among. */
export const chosenNotificationKinds = notificationKinds.filter((kind): kind is ChosenNotificationKind => !safetyNotificationKinds.some((one) => one === kind));

/**
 * What an authority says of its preparation of an item. `nothing` and `orally` are answers without a reason: nobody has a
 * duty to share (retsplejeloven § 115, stk. 4).
 */
export const preparationAnswers = ['open', 'released', 'orally', 'nothing'] as const;
export type PreparationAnswer = (typeof preparationAnswers)[number];

/** What became of an item that a participant proposed. */
export const proposalStates = ['waiting', 'accepted', 'declined', 'withdrawn'] as const;
export type ProposalState = (typeof proposalStates)[number];

/** What somebody answers about one time of a poll. */
export const pollChoices = ['yes', 'ifNeedBe', 'no'] as const;
export type PollChoice = (typeof pollChoices)[number];

/** How it stands with a poll. `over`: nobody answers any more, and no time has been chosen. */
export const pollStates = ['open', 'over', 'chosen', 'withdrawn'] as const;
export type PollState = (typeof pollStates)[number];

/** Whom an embargo on informing is towards. */
export const embargoParties = ['parentOne', 'parentTwo', 'suspect', 'child', 'other'] as const;
export type EmbargoParty = (typeof embargoParties)[number];

/** What happened to an embargo. */
export const embargoEventKinds = ['set', 'reviewMoved', 'lifted'] as const;
export type EmbargoEventKind = (typeof embargoEventKinds)[number];

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

/** How far a meeting has come on its way to deletion. */
export const retentionStates = ['planned', 'announced', 'firstConfirmed', 'confirmed', 'heldBack', 'destroyed', 'completed'] as const;
export type RetentionState = (typeof retentionStates)[number];

/** Whether an authority has filed its copy of approved minutes. `outdated`: something was added that it reads. */
export const filingStates = ['missing', 'filed', 'outdated'] as const;
export type FilingState = (typeof filingStates)[number];

/** What holds a deletion back, as far as somebody may know it. */
export const retentionObstacles = ['filing', 'hold', 'unfinished', 'confirmation'] as const;
export type RetentionObstacle = (typeof retentionObstacles)[number];

/** What the mail about one meeting to one participant came to; `waiting` is still to be sent. */
export const mailStates = ['waiting', 'sent', 'refused', 'expired'] as const;
export type MailState = (typeof mailStates)[number];

/** What became of a message that came in (rules MA10–MA16). */
export const mailOutcomes = ['taken', 'refreshed', 'proposed', 'wantsSubstitute', 'forged', 'otherAttendee', 'stale', 'represented', 'closed', 'notThere', 'unknown', 'unreadable', 'noAnswer', 'bounced'] as const;
export type MailOutcome = (typeof mailOutcomes)[number];
/** Those that a coordinator of the meeting is shown: it was not, or not wholly, done as the mail says. */
export const refusedOutcomes = ['wantsSubstitute', 'forged', 'otherAttendee', 'stale', 'represented', 'closed', 'notThere', 'noAnswer'] as const satisfies readonly MailOutcome[];
