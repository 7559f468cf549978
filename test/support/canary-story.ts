import { expect } from '@jest/globals';
import { documentOf, minutesOf, path, requestChange, send } from './minutes-story.js';
import { planStep } from './authorisation-scene.js';
import { meetingOf, newDecision, openItems, section115, type Series } from './story.js';
import { aKey, boernehusHovedstaden, eksempelby, nordsjaelland, type Answer, type Browser, type TestServer } from './test-server.js';
import { until, Writer } from './writer.js';

/** Plants a text in a field (`Schema.property`, or `document …` for the editors) and answers it. */
export type Plant = (field: string, kind?: 'word' | 'case') => string;

/**
 * Writes in every field that takes a text, as the people would for whom it is there, and reads it back.
 *
 * @returns what they were answered, one after the other
 */
export async function planEverywhere(server: TestServer, plant: Plant): Promise<string> {
  const answers: string[] = [];
  const did = async <Body>(asked: Promise<Answer<Body>>): Promise<Body> => {
    const { status, body } = await asked;
    expect([status < 300, body]).toEqual([true, body]);
    return body;
  };
  /** What is written is looked at afterwards, where it is read. */
  const see = async (who: Browser, at: string): Promise<void> => void answers.push(JSON.stringify(await did(who.get(`/api/v1${at}`))));
  const write = async (who: Browser, documentId: string, field: 'title' | 'agenda' | 'minutes', text: string): Promise<void> => {
    const writer = await Writer.open(who, documentId, field);
    writer.type(text);
    await until('stored', () => writer.stored.includes(text));
    writer.close();
    const reader = await Writer.open(who, documentId, field);
    answers.push(reader.text.toString());
    reader.close();
  };

  const { coordinator, caseworker, leader, officer, meetingId: seriesMeetingId } = await section115(server);
  const chief = await server.signIn({ authorityId: eksempelby, role: 'leader', nth: 1 });
  const second = await server.signIn({ authorityId: nordsjaelland, role: 'participant', nth: 1 });
  const police = await server.signIn({ authorityId: nordsjaelland, role: 'coordinator' });
  const psychologist = await server.signIn({ authorityId: boernehusHovedstaden, role: 'participant' });
  const auditor = await server.signIn({ authorityId: eksempelby, role: 'auditor' });
  const take = [caseworker, officer].map((one) => one.person.membershipId);

  // A series, and what is said of it.
  const series = await did(
    coordinator.post<Series & { version: number }>('/api/v1/series', {
      kindId: 'section115HandoverMeeting', title: plant('NewSeriesBody.title'), place: plant('NewSeriesBody.place'),
      startLocal: '2026-12-08T10:00', recurrence: { kind: 'weekly' }, durationMinutes: 60, authorityIds: [nordsjaelland], participantMembershipIds: take,
    }),
  );
  await see(officer, `/series/${series.id}`);
  await see(officer, `/meetings/${series.occurrences[0]!.meetingId!}`);
  await did(officer.put(`/api/v1/series/${series.id}/reply`, { partStat: 'tentative', note: plant('SeriesReplyBody.note') }));
  await see(coordinator, `/meetings/${series.occurrences[1]!.meetingId!}`);
  await did(officer.put(`/api/v1/meetings/${series.occurrences[0]!.meetingId!}/reply`, { partStat: 'declined', note: plant('ReplyBody.note') }));
  await see(coordinator, `/meetings/${series.occurrences[0]!.meetingId!}`);
  // Somebody in her place, for one meeting and for all of them; the reasons are read by the auditor.
  const deputy = { substituteMembershipId: (await server.signIn({ authorityId: nordsjaelland, role: 'leader' })).person.membershipId };
  await did(officer.put(`/api/v1/meetings/${series.occurrences[2]!.meetingId!}/reply`, { partStat: 'delegated', ...deputy, disclosureReason: plant('ReplyBody.disclosureReason') }));
  await did(officer.put(`/api/v1/series/${series.id}/substitute`, { ...deputy, fromDate: '2026-12-29', disclosureReason: plant('SendToSeriesBody.disclosureReason') }));
  await did(
    coordinator.post(`/api/v1/series/${series.id}/changes`, {
      title: plant('ApplySeriesChangeBody.title'), place: plant('ApplySeriesChangeBody.place'), reason: plant('ApplySeriesChangeBody.reason'),
      times: { startTime: '10:30', durationMinutes: 60, holidayPolicy: 'keep', recurrence: { kind: 'weekly', days: ['TU'] } },
      add: [second.person.membershipId], disclosureReason: plant('ApplySeriesChangeBody.disclosureReason'),
    }),
  );
  await see(officer, `/series/${series.id}`);
  await see(officer, `/meetings/${series.occurrences[1]!.meetingId!}`);
  await see(officer, `/meetings/${series.occurrences[1]!.meetingId!}/changes`);
  const [moved, cancelled] = [series.occurrences[2]!.meetingId!, series.occurrences[3]!.meetingId!];
  await did(coordinator.post(`/api/v1/meetings/${moved}/move`, { startLocal: '2026-12-23T14:00', durationMinutes: 60, reason: plant('MoveBody.reason') }));
  await did(coordinator.put(`/api/v1/meetings/${moved}/place`, { place: plant('PlaceBody.place'), videoLink: null }));
  const when = { slots: ['2026-12-29T09:00', '2026-12-30T09:00'], durationMinutes: 60, answerBy: '2026-12-28' };
  const polled = await did(
    coordinator.post<{ meetingId: string }>('/api/v1/polls', { kindId: 'section115HandoverMeeting', title: plant('NewMeetingPollBody.title'), place: plant('NewMeetingPollBody.place'), authorityIds: [nordsjaelland], participantMembershipIds: [officer.person.membershipId], ...when }),
  );
  const pollId = (await did(coordinator.get<{ poll: { id: string } }>(`/api/v1/meetings/${polled.meetingId}/poll`))).poll.id;
  await did(coordinator.post(`/api/v1/meetings/${polled.meetingId}/poll/outsiders`, { pollId, name: plant('PollOutsiderBody.name') }));
  await see(coordinator, `/meetings/${polled.meetingId}/poll`);
  await did(coordinator.post(`/api/v1/meetings/${polled.meetingId}/poll/choose`, { pollId, startLocal: when.slots[0], reason: plant('ChooseSlotBody.reason') }));
  for (const at of ['', '/changes']) await see(officer, `/meetings/${polled.meetingId}${at}`);
  await did(coordinator.post(`/api/v1/meetings/${cancelled}/cancel`, { reason: plant('CancelBody.reason') }));
  for (const id of [moved, cancelled]) {
    await see(officer, `/meetings/${id}`);
    await see(officer, `/meetings/${id}/changes`);
  }

  // A consultation, with an agenda.
  const startLocal = server.clock.now().add({ hours: 1 }).toZonedDateTimeISO('Europe/Copenhagen').toPlainDateTime().toString({ smallestUnit: 'minute' });
  const meeting = await did(
    coordinator.post<{ id: string }>('/api/v1/meetings', {
      kindId: 'caseConsultation', title: plant('NewMeetingBody.title'), place: plant('NewMeetingBody.place'), startLocal, durationMinutes: 60,
      authorityIds: [nordsjaelland, boernehusHovedstaden], participantMembershipIds: [...take, police.person.membershipId, psychologist.person.membershipId],
    }),
  );
  const at = `/meetings/${meeting.id}`;
  const item = await did(coordinator.post<{ id: string; documentId: string }>(`/api/v1${at}/items`, { title: plant('NewItemBody.title'), section: plant('NewItemBody.section'), plannedMinutes: 5, outputType: 'decision' }));
  await see(officer, at);
  await did(
    coordinator.put(`/api/v1/items/${item.id}/frame`, { ledBy: plant('ItemFrameBody.ledBy'), leadMembershipId: null, plannedMinutes: 5, outputType: 'decision', section: plant('ItemFrameBody.section'), mandatory: false, legalBasisId: 'bl-126' }),
  );
  await see(officer, `/items/${item.id}`);
  const extra = await did(coordinator.post<{ id: string }>(`/api/v1${at}/items`, { title: 'Et ekstra punkt', plannedMinutes: 5, outputType: 'discussion' }));
  await did(coordinator.put(`/api/v1/items/${extra.id}/audience`, { kind: 'restricted', authorityIds: [eksempelby], personIds: [] }));
  await did(coordinator.put(`/api/v1/items/${extra.id}/audience`, { kind: 'restricted', authorityIds: [eksempelby, nordsjaelland], personIds: [], disclosureReason: plant('AudienceBody.disclosureReason') }));
  await did(coordinator.put(`/api/v1/items/${extra.id}/state`, { state: 'omitted', reason: plant('ItemStateBody.reason') }));
  await see(coordinator, `/items/${extra.id}`);
  await did(coordinator.post(`/api/v1${at}/participants`, { membershipIds: [second.person.membershipId], disclosureReason: plant('InviteBody.disclosureReason') }));
  await did(coordinator.post(`/api/v1${at}/guests`, { name: plant('GuestInviteBody.name'), organisation: plant('GuestInviteBody.organisation'), sector: 'other', purpose: 'interpreter', itemId: null, mayWrite: false, to: server.clock.now().add({ hours: 48 }).toString(), disclosureReason: plant('GuestInviteBody.disclosureReason') }));
  await see(coordinator, at);

  // What a participant proposes, and why not.
  const proposal = (await did(officer.post<{ proposals: { id: string }[] }>(`/api/v1/meetings/${seriesMeetingId}/proposals`, { title: plant('NewProposalBody.title'), plannedMinutes: 15, outputType: 'discussion' }))).proposals.at(-1)!;
  await did(coordinator.post(`/api/v1/meetings/${seriesMeetingId}/proposals/${proposal.id}/decline`, { word: plant('DeclineProposalBody.word') }));
  await see(officer, `/meetings/${seriesMeetingId}/proposals`);

  // A list of children, and one of them on another track.
  const list = openItems(await meetingOf(coordinator, seriesMeetingId)).find((entry) => entry.item.perPerson)!.item;
  await did(coordinator.post(`/api/v1/items/${list.id}/cases`, { caseReference: plant('NewCaseBody.caseReference', 'case') }));
  await see(officer, `/meetings/${seriesMeetingId}`);
  const child = openItems(await meetingOf(coordinator, seriesMeetingId)).find((entry) => entry.parentId === list.id)!.item;
  const track = await did(
    coordinator.post<{ id: string }>(`/api/v1/items/${child.id}/other-track`, {
      meetingId: meeting.id, legalBasisId: 'bl-126', title: plant('OtherTrackBody.title'), caseReference: plant('OtherTrackBody.caseReference', 'case'), reason: plant('OtherTrackBody.reason'),
    }),
  );
  await see(coordinator, `/items/${track.id}`);

  // What is written together.
  await write(caseworker, item.documentId, 'title', plant('document title'));
  await write(caseworker, item.documentId, 'agenda', plant('document agenda'));
  const { own } = await did(caseworker.put<{ own: { documentId: string } }>(`/api/v1/items/${item.id}/preparations/own`, {}));
  await write(caseworker, own.documentId, 'agenda', plant('document preparation'));

  server.clock.advance({ hours: 2 });
  await write(caseworker, item.documentId, 'minutes', plant('document minutes'));

  // Decisions, follow-ups, plans.
  const decide = (changes: object) => did(coordinator.post<{ id: string }>(`/api/v1/items/${item.id}/decisions`, newDecision(caseworker, { legalBasisId: 'bl-126', ...changes })));
  const first = await decide({ text: plant('NewDecisionBody.text'), reasons: plant('NewDecisionBody.reasons'), caseReference: plant('NewDecisionBody.caseReference', 'case') });
  await did(leader.post(`/api/v1/decisions/${first.id}/escalate`, { toMembershipId: chief.person.membershipId, reason: plant('EscalateBody.reason') }));
  await did(chief.post(`/api/v1/decisions/${first.id}/return`, { comment: plant('ReturnBody.comment') }));
  await see(caseworker, `/decisions/${first.id}`);
  const corrected = await did(
    coordinator.post<{ id: string }>(`/api/v1/decisions/${first.id}/correction`, {
      ...newDecision(caseworker, { legalBasisId: 'bl-126' }), text: plant('CorrectionBody.text'), reasons: plant('CorrectionBody.reasons'), caseReference: plant('CorrectionBody.caseReference', 'case'), why: plant('CorrectionBody.why'),
    }),
  );
  await did(leader.post(`/api/v1/decisions/${corrected.id}/confirm`, { comment: plant('ConfirmBody.comment') }));
  await see(leader, `/decisions/${corrected.id}`);
  await see(leader, `/decisions/${corrected.id}/extract.json`);
  await see(leader, `/decisions/${first.id}`);
  const followUp = await did(
    coordinator.post<{ id: string }>(`/api/v1/items/${item.id}/follow-ups`, { text: plant('NewFollowUpBody.text'), caseReference: plant('NewFollowUpBody.caseReference', 'case'), ownerPersonId: caseworker.person.id, deadline: '2026-12-24' }),
  );
  await did(caseworker.post(`/api/v1/follow-ups/${followUp.id}/state`, { state: 'notDone', reason: plant('FollowUpAnswerBody.reason') }));
  await see(caseworker, `/follow-ups/${followUp.id}`);
  const step = planStep(caseworker);
  const { plans } = await did(
    coordinator.post<{ plans: { steps: { id: string; followUp: { id: string } }[] }[] }>(`/api/v1/items/${item.id}/plan-steps`, {
      ...step, text: plant('NewPlanStepBody.text'), place: plant('NewPlanStepBody.place'), trustedAdult: plant('NewPlanStepBody.trustedAdult'), caseReference: plant('NewPlanStepBody.caseReference', 'case'),
    }),
  );
  await see(caseworker, `/items/${item.id}/plans`);
  const planned = plans.flatMap((plan) => plan.steps)[0]!;
  await did(coordinator.post(`/api/v1/plan-steps/${planned.id}/withdraw`, { reason: plant('WithdrawStepBody.reason') }));
  await see(caseworker, `/follow-ups/${planned.followUp.id}`);

  // An embargo, until the police lift it.
  const inHours = (hours: number) => server.clock.now().add({ hours }).toString();
  const set = await did(caseworker.post<{ embargoes: { id: string }[] }>(`/api/v1/items/${item.id}/embargoes`, { parties: ['other'], other: plant('NewEmbargoBody.other'), reason: plant('NewEmbargoBody.reason'), reviewAt: inHours(24) }));
  const embargo = set.embargoes[0]!;
  await did(caseworker.post(`/api/v1/embargoes/${embargo.id}/review`, { reviewAt: inHours(48), reason: plant('EmbargoReviewBody.reason') }));
  await did(officer.post(`/api/v1/embargoes/${embargo.id}/lift`, { reason: plant('EmbargoReasonBody.reason') }));
  await see(officer, `/items/${item.id}/embargoes`);

  // Looking for it.
  await did(coordinator.post('/api/v1/search', { query: plant('SearchBody.query') }));
  await did(leader.post('/api/v1/decision-log/views', { name: plant('NewLogViewBody.name'), filter: { caseReference: plant('LogFilterParameters.caseReference', 'case') } }));
  await see(leader, '/decision-log/views');
  const askedFor = plant('?caseReference', 'case');
  for (const what of ['decisions', 'decision-log/export']) answers.push(JSON.stringify(await leader.get(`/api/v1/${what}?caseReference=${encodeURIComponent(askedFor)}&format=csv`)));
  const name = plant('?search');
  answers.push(name, JSON.stringify(await coordinator.get(`/api/v1/administration/people?search=${name}`)));

  // Minutes, until they are approved and added to.
  await send(coordinator, meeting.id);
  const asked = await requestChange(police, meeting.id, item.id, plant('ChangeRequestBody.text'));
  await did(coordinator.post(`/api/v1${at}/minutes/resend`, { itemId: item.id, version: asked.parts.find((part) => part.itemId === item.id)!.version, outcome: 'declined', text: plant('ResendBody.text') }));
  await see(officer, `${at}/minutes`);
  answers.push(JSON.stringify(await documentOf(caseworker, meeting.id)));
  await did(coordinator.post(`/api/v1${at}/minutes/withdraw`, { reason: plant('WithdrawMinutesBody.reason') }));
  await see(officer, `${at}/minutes`);
  await send(coordinator, meeting.id);
  for (const who of [caseworker, police, psychologist]) {
    const { digest, canApprove } = await minutesOf(who, meeting.id);
    if (canApprove) await did(who.post(path(meeting.id, 'approve'), { digest }, aKey()));
  }
  const { digest, canApprove } = await minutesOf(coordinator, meeting.id);
  if (canApprove) await did(coordinator.post(path(meeting.id, 'approve'), { digest }, aKey()));
  await did(coordinator.post(path(meeting.id, 'addenda'), { itemId: item.id, text: plant('AddendumBody.text') }));
  await see(caseworker, `${at}/documents/minutes.json`);

  // Filed, and held back from deletion.
  await did(coordinator.post(`/api/v1${at}/filings`, { reference: plant('FilingBody.reference'), filedOn: '2026-11-23' }));
  const { holds } = await did(coordinator.post<{ holds: { id: string }[] }>(`/api/v1${at}/holds`, { itemId: null, reason: plant('HoldBody.reason') }));
  await see(coordinator, `${at}/retention`);
  await did(coordinator.post(`/api/v1${at}/holds/${holds[0]!.id}/release`, { reason: plant('HoldReasonBody.reason') }));
  await see(coordinator, `${at}/retention`);

  // What an auditor asks and notes.
  const sample = await did(auditor.post<{ id: string; entries: unknown[] }>('/api/v1/audit/samples', { from: '2026-11-01T00:00:00Z', to: inHours(1), size: 1 }));
  await did(auditor.put(`/api/v1/audit/samples/${sample.id}/entries/1`, { verdict: 'followUp', note: plant('VerdictBody.note') }));
  await see(auditor, `/audit/samples/${sample.id}`);
  for (const [what, field] of [['cases', 'AuditCaseBody'], ['disclosures', 'CitizensOverviewBody']]) {
    const known = plant(`${field}.caseReference`, 'case');
    answers.push(known, JSON.stringify(await auditor.post(`/api/v1/audit/${what}`, { caseReference: known })));
  }
  // [AC98] Why something was shown to more people.
  await see(auditor, '/audit/disclosures?limit=200');
  return answers.join('\n');
}
