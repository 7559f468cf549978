import { unprefixed } from '../../apps/server/src/openapi.js';
import { askers, planStep, type Asker, type Place, type Scene } from './authorisation-scene.js';
import { approve, path as minutesPath } from './minutes-story.js';
import { newDecision, newSeries } from './story.js';

/**
 * Who may do what, written by hand from the rules in libs/access/SPEC.md, never from what the product answers.
 *
 * One word for each asker, in the order of {@link askers}: `ok` is any 2xx, `in` signs in first (401), `no` is the answer
 * that a thing gives that does not exist (404), `not` is refused for who she is to those who may know it is there (403),
 * `wrong` for what was sent (400).
 */
export interface Row {
  route: string;
  /** Which of the two items, or what hangs on it, is asked for. */
  at: 'open' | 'closed' | 'list' | 'any';
  expected: readonly string[];
  body?: (scene: Scene, place: Place, asker: Asker) => object | Promise<object>;
  query?: (scene: Scene, place: Place) => string;
  /** What must have happened for those who may to succeed. */
  before?: (scene: Scene, place: Place) => Promise<unknown>;
  /** Asked of the coming meeting of a series instead of the one that has begun. */
  inSeries?: true;
}

/** How many of the askers are no guests. A row of so many words says: for a guest there is nothing there (AC100). */
export const members = askers.indexOf('guest');

export const row = (route: string, at: Row['at'], expected: string, rest: Pick<Row, 'body' | 'query' | 'before' | 'inSeries'> = {}): Row => {
  const said = expected.split(/ +/);
  const words = said.length === members ? [...said, ...askers.slice(members).map(() => 'no')] : said;
  if (words.length !== askers.length) throw new Error(`${route} ${at}: ${words.length} expectations for ${askers.length} askers`);
  return { route, at, expected: words, ...rest };
};

const started = (scene: Scene) => scene.who.coordinator.post(`/api/v1/meetings/${scene.meetingId}/agenda/start`);
export const sent = (scene: Scene) => scene.who.coordinator.post(minutesPath(scene.meetingId, 'send'));
const cancelled = async (scene: Scene) => scene.who.coordinator.post(`/api/v1/meetings/${scene.seriesMeetingId}/cancel`, { reason: 'Ferie' });
export const frame = () => ({ ledBy: 'municipality', leadMembershipId: null, plannedMinutes: 7, outputType: 'discussion', section: null, mandatory: true, legalBasisId: 'bl-126' });
/** What the asker has on the screen; of those who have nothing there, something of the same form. */
const digest = async (scene: Scene, _place: Place, asker: Asker) => {
  const { status, body } = await scene.who[asker].get<{ digest?: string }>(`/api/v1/meetings/${scene.meetingId}/minutes`);
  return { digest: (status === 200 ? body.digest : undefined) ?? '0'.repeat(64) };
};
const approved = async (scene: Scene) => {
  await sent(scene);
  for (const one of [scene.who.coordinator, scene.who.officer]) await approve(one, scene.meetingId);
};
const filed = async (scene: Scene) => {
  await approved(scene);
  for (const one of [scene.who.coordinator, scene.who.officer]) await one.post(`/api/v1/meetings/${scene.meetingId}/filings`, { reference: 'ESDH 2026-4711', filedOn: '2026-11-23' });
};
const holdOf = async (scene: Scene, itemId: string | null) => {
  await approved(scene);
  const { body } = await scene.who.coordinator.post<{ holds: { id: string }[] }>(`/api/v1/meetings/${scene.meetingId}/holds`, { itemId, reason: 'Klagesag' });
  scene.holdId = body.holds[0]!.id;
};
const held = (scene: Scene) => holdOf(scene, null);
const heldClosed = (scene: Scene, place: Place) => holdOf(scene, place.itemId);
/** As the job does when everybody has filed and it is time. */
const announced = async (scene: Scene) => {
  await filed(scene);
  await scene.announce();
};
const ruleRead = async (scene: Scene) => {
  const { body } = await scene.who.administrator.get<{ rules: { kindId: string; version: number }[] }>('/api/v1/administration/retention-rules');
  scene.ruleVersion = body.rules.find((one) => one.kindId === 'section115CaseMeeting')!.version;
};
const changeAsked = async (scene: Scene, place: Place) => {
  await sent(scene);
  const { body } = await scene.who.coordinator.post<{ parts: { itemId: string | null; requests: { id: string }[] }[] }>(minutesPath(scene.meetingId, 'change-requests'), { itemId: place.itemId, version: 1, text: 'Ret' });
  scene.requestId = body.parts.find((part) => part.itemId === place.itemId)!.requests[0]!.id;
};
const viewSaved = async (scene: Scene) => void (scene.viewId = (await scene.who.coordinator.post<{ id: string }>('/api/v1/decision-log/views', { name: `Min ${Math.random()}`, filter: {} })).body.id);
export const invited = () => ({ name: 'Gæst', organisation: 'Tolke', sector: 'other', purpose: 'interpreter', mayWrite: false, to: '2026-12-01T11:00:00Z' });
/** The clock of these tests stands still in November 2026. */
export const embargo = () => ({ parties: ['parentOne'], reason: 'Anmeldt', reviewAt: '2026-12-01T11:00:00Z' });
const embargoed = async (scene: Scene, place: Place) => {
  const { body } = await scene.who.coordinator.post<{ embargoes: { id: string }[] }>(`/api/v1/items/${place.itemId}/embargoes`, embargo());
  scene.embargoId = body.embargoes[0]!.id;
};
const proposal = () => ({ title: 'Ungdomsklubben', plannedMinutes: 10, outputType: 'discussion' });
/** By the officer, of a meeting whose agenda is being built. */
const proposed = async (scene: Scene) => {
  const { body } = await scene.who.officer.post<{ proposals: { id: string }[] }>(`/api/v1/meetings/${scene.meetingId}/proposals`, proposal());
  scene.proposalId = body.proposals.at(-1)!.id;
};
const question = () => ({ slots: ['2026-12-14T09:00', '2026-12-15T13:00'], durationMinutes: 60, answerBy: '2026-12-11' });
/** On the coming meeting of the series. */
const polled = async (scene: Scene) => {
  const { body } = await scene.who.coordinator.post<{ poll: { id: string } }>(`/api/v1/meetings/${scene.seriesMeetingId}/poll`, question());
  scene.pollId = body.poll.id;
};
const linked = async (scene: Scene) => {
  await polled(scene);
  const { body } = await scene.who.coordinator.post<{ outsiderId: string }>(`/api/v1/meetings/${scene.seriesMeetingId}/poll/outsiders`, { pollId: scene.pollId, name: 'Skolen' });
  scene.outsiderId = body.outsiderId;
};
const ofPoll = ({ pollId }: Scene) => ({ pollId });
/** For oneself alone. */
const timeFor = (scene: Scene, _place: Place, asker: Asker) => ({ required: [(asker === 'nobody' ? scene.who.coordinator : scene.who[asker]).person?.membershipId ?? scene.guestId], durationMinutes: 60, fromDate: '2026-12-01', toDate: '2026-12-31' });
const escalation = (scene: Scene) => ({ toMembershipId: scene.who.chief.person.membershipId, reason: 'Principielt' });
export const decision = (scene: Scene) => newDecision(scene.who.caseworker, { legalBasisId: 'bl-126' });

// The columns:                   nobody coordinator caseworker officer left leader policeLeader stranger administrator auditor [guest writer]
export const everybody = /*    */ 'in ok ok ok ok ok ok ok ok ok';
/** Whoever works with content. What such a list holds is the differential test's to look at. */
export const takesPart = /*           */ 'in ok ok ok no no no no no no';
export const inside = /*              */ 'in ok ok no no no no no no no';
export const coordinates = /*         */ 'in ok not not no no no no no no';
export const coordinatesInside = /*   */ 'in ok not no no no no no no no';
/** The leader answers for decisions and promises of the municipality (AC10, AC20). */
const insideOrLeads = /*       */ 'in ok ok no no ok no no no no';
const takesPartOrLeads = /*    */ 'in ok ok ok no ok no no no no';
const leads = /*               */ 'in not not not no ok no no no no';
const audits = /*              */ 'in not not not not not not not not ok';
const leadsClosed = /*         */ 'in not not no no ok no no no no';

/** Those of the authority (AC84); for everybody else there is nothing there. */
const administers = /*         */ 'in no no no no no no no ok no';
const membership = () => ({ role: 'leader', functions: [], functionTitle: 'Prøve', unitTitle: '', from: null, until: null });
/** Somebody of the municipality, and what she is there. */
const personAdded = async (scene: Scene) => {
  const { body } = await scene.who.administrator.post<{ id: string; memberships: { id: string }[] }>('/api/v1/administration/people', { name: 'Åsa Prøve', userName: null, membership: { ...membership(), role: 'participant' } });
  [scene.accountId, scene.accountMembershipId] = [body.id, body.memberships[0]!.id];
};
const tokenMade = async (scene: Scene) => {
  await scene.who.administrator.post('/api/v1/administration/provisioning/tokens', { name: 'Prøve', days: 1 });
  const { body } = await scene.who.administrator.get<{ clients: { tokens: { id: string }[] }[] }>('/api/v1/administration/provisioning');
  scene.accountId = body.clients[0]!.tokens[0]!.id;
};

/** The register of the municipality (AC140, AC141). */
const looksUp = /*             */ 'in ok ok ok ok ok ok ok ok no';
const keepsRegister = /*       */ 'in ok not not not not not not ok no';
const contact = () => ({ substituteMembershipIds: [], validFrom: '2026-01-01' });
const contactMade = async (scene: Scene) => void (scene.contactId = (await scene.who.coordinator.post<{ id: string }>('/api/v1/contacts', { ...contact(), function: 'keyPerson' })).body.id);

/** Plans of the municipality (AC150). */
const plans = /*               */ 'in ok no no no no no no no no';
/** Without an end, which those of the scene have: there is nothing to plan of them. */
const seriesToPlan = (scene: Scene) => scene.who.coordinator.post('/api/v1/series', newSeries([], { authorityIds: [] }));
const planMade = async (scene: Scene) => {
  await seriesToPlan(scene);
  scene.yearPlanId = (await scene.who.coordinator.post<{ id: string }>('/api/v1/year-plans', { year: 2027 })).body.id;
};
const renewal = () => ({ kind: 'renewed' });

export const table: readonly Row[] = [
  // Oneself
  row('GET /session', 'any', `${everybody} ok ok`),
  row('GET /sessions', 'any', everybody),
  row('GET /own-calendar', 'any', everybody),
  row('PUT /own-calendar/link', 'any', 'in wrong wrong wrong wrong wrong wrong wrong not not', { body: () => ({ url: 'http://127.0.0.1:1/calendar.ics' }) }),
  row('PUT /own-calendar/caldav', 'any', 'in wrong wrong wrong wrong wrong wrong wrong not not', { body: () => ({ url: 'http://127.0.0.1:1/', user: 'u', password: 'p' }) }),
  // As JSON, which is no calendar.
  row('PUT /own-calendar/file', 'any', 'in 415 415 415 415 415 415 415 not not'),
  row('POST /own-calendar/refresh', 'any', everybody),
  row('DELETE /own-calendar', 'any', everybody),
  row('GET /mail-invitations', 'any', everybody),
  row('PUT /mail-invitations', 'any', everybody, { body: () => ({ wanted: true }) }),
  row('GET /calendar-feed', 'any', everybody),
  row('POST /calendar-feed', 'any', everybody),
  row('DELETE /calendar-feed', 'any', everybody),
  row('PUT /session/language', 'any', `${everybody} ok ok`, { body: () => ({ language: 'da' }) }),
  row('PUT /session/acting', 'any', 'in no no no no no no no no no', { body: () => ({ membershipId: '01890000-0000-7000-8000-000000000000' }) }),

  // The directory
  row('GET /authorities', 'any', everybody),
  // Of authorities that belong with one's own.
  row('GET /authorities/:authorityId/people', 'any', 'in ok ok ok ok ok ok no ok ok'),
  row('GET /contacts', 'any', looksUp),
  row('POST /contacts', 'any', 'in ok not not not not not ok ok no', { body: () => ({ ...contact(), function: 'keyPerson' }) }),
  row('PUT /contacts/:id', 'any', keepsRegister, { before: contactMade, body: contact }),
  row('DELETE /contacts/:id', 'any', 'in ok not not not not not not ok no', { before: contactMade }),
  row('GET /contacts/:id/history', 'any', keepsRegister, { before: contactMade }),
  row('GET /year-plans', 'any', 'in ok not not not not not ok not not'),
  // The stranger's authority has none.
  row('POST /year-plans', 'any', 'in ok not not not not not wrong not not', { before: seriesToPlan, body: () => ({ year: 2027 }) }),
  row('GET /year-plans/:id', 'any', plans, { before: planMade }),
  row('DELETE /year-plans/:id', 'any', plans, { before: planMade }),
  row('POST /year-plans/:id/changes/preview', 'any', plans, { before: planMade, body: renewal }),
  row('POST /year-plans/:id/changes', 'any', plans, {
    before: planMade,
    body: async (scene) => ({ ...renewal(), digest: (await scene.who.coordinator.post<{ digest: string }>(`/api/v1/year-plans/${scene.yearPlanId}/changes/preview`, renewal())).body.digest }),
  }),
  row('GET /legal-bases', 'any', everybody),
  row('GET /administration/legal-bases', 'any', 'in not not not not not not not ok not'),
  row('POST /administration/legal-bases', 'any', 'in not not not not not not not ok not', { body: () => ({ basisId: 'samtykke', sectors: ['municipality'], source: 'Direktionens beslutning', validFrom: '2030-01-01' }) }),
  row('GET /meeting-kinds', 'any', everybody),
  row('GET /holidays', 'any', everybody, { query: () => '?from=2026-12-01&to=2026-12-31' }),

  // People and keys of the authority
  row('GET /administration/people', 'any', administers),
  row('POST /administration/people', 'any', administers, { body: () => ({ name: 'Åsa Prøve', userName: null }) }),
  row('GET /administration/people/:id', 'any', administers, { before: personAdded }),
  row('PUT /administration/people/:id', 'any', administers, { before: personAdded, body: () => ({ name: 'Åsa Anden', userName: null }) }),
  row('GET /administration/people/:id/consequences', 'any', administers, { before: personAdded }),
  row('POST /administration/people/:id/deactivate', 'any', administers, { before: personAdded }),
  row('POST /administration/people/:id/reactivate', 'any', administers, { before: personAdded }),
  row('POST /administration/people/:id/memberships', 'any', administers, { before: personAdded, body: membership }),
  row('PUT /administration/people/:id/memberships/:membershipId', 'any', administers, { before: personAdded, body: () => ({ functions: [], functionTitle: 'Anden', unitTitle: '' }) }),
  row('POST /administration/people/:id/memberships/:membershipId/end', 'any', administers, { before: personAdded, body: () => ({ when: 'now', until: null }) }),
  row('GET /administration/events', 'any', administers),
  row('GET /administration/provisioning', 'any', administers),
  row('POST /administration/provisioning/tokens', 'any', administers, { body: () => ({ name: 'Prøve', days: 1 }) }),
  row('DELETE /administration/provisioning/tokens/:id', 'any', administers, { before: tokenMade }),

  // Lists: everybody may ask; administrators and auditors find nothing
  row('GET /meetings', 'any', everybody),
  row('GET /series', 'any', everybody),
  row('GET /decisions', 'any', everybody),
  row('GET /decisions/export.pdf', 'any', everybody),
  row('GET /decision-log/options', 'any', everybody),
  row('GET /decision-log/export', 'any', everybody, { query: () => '?format=csv' }),
  row('GET /decision-log/views', 'any', everybody),
  row('DELETE /decision-log/views/:id', 'any', 'in ok no no no no no no no no', { before: viewSaved }),
  row('POST /decision-log/views', 'any', everybody, { body: () => ({ name: `Visning ${Math.random()}`, filter: {} }) }),
  row('GET /follow-ups', 'any', everybody),
  row('GET /preparations', 'any', everybody),
  row('GET /embargoes/waiting', 'any', everybody),
  row('GET /minutes/waiting', 'any', everybody),
  row('POST /search', 'any', everybody, { body: () => ({ query: 'familie' }) }),
  row('GET /notifications', 'any', everybody),
  row('GET /notifications/unread', 'any', everybody),
  row('POST /notifications/marks', 'any', everybody, { body: () => ({ ids: ['01890000-0000-7000-8000-000000000000'], read: true }) }),
  row('POST /notifications/all-read', 'any', everybody),
  row('GET /notifications/choices', 'any', everybody),
  row('PUT /notifications/choices', 'any', everybody, { body: () => ({ muted: [] }) }),
  // The access trail: the auditor's of the municipality, which owns the meeting (AC90, AC91)
  row('POST /audit/cases', 'any', audits, { body: () => ({ caseReference: 'Sag 2026-014' }) }),
  row('POST /audit/disclosures', 'any', audits, { body: () => ({ caseReference: 'Sag 2026-014' }) }),
  row('GET /audit/items/:id', 'open', audits),
  row('GET /audit/items/:id', 'closed', audits),
  row('GET /audit/items/:id/entries', 'open', audits),
  row('GET /audit/items/:id/entries', 'closed', audits),
  row('GET /audit/items/:id/disclosures', 'open', audits),
  row('GET /audit/items/:id/disclosures', 'closed', audits),
  row('GET /audit/disclosures', 'any', audits),
  row('GET /audit/people', 'any', audits),
  row('GET /audit/people/:id/entries', 'any', audits),
  row('GET /audit/refusals', 'any', audits),
  row('GET /audit/samples', 'any', audits),
  row('POST /audit/samples', 'any', audits, { body: () => ({ from: '2026-01-01T00:00:00Z', to: '2027-12-31T00:00:00Z', size: 2 }) }),
  // One that does not exist.
  row('GET /audit/samples/:id', 'any', 'in not not not not not not not not no'),
  row('PUT /audit/samples/:id/entries/:position', 'any', 'in not not not not not not not not no', { body: () => ({ verdict: 'inOrder' }) }),
  row('GET /audit/checkpoint', 'any', audits),

  row('GET /insight', 'any', 'in not not not not ok ok not not not'),

  // Series
  row('POST /series/preview', 'any', everybody, { body: () => ({ startLocal: '2026-12-07T13:00', durationMinutes: 60 }) }),
  row('POST /series', 'any', 'in ok not not not not not ok not not', {
    body: () => ({ kindId: 'policeDistrictMeeting', startLocal: '2027-01-11T13:00', durationMinutes: 60, authorityIds: [], participantMembershipIds: [], recurrence: { kind: 'weekly' } }),
  }),
  row('GET /series/:id', 'any', takesPart),
  row('POST /series/:id/changes/preview', 'any', coordinates, { body: () => ({ title: 'Nyt navn' }) }),
  row('POST /series/:id/changes', 'any', coordinates, { body: () => ({ title: 'Nyt navn' }) }),
  row('PUT /series/:id/reply', 'any', takesPart, { body: () => ({ partStat: 'accepted' }) }),
  row('PUT /series/:id/substitute', 'any', 'in wrong wrong ok no no no no no no', { body: (scene) => ({ substituteMembershipId: scene.who.left.person.membershipId, disclosureReason: 'Jeg er forhindret.' }) }),
  row('POST /series/:id/substitute/preview', 'any', 'in wrong wrong ok no no no no no no', { body: (scene) => ({ substituteMembershipId: scene.who.left.person.membershipId }) }),
  row('DELETE /series/:id/substitute', 'any', takesPart),

  // Meetings
  row('POST /meetings', 'any', 'in ok not not not not not ok not not', {
    body: () => ({ kindId: 'policeDistrictMeeting', startLocal: '2027-01-11T13:00', durationMinutes: 60, authorityIds: [], participantMembershipIds: [] }),
  }),
  row('GET /meetings/:id', 'any', takesPart),
  row('GET /meetings/:id/changes', 'any', takesPart),
  // A coordinator adds items herself; a proposal is its proposer's and the coordinators' (AC32–AC34).
  row('GET /meetings/:id/mail', 'any', coordinates),
  row('POST /meetings/:id/mail/:receivedId', 'any', coordinates, { before: (scene) => scene.mailReceived(), body: () => ({ how: 'seen' }) }),
  row('GET /meetings/:id/proposals', 'any', takesPart, { before: proposed }),
  row('POST /meetings/:id/proposals', 'any', 'in not ok ok no no no no no no', { body: proposal }),
  row('POST /meetings/:id/proposals/:proposalId/accept', 'any', 'in ok no not no no no no no no', { before: proposed }),
  row('POST /meetings/:id/proposals/:proposalId/decline', 'any', 'in ok no not no no no no no no', { before: proposed, body: () => ({ word: 'Næste gang' }) }),
  row('POST /meetings/:id/proposals/:proposalId/withdraw', 'any', 'in not no ok no no no no no no', { before: proposed }),
  row('GET /meetings/:id/open-follow-ups', 'any', takesPart),
  row('POST /meetings/:id/reply/preview', 'any', 'in wrong wrong ok no no no no no no', { body: (scene) => ({ substituteMembershipId: scene.who.left.person.membershipId }), inSeries: true }),
  row('PUT /meetings/:id/reply', 'any', takesPart, { body: () => ({ partStat: 'tentative' }), inSeries: true }),
  row('PUT /meetings/:id/attendance', 'any', coordinates, { body: (scene) => ({ entries: [{ membershipId: scene.who.coordinator.person.membershipId, state: 'present' }] }) }),
  row('POST /meetings/:id/cancel', 'any', coordinates, { body: () => ({ reason: 'Ferie' }), inSeries: true }),
  row('POST /meetings/:id/restore', 'any', coordinates, { inSeries: true, before: cancelled }),
  // Before the meeting begins; after that there is nothing to find.
  row('POST /meetings/:id/find-time', 'any', coordinates, { body: timeFor, inSeries: true }),
  row('POST /meetings/:id/find-time', 'any', 'in not not not no no no no no no', { body: timeFor }),
  row('POST /meetings/:id/move-preview', 'any', coordinates, { body: () => ({ startLocal: '2026-12-08T13:00', durationMinutes: 60 }), inSeries: true }),
  row('POST /meetings/:id/move-preview', 'any', 'in not not not no no no no no no', { body: () => ({ startLocal: '2026-12-08T13:00', durationMinutes: 60 }) }),
  row('POST /find-time', 'any', 'in ok not not not not not ok not not', { body: (scene, place, asker) => ({ ...timeFor(scene, place, asker), kindId: 'caseConsultation' }) }),
  // A poll is asked by coordinators, before the meeting begins, and answered by who takes part (AC130, AC131).
  row('GET /meetings/:id/poll', 'any', takesPart, { inSeries: true, before: linked }),
  row('POST /meetings/:id/poll', 'any', coordinates, { inSeries: true, body: question }),
  row('POST /meetings/:id/poll', 'any', 'in not not not no no no no no no', { body: question }),
  row('POST /polls', 'any', 'in ok not not not not not ok not not', { body: () => ({ kindId: 'policeDistrictMeeting', authorityIds: [], participantMembershipIds: [], ...question() }) }),
  row('PUT /meetings/:id/poll/answer', 'any', takesPart, { inSeries: true, before: polled, body: (scene) => ({ ...ofPoll(scene), choices: ['yes', 'no'] }) }),
  row('POST /meetings/:id/poll/remind', 'any', coordinates, { inSeries: true, before: polled, body: ofPoll }),
  row('POST /meetings/:id/poll/choose', 'any', coordinates, { inSeries: true, before: polled, body: (scene) => ({ ...ofPoll(scene), startLocal: '2026-12-15T13:00' }) }),
  row('POST /meetings/:id/poll/withdraw', 'any', coordinates, { inSeries: true, before: polled, body: ofPoll }),
  row('POST /meetings/:id/poll/outsiders', 'any', coordinates, { inSeries: true, before: polled, body: (scene) => ({ ...ofPoll(scene), name: 'Skolen' }) }),
  row('POST /meetings/:id/poll/outsiders/:outsiderId/renew', 'any', coordinates, { inSeries: true, before: linked, body: ofPoll }),
  row('POST /meetings/:id/poll/outsiders/:outsiderId/revoke', 'any', coordinates, { inSeries: true, before: linked, body: ofPoll }),
  row('GET /holds', 'any', everybody, { query: () => '?from=2026-12-01T00:00:00Z&to=2027-01-01T00:00:00Z' }),
  row('POST /meetings/:id/move', 'any', coordinates, { body: () => ({ startLocal: '2026-12-08T13:00', durationMinutes: 60 }), inSeries: true }),
  row('PUT /meetings/:id/place', 'any', coordinates, { body: () => ({ place: 'Lokale 7', videoLink: null }) }),
  row('POST /meetings/:id/keep', 'any', 'in 409 not not no no no no no no'),
  row('GET /meetings/:id/carry', 'any', coordinates),
  // There is no next meeting to carry to; before that, who may not is refused.
  row('POST /meetings/:id/carry', 'any', 'in 409 not not no no no no no no', { body: (scene) => ({ itemIds: [scene.open.itemId] }), before: started }),
  row('POST /meetings/:id/agenda/publish', 'any', coordinates),
  row('POST /meetings/:id/agenda/start', 'any', coordinates),
  row('POST /meetings/:id/agenda/close', 'any', coordinates, { before: started }),
  row('POST /meetings/:id/items', 'any', coordinates, { body: () => ({ title: 'Nyt punkt', plannedMinutes: 5, outputType: 'discussion', legalBasisId: 'bl-126' }) }),

  // Documents of a meeting
  ...['agenda', 'minutes'].flatMap((kind) => ['json', 'html', 'pdf'].map((format) => row(`GET /meetings/:id/documents/${kind}.${format}`, 'any', takesPart))),

  // Items
  row('GET /items/:id', 'open', takesPart),
  row('GET /items/:id', 'closed', inside),
  row('PUT /items/:id/audience', 'open', coordinates, { body: () => ({ kind: 'all', disclosureReason: 'Til mødet' }) }),
  row('PUT /items/:id/audience', 'closed', coordinatesInside, { body: () => ({ kind: 'all', disclosureReason: 'De skal med.' }) }),
  row('GET /items/:id/disclosures', 'open', coordinates),
  row('GET /items/:id/disclosures', 'closed', coordinatesInside),
  row('POST /items/:id/audience/preview', 'open', coordinates, { body: () => ({ kind: 'all' }) }),
  row('POST /items/:id/audience/preview', 'closed', coordinatesInside, { body: () => ({ kind: 'all' }) }),
  row('GET /items/:id/other-track', 'open', coordinates),
  row('GET /items/:id/other-track', 'closed', coordinatesInside),
  row('POST /items/:id/other-track', 'list', coordinates, { body: (scene) => ({ meetingId: scene.meetingId, legalBasisId: 'bl-126', title: 'Videre', reason: 'Mistanke om overgreb' }) }),
  row('POST /meetings/:id/participants/preview', 'any', coordinates, { inSeries: true, body: (scene) => ({ membershipIds: [scene.who.chief.person.membershipId] }) }),
  row('POST /meetings/:id/participants', 'any', coordinates, { inSeries: true, body: (scene) => ({ membershipIds: [scene.who.chief.person.membershipId], disclosureReason: 'Hun skal med.' }) }),
  row('PUT /items/:id/frame', 'open', coordinates, { body: frame }),
  row('PUT /items/:id/frame', 'closed', coordinatesInside, { body: frame }),
  row('POST /items/:id/cases', 'list', takesPart, { body: () => ({ caseReference: 'Sag 2026-077', plannedMinutes: 5 }) }),
  row('POST /items/:id/move', 'open', coordinates, { body: () => ({ afterItemId: null }) }),
  row('POST /items/:id/move', 'closed', coordinatesInside, { body: () => ({ afterItemId: null }) }),
  row('PUT /items/:id/state', 'open', coordinates, { body: () => ({ state: 'done' }) }),
  row('PUT /items/:id/state', 'closed', coordinatesInside, { body: () => ({ state: 'done' }) }),
  row('GET /items/:id/decision-options', 'open', takesPart),
  row('GET /items/:id/decision-options', 'closed', inside),
  row('GET /items/:id/decisions', 'open', takesPart),
  row('GET /items/:id/decisions', 'closed', inside),
  row('POST /items/:id/decisions', 'open', takesPart, { body: decision }),
  row('POST /items/:id/decisions', 'closed', inside, { body: decision }),
  row('POST /items/:id/decisions', 'open', 'in not not not no no no no no no', { body: decision, before: sent }),
  row('GET /items/:id/follow-ups', 'open', takesPart),
  row('GET /items/:id/follow-ups', 'closed', inside),
  row('POST /items/:id/follow-ups', 'open', takesPart, { body: (scene) => ({ text: 'Skriver', ownerPersonId: scene.who.caseworker.person.id, deadline: '2026-12-24' }) }),
  row('POST /items/:id/follow-ups', 'closed', inside, { body: (scene) => ({ text: 'Skriver', ownerPersonId: scene.who.caseworker.person.id, deadline: '2026-12-24' }) }),
  row('GET /items/:id/preparations', 'open', takesPart),
  row('GET /items/:id/preparations', 'closed', inside),
  row('PUT /items/:id/preparations/own', 'open', takesPart, { body: () => ({}) }),
  row('PUT /items/:id/preparations/own', 'closed', inside, { body: () => ({}) }),
  row('POST /items/:id/preparations/own/answer', 'open', takesPart, { body: () => ({ answer: 'nothing' }) }),
  row('POST /items/:id/preparations/own/answer', 'closed', inside, { body: () => ({ answer: 'nothing' }) }),
  row('GET /items/:id/embargoes', 'open', takesPart),
  row('GET /items/:id/embargoes', 'closed', inside),
  row('POST /items/:id/embargoes', 'open', takesPart, { body: embargo }),
  row('POST /items/:id/embargoes', 'closed', inside, { body: embargo }),
  row('POST /embargoes/:id/review', 'open', takesPart, { before: embargoed, body: () => ({ reason: 'Afventer', reviewAt: embargo().reviewAt }) }),
  row('POST /embargoes/:id/review', 'closed', inside, { before: embargoed, body: () => ({ reason: 'Afventer', reviewAt: embargo().reviewAt }) }),
  // The police alone (AC76).
  row('POST /embargoes/:id/lift', 'open', 'in not not ok no no no no no no', { before: embargoed, body: () => ({ reason: 'Anholdt' }) }),
  row('POST /embargoes/:id/lift', 'closed', 'in not not no no no no no no no', { before: embargoed, body: () => ({ reason: 'Anholdt' }) }),
  row('GET /items/:id/plans', 'open', takesPart),
  row('GET /items/:id/plans', 'closed', inside),
  row('POST /items/:id/plan-steps', 'open', takesPart, { body: (scene) => planStep(scene.who.caseworker) }),
  row('POST /items/:id/plan-steps', 'closed', inside, { body: (scene) => planStep(scene.who.caseworker) }),
  row('PUT /plan-steps/:id', 'open', takesPart, { body: (scene) => ({ ...planStep(scene.who.caseworker), text: 'En anden samtale' }) }),
  row('PUT /plan-steps/:id', 'closed', inside, { body: (scene) => ({ ...planStep(scene.who.caseworker), text: 'En anden samtale' }) }),
  row('POST /plan-steps/:id/position', 'open', takesPart, { body: () => ({ afterStepId: null }) }),
  row('POST /plan-steps/:id/position', 'closed', inside, { body: () => ({ afterStepId: null }) }),
  row('POST /plan-steps/:id/withdraw', 'open', takesPart, { body: () => ({ reason: 'Ikke nødvendigt' }) }),
  row('POST /plan-steps/:id/withdraw', 'closed', inside, { body: () => ({ reason: 'Ikke nødvendigt' }) }),

  // Guests (AC100-AC106)
  row('GET /guest', 'any', 'in no no no no no no no no no ok ok'),
  row('POST /meetings/:id/guests/preview', 'any', coordinates, { body: invited }),
  row('POST /meetings/:id/guests/preview', 'open', coordinates, { body: (scene) => ({ ...invited(), itemId: scene.open.itemId }) }),
  row('POST /meetings/:id/guests/preview', 'closed', coordinatesInside, { body: (scene) => ({ ...invited(), itemId: scene.closed.itemId }) }),
  row('POST /meetings/:id/guests', 'closed', coordinatesInside, { body: (scene) => ({ ...invited(), itemId: scene.closed.itemId, disclosureReason: 'Tolker' }) }),
  row('POST /guests/:id/renew', 'any', coordinates),
  row('POST /guests/:id/revoke', 'any', coordinates),

  // The words of an item
  row('POST /documents/:id/ticket', 'open', `${takesPart} ok ok`),
  row('POST /documents/:id/ticket', 'closed', inside),
  row('POST /documents/:id/not-cpr', 'open', `${takesPart} no ok`, { body: () => ({ number: '010203-1234' }) }),
  row('POST /documents/:id/not-cpr', 'closed', inside, { body: () => ({ number: '010203-1234' }) }),

  // Decisions: those of the item, and the leaders of the authority that decided
  ...['', '/extract.json', '/extract.html', '/extract.pdf', '/follow-ups'].flatMap((what) => [row(`GET /decisions/:id${what}`, 'open', takesPartOrLeads), row(`GET /decisions/:id${what}`, 'closed', insideOrLeads)]),
  row('POST /decisions/:id/confirm', 'open', leads),
  row('POST /decisions/:id/confirm', 'closed', leadsClosed),
  row('POST /decisions/:id/return', 'open', leads, { body: () => ({ comment: 'Hvorfor?' }) }),
  row('POST /decisions/:id/return', 'closed', leadsClosed, { body: () => ({ comment: 'Hvorfor?' }) }),
  row('POST /decisions/:id/escalate', 'open', leads, { body: escalation }),
  row('POST /decisions/:id/escalate', 'closed', leadsClosed, { body: escalation }),
  row('POST /decisions/confirm', 'open', everybody, { body: (_scene, place) => ({ decisions: [{ id: place.decisionId, version: 1 }] }) }),
  row('POST /decisions/:id/correction', 'open', 'in ok ok ok no no no no no no', { body: (scene) => ({ ...decision(scene), why: 'Forkert frist' }) }),
  row('POST /decisions/:id/correction', 'closed', 'in ok ok no no no no no no no', { body: (scene) => ({ ...decision(scene), why: 'Forkert frist' }) }),

  // Follow-ups: those of the item, who promised it, and the leaders of that authority
  row('GET /follow-ups/:id', 'open', takesPartOrLeads),
  row('GET /follow-ups/:id', 'closed', insideOrLeads),
  row('POST /follow-ups/:id/state', 'open', 'in ok ok not no ok no no no no', { body: () => ({ state: 'done' }) }),
  row('POST /follow-ups/:id/state', 'closed', insideOrLeads, { body: () => ({ state: 'done' }) }),

  // Minutes
  row('GET /meetings/:id/minutes', 'any', takesPart),
  row('POST /meetings/:id/minutes/send', 'any', coordinates),
  row('POST /meetings/:id/minutes/withdraw', 'any', coordinates, { before: sent, body: () => ({ reason: 'For tidligt' }) }),
  row('POST /meetings/:id/minutes/reminders', 'any', coordinates, { before: sent, body: (scene) => ({ authorityId: scene.who.officer.person.authority.id }) }),
  row('POST /meetings/:id/minutes/change-requests', 'open', 'in ok not ok no no no no no no', { before: sent, body: (_scene, place) => ({ itemId: place.itemId, version: 1, text: 'Ret' }) }),
  row('POST /meetings/:id/minutes/change-requests', 'closed', 'in ok not no no no no no no no', { before: sent, body: (_scene, place) => ({ itemId: place.itemId, version: 1, text: 'Ret' }) }),
  row('POST /meetings/:id/minutes/approve', 'any', 'in ok not ok no no no no no no', { before: sent, body: digest }),
  row('POST /meetings/:id/minutes/change-requests/:requestId/withdraw', 'open', 'in ok not not no no no no no no', { before: changeAsked }),
  row('POST /meetings/:id/minutes/change-requests/:requestId/withdraw', 'closed', 'in ok not no no no no no no no', { before: changeAsked }),
  row('POST /meetings/:id/minutes/resend', 'open', coordinates, { before: changeAsked, body: (_scene, place) => ({ itemId: place.itemId, version: 1, outcome: 'declined', text: 'Nej' }) }),
  row('POST /meetings/:id/minutes/resend', 'closed', coordinatesInside, { before: changeAsked, body: (_scene, place) => ({ itemId: place.itemId, version: 1, outcome: 'declined', text: 'Nej' }) }),
  row('POST /meetings/:id/minutes/addenda', 'open', coordinates, { before: approved, body: (_scene, place) => ({ itemId: place.itemId, text: 'Tilføjet' }) }),
  row('POST /meetings/:id/minutes/addenda', 'closed', coordinatesInside, { before: approved, body: (_scene, place) => ({ itemId: place.itemId, text: 'Tilføjet' }) }),
  row('GET /meetings/:id/minutes/proof', 'any', takesPart, { before: approved }),

  // Filing, holds and deletion: the municipality owns the meeting
  row('GET /filings/waiting', 'any', everybody),
  row('GET /meetings/:id/retention', 'any', takesPart, { before: approved }),
  // The police take part without a coordinator: then whoever takes part for them files.
  row('POST /meetings/:id/filings', 'any', 'in ok not ok no no no no no no', { before: approved, body: () => ({ reference: 'ESDH 2026-4711', filedOn: '2026-11-23' }) }),
  row('POST /meetings/:id/filings/retract', 'any', 'in ok not ok no no no no no no', { before: filed }),
  row('POST /meetings/:id/holds', 'any', 'in ok not ok no no no no no no', { before: approved, body: () => ({ reason: 'Klagesag' }) }),
  row('POST /meetings/:id/holds', 'closed', 'in ok not no no no no no no no', { before: approved, body: (_scene, place) => ({ itemId: place.itemId, reason: 'Klagesag' }) }),
  // Set by the municipality, and released by it alone.
  row('POST /meetings/:id/holds/:holdId/release', 'any', 'in ok not not no no no no no no', { before: held, body: () => ({ reason: 'Afgjort' }) }),
  row('POST /meetings/:id/holds/:holdId/release', 'closed', 'in ok not no no no no no no no', { before: heldClosed, body: () => ({ reason: 'Afgjort' }) }),
  row('POST /meetings/:id/deletion/confirm', 'any', 'in ok not not no no no no no no', { before: announced, body: (scene) => ({ on: scene.dueOn }) }),
  row('GET /administration/retention-rules', 'any', 'in not not not not not not not ok not'),
  row('POST /administration/retention-rules', 'any', 'in not not not not not not not ok not', { before: ruleRead, body: (scene) => ({ kindId: 'section115CaseMeeting', months: 12, waitingDays: 30, secondPerson: true, version: scene.ruleVersion }) }),
  row('GET /administration/deletions', 'any', 'in not not not not not not not ok not'),
  row('POST /administration/deletions/:id/confirm', 'any', 'in not not not not not not not ok not', { before: announced, body: (scene) => ({ on: scene.dueOn }) }),

  // What is approved, cancelled or taken off stands still
  row('POST /items/:id/follow-ups', 'open', 'in not not not no no no no no no', { before: approved, body: (scene) => ({ text: 'Skriver', ownerPersonId: scene.who.caseworker.person.id, deadline: '2026-12-24' }) }),
  row('POST /documents/:id/ticket', 'open', `${takesPart} ok ok`, { before: approved }),
  row('GET /items/:id', 'open', takesPart, { before: approved }),
  row('GET /items/:id', 'closed', inside, { before: approved }),
  row('PUT /items/:id/audience', 'closed', coordinatesInside, { before: approved, body: () => ({ kind: 'all', disclosureReason: 'De skal med.' }) }),
  row('POST /items/:id/cases', 'list', 'in not not not no no no no no no', { before: cancelled, body: () => ({ caseReference: 'Sag 2026-078', plannedMinutes: 5 }) }),
  row('GET /items/:id', 'list', takesPart, { before: cancelled }),
];

/** What answers outside the API (whole paths), where no session counts, and by what it lets in. */
export const outside: Readonly<Record<string, string>> = {
  'GET /health/live': 'for supervisors; says that the process runs',
  'GET /health/ready': 'for supervisors; says that the database answers',
  'POST /oidc/:providerId/backchannel-logout': 'by the signature of an identity provider; test/identity',
  'POST /inbound-mail': 'by the signature of a mail server; test/meeting-mail.spec.ts',
  'GET /ical/:file': 'by the secret of a calendar link; test/calendar-feed.spec.ts',
  // By a key of user management, which is looked at before the route is; test/scim.spec.ts.
  ...Object.fromEntries(
    [
      ...['ServiceProviderConfig', 'Schemas', 'Schemas/:id', 'ResourceTypes', 'ResourceTypes/:id'].map((path) => `GET /scim/v2/${path}`),
      ...['Users', 'Groups'].flatMap((noun) => [`GET /scim/v2/${noun}`, `POST /scim/v2/${noun}`, ...['GET', 'PUT', 'PATCH', 'DELETE'].map((method) => `${method} /scim/v2/${noun}/:id`)]),
      ...['Me', 'Bulk', '.search', 'Users/.search', 'Groups/.search', '*rest'].map((path) => `ALL /scim/v2/${path}`),
    ].map((route) => [route, 'by a key of user management; test/scim.spec.ts']),
  ),
  // The framework's own, for what stands without the prefix of the API: it hands on what it gets.
  ...Object.fromEntries(unprefixed.map((path) => [`ALL /${path}`, 'passes on; what nothing else answers is not found'])),
};

/** What the table leaves to other tests, and why. */
export const elsewhere: Readonly<Record<string, string>> = {
  'GET /configuration': 'says before sign-in whether this is demo mode',
  'GET /demo/people': 'demo mode, before sign-in',
  'POST /demo/sign-in': 'demo mode, before sign-in',
  'GET /sign-in/providers': 'before sign-in; test/identity',
  'GET /sign-in/:providerId': 'before sign-in; test/identity',
  'GET /sign-in/:providerId/callback': 'before sign-in; test/identity',
  'POST /first-administrator/options': 'before sign-in; test/identity',
  'POST /first-administrator/sign-in': 'before sign-in; test/identity',
  'POST /guest/sign-in': 'before sign-in; test/guests.spec.ts',
  'POST /poll-links/read': 'by a link, without sign-in; test/polls.spec.ts',
  'PUT /poll-links/answer': 'by a link, without sign-in; test/polls.spec.ts',
  'DELETE /sessions': 'ends sessions that the other rows need; test/identity/people.spec.ts',
  'DELETE /sessions/:id': 'of oneself alone; test/identity/people.spec.ts',
  'DELETE /session': 'ends the session that the other rows need',
};
