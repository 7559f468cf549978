import type { MeetingDocument } from '@lib/contracts/meeting-document.js';
import type { Language } from '@lib/contracts/language.js';
import createClient, { type FetchResponse } from 'openapi-fetch';
import { currentLanguage } from '../i18n/language.js';
import { ApiProblem } from './problem.js';
import { reachability } from './reachable.js';
import type { paths } from './schema.js';
import type {
  ApplySeriesChange,
  AudienceChange,
  CancelMeeting,
  CarryItems,
  Decision,
  DecisionCorrection,
  EscalateDecision,
  FollowUp,
  FollowUpAnswer,
  Item,
  ItemFrame,
  ItemStateChange,
  Marking,
  MoveItem,
  MoveMeeting,
  NewCase,
  NewDecision,
  NewFollowUp,
  NewItem,
  NewLogView,
  NewMeeting,
  NewPlanStep,
  NewSeries,
  NotificationChoices,
  NotificationMarks,
  PlaceMeeting,
  PreviewBody,
  Reply,
  SearchQuestion,
  SeriesChange,
  SeriesReply,
  StandingSubstitute,
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

/** @throws ApiProblem for every answer that is not a success */
async function answer<T extends Record<string | number, unknown>, Options, Media extends `${string}/${string}`>(
  asked: Promise<FetchResponse<T, Options, Media>>,
) {
  const { data, error, response } = await asked;
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

const byId = (id: string) => ({ params: { path: { id } } });
/** @param key the same for every try of one creation */
const once = (id: string, key: string) => ({ params: { path: { id }, header: { 'Idempotency-Key': key } } });
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

/** Every endpoint the browser uses, by noun. */
export const api = {
  configuration: () => answer(http.GET('/api/v1/configuration')),

  demoPeople: () => answer(http.GET('/api/v1/demo/people')),
  demoSignIn: (membershipId: string) => answer(http.POST('/api/v1/demo/sign-in', { body: { membershipId } })),
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
  createSeries: (body: NewSeries, key: string) => answer(http.POST('/api/v1/series', { params: { header: { 'Idempotency-Key': key } }, body })),
  previewSeriesChange: (id: string, body: SeriesChange) => answer(http.POST('/api/v1/series/{id}/changes/preview', { ...byId(id), body })),
  changeSeries: (id: string, version: number, body: ApplySeriesChange) =>
    answer(http.POST('/api/v1/series/{id}/changes', { params: { path: { id }, header: { 'If-Match': `"${version}"` } }, body })),
  previewSeries: (body: PreviewBody) => answer(http.POST('/api/v1/series/preview', { body })),
  holidays: (from: string, to: string) => answer(http.GET('/api/v1/holidays', { params: { query: { from, to } } })),

  createMeeting: (body: NewMeeting, key: string) => answer(http.POST('/api/v1/meetings', { params: { header: { 'Idempotency-Key': key } }, body })),
  meetings: (query: MeetingFilter) => answer(http.GET('/api/v1/meetings', { params: { query } })),
  meeting: (id: string) => answer(http.GET('/api/v1/meetings/{id}', byId(id))),
  reply: (meetingId: string, body: Reply) => answer(http.PUT('/api/v1/meetings/{id}/reply', { ...byId(meetingId), body })),
  replyToSeries: (seriesId: string, body: SeriesReply) => answer(http.PUT('/api/v1/series/{id}/reply', { ...byId(seriesId), body })),
  sendToSeries: (seriesId: string, body: StandingSubstitute) => answer(http.PUT('/api/v1/series/{id}/substitute', { ...byId(seriesId), body })),
  takeBackSeries: (seriesId: string) => answer(http.DELETE('/api/v1/series/{id}/substitute', byId(seriesId))),
  markAttendance: (meetingId: string, entries: Marking[]) => answer(http.PUT('/api/v1/meetings/{id}/attendance', { ...byId(meetingId), body: { entries } })),
  meetingChanges: (id: string) => answer(http.GET('/api/v1/meetings/{id}/changes', byId(id))),
  changeMeeting,
  minutes: (id: string) => answer(http.GET('/api/v1/meetings/{id}/minutes', byId(id))),
  minutesWaiting: () => answer(http.GET('/api/v1/minutes/waiting')),
  minutesDocument: async (id: string) => (await answer(http.GET('/api/v1/meetings/{id}/documents/minutes.json', byId(id)))) as unknown as MeetingDocument,
  changeMinutes,
  addItem: (meetingId: string, body: NewItem, key: string) => answer(http.POST('/api/v1/meetings/{id}/items', { ...once(meetingId, key), body })),
  stepAgenda,
  item: (itemId: string) => answer(http.GET('/api/v1/items/{id}', byId(itemId))),
  moveItem: (itemId: string, body: MoveItem) => answer(http.POST('/api/v1/items/{id}/move', { ...byId(itemId), body })),
  setItemFrame: (itemId: string, version: number, body: ItemFrame) => answer(http.PUT('/api/v1/items/{id}/frame', { ...ifUnchanged({ id: itemId, version }), body })),
  setItemState: (item: Item, body: ItemStateChange) => answer(http.PUT('/api/v1/items/{id}/state', { ...ifUnchanged(item), body })),
  addCase: (listId: string, body: NewCase, key: string) => answer(http.POST('/api/v1/items/{id}/cases', { ...once(listId, key), body })),
  carryTarget: (meetingId: string) => answer(http.GET('/api/v1/meetings/{id}/carry', byId(meetingId))),
  carryItems: (meetingId: string, body: CarryItems, key: string) => answer(http.POST('/api/v1/meetings/{id}/carry', { ...once(meetingId, key), body })),
  changeAudience: (itemId: string, body: AudienceChange) => answer(http.PUT('/api/v1/items/{id}/audience', { ...byId(itemId), body })),
  notCpr: (documentId: string, number: string) => answer(http.POST('/api/v1/documents/{id}/not-cpr', { ...byId(documentId), body: { number } })),
  ticket: (documentId: string) => answer(http.POST('/api/v1/documents/{id}/ticket', byId(documentId))),

  notifications: () => answer(http.GET('/api/v1/notifications')),
  unreadNotifications: () => answer(http.GET('/api/v1/notifications/unread')),
  markNotifications: (body: NotificationMarks) => answer(http.POST('/api/v1/notifications/marks', { body })),
  markAllNotifications: () => answer(http.POST('/api/v1/notifications/all-read')),
  notificationChoices: () => answer(http.GET('/api/v1/notifications/choices')),
  chooseNotifications: (body: NotificationChoices) => answer(http.PUT('/api/v1/notifications/choices', { body })),

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
  saveLogView: (body: NewLogView, key: string) => answer(http.POST('/api/v1/decision-log/views', { params: { header: { 'Idempotency-Key': key } }, body })),
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
  itemPlans: (itemId: string) => answer(http.GET('/api/v1/items/{id}/plans', byId(itemId))),
  addPlanStep: (itemId: string, body: NewPlanStep, key: string) => answer(http.POST('/api/v1/items/{id}/plan-steps', { ...once(itemId, key), body })),
  replacePlanStep: (stepId: string, body: NewPlanStep) => answer(http.PUT('/api/v1/plan-steps/{id}', { ...byId(stepId), body })),
  placePlanStep: (stepId: string, afterStepId: string | null) => answer(http.POST('/api/v1/plan-steps/{id}/position', { ...byId(stepId), body: { afterStepId } })),
  withdrawPlanStep: (stepId: string, reason: string) => answer(http.POST('/api/v1/plan-steps/{id}/withdraw', { ...byId(stepId), body: { reason } })),
  returnDecision: (decision: Decision, comment: string) => answer(http.POST('/api/v1/decisions/{id}/return', { ...ifUnchanged(decision), body: { comment } })),
};
