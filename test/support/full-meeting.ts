import { expect } from '@jest/globals';
import * as Y from 'yjs';
import { meetingOf, newDecision, openItems, type OutlineItem } from './story.js';
import { boernehusHovedstaden, eksempelby, nordsjaelland, type Answer, type Browser, type TestServer } from './test-server.js';
import { until, Writer } from './writer.js';

/** Answers the body of what has to succeed. */
export async function did<Body>(asked: Promise<Answer<Body>>): Promise<Body> {
  const { status, body } = await asked;
  expect([status < 300, body]).toEqual([true, body]);
  return body;
}

/** Every element and mark of the editor, with these words in it. */
export async function writeAll(who: Browser, documentId: string, field: 'agenda' | 'minutes', words: string): Promise<void> {
  const writer = await Writer.open(who, documentId, field);
  const sent = writer.sent;
  writer.doc.transact(() => {
    const text = (content: string, marks: Record<string, object> = {}) => {
      const one = new Y.XmlText();
      one.insert(0, content, marks);
      return one;
    };
    const element = (name: string, inner: (Y.XmlElement | Y.XmlText)[], attributes: Record<string, number> = {}) => {
      const one = new Y.XmlElement(name);
      for (const [key, value] of Object.entries(attributes)) one.setAttribute(key, value as unknown as string);
      one.insert(0, inner);
      return one;
    };
    const paragraph = (content: string) => element('paragraph', [text(content)]);
    const item = (...inner: Y.XmlElement[]) => element('listItem', inner);
    writer.doc.getXmlFragment(field).push([
      element('heading', [text(`${words}, overskrift`)], { level: 1 }),
      element('heading', [text(`${words}, underoverskrift`)], { level: 2 }),
      element('paragraph', [text(`${words}, `), text('fremhævet', { bold: {} }), text(' og '), text('skråt', { italic: {} }), element('hardBreak', []), text('på næste linje')]),
      element('bulletList', [item(paragraph(`${words}, punktopstilling`), element('orderedList', [item(paragraph('tredje skridt')), item(paragraph('fjerde skridt'))], { start: 3 }))]),
      element('blockquote', [paragraph(`“${words}, citat”`)]),
    ]);
  });
  await until('stored', () => writer.sent > sent && writer.acknowledged >= writer.sent);
  writer.close();
}

/**
 * A consultation with everything that an agenda and minutes can hold, while its minutes are being written: replies, a
 * substitute, guests of the meeting and of one item, attendance, every element of the editor, preparations with each
 * answer, decisions and follow-ups in every state, both plans, an item that is closed to some and one that was not taken.
 */
export async function fullMeeting(server: TestServer) {
  const signIn = (authorityId: string, role: 'coordinator' | 'participant' | 'leader', nth = 0) => server.signIn({ authorityId, role, nth });
  const coordinator = await signIn(eksempelby, 'coordinator');
  const caseworker = await signIn(eksempelby, 'participant');
  const leader = await signIn(eksempelby, 'leader');
  const chief = await signIn(eksempelby, 'leader', 1);
  const officer = await signIn(nordsjaelland, 'participant');
  const substitute = await signIn(nordsjaelland, 'participant', 1);
  const police = await signIn(nordsjaelland, 'coordinator');
  const psychologist = await signIn(boernehusHovedstaden, 'participant');
  const house = await signIn(boernehusHovedstaden, 'coordinator');
  const startLocal = server.clock.now().add({ hours: 1 }).toZonedDateTimeISO('Europe/Copenhagen').toPlainDateTime().toString({ smallestUnit: 'minute' });
  const invited = [caseworker, officer, police, psychologist, house].map((one) => one.person.membershipId);
  const { id: meetingId } = await did(
    coordinator.post<{ id: string }>('/api/v1/meetings', { kindId: 'caseConsultation', title: 'Samråd om søskende', startLocal, durationMinutes: 90, place: 'Børnehuset, stuen til venstre', authorityIds: [nordsjaelland, boernehusHovedstaden], participantMembershipIds: invited }),
  );
  const at = `/api/v1/meetings/${meetingId}`;
  const reply = (who: Browser, body: object) => did(who.put(`${at}/reply`, body));
  await reply(caseworker, { partStat: 'accepted' });
  await reply(police, { partStat: 'tentative' });
  await reply(psychologist, { partStat: 'declined' });
  await reply(officer, { partStat: 'delegated', substituteMembershipId: substitute.person.membershipId, disclosureReason: 'Jeg er forhindret.' });

  const template = openItems(await meetingOf(coordinator, meetingId)).map((entry) => entry.item);
  const [first, second, third] = template.filter((item) => item.legalBasis !== null) as [Item, Item, Item];
  const loose = await did(coordinator.post<Item>(`${at}/items`, { title: 'Praktisk om huset', section: 'Til sidst', plannedMinutes: 5, outputType: 'information' }));
  const untaken = await did(coordinator.post<Item>(`${at}/items`, { title: 'Det nåede vi ikke', plannedMinutes: 5, outputType: 'discussion' }));
  await did(coordinator.put(`/api/v1/items/${untaken.id}/state`, { state: 'omitted', reason: 'Tiden løb fra os.' }));
  await did(coordinator.put(`/api/v1/items/${second.id}/audience`, { kind: 'restricted', authorityIds: [eksempelby, boernehusHovedstaden], personIds: [officer.person.id], disclosureReason: 'De skal bruge det.' }));
  await did(coordinator.put(`/api/v1/items/${third.id}/audience`, { kind: 'restricted', authorityIds: [nordsjaelland], personIds: [coordinator.person.id], disclosureReason: 'De skal bruge det.' }));

  // Preparations, with each of the answers.
  const prepared = await did(police.put<{ own: { documentId: string } }>(`/api/v1/items/${first.id}/preparations/own`, {}));
  await writeAll(police, prepared.own.documentId, 'agenda', 'Politiets forberedelse');
  for (const who of [coordinator, psychologist]) await did(who.put(`/api/v1/items/${first.id}/preparations/own`, {}));
  const answers: [Browser, string][] = [[police, 'released'], [coordinator, 'orally'], [psychologist, 'nothing']];
  for (const [who, answer] of answers) await did(who.post(`/api/v1/items/${first.id}/preparations/own/answer`, { answer }));
  await writeAll(caseworker, first.documentId, 'agenda', 'Oplæg om begge børn');
  await writeAll(officer, third.documentId, 'agenda', 'Oplæg fra politiet alene');

  // The basis of a consultation admits no guests; that of this item does.
  await server.unitOfWork.run((tx) => tx.query('UPDATE agenda_item SET admitted_sectors = NULL WHERE id = $1', [loose.id]));
  const to = server.clock.now().add({ hours: 48 }).toString();
  const guest = { sector: 'other', purpose: 'interpreter', mayWrite: false, to, disclosureReason: 'Familien taler polsk.' };
  const interpreter = await did(coordinator.post<{ membershipId: string }>(`${at}/guests`, { ...guest, name: 'Ib Tolkesen', organisation: 'Tolkene i Eksempelby', itemId: null }));
  const adviser = await did(coordinator.post<{ membershipId: string }>(`${at}/guests`, { ...guest, name: 'Eva Rådgiver', organisation: 'Rådgiverne', purpose: 'adviser', itemId: loose.id }));

  server.clock.advance({ hours: 2 });
  const marks: [string, string][] = [[caseworker.person.membershipId, 'present'], [police.person.membershipId, 'late'], [psychologist.person.membershipId, 'excused'], [substitute.person.membershipId, 'absent'], [interpreter.membershipId, 'present'], [adviser.membershipId, 'late']];
  await did(coordinator.put(`${at}/attendance`, { entries: marks.map(([membershipId, state]) => ({ membershipId, state })) }));
  await writeAll(caseworker, first.documentId, 'minutes', 'Det blev sagt om begge børn');
  await writeAll(psychologist, second.documentId, 'minutes', 'Børnehuset fortalte');
  await writeAll(officer, third.documentId, 'minutes', 'Politiet fortalte alene');

  // Decisions, in every state.
  const decide = (text: string, changes: object = {}) => did(coordinator.post<{ id: string }>(`/api/v1/items/${first.id}/decisions`, newDecision(caseworker, { legalBasisId: 'bl-126', text, reasons: `Fordi: ${text}`, deadline: '2027-01-14', ...changes })));
  const recorded = await decide('Kommunen undersøger\nom skolen ved noget.', { caseReference: null });
  const confirmed = await decide('SSP-konsulenten kontakter familien.');
  await did(leader.post(`/api/v1/decisions/${confirmed.id}/confirm`, { comment: 'Det er rigtigt set.' }));
  const returned = await decide('Der holdes et møde til.');
  await did(leader.post(`/api/v1/decisions/${returned.id}/return`, { comment: 'Hvem indkalder?' }));
  const superseded = await decide('Faderen høres.');
  const correction = await did(caseworker.post<{ id: string }>(`/api/v1/decisions/${superseded.id}/correction`, { ...newDecision(caseworker, { legalBasisId: 'bl-126', text: 'Moderen høres.' }), why: 'Det var moderen.' }));
  const escalated = await decide('Der søges om midler.');
  await did(leader.post(`/api/v1/decisions/${escalated.id}/escalate`, { toMembershipId: chief.person.membershipId, reason: 'Det er chefens penge.' }));
  await did(coordinator.post(`/api/v1/items/${third.id}/decisions`, newDecision(officer, { legalBasisId: 'bl-126', text: 'Politiet kører forbi.', caseReference: 'Sag 2026-077' })));

  // Follow-ups, in every state.
  const promise = async (text: string, state: object | null, changes: object = {}) => {
    const { id } = await did(coordinator.post<{ id: string }>(`/api/v1/items/${first.id}/follow-ups`, { text, ownerPersonId: caseworker.person.id, deadline: '2027-01-10', caseReference: 'Sag 2026-014', ...changes }));
    if (state !== null) await did(caseworker.post(`/api/v1/follow-ups/${id}/state`, state));
  };
  await promise('Ring til skolen', null, { decisionId: confirmed.id });
  await promise('Skriv til lægen', { state: 'done' }, { caseReference: null, decisionId: confirmed.id });
  await promise('Besøg hjemmet', { state: 'notDone', reason: 'Ingen hjemme' });
  await promise('Spørg naboen', { state: 'overtaken', reason: 'Naboen er flyttet' });
  await promise('Tal med træneren', { state: 'handedOver', reason: 'Ferie', newOwnerPersonId: police.person.id });

  // Both plans, with steps that wait and steps that are over.
  const plan = async (step: object) => did(caseworker.post<{ plans: { steps: { text: string; followUp: { id: string } }[] }[] }>(`/api/v1/items/${first.id}/plan-steps`, { plan: 'sequence', kind: 'childInterview', ownerPersonId: caseworker.person.id, day: '2027-02-26', time: null, place: null, trustedAdult: null, awaits: null, caseReference: null, ...step }));
  await plan({ text: 'Samtale i trygge rammer', time: '09:30', place: 'Skolens bibliotek', trustedAdult: 'mormor', caseReference: 'Sag 2026-014' });
  await plan({ text: 'Samtale med tegninger', kind: 'videoInterview', ownerPersonId: officer.person.id });
  await plan({ plan: 'informing', kind: 'custodyHolders', text: 'At der er en anmeldelse', awaits: 'police', ownerPersonId: officer.person.id });
  const { plans } = await plan({ plan: 'informing', kind: 'school', text: 'At barnet er væk fredag', awaits: 'municipality' });
  const over = plans.flatMap(({ steps }) => steps).find((step) => step.text === 'At barnet er væk fredag')!;
  await did(caseworker.post(`/api/v1/follow-ups/${over.followUp.id}/state`, { state: 'done' }));

  return { coordinator, caseworker, leader, chief, officer, substitute, police, psychologist, house, meetingId, first, second, third, loose, decisions: { recorded, confirmed, returned, superseded, correction, escalated } };
}

type Item = OutlineItem['item'];
