import type { components } from './schema.js';

/** Short names for the shapes of the API. The shapes themselves are written once, in the server's DTOs. */
type Schemas = components['schemas'];

export type AgendaState = Schemas['AgendaState'];
export type Audience = Schemas['AudienceView'];
export type AudienceChange = Schemas['AudienceBody'];
export type AuthorityRef = Schemas['AuthorityRef'];
export type ClosedEntry = Schemas['ClosedEntry'];
export type Decision = Schemas['DecisionView'];
export type DecisionOptions = Schemas['DecisionOptions'];
export type DecisionState = Schemas['DecisionState'];
export type DecisionSummary = Schemas['DecisionSummary'];
export type DemoCluster = Schemas['DemoClusterView'];
export type Item = Schemas['ItemView'];
export type LegalBasis = Schemas['LegalBasisView'];
export type Meeting = Schemas['MeetingView'];
export type MeetingKind = Schemas['KindView'];
export type MeetingState = Schemas['MeetingState'];
export type MeetingSummary = Schemas['MeetingSummary'];
export type MinutesState = Schemas['MinutesState'];
export type NewDecision = Schemas['NewDecisionBody'];
export type HolidayPolicy = Schemas['HolidayPolicy'];
export type NewItem = Schemas['NewItemBody'];
export type NewMeeting = Schemas['NewMeetingBody'];
export type NewSeries = Schemas['NewSeriesBody'];
export type OpenEntry = Schemas['OpenEntry'];
export type OutlineEntry = Meeting['outline'][number];
export type OutputType = Schemas['OutputType'];
export type PersonRef = Schemas['PersonRef'];
export type Recurrence = Schemas['RecurrenceBody'];
export type PlannedTime = Schemas['PreviewedTime'];
export type PreviewBody = Schemas['PreviewBody'];
export type Role = Schemas['Role'];
export type Series = Schemas['SeriesView'];
export type Session = Schemas['SessionView'];
export type Ticket = Schemas['TicketView'];
export type Weekday = Schemas['Weekday'];
