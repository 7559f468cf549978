import type { MeetingDocument } from '@lib/contracts/meeting-document.js';
import type { Language } from '@lib/contracts/language.js';
import createClient, { type FetchResponse } from 'openapi-fetch';
import { currentLanguage } from '../i18n/language.js';
import { ApiProblem } from './problem.js';
import { reachability } from './reachable.js';
import type { paths } from './schema.js';
import type {
  AdministeredPersonDetails,
  EndMembership,
  MembershipChange,
  NewMembership,
  NewPerson,
  NewTokenBody,
  ApplySeriesChange,
  AudienceChange,
  Caldav,
  CalendarLink,
  BasisSetting,
  CancelMeeting,
  CarryItems,
  ChooseSlot,
  Contact,
  ContactChange,
  NewContact,
  Decision,
  DecisionCorrection,
  EscalateDecision,
  FindTimeForNewQuestion,
  FindTimeQuestion,
  FirstAdministratorChoice,
  FollowUp,
  FollowUpAnswer,
  GuestInvitation,
  GuestInvite,
  GuestSignIn,
  Invitation,
  InvitationGround,
  Item,
  ItemFrame,
  ItemStateChange,
  Marking,
  MoveItem,
  MoveMeeting,
  MoveQuestion,
  NewCase,
  NewDecision,
  NewFollowUp,
  NewItem,
  NewLogView,
  LinkedPollAnswer,
  NewMeeting,
  NewMeetingPoll,
  NewPoll,
  PollAnswerBody,
  PollOutsider,
  PollRef,
  NewPlanStep,
  AcceptProposal,
  NewProposal,
  Embargo,
  EmbargoReason,
  EmbargoReview,
  NewEmbargo,
  NewSample,
  PreparationAnswer,
  Preparations,
  PreparationsAnswer,
  NewSeries,
  NotificationChoices,
  NotificationMarks,
  OtherTrackMove,
  PlaceMeeting,
  PreviewBody,
  Reply,
  RetentionRuleChange,
  SearchQuestion,
  SeriesChange,
  SeriesReply,
  StandingSubstitute, StandingSubstituteGround,
  Verdict,
  YearPlanChange,
  YearPlanStep,
} from './types.js';

const timeoutMs = 20_000;

let signedOut = () => {};
/** `listener` runs when the server says that the session is over; asking for the session itself does not count. */
export function onSignedOut(listener: () => void): void {
  signedOut = listener;
}

const isJson = (response: Response) => /\bjson\b/.test(response.headers.get('content-type') ?? '');

/** @throws ApiProblem `unreachable` when nobody answers */
async function ask(request: Request): Promise<Response> {
  // The answer speaks the language on the screen, whatever the browser prefers.
  request.headers.set('Accept-Language', currentLanguage());
  let response: Response;
  try {
    response = await fetch(request, { signal: AbortSignal.timeout(timeoutMs) });
  } catch {
    reachability.set(false);
    throw new ApiProblem(0, {});
  }
  // A proxy in front answers 502–504 when the server is down; that is “unreachable” to a person.
  const down = response.status >= 502 && response.status <= 504 && !isJson(response);
  reachability.set(!down);
  if (down) throw new ApiProblem(0, {});
  if (response.status === 401 && !request.url.endsWith('/session')) signedOut();
  return response;
}

const http = createClient<paths>({ credentials: 'same-origin', fetch: ask });

/** @throws ApiProblem for every answer that is not a success, also for one that breaks off half-way */
async function answer<T extends Record<string | number, unknown>, Options, Media extends `${string}/${string}`>(
  asked: Promise<FetchResponse<T, Options, Media>>,
) {
  const { data, error, response } = await asked.catch((broken: unknown) => {
    throw broken instanceof ApiProblem ? broken : new ApiProblem(0, {});
  });
  if (!response.ok) throw new ApiProblem(response.status, typeof error === 'object' && error !== null ? error : {});
  // Only an answer without a body (204) has no data, and its type says so.
  return data as NonNullable<typeof data>;
}

export interface MeetingFilter {
  /** Instant: meetings that end after it. */
  from?: string;
  /** Instant: meetings that start before it. */
  to?: string;
  limit?: number;
  cursor?: string;
}

export type DecisionFilter = NonNullable<paths['/api/v1/decisions']['get']['parameters']['query']>;

export type FollowUpFilter = NonNullable<paths['/api/v1/follow-ups']['get']['parameters']['query']>;

interface AuditPage {
  cursor?: string;
}

const byId = (id: string) => ({ params: { path: { id } } });
/** @param key the same for every try of one creation */
const once = (id: string, key: string) => ({ params: { path: { id }, header: { 'Idempotency-Key': key } } });
const only = (key: string) => ({ params: { header: { 'Idempotency-Key': key } } });
const ifUnchanged = ({ id, version }: { id: string; version: number }) => ({ params: { path: { id }, header: { 'If-Match': `"${version}"` } } });

/** What a coordinator does to one meeting. */
export type MeetingCommand =
  | { kind: 'cancel'; body: CancelMeeting }
  | { kind: 'move'; body: MoveMeeting }
  | { kind: 'place'; body: PlaceMeeting }
  | { kind: 'restore' }
  | { kind: 'keep' };

/** @param version the one on the screen; refused with 412 when another stands */
function changeMeeting(id: string, version: number, command: MeetingCommand) {
  const at = { params: { path: { id }, header: { 'If-Match': `"${version}"` } } };
  switch (command.kind) {
    case 'cancel':
      return answer(http.POST('/api/v1/meetings/{id}/cancel', { ...at, body: command.body }));
    case 'move':
      return answer(http.POST('/api/v1/meetings/{id}/move', { ...at, body: command.body }));
    case 'place':
      return answer(http.PUT('/api/v1/meetings/{id}/place', { ...at, body: command.body }));
    case 'restore':
      return answer(http.POST('/api/v1/meetings/{id}/restore', at));
    case 'keep':
      return answer(http.POST('/api/v1/meetings/{id}/keep', at));
  }
}

/** Where a coordinator leads the agenda next. */
export type AgendaStep = 'publish' | 'start' | 'close';

/** @param version the one on the screen; refused with 412 when another stands */
function stepAgenda(id: string, version: number, step: AgendaStep) {
  const at = { params: { path: { id }, header: { 'If-Match': `"${version}"` } } };
  switch (step) {
    case 'publish':
      return answer(http.POST('/api/v1/meetings/{id}/agenda/publish', at));
    case 'start':
      return answer(http.POST('/api/v1/meetings/{id}/agenda/start', at));
    case 'close':
      return answer(http.POST('/api/v1/meetings/{id}/agenda/close', at));
  }
}

/** What somebody does about the minutes of a meeting. `round` and `version` are those on the screen. */
export type MinutesCommand =
  | { kind: 'send'; round: number; due: string | null }
  | { kind: 'withdraw'; round: number; reason: string }
  | { kind: 'approve'; digest: string }
  | { kind: 'request'; itemId: string | null; version: number; text: string }
  | { kind: 'withdrawRequest'; requestId: string }
  | { kind: 'resend'; itemId: string | null; version: number; outcome: 'changed' | 'declined'; text: string | null }
  | { kind: 'remind'; authorityId: string }
  | { kind: 'add'; itemId: string | null; text: string };

/** @param key the same for every try of one command */
function changeMinutes(id: string, command: MinutesCommand, key: string) {
  const inRound = (round: number) => ({ params: { path: { id }, header: { 'If-Match': `"${round}"` } } });
  switch (command.kind) {
    case 'send':
      return answer(http.POST('/api/v1/meetings/{id}/minutes/send', { ...inRound(command.round), body: { due: command.due } }));
    case 'withdraw':
      return answer(http.POST('/api/v1/meetings/{id}/minutes/withdraw', { ...inRound(command.round), body: { reason: command.reason } }));
    case 'approve':
      return answer(http.POST('/api/v1/meetings/{id}/minutes/approve', { ...byId(id), body: { digest: command.digest } }));
    case 'request':
      return answer(http.POST('/api/v1/meetings/{id}/minutes/change-requests', { ...once(id, key), body: { itemId: command.itemId, version: command.version, text: command.text } }));
    case 'withdrawRequest':
      return answer(http.POST('/api/v1/meetings/{id}/minutes/change-requests/{requestId}/withdraw', { params: { path: { id, requestId: command.requestId } } }));
    case 'resend':
      return answer(http.POST('/api/v1/meetings/{id}/minutes/resend', { ...byId(id), body: { itemId: command.itemId, version: command.version, outcome: command.outcome, text: command.text } }));
    case 'remind':
      return answer(http.POST('/api/v1/meetings/{id}/minutes/reminders', { ...byId(id), body: { authorityId: command.authorityId } }));
    case 'add':
      return answer(http.POST('/api/v1/meetings/{id}/minutes/addenda', { ...once(id, key), body: { itemId: command.itemId, text: command.text } }));
  }
}

/** What somebody does about the filing and the deletion of a meeting. `version` and `on` are those on the screen. */
export type RetentionCommand =
  | { kind: 'file'; version: number; reference: string; filedOn: string }
  | { kind: 'retract'; version: number }
  | { kind: 'hold'; itemId: string | null; reason: string }
  | { kind: 'release'; holdId: string; reason: string }
  | { kind: 'confirm'; on: string };

/** @param key the same for every try of one command */
function changeRetention(id: string, command: RetentionCommand, key: string) {
  switch (command.kind) {
    case 'file':
      return answer(
        http.POST('/api/v1/meetings/{id}/filings', { params: { path: { id }, header: { 'If-Match': `"${command.version}"`, 'Idempotency-Key': key } }, body: { reference: command.reference, filedOn: command.filedOn } }),
      );
    case 'retract':
      return answer(http.POST('/api/v1/meetings/{id}/filings/retract', ifUnchanged({ id, version: command.version })));
    case 'hold':
      return answer(http.POST('/api/v1/meetings/{id}/holds', { ...once(id, key), body: { itemId: command.itemId, reason: command.reason } }));
    case 'release':
      return answer(http.POST('/api/v1/meetings/{id}/holds/{holdId}/release', { params: { path: { id, holdId: command.holdId } }, body: { reason: command.reason } }));
    case 'confirm':
      return answer(http.POST('/api/v1/meetings/{id}/deletion/confirm', { ...byId(id), body: { on: command.on } }));
  }
}

export type PeopleFilter = NonNullable<paths['/api/v1/administration/people']['get']['parameters']['query']>;

const ofMembership = ({ id, version }: AdministeredPersonDetails, membershipId: string) => ({ params: { path: { id, membershipId }, header: { 'If-Match': `"${version}"` } } });

const ofProposal = (id: string, proposalId: string) => ({ params: { path: { id, proposalId } } });

/** The released words are of a shape that OpenAPI is not told (libs/contracts/src/rich-text.ts). */
const preparationsOf = (view: PreparationsAnswer) => view as unknown as Preparations;

/** Every endpoint the browser uses, by noun. */
export const api = {
  configuration: () => answer(http.GET('/api/v1/configuration')),

  demoPeople: () => answer(http.GET('/api/v1/demo/people')),
  demoSignIn: (membershipId: string) => answer(http.POST('/api/v1/demo/sign-in', { body: { membershipId } })),
  providers: () => answer(http.GET('/api/v1/sign-in/providers')),
  ownSessions: () => answer(http.GET('/api/v1/sessions')),
  endOwnSession: (id: string) => answer(http.DELETE('/api/v1/sessions/{id}', byId(id))),
  endOtherSessions: () => answer(http.DELETE('/api/v1/sessions')),
  ownCalendar: () => answer(http.GET('/api/v1/own-calendar')),
  connectCalendarLink: (body: CalendarLink) => answer(http.PUT('/api/v1/own-calendar/link', { body })),
  connectCaldav: (body: Caldav) => answer(http.PUT('/api/v1/own-calendar/caldav', { body })),
  connectCalendarFile: (file: Blob) => answer(http.PUT('/api/v1/own-calendar/file', { body: '', bodySerializer: () => file, headers: { 'Content-Type': 'text/calendar' } })),
  refreshOwnCalendar: () => answer(http.POST('/api/v1/own-calendar/refresh')),
  disconnectOwnCalendar: () => answer(http.DELETE('/api/v1/own-calendar')),
  mailChoice: () => answer(http.GET('/api/v1/mail-invitations')),
  chooseMail: (body: { wanted: boolean }) => answer(http.PUT('/api/v1/mail-invitations', { body })),
  meetingMail: (meetingId: string) => answer(http.GET('/api/v1/meetings/{id}/mail', byId(meetingId))),
  settleMail: (meetingId: string, receivedId: string, how: 'declined' | 'seen') => answer(http.POST('/api/v1/meetings/{id}/mail/{receivedId}', { params: { path: { id: meetingId, receivedId } }, body: { how } })),
  calendarFeed: () => answer(http.GET('/api/v1/calendar-feed')),
  makeCalendarFeed: () => answer(http.POST('/api/v1/calendar-feed')),
  revokeCalendarFeed: () => answer(http.DELETE('/api/v1/calendar-feed')),
  firstAdministratorOptions: (token: string) => answer(http.POST('/api/v1/first-administrator/options', { body: { token } })),
  becomeFirstAdministrator: (body: FirstAdministratorChoice) => answer(http.POST('/api/v1/first-administrator/sign-in', { body })),
  session: () => answer(http.GET('/api/v1/session')),
  signOut: () => answer(http.DELETE('/api/v1/session')),
  chooseLanguage: (language: Language) => answer(http.PUT('/api/v1/session/language', { body: { language } })),
  actAs: (membershipId: string) => answer(http.PUT('/api/v1/session/acting', { body: { membershipId } })),

  relatedAuthorities: () => answer(http.GET('/api/v1/authorities', { params: { query: { related: 'true' } } })),
  peopleOf: (authorityId: string) => answer(http.GET('/api/v1/authorities/{authorityId}/people', { params: { path: { authorityId } } })),
  legalBases: () => answer(http.GET('/api/v1/legal-bases')),
  meetingKinds: () => answer(http.GET('/api/v1/meeting-kinds')),

  seriesList: () => answer(http.GET('/api/v1/series')),
  series: (id: string) => answer(http.GET('/api/v1/series/{id}', byId(id))),
  createSeries: (body: NewSeries, key: string) => answer(http.POST('/api/v1/series', { ...only(key), body })),
  previewSeriesChange: (id: string, body: SeriesChange) => answer(http.POST('/api/v1/series/{id}/changes/preview', { ...byId(id), body })),
  changeSeries: (id: string, version: number, body: ApplySeriesChange) =>
    answer(http.POST('/api/v1/series/{id}/changes', { params: { path: { id }, header: { 'If-Match': `"${version}"` } }, body })),
  previewSeries: (body: PreviewBody) => answer(http.POST('/api/v1/series/preview', { body })),
  holidays: (from: string, to: string) => answer(http.GET('/api/v1/holidays', { params: { query: { from, to } } })),

  findTime: (meetingId: string, body: FindTimeQuestion) => answer(http.POST('/api/v1/meetings/{id}/find-time', { ...byId(meetingId), body })),
  movePreview: (meetingId: string, body: MoveQuestion) => answer(http.POST('/api/v1/meetings/{id}/move-preview', { ...byId(meetingId), body })),
  findTimeForNew: (body: FindTimeForNewQuestion) => answer(http.POST('/api/v1/find-time', { body })),
  poll: (meetingId: string) => answer(http.GET('/api/v1/meetings/{id}/poll', byId(meetingId))),
  openPoll: (meetingId: string, body: NewPoll, key: string) => answer(http.POST('/api/v1/meetings/{id}/poll', { ...once(meetingId, key), body })),
  openPollForNew: (body: NewMeetingPoll, key: string) => answer(http.POST('/api/v1/polls', { ...only(key), body })),
  answerPoll: (id: string, body: PollAnswerBody, version: number) => answer(http.PUT('/api/v1/meetings/{id}/poll/answer', { ...ifUnchanged({ id, version }), body })),
  remindPoll: (meetingId: string, body: PollRef) => answer(http.POST('/api/v1/meetings/{id}/poll/remind', { ...byId(meetingId), body })),
  choosePollSlot: (id: string, body: ChooseSlot, version: number) => answer(http.POST('/api/v1/meetings/{id}/poll/choose', { ...ifUnchanged({ id, version }), body })),
  withdrawPoll: (meetingId: string, body: PollRef) => answer(http.POST('/api/v1/meetings/{id}/poll/withdraw', { ...byId(meetingId), body })),
  givePollLink: (meetingId: string, body: PollOutsider, key: string) => answer(http.POST('/api/v1/meetings/{id}/poll/outsiders', { ...once(meetingId, key), body })),
  renewPollLink: (id: string, outsiderId: string, body: PollRef) => answer(http.POST('/api/v1/meetings/{id}/poll/outsiders/{outsiderId}/renew', { params: { path: { id, outsiderId } }, body })),
  revokePollLink: (id: string, outsiderId: string, body: PollRef) => answer(http.POST('/api/v1/meetings/{id}/poll/outsiders/{outsiderId}/revoke', { params: { path: { id, outsiderId } }, body })),
  holds: (from: string, to: string) => answer(http.GET('/api/v1/holds', { params: { query: { from, to } } })),
  linkedPoll: (token: string) => answer(http.POST('/api/v1/poll-links/read', { body: { token } })),
  answerLinkedPoll: (body: LinkedPollAnswer, version: number) => answer(http.PUT('/api/v1/poll-links/answer', { params: { header: { 'If-Match': `"${version}"` } }, body })),
  createMeeting: (body: NewMeeting, key: string) => answer(http.POST('/api/v1/meetings', { ...only(key), body })),
  meetings: (query: MeetingFilter) => answer(http.GET('/api/v1/meetings', { params: { query } })),
  meeting: (id: string) => answer(http.GET('/api/v1/meetings/{id}', byId(id))),
  reply: (meetingId: string, body: Reply) => answer(http.PUT('/api/v1/meetings/{id}/reply', { ...byId(meetingId), body })),
  previewSubstitute: (meetingId: string, substituteMembershipId: string) => answer(http.POST('/api/v1/meetings/{id}/reply/preview', { ...byId(meetingId), body: { substituteMembershipId } })),
  replyToSeries: (seriesId: string, body: SeriesReply) => answer(http.PUT('/api/v1/series/{id}/reply', { ...byId(seriesId), body })),
  sendToSeries: (seriesId: string, body: StandingSubstituteGround) => answer(http.PUT('/api/v1/series/{id}/substitute', { ...byId(seriesId), body })),
  previewSeriesSubstitute: (seriesId: string, body: StandingSubstitute) => answer(http.POST('/api/v1/series/{id}/substitute/preview', { ...byId(seriesId), body })),
  takeBackSeries: (seriesId: string) => answer(http.DELETE('/api/v1/series/{id}/substitute', byId(seriesId))),
  markAttendance: (meetingId: string, entries: Marking[]) => answer(http.PUT('/api/v1/meetings/{id}/attendance', { ...byId(meetingId), body: { entries } })),
  meetingChanges: (id: string) => answer(http.GET('/api/v1/meetings/{id}/changes', byId(id))),
  changeMeeting,
  minutes: (id: string) => answer(http.GET('/api/v1/meetings/{id}/minutes', byId(id))),
  minutesWaiting: () => answer(http.GET('/api/v1/minutes/waiting')),
  minutesDocument: async (id: string) => (await answer(http.GET('/api/v1/meetings/{id}/documents/minutes.json', byId(id)))) as unknown as MeetingDocument,
  changeMinutes,
  meetingRetention: (id: string) => answer(http.GET('/api/v1/meetings/{id}/retention', byId(id))),
  filingsWaiting: () => answer(http.GET('/api/v1/filings/waiting')),
  changeRetention,
  retentionRules: () => answer(http.GET('/api/v1/administration/retention-rules')),
  setRetentionRule: (body: RetentionRuleChange, key: string) => answer(http.POST('/api/v1/administration/retention-rules', { ...only(key), body })),
  deletions: (query: { done: boolean; cursor?: string }) => answer(http.GET('/api/v1/administration/deletions', { params: { query } })),
  confirmDeletion: ({ meetingId, on }: { meetingId: string; on: string }) => answer(http.POST('/api/v1/administration/deletions/{id}/confirm', { ...byId(meetingId), body: { on } })),
  addItem: (meetingId: string, body: NewItem, key: string) => answer(http.POST('/api/v1/meetings/{id}/items', { ...once(meetingId, key), body })),
  stepAgenda,
  proposals: (meetingId: string) => answer(http.GET('/api/v1/meetings/{id}/proposals', byId(meetingId))),
  propose: (meetingId: string, body: NewProposal, key: string) => answer(http.POST('/api/v1/meetings/{id}/proposals', { ...once(meetingId, key), body })),
  acceptProposal: (meetingId: string, id: string, body: AcceptProposal) => answer(http.POST('/api/v1/meetings/{id}/proposals/{proposalId}/accept', { ...ofProposal(meetingId, id), body })),
  declineProposal: (meetingId: string, id: string, word: string) => answer(http.POST('/api/v1/meetings/{id}/proposals/{proposalId}/decline', { ...ofProposal(meetingId, id), body: { word } })),
  withdrawProposal: (meetingId: string, id: string) => answer(http.POST('/api/v1/meetings/{id}/proposals/{proposalId}/withdraw', ofProposal(meetingId, id))),
  item: (itemId: string) => answer(http.GET('/api/v1/items/{id}', byId(itemId))),
  moveItem: (itemId: string, body: MoveItem) => answer(http.POST('/api/v1/items/{id}/move', { ...byId(itemId), body })),
  setItemFrame: (itemId: string, version: number, body: ItemFrame) => answer(http.PUT('/api/v1/items/{id}/frame', { ...ifUnchanged({ id: itemId, version }), body })),
  setItemState: (item: Item, body: ItemStateChange) => answer(http.PUT('/api/v1/items/{id}/state', { ...ifUnchanged(item), body })),
  addCase: (listId: string, body: NewCase, key: string) => answer(http.POST('/api/v1/items/{id}/cases', { ...once(listId, key), body })),
  carryTarget: (meetingId: string) => answer(http.GET('/api/v1/meetings/{id}/carry', byId(meetingId))),
  carryItems: (meetingId: string, body: CarryItems, key: string) => answer(http.POST('/api/v1/meetings/{id}/carry', { ...once(meetingId, key), body })),
  changeAudience: (itemId: string, body: AudienceChange) => answer(http.PUT('/api/v1/items/{id}/audience', { ...byId(itemId), body })),
  previewAudience: (itemId: string, body: AudienceChange) => answer(http.POST('/api/v1/items/{id}/audience/preview', { ...byId(itemId), body })),
  itemDisclosures: (itemId: string) => answer(http.GET('/api/v1/items/{id}/disclosures', byId(itemId))),
  previewInvitation: (meetingId: string, body: Invitation) => answer(http.POST('/api/v1/meetings/{id}/participants/preview', { ...byId(meetingId), body })),
  invite: (meetingId: string, body: InvitationGround) => answer(http.POST('/api/v1/meetings/{id}/participants', { ...byId(meetingId), body })),
  previewGuest: (meetingId: string, body: GuestInvitation) => answer(http.POST('/api/v1/meetings/{id}/guests/preview', { ...byId(meetingId), body })),
  inviteGuest: (meetingId: string, body: GuestInvite, key: string) => answer(http.POST('/api/v1/meetings/{id}/guests', { ...once(meetingId, key), body })),
  renewGuest: (membershipId: string) => answer(http.POST('/api/v1/guests/{id}/renew', byId(membershipId))),
  revokeGuest: (membershipId: string) => answer(http.POST('/api/v1/guests/{id}/revoke', byId(membershipId))),
  openGuestLink: (body: GuestSignIn) => answer(http.POST('/api/v1/guest/sign-in', { body })),
  guestVisit: () => answer(http.GET('/api/v1/guest')),
  trackTargets: (itemId: string) => answer(http.GET('/api/v1/items/{id}/other-track', byId(itemId))),
  moveToOtherTrack: (item: Item, body: OtherTrackMove, key: string) =>
    answer(http.POST('/api/v1/items/{id}/other-track', { params: { path: { id: item.id }, header: { 'If-Match': `"${item.version}"`, 'Idempotency-Key': key } }, body })),
  yearPlans: () => answer(http.GET('/api/v1/year-plans')),
  yearPlan: (id: string) => answer(http.GET('/api/v1/year-plans/{id}', byId(id))),
  /** @param signal hanging up stops the planning */
  makeYearPlan: (body: { year: number }, key: string, signal: AbortSignal) => answer(http.POST('/api/v1/year-plans', { ...only(key), body, signal })),
  previewYearPlan: (id: string, body: YearPlanStep, signal: AbortSignal) => answer(http.POST('/api/v1/year-plans/{id}/changes/preview', { ...byId(id), body, signal })),
  changeYearPlan: (id: string, version: number, body: YearPlanChange) => answer(http.POST('/api/v1/year-plans/{id}/changes', { ...ifUnchanged({ id, version }), body })),
  removeYearPlan: (plan: { id: string; version: number }) => answer(http.DELETE('/api/v1/year-plans/{id}', ifUnchanged(plan))),
  contacts: (query: { search?: string; authorityId?: string; limit?: number; after?: number }) => answer(http.GET('/api/v1/contacts', { params: { query } })),
  addContact: (body: NewContact, key: string) => answer(http.POST('/api/v1/contacts', { ...only(key), body })),
  changeContact: (contact: { id: string; version: number }, body: ContactChange) => answer(http.PUT('/api/v1/contacts/{id}', { ...ifUnchanged(contact), body })),
  withdrawContact: (contact: Contact) => answer(http.DELETE('/api/v1/contacts/{id}', ifUnchanged(contact))),
  contactHistory: (id: string) => answer(http.GET('/api/v1/contacts/{id}/history', byId(id))),
  basesInForce: () => answer(http.GET('/api/v1/administration/legal-bases')),
  setBasis: (body: BasisSetting, key: string) => answer(http.POST('/api/v1/administration/legal-bases', { ...only(key), body })),
  notCpr: (documentId: string, number: string) => answer(http.POST('/api/v1/documents/{id}/not-cpr', { ...byId(documentId), body: { number } })),
  ticket: (documentId: string) => answer(http.POST('/api/v1/documents/{id}/ticket', byId(documentId))),

  notifications: () => answer(http.GET('/api/v1/notifications')),
  unreadNotifications: () => answer(http.GET('/api/v1/notifications/unread')),
  markNotifications: (body: NotificationMarks) => answer(http.POST('/api/v1/notifications/marks', { body })),
  markAllNotifications: () => answer(http.POST('/api/v1/notifications/all-read')),
  notificationChoices: () => answer(http.GET('/api/v1/notifications/choices')),
  chooseNotifications: (body: NotificationChoices) => answer(http.PUT('/api/v1/notifications/choices', { body })),

  auditCase: (caseReference: string) => answer(http.POST('/api/v1/audit/cases', { body: { caseReference } })),
  auditDisclosures: async (caseReference: string, embargoed?: 'omit') =>
    (await answer(http.POST('/api/v1/audit/disclosures', { body: { caseReference, ...(embargoed === undefined ? {} : { embargoed }) }, parseAs: 'blob' }))) as unknown as Blob,
  auditItem: (id: string, query: AuditPage) => answer(http.GET('/api/v1/audit/items/{id}/entries', { params: { path: { id }, query } })),
  auditItemDisclosures: (id: string, query: AuditPage) => answer(http.GET('/api/v1/audit/items/{id}/disclosures', { params: { path: { id }, query } })),
  auditRecordedDisclosures: (query: AuditPage) => answer(http.GET('/api/v1/audit/disclosures', { params: { query } })),
  auditPeople: () => answer(http.GET('/api/v1/audit/people')),
  auditPerson: (id: string, query: AuditPage) => answer(http.GET('/api/v1/audit/people/{id}/entries', { params: { path: { id }, query } })),
  auditRefusals: (query: AuditPage) => answer(http.GET('/api/v1/audit/refusals', { params: { query } })),
  auditSamples: () => answer(http.GET('/api/v1/audit/samples')),
  auditSample: (id: string) => answer(http.GET('/api/v1/audit/samples/{id}', byId(id))),
  drawSample: (body: NewSample, key: string) => answer(http.POST('/api/v1/audit/samples', { ...only(key), body })),
  judgeEntry: (id: string, position: number, body: Verdict) => answer(http.PUT('/api/v1/audit/samples/{id}/entries/{position}', { params: { path: { id, position } }, body })),
  auditCheckpoint: () => answer(http.GET('/api/v1/audit/checkpoint')),

  search: (body: SearchQuestion) => answer(http.POST('/api/v1/search', { body })),

  itemDecisions: (itemId: string) => answer(http.GET('/api/v1/items/{id}/decisions', byId(itemId))),
  decisionOptions: (itemId: string) => answer(http.GET('/api/v1/items/{id}/decision-options', byId(itemId))),
  recordDecision: (itemId: string, body: NewDecision, key: string) => answer(http.POST('/api/v1/items/{id}/decisions', { ...once(itemId, key), body })),
  decisions: (query: DecisionFilter) => answer(http.GET('/api/v1/decisions', { params: { query } })),
  decision: (id: string) => answer(http.GET('/api/v1/decisions/{id}', byId(id))),
  decisionFollowUps: (id: string) => answer(http.GET('/api/v1/decisions/{id}/follow-ups', byId(id))),
  escalateDecision: (decision: Decision, body: EscalateDecision) => answer(http.POST('/api/v1/decisions/{id}/escalate', { ...ifUnchanged(decision), body })),
  confirmDecisions: (decisions: { id: string; version: number }[]) => answer(http.POST('/api/v1/decisions/confirm', { body: { decisions } })),
  insight: () => answer(http.GET('/api/v1/insight')),
  filterOptions: () => answer(http.GET('/api/v1/decision-log/options')),
  logViews: () => answer(http.GET('/api/v1/decision-log/views')),
  saveLogView: (body: NewLogView, key: string) => answer(http.POST('/api/v1/decision-log/views', { ...only(key), body })),
  deleteLogView: (id: string) => answer(http.DELETE('/api/v1/decision-log/views/{id}', byId(id))),
  itemFollowUps: (itemId: string) => answer(http.GET('/api/v1/items/{id}/follow-ups', byId(itemId))),
  carriedFollowUps: (meetingId: string) => answer(http.GET('/api/v1/meetings/{id}/open-follow-ups', byId(meetingId))),
  followUps: (query: FollowUpFilter) => answer(http.GET('/api/v1/follow-ups', { params: { query } })),
  recordFollowUp: (itemId: string, body: NewFollowUp, key: string) => answer(http.POST('/api/v1/items/{id}/follow-ups', { ...once(itemId, key), body })),
  answerFollowUp: (followUp: FollowUp, body: FollowUpAnswer) => answer(http.POST('/api/v1/follow-ups/{id}/state', { ...ifUnchanged(followUp), body })),
  correctDecision: (decision: Decision, body: DecisionCorrection, key: string) =>
    answer(http.POST('/api/v1/decisions/{id}/correction', { params: { path: { id: decision.id }, header: { ...ifUnchanged(decision).params.header, 'Idempotency-Key': key } }, body })),
  confirmDecision: (decision: Decision, comment: string) =>
    answer(http.POST('/api/v1/decisions/{id}/confirm', { ...ifUnchanged(decision), body: { comment: comment || null } })),
  preparations: () => answer(http.GET('/api/v1/preparations')),
  itemPreparations: async (itemId: string) => preparationsOf(await answer(http.GET('/api/v1/items/{id}/preparations', byId(itemId)))),
  beginPreparation: async (itemId: string) => preparationsOf(await answer(http.PUT('/api/v1/items/{id}/preparations/own', byId(itemId)))),
  answerPreparation: async (itemId: string, version: number, to: PreparationAnswer) =>
    preparationsOf(await answer(http.POST('/api/v1/items/{id}/preparations/own/answer', { ...ifUnchanged({ id: itemId, version }), body: { answer: to } }))),
  embargoesWaiting: () => answer(http.GET('/api/v1/embargoes/waiting')),
  itemEmbargoes: (itemId: string) => answer(http.GET('/api/v1/items/{id}/embargoes', byId(itemId))),
  setEmbargo: ({ itemId, body, key }: { itemId: string; body: NewEmbargo; key: string }) => answer(http.POST('/api/v1/items/{id}/embargoes', { ...once(itemId, key), body })),
  moveEmbargoReview: ({ embargo, body }: { embargo: Embargo; body: EmbargoReview }) => answer(http.POST('/api/v1/embargoes/{id}/review', { ...ifUnchanged(embargo), body })),
  liftEmbargo: ({ embargo, body }: { embargo: Embargo; body: EmbargoReason }) => answer(http.POST('/api/v1/embargoes/{id}/lift', { ...ifUnchanged(embargo), body })),
  itemPlans: (itemId: string) => answer(http.GET('/api/v1/items/{id}/plans', byId(itemId))),
  addPlanStep: (itemId: string, body: NewPlanStep, key: string) => answer(http.POST('/api/v1/items/{id}/plan-steps', { ...once(itemId, key), body })),
  replacePlanStep: (stepId: string, body: NewPlanStep) => answer(http.PUT('/api/v1/plan-steps/{id}', { ...byId(stepId), body })),
  placePlanStep: (stepId: string, afterStepId: string | null) => answer(http.POST('/api/v1/plan-steps/{id}/position', { ...byId(stepId), body: { afterStepId } })),
  withdrawPlanStep: (stepId: string, reason: string) => answer(http.POST('/api/v1/plan-steps/{id}/withdraw', { ...byId(stepId), body: { reason } })),
  returnDecision: (decision: Decision, comment: string) => answer(http.POST('/api/v1/decisions/{id}/return', { ...ifUnchanged(decision), body: { comment } })),

  administeredPeople: (query: PeopleFilter) => answer(http.GET('/api/v1/administration/people', { params: { query } })),
  administeredPerson: (id: string) => answer(http.GET('/api/v1/administration/people/{id}', byId(id))),
  addPerson: (body: NewPerson, key: string) => answer(http.POST('/api/v1/administration/people', { ...only(key), body })),
  consequences: (id: string, query: { membershipId?: string; until?: string }) => answer(http.GET('/api/v1/administration/people/{id}/consequences', { params: { path: { id }, query } })),
  deactivatePerson: (person: AdministeredPersonDetails, alsoMyself: boolean) => answer(http.POST('/api/v1/administration/people/{id}/deactivate', { ...ifUnchanged(person), body: { alsoMyself } })),
  reactivatePerson: (person: AdministeredPersonDetails) => answer(http.POST('/api/v1/administration/people/{id}/reactivate', ifUnchanged(person))),
  addMembership: (person: AdministeredPersonDetails, body: NewMembership, key: string) =>
    answer(http.POST('/api/v1/administration/people/{id}/memberships', { params: { path: { id: person.id }, header: { ...ifUnchanged(person).params.header, 'Idempotency-Key': key } }, body })),
  changeMembership: (person: AdministeredPersonDetails, membershipId: string, body: MembershipChange) =>
    answer(http.PUT('/api/v1/administration/people/{id}/memberships/{membershipId}', { ...ofMembership(person, membershipId), body })),
  endMembership: (person: AdministeredPersonDetails, membershipId: string, body: EndMembership) =>
    answer(http.POST('/api/v1/administration/people/{id}/memberships/{membershipId}/end', { ...ofMembership(person, membershipId), body })),
  adminEvents: (query: { personId?: string; cursor?: string }) => answer(http.GET('/api/v1/administration/events', { params: { query } })),
  provisioning: () => answer(http.GET('/api/v1/administration/provisioning')),
  createToken: (body: NewTokenBody, key: string) => answer(http.POST('/api/v1/administration/provisioning/tokens', { ...only(key), body })),
  revokeToken: (id: string) => answer(http.DELETE('/api/v1/administration/provisioning/tokens/{id}', byId(id))),
};
