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
  expect((await who.put(`/api/v1/items/${itemId}/audience`, { kind: 'restricted', authorityIds, personIds, disclosureReason: 'De skal bruge det på mødet.' })).status).toBe(200);
}


/** What the tests look at of the way of minutes. */
export interface Minutes {
  state: string;
  round: number;
  due: string | null;
  digest: string | null;
  hash: string | null;
  isFreezing: boolean;
  canSend: boolean;
  canApprove: boolean;
  parts: { itemId: string | null; state: string; version: number; requests: { id: string; authority: { id: string }; text: string }[] }[];
  authorities: { authority: { id: string }; state: string; by: { name: string } | null; waitingSince: string | null; remindedAt: string | null; canRemind: boolean; missing: { itemId: string | null }[] }[];
  timeline: { kind: string; by: { name: string } | null; text: string | null; parts: { itemId: string | null }[] }[];
}

export const path = (meetingId: string, what: string) => `/api/v1/meetings/${meetingId}/minutes/${what}`;

export async function minutesOf(who: Browser, meetingId: string): Promise<Minutes> {
  const answer = await who.get<Minutes>(`/api/v1/meetings/${meetingId}/minutes`);
  expect(answer.status).toBe(200);
  return answer.body;
}

export async function send(who: Browser, meetingId: string): Promise<Minutes> {
  const answer = await who.post<Minutes>(path(meetingId, 'send'));
  expect(answer.status).toBe(200);
  return answer.body;
}

/** Approves what this person has on the screen. */
export async function approve(who: Browser, meetingId: string): Promise<Minutes> {
  const { digest } = await minutesOf(who, meetingId);
  const answer = await who.post<Minutes>(path(meetingId, 'approve'), { digest });
  expect(answer.status).toBe(200);
  return answer.body;
}

export async function requestChange(who: Browser, meetingId: string, itemId: string | null, text: string): Promise<Minutes> {
  const version = (await minutesOf(who, meetingId)).parts.find((part) => part.itemId === itemId)!.version;
  const answer = await who.post<Minutes>(path(meetingId, 'change-requests'), { itemId, version, text });
  expect(answer.status).toBe(201);
  return answer.body;
}
