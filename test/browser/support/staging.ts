import type { Visitor } from './visitor.js';

interface Person {
  id: string;
  membershipId: string;
  name: string;
}
export interface StagedMeeting {
  seriesId: string;
  meetingId: string;
  /** Items by title, in the order of the agenda. */
  items: { id: string; title: string }[];
}

const ownAuthority = 'municipality:219';
const police = 'policeDistrict:nordsjaelland';

/** `days` after today in Denmark, “2026-12-07”. */
export function inDays(days: number): string {
  const today = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Copenhagen' }).format();
  return dayAfter(today, days);
}

/** `days` after (or before) a date “2026-12-07”. */
export function dayAfter(date: string, days: number): string {
  return new Date(Date.parse(`${date}T12:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}

/** The next two Sundays on which Danish clocks are set, soonest first, at least `after` days ahead. */
export function clockChanges(after: number): [string, string] {
  const offsets = new Intl.DateTimeFormat('en', { timeZone: 'Europe/Copenhagen', timeZoneName: 'longOffset', hour: 'numeric' });
  const offset = (date: string) => offsets.format(new Date(`${date}T12:00:00Z`)).split('GMT')[1];
  const found: string[] = [];
  for (let days = after; found.length < 2; days += 1) {
    const date = inDays(days);
    if (offset(date) !== offset(dayAfter(date, -1))) found.push(date);
  }
  return found as [string, string];
}

/** A § 115 series of the municipality (its coordinator asks) with an officer of its police, and its first meeting. */
export async function stageMeeting(coordinator: Visitor, officerName: string): Promise<StagedMeeting> {
  const { people } = await coordinator.ask<{ people: Person[] }>('GET', `/api/v1/authorities/${encodeURIComponent(police)}/people`);
  const officer = people.find((one) => one.name === officerName)!;
  const series = await coordinator.ask<{ id: string; occurrences: { meetingId: string }[] }>('POST', '/api/v1/series', {
    kindId: 'section115HandoverMeeting',
    startLocal: `${inDays(7)}T13:00`,
    recurrence: { frequency: 'weekly' },
    durationMinutes: 60,
    place: 'Rådhuset, lokale 2',
    authorityIds: [police],
    participantMembershipIds: [officer.membershipId],
  });
  const meetingId = series.occurrences[0]!.meetingId;
  const { outline } = await coordinator.ask<{ outline: { item: { id: string; title: string } }[] }>('GET', `/api/v1/meetings/${meetingId}`);
  return { seriesId: series.id, meetingId, items: outline.map(({ item }) => item) };
}

/** Leaves an item to the municipality alone. */
export async function narrow(coordinator: Visitor, itemId: string): Promise<void> {
  await coordinator.ask('PUT', `/api/v1/items/${itemId}/audience`, { kind: 'restricted', authorityIds: [ownAuthority], personIds: [] });
}

/** @returns the id of a decision of the municipality under the item */
export async function stageDecision(coordinator: Visitor, itemId: string): Promise<string> {
  const { person } = await coordinator.ask<{ person: { id: string } }>('GET', '/api/v1/session');
  const decision = await coordinator.ask<{ id: string }>('POST', `/api/v1/items/${itemId}/decisions`, {
    text: 'SSP-konsulenten kontakter familien.',
    reasons: 'Politiet har mødt den unge tre gange på en måned.',
    decidingAuthorityId: ownAuthority,
    responsiblePersonId: person.id,
    deadline: inDays(14),
    legalBasisId: 'rpl-115-1-1',
    caseReference: 'Sag 2026-014',
  });
  return decision.id;
}
