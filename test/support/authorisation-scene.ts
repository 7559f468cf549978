import { expect } from '@jest/globals';
import { Sessions } from '@lib/access/sessions.service.js';
import type { ItemState } from '@lib/contracts/enums.js';
import { sessionCookie } from '@lib/access/session-cookie.js';
import { DomainEvents } from '@lib/platform/events.service.js';
import { newId } from '@lib/platform/ids.js';
import { meetingOf, newDecision, newSeries, openItems, type Series } from './story.js';
import { TestClock } from './test-clock.js';
import { eksempelby, nordsjaelland, taenktby, type Browser, type TestServer } from './test-server.js';

/** Who asks, in the order of the columns of the table. */
export const askers = ['nobody', 'coordinator', 'caseworker', 'officer', 'left', 'leader', 'policeLeader', 'stranger', 'administrator', 'auditor', 'guest', 'writer'] as const;
export type Asker = (typeof askers)[number];

/**
 * A joint consultation of Eksempelby Kommune with its police, begun an hour ago.
 *
 * `open` is an item for all who take part, `closed` one for the municipality alone. coordinator, caseworker and officer
 * take part; `left` stood in for the officer until that was taken back; leader and policeLeader lead an authority that
 * takes part, without taking part themselves; stranger coordinates elsewhere; administrator and auditor belong to the
 * municipality and took part when they were caseworkers; guest is invited to the open item, to read, and writer to write
 * in it. chief is a second leader of the municipality and asks nothing.
 */
export interface Scene {
  who: Record<Asker | 'chief', Browser>;
  meetingId: string;
  seriesId: string;
  seriesMeetingId: string;
  open: Place;
  closed: Place;
  /** A list of children, in the meeting of the series. */
  list: Place;
  requestId?: string;
  /** A person of the municipality, or a key of it, as its administrator knows it; and a membership of hers. */
  accountId?: string;
  accountMembershipId?: string;
  viewId?: string;
  contactId?: string;
  yearPlanId?: string;
  embargoId?: string;
  holdId?: string;
  ruleVersion?: number;
  /** The day on which the meeting is deleted, once it is announced. */
  dueOn?: string;
  /** Puts the item into a state, as the commands leave it that lead there. */
  becomes: (place: Place, state: ItemState | 'withoutBasis') => Promise<void>;
  /** Announces the deletion of the meeting, as if its time had come. */
  announce: () => Promise<void>;
  /** An answer that came by mail and was not taken in. */
  mailReceived: () => Promise<void>;
  /** The guest who is invited to read. */
  guestId: string;
  proposalId?: string;
  pollId?: string;
  outsiderId?: string;
  receivedId?: string;
}
/** An item and what hangs on it. Decisions are the municipality's. */
export interface Place {
  itemId: string;
  documentId: string;
  decisionId: string;
  followUpId: string;
  stepId: string;
}

const made = async <Body>(answer: Promise<{ status: number; body: Body }>): Promise<Body> => {
  const { status, body } = await answer;
  expect([status < 300, body]).toEqual([true, body]);
  return body;
};

/** What a scene is asked for, since most rows need little of it. */
export interface Needs {
  series: boolean;
  /** Decisions, follow-ups and steps. */
  hanging: boolean;
  /** Guests of its own; without them `who` has those of another scene. */
  guests: boolean;
}

const begun = new TestClock().now();

/** Signs everybody in, once for a run. */
export async function cast(server: TestServer): Promise<Record<Asker | 'chief', Browser>> {
  const signIn = (authorityId: string, role: 'coordinator' | 'participant' | 'leader', nth = 0) => server.signIn({ authorityId, role, nth });
  return {
    nobody: server.stranger(),
    coordinator: await signIn(eksempelby, 'coordinator'),
    caseworker: await signIn(eksempelby, 'participant'),
    officer: await signIn(nordsjaelland, 'participant'),
    left: await signIn(nordsjaelland, 'participant', 1),
    leader: await signIn(eksempelby, 'leader'),
    chief: await signIn(eksempelby, 'leader', 1),
    policeLeader: await signIn(nordsjaelland, 'leader'),
    stranger: await signIn(taenktby, 'coordinator'),
    administrator: await member(server, 'administrator'),
    auditor: await member(server, 'auditor'),
    // A guest is of one meeting: each scene has its own.
    guest: server.stranger(),
    writer: server.stranger(),
  };
}

/** Somebody of the municipality who takes part as a caseworker until {@link stage} makes her what she is. */
async function member(server: TestServer, role: 'administrator' | 'auditor'): Promise<Browser> {
  const [personId, membershipId] = [newId(), newId()];
  await server.unitOfWork.run(async (tx) => {
    const now = server.clock.now().toString();
    await tx.query('INSERT INTO person (id, name) VALUES ($1, $2)', [personId, `Rolle ${role}`]);
    await tx.query(`INSERT INTO membership (id, person_id, authority_id, role, function_title, valid_from) VALUES ($1, $2, $3, $4, $4, $5)`, [membershipId, personId, eksempelby, role, now]);
  });
  const browser = server.stranger();
  browser.cookie = sessionCookie(await server.running.app.get(Sessions).create(membershipId), false).split(';')[0]!;
  browser.person = { id: personId, membershipId, name: `Rolle ${role}`, role, authority: { id: eksempelby, name: '' } };
  return browser;
}

/** Sets the scene, from the same hour each time; the clock then stands an hour into the meeting. */
export async function stage(server: TestServer, who: Record<Asker | 'chief', Browser>, needs: Needs = { series: true, hanging: true, guests: true }): Promise<Scene> {
  server.clock.advance(server.clock.now().until(begun));
  const became = async (role: 'participant' | null) => {
    for (const one of [who.administrator, who.auditor])
      await server.unitOfWork.run((tx) => tx.query('UPDATE membership SET role = $2 WHERE id = $1', [one.person.membershipId, role ?? one.person.role]));
  };
  const { coordinator, caseworker, officer, left } = who;
  await became('participant');
  const invited = [caseworker, officer, who.administrator, who.auditor].map((one) => one.person.membershipId);
  const startLocal = server.clock.now().add({ hours: 1 }).toZonedDateTimeISO('Europe/Copenhagen').toPlainDateTime().toString({ smallestUnit: 'minute' });
  const meeting = await made(coordinator.post<{ id: string }>('/api/v1/meetings', { kindId: 'caseConsultation', startLocal, durationMinutes: 60, authorityIds: [nordsjaelland], participantMembershipIds: invited }));
  const series = needs.series ? await made(coordinator.post<Series>('/api/v1/series', newSeries(invited, { recurrence: { kind: 'weekly', ends: { lastDate: '2026-12-07' } } }))) : null;
  const seriesMeetingId = series?.occurrences[0]!.meetingId ?? '';
  await made(officer.put(`/api/v1/meetings/${meeting.id}/reply`, { partStat: 'delegated', substituteMembershipId: left.person.membershipId, disclosureReason: 'Jeg er forhindret.' }));
  await made(officer.put(`/api/v1/meetings/${meeting.id}/reply`, { partStat: 'accepted' }));
  await became(null);
  server.clock.advance({ hours: 2 });

  const steps = openItems(await meetingOf(coordinator, meeting.id)).find((entry) => entry.item.title.startsWith('Fælles rækkefølge'))!.item;
  const other = openItems(await meetingOf(coordinator, meeting.id)).find((entry) => entry.item.id !== steps.id && !entry.item.perPerson)!.item;
  await made(coordinator.put(`/api/v1/items/${other.id}/audience`, { kind: 'restricted', authorityIds: [eksempelby], personIds: [] }));
  const furnish = async ({ id, documentId }: { id: string; documentId: string }): Promise<Place> => {
    const place = { itemId: id, documentId, decisionId: '', followUpId: '', stepId: '' };
    if (!needs.hanging) return place;
    const decision = await made(coordinator.post<{ id: string }>(`/api/v1/items/${id}/decisions`, newDecision(caseworker, { legalBasisId: 'bl-126' })));
    const followUp = await made(coordinator.post<{ id: string }>(`/api/v1/items/${id}/follow-ups`, { text: 'Ringer', ownerPersonId: caseworker.person.id, deadline: '2026-12-24' }));
    const { plans } = await made(coordinator.post<{ plans: { steps: { id: string }[] }[] }>(`/api/v1/items/${id}/plan-steps`, planStep(caseworker)));
    return { ...place, decisionId: decision.id, followUpId: followUp.id, stepId: plans.flatMap((plan) => plan.steps)[0]!.id };
  };
  // The basis of a consultation admits no guests; here it does, so that it is not the basis that refuses them.
  if (needs.guests) await server.unitOfWork.run((tx) => tx.query('UPDATE agenda_item SET admitted_sectors = NULL WHERE id = ANY($1::uuid[])', [[steps.id, other.id]]));
  const { guest, writer } = needs.guests ? { guest: server.stranger(), writer: server.stranger() } : who;
  const guestIn = async (one: Browser, mayWrite: boolean): Promise<string> => {
    const to = server.clock.now().add({ hours: 24 }).toString();
    const keys = await made(coordinator.post<{ membershipId: string; link: string; code: string }>(`/api/v1/meetings/${meeting.id}/guests`, { name: 'Gæst', organisation: 'Tolke', sector: 'other', purpose: 'interpreter', itemId: steps.id, mayWrite, to, disclosureReason: 'Tolker' }));
    await made(one.post('/api/v1/guest/sign-in', { token: keys.link.split('#')[1], code: keys.code }));
    return keys.membershipId;
  };
  const list = series === null ? null : openItems(await meetingOf(coordinator, seriesMeetingId)).find((entry) => entry.item.perPerson)!.item;
  const guestId = needs.guests ? await guestIn(guest, false) : '';
  if (needs.guests) await guestIn(writer, true);
  const scene: Scene = {
    who: { ...who, guest, writer },
    guestId,
    meetingId: meeting.id,
    seriesId: series?.id ?? '',
    seriesMeetingId,
    open: await furnish(steps),
    closed: await furnish(other),
    becomes: async ({ itemId, documentId }, state) => {
      await server.unitOfWork.run(async (tx) => {
        if (state === 'withoutBasis') await tx.query('UPDATE agenda_item SET legal_basis_id = NULL, admitted_sectors = NULL WHERE id = $1', [itemId]);
        else await tx.query('UPDATE agenda_item SET state = $2 WHERE id = $1', [itemId, state]);
        if (state === 'withdrawn' || state === 'moved') await tx.query(`UPDATE yjs_document SET state = 'frozen' WHERE id = $1`, [documentId]);
      });
    },
    mailReceived: async () => {
      scene.receivedId = newId();
      await server.unitOfWork.run((tx) => tx.query(`INSERT INTO mail_received (id, digest, received_at, meeting_id, outcome) VALUES ($1, $2, '2026-11-23T08:00:00Z', $3, 'forged')`, [scene.receivedId, Buffer.from(scene.receivedId!), meeting.id]));
    },
    announce: async () => {
      await server.running.app.get(DomainEvents).idle();
      const [run] = await server.unitOfWork.run((tx) => tx.query<{ due: string }>(`UPDATE retention_run SET state = 'announced' WHERE meeting_id = $1 RETURNING due_on::text AS due`, [meeting.id]));
      scene.dueOn = run!.due;
    },
    list: { itemId: list?.id ?? '', documentId: list?.documentId ?? '', decisionId: '', followUpId: '', stepId: '' },
  };
  return scene;
}

export const planStep = (owner: Browser) => ({ plan: 'sequence', kind: 'childInterview', text: 'Samtale på skolen', ownerPersonId: owner.person.id, day: '2026-11-26', time: null, place: null, trustedAdult: null, awaits: null, caseReference: null });
