import { randomInt } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { pdfBytes, readPdf, squeezed } from '../libs/documents/src/spec-pdf.js';
import { did, writeAll } from './support/full-meeting.js';
import { minutesOf, path, send } from './support/minutes-story.js';
import { meetingOf, newDecision, openItems } from './support/story.js';
import { testDatabaseUrl } from './support/test-database.js';
import { boernehusHovedstaden, eksempelby, nordsjaelland, regionHovedstaden, TestServer, type Browser } from './support/test-server.js';
import { until, Writer } from './support/writer.js';

const allerod = 'municipality:201';

type Kind = 'agenda' | 'minutes';
/** What only one authority may know: a word in each field of its closed items, and the ids of what hangs on them. */
interface Secrets {
  /** By the field, and in which documents it stands. */
  words: { field: string; text: string; kinds: readonly Kind[] }[];
  /** Of items, documents, decisions, follow-ups and steps. */
  ids: string[];
}
interface Stage {
  meetingId: string;
  /** Coordinates the meeting and reads every closed item by name; of none of the authorities that are compared. */
  coordinator: Browser;
  members: Browser[];
  secrets: Map<string, Secrets>;
}

let server: TestServer;
beforeAll(async () => void (server = await TestServer.start()), 60_000);
afterAll(() => server.stop());

let planted = 0;
/** Letters alone, none of which is in another: they are broken across lines and written in other encodings. */
const canary = (kinds: readonly Kind[], field: string) => ({ field, kinds, text: `kvidder${Array.from({ length: 8 }, () => 'bdfgklmnprstvz'[randomInt(14)]).join('')}` });
const caseOf = (kinds: readonly Kind[], field: string) => ({ field, kinds, text: `Sag 2031-${String(100_000 + (planted += 1)).slice(1)}` });
const both: readonly Kind[] = ['agenda', 'minutes'];
const minutesOnly: readonly Kind[] = ['minutes'];

/** Writes a word of its own into every field of an item that only this authority reads. */
async function fill(coordinator: Browser, member: Browser, item: { id: string; documentId: string; legalBasis: { id: string } | null }, secrets: Secrets, which: string, plans: boolean): Promise<void> {
  const plant = (field: string, kinds = minutesOnly) => {
    const one = canary(kinds, `${which}: ${field}`);
    secrets.words.push(one);
    return one.text;
  };
  const plantCase = (field: string) => {
    const one = caseOf(minutesOnly, `${which}: ${field}`);
    secrets.words.push(one);
    return one.text;
  };
  secrets.ids.push(item.id, item.documentId);
  const title = await Writer.open(coordinator, item.documentId);
  title.type(` ${plant('title', both)}`);
  await until('stored', () => title.stored.length === 1);
  title.close();
  const basis = item.legalBasis?.id ?? null;
  await did(coordinator.put(`/api/v1/items/${item.id}/frame`, { ledBy: plant('led by', both), leadMembershipId: null, plannedMinutes: 5, outputType: 'decision', section: null, mandatory: false, legalBasisId: basis }));
  await writeAll(member, item.documentId, 'agenda', plant('agenda text', both));
  const { own } = await did(member.put<{ own: { documentId: string } }>(`/api/v1/items/${item.id}/preparations/own`, {}));
  secrets.ids.push(own.documentId);
  await writeAll(member, own.documentId, 'agenda', plant('preparation', ['agenda']));
  await did(member.post(`/api/v1/items/${item.id}/preparations/own/answer`, { answer: 'released' }));
  await writeAll(member, item.documentId, 'minutes', plant('minutes'));
  const decision = await did(coordinator.post<{ id: string }>(`/api/v1/items/${item.id}/decisions`, newDecision(member, { text: plant('decision'), reasons: plant('reasons'), caseReference: plantCase('case of the decision'), legalBasisId: basis })));
  const followUp = await did(coordinator.post<{ id: string }>(`/api/v1/items/${item.id}/follow-ups`, { text: plant('follow-up'), caseReference: plantCase('case of the follow-up'), ownerPersonId: member.person.id, deadline: '2026-12-24' }));
  secrets.ids.push(decision.id, followUp.id);
  if (!plans) return;
  for (const plan of [{ plan: 'sequence', kind: 'childInterview' }, { plan: 'informing', kind: 'school' }]) {
    const step = { ...plan, ownerPersonId: member.person.id, day: '2026-12-24', text: plant(`${plan.plan} step`), place: plant(`${plan.plan} place`), trustedAdult: plant(`${plan.plan} trusted adult`), caseReference: plantCase(`case of the ${plan.plan} step`) };
    const { plans: standing } = await did(coordinator.post<{ plans: { steps: { id: string; followUp: { id: string } }[] }[] }>(`/api/v1/items/${item.id}/plan-steps`, step));
    for (const { id, followUp: owed } of standing.flatMap(({ steps }) => steps)) secrets.ids.push(id, owed.id);
  }
}

/** A meeting that was just held, in which each of these authorities has closed items with a word of its own in every field. */
async function stage(kindId: string, from: string, authorities: readonly string[]): Promise<Stage> {
  const coordinator = await server.signIn({ authorityId: from, role: 'coordinator' });
  const members = await Promise.all(authorities.map((authorityId) => server.signIn({ authorityId, role: 'participant' })));
  const startLocal = server.clock.now().add({ hours: 1 }).toZonedDateTimeISO('Europe/Copenhagen').toPlainDateTime().toString({ smallestUnit: 'minute' });
  const { id: meetingId } = await did(coordinator.post<{ id: string }>('/api/v1/meetings', { kindId, startLocal, durationMinutes: 90, authorityIds: authorities, participantMembershipIds: members.map((one) => one.person.membershipId) }));
  const secrets = new Map(authorities.map((id): [string, Secrets] => [id, { words: [], ids: [] }]));
  const close = (itemId: string, authorityId: string) => did(coordinator.put(`/api/v1/items/${itemId}/audience`, { kind: 'restricted', authorityIds: [authorityId], personIds: [coordinator.person.id], disclosureReason: 'De skal bruge det.' }));
  const list = openItems(await meetingOf(coordinator, meetingId)).find((entry) => entry.item.perPerson)?.item;
  const plans = kindId === 'caseConsultation';
  for (const member of members) {
    const authorityId = member.person.authority.id;
    const own = secrets.get(authorityId)!;
    const item = await did(coordinator.post<{ id: string }>(`/api/v1/meetings/${meetingId}/items`, { title: 'Kun os', plannedMinutes: 5, outputType: 'decision' }));
    await close(item.id, authorityId);
    const entryOf = async (id: string) => openItems(await meetingOf(coordinator, meetingId)).find((entry) => entry.item.id === id)!.item;
    await fill(coordinator, member, await entryOf(item.id), own, 'item', plans);
    if (list === undefined) continue;
    const reference = caseOf(both, 'child: case');
    own.words.push(reference);
    const child = await did(coordinator.post<{ id: string }>(`/api/v1/items/${list.id}/cases`, { caseReference: reference.text }));
    await close(child.id, authorityId);
    await fill(coordinator, member, await entryOf(child.id), own, 'child', plans);
    // A guest of the closed item, of whom nobody else hears.
    const guest = [canary(minutesOnly, 'name of a guest'), canary(minutesOnly, 'organisation of a guest')] as const;
    own.words.push(...guest);
    const invited = await did(
      coordinator.post<{ membershipId: string }>(`/api/v1/meetings/${meetingId}/guests`, { name: guest[0].text, organisation: guest[1].text, sector: 'school', purpose: 'school', itemId: item.id, mayWrite: false, to: server.clock.now().add({ hours: 48 }).toString(), disclosureReason: 'Skolen kender barnet.' }),
    );
    own.ids.push(invited.membershipId);
  }
  server.clock.advance({ hours: 2 });
  const guests = (await meetingOf(coordinator, meetingId) as unknown as { guests: { membershipId: string }[] }).guests ?? [];
  if (guests.length > 0) await did(coordinator.put(`/api/v1/meetings/${meetingId}/attendance`, { entries: guests.map(({ membershipId }) => ({ membershipId, state: 'present' })) }));
  return { meetingId, coordinator, members, secrets };
}

/** A file with all that can be got out of it, as text. */
interface Taken {
  /** What somebody reads. */
  read: string;
  /** Of a PDF. */
  outline: string | null;
  data: string | null;
  /** Every byte of it as well, unpacked. */
  all: string;
}
async function take(who: Browser, at: string): Promise<Taken> {
  const response = await fetch(`${who.origin}/api/v1${at}`, { headers: { cookie: who.cookie, origin: who.origin } });
  expect([at, response.status]).toEqual([at, 200]);
  const headers = JSON.stringify([...response.headers]);
  const bytes = new Uint8Array(await response.arrayBuffer());
  if (!at.includes('.pdf')) {
    const text = Buffer.from(bytes).toString();
    return { read: text, outline: null, data: null, all: headers + text };
  }
  const { text, title, outline, metadata, attachment } = await readPdf(bytes);
  // Strings of a PDF may be UTF-16 with a zero beside each letter.
  const raw = pdfBytes(bytes);
  return { read: text, outline: outline.join('\n'), data: attachment, all: [headers, text, title, ...outline, metadata, attachment ?? '', raw, raw.replaceAll('\0', '')].join('\n') };
}
const forms = (text: string): string[] => [text, Buffer.from(text).toString('hex'), Buffer.from(text, 'utf16le').swap16().toString('hex')];
/** Asks whether something stands there, in whatever form: broken by lines and hyphens, as it is, or as the digits of its bytes. */
function asked(haystack: string): (text: string) => boolean {
  const letters = squeezed(haystack);
  const lower = haystack.toLowerCase();
  return (text) => letters.includes(squeezed(text)) || forms(text).some((form) => lower.includes(form.toLowerCase()));
}

/** What severs is the database's, what typesets is not: on the second one the file that holds all the others, and its data. */
const formats = testDatabaseUrl === undefined ? ['pdf?standard=ua-1', 'pdf?standard=a-3a', 'html?', 'json?'] : ['pdf?standard=a-3a', 'json?'];
/** Three authorities, by three askers each. */
const all = 9 * formats.length;

/** Takes every edition, and says what of one authority is missing in its own and what of others stands in it. */
async function everyExtract({ meetingId, coordinator, members, secrets }: Stage, kind: Kind): Promise<number> {
  let compared = 0;
  for (const member of members) {
    const authorityId = member.person.authority.id;
    const own = secrets.get(authorityId)!;
    const foreign = [...secrets].filter(([id]) => id !== authorityId).flatMap(([, one]) => [...one.words.map(({ text }) => text), ...one.ids]);
    expect(foreign.length).toBeGreaterThan(30);
    const askers = [
      { who: member, query: `&authority=${encodeURIComponent(authorityId)}` },
      { who: coordinator, query: `&authority=${encodeURIComponent(authorityId)}` },
      { who: member, query: '' },
    ];
    for (const { who, query } of askers) {
      for (const format of formats) {
        const at = `/meetings/${meetingId}/documents/${kind}.${format}${query}`;
        const taken = await take(who, at);
        const [isRead, isData, isMarked, isAnywhere] = [taken.read, taken.data ?? taken.read, taken.outline ?? taken.read, taken.all].map(asked) as [ReturnType<typeof asked>, ReturnType<typeof asked>, ReturnType<typeof asked>, ReturnType<typeof asked>];
        const expected = own.words.filter(({ kinds }) => kinds.includes(kind));
        const lost = expected.filter(({ text }) => !isRead(text) || !isData(text) || !isAnywhere(text)).map(({ field }) => field);
        const marked = expected.filter(({ field, text }) => field.endsWith(': title') && !isMarked(text)).map(({ field }) => `bookmark of ${field}`);
        const leaked = foreign.filter(isAnywhere);
        expect([authorityId, who.person.authority.id, at, [...lost, ...marked], leaked]).toEqual([authorityId, who.person.authority.id, at, [], []]);
        expect(taken.read).toContain(format.startsWith('json') ? '"closed":true' : 'Lukket punkt');
        compared += 1;
      }
    }
  }
  return compared;
}

describe.each([
  ['a consultation of municipality, police and region at the børnehus', 'caseConsultation', boernehusHovedstaden, [eksempelby, nordsjaelland, regionHovedstaden]],
  ['a § 115 meeting with lists of children', 'section115HandoverMeeting', nordsjaelland, [eksempelby, allerod, regionHovedstaden]],
] as const)('[MI2, DO1] an authority’s extract of %s', (_name, kindId, from, authorities) => {
  let story: Stage;
  beforeAll(async () => void (story = await stage(kindId, from, authorities)), 120_000);

  it('holds every word of its own closed items and no trace of the others’, in every format: the agenda', async () => {
    expect(await everyExtract(story, 'agenda')).toBe(all);
  }, 120_000);

  it('and the minutes that are being written', async () => {
    expect(await everyExtract(story, 'minutes')).toBe(all);
  }, 120_000);

  it('and the minutes once they are frozen, approved and added to', async () => {
    const { meetingId, coordinator, members, secrets } = story;
    await send(coordinator, meetingId);
    for (const who of [...members, coordinator]) {
      const { canApprove, digest } = await minutesOf(who, meetingId);
      if (canApprove) await did(who.post(path(meetingId, 'approve'), { digest }));
    }
    expect((await minutesOf(coordinator, meetingId)).state).toBe('approved');
    for (const own of secrets.values()) {
      const addendum = canary(minutesOnly, 'addendum');
      own.words.push(addendum);
      await did(coordinator.post(path(meetingId, 'addenda'), { itemId: own.ids[0]!, text: addendum.text }));
    }
    expect(await everyExtract(story, 'minutes')).toBe(all);
  }, 120_000);
});
