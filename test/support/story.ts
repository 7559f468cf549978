import { expect } from '@jest/globals';
import { eksempelby, nordsjaelland, type Browser, type TestServer } from './test-server.js';

export interface OutlineItem {
  closed: false;
  number: string | null;
  parentId: string | null;
  startInstant: string;
  endInstant: string;
  item: {
    id: string;
    documentId: string;
    title: string;
    plannedMinutes: number;
    perPerson: boolean;
    state: string;
    version: number;
    confidentiality: string;
    legalBasis: { id: string } | null;
    audience: { kind: string; authorities: { id: string }[]; persons: { id: string }[] };
    canWrite: boolean;
    canChangeAudience: boolean;
  };
}
export interface ClosedItem {
  closed: true;
  parentId: string | null;
  startInstant: string;
  endInstant: string;
}
export interface Meeting {
  id: string;
  title: string;
  startInstant: string;
  participants: { id: string; membershipId: string; name: string }[];
  outline: (OutlineItem | ClosedItem)[];
  canCoordinate: boolean;
  version: number;
}
export interface Series {
  id: string;
  title: string;
  ruleInWords: string;
  rrule: string;
  occurrences: { recurrenceId: string; startInstant: string; startLocal: string; meetingId: string | null }[];
}

export const newSeries = (participantMembershipIds: string[], changes: object = {}) => ({
  kindId: 'section115HandoverMeeting',
  startLocal: '2026-12-07T13:00',
  recurrence: { kind: 'weekly' },
  durationMinutes: 60,
  place: 'Rådhuset, lokale 2',
  authorityIds: [nordsjaelland],
  participantMembershipIds,
  ...changes,
});

/** A series without an end: thirteen meetings stand as rows. For what needs more than four. */
export const endless = { recurrence: { kind: 'weekly' } };

/** A § 115 series of Eksempelby Kommune with its police: who is in it, and its first meeting. */
export async function section115(server: TestServer, changes: object = {}) {
  const coordinator = await server.signIn({ authorityId: eksempelby, role: 'coordinator' });
  const caseworker = await server.signIn({ authorityId: eksempelby, role: 'participant' });
  const leader = await server.signIn({ authorityId: eksempelby, role: 'leader' });
  const officer = await server.signIn({ authorityId: nordsjaelland, role: 'participant' });
  const policeLeader = await server.signIn({ authorityId: nordsjaelland, role: 'leader' });
  // Four meetings serve most tests, and a hundred files begin with them.
  const created = await coordinator.post<Series>('/api/v1/series', newSeries([caseworker.person.membershipId, officer.person.membershipId], { recurrence: { kind: 'weekly', ends: { count: 4 } }, ...changes }));
  expect(created.status).toBe(201);
  const meetingId = created.body.occurrences[0]!.meetingId!;
  return { coordinator, caseworker, leader, officer, policeLeader, series: created.body, meetingId };
}

export async function meetingOf(browser: Browser, meetingId: string): Promise<Meeting> {
  const answer = await browser.get<Meeting>(`/api/v1/meetings/${meetingId}`);
  expect(answer.status).toBe(200);
  return answer.body;
}

export function openItems(meeting: Meeting): OutlineItem[] {
  return meeting.outline.filter((entry): entry is OutlineItem => !entry.closed);
}

export const newDecision = (responsible: Browser, changes: object = {}) => ({
  text: 'SSP-konsulenten kontakter familien.',
  reasons: 'Politiet har mødt den unge tre gange på en måned.',
  decidingAuthorityId: responsible.person.authority.id,
  responsiblePersonId: responsible.person.id,
  deadline: '2026-12-14',
  legalBasisId: 'rpl-115-1-1',
  caseReference: 'Sag 2026-014',
  ...changes,
});
