import { expect } from '@jest/globals';
import type { MeetingDocument } from '@lib/contracts/meeting-document.js';
import { meetingOf, openItems } from './story.js';
import { boernehusHovedstaden, eksempelby, nordsjaelland, type Browser, type TestServer } from './test-server.js';
import { until, Writer } from './writer.js';

/** A consultation of municipality, police and børnehus that has begun, an hour after it was called. */
export async function consultation(server: TestServer) {
  const coordinator = await server.signIn({ authorityId: eksempelby, role: 'coordinator' });
  const caseworker = await server.signIn({ authorityId: eksempelby, role: 'participant' });
  const officer = await server.signIn({ authorityId: nordsjaelland, role: 'participant' });
  const police = await server.signIn({ authorityId: nordsjaelland, role: 'coordinator' });
  const psychologist = await server.signIn({ authorityId: boernehusHovedstaden, role: 'participant' });
  const startLocal = server.clock.now().add({ hours: 1 }).toZonedDateTimeISO('Europe/Copenhagen').toPlainDateTime().toString({ smallestUnit: 'minute' });
  const created = await coordinator.post<{ id: string }>('/api/v1/meetings', {
    kindId: 'caseConsultation',
    startLocal,
    durationMinutes: 60,
    place: 'Børnehuset, stuen',
    authorityIds: [nordsjaelland, boernehusHovedstaden],
    participantMembershipIds: [caseworker, officer, police, psychologist].map((one) => one.person.membershipId),
  });
  expect(created.status).toBe(201);
  server.clock.advance({ hours: 2 });
  const meetingId = created.body.id;
  const items = openItems(await meetingOf(coordinator, meetingId)).map((entry) => entry.item);
  return { coordinator, caseworker, officer, police, psychologist, meetingId, items };
}

/** Writes one paragraph of minutes and waits until it is stored. */
export async function write(who: Browser, documentId: string, text: string): Promise<void> {
  const writer = await Writer.open(who, documentId, 'minutes');
  writer.type(text);
  await until('stored', () => writer.stored.includes(text));
  writer.close();
}

export async function documentOf(who: Browser, meetingId: string, kind: 'agenda' | 'minutes' = 'minutes', authorityId?: string): Promise<MeetingDocument> {
  const answer = await who.get<MeetingDocument>(`/api/v1/meetings/${meetingId}/documents/${kind}.json${authorityId === undefined ? '' : `?authority=${authorityId}`}`);
  expect(answer.status).toBe(200);
  return answer.body;
}

/** Closes an item to all but these authorities. */
export async function narrow(who: Browser, itemId: string, authorityIds: string[], personIds: string[] = []): Promise<void> {
  expect((await who.put(`/api/v1/items/${itemId}/audience`, { kind: 'restricted', authorityIds, personIds })).status).toBe(200);
}

