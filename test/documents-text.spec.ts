import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { DecisionExtract } from '@lib/contracts/decision-extract.js';
import type { MeetingDocument } from '@lib/contracts/meeting-document.js';
import { readPdf } from '../libs/documents/src/spec-pdf.js';
import { did, fullMeeting } from './support/full-meeting.js';
import { approve, path, requestChange, send, minutesOf } from './support/minutes-story.js';
import { meetingOf, openItems, section115 } from './support/story.js';
import { missingIn, unruled, unused, type LogData } from './support/printed.js';
import { boernehusHovedstaden, eksempelby, nordsjaelland, TestServer, type Browser } from './support/test-server.js';

let server: TestServer;
let story: Awaited<ReturnType<typeof fullMeeting>>;
/** All that was compared, to see that it held everything a document can hold. */
const seen: MeetingDocument[] = [];
const extracts: DecisionExtract[] = [];
beforeAll(async () => {
  server = await TestServer.start();
  story = await fullMeeting(server);
}, 120_000);
afterAll(() => server.stop());

const bytesOf = async (who: Browser, at: string): Promise<Uint8Array> => {
  const response = await fetch(`${who.origin}/api/v1${at}`, { headers: { cookie: who.cookie, origin: who.origin } });
  expect([at, response.status]).toEqual([at, 200]);
  return new Uint8Array(await response.arrayBuffer());
};
const unescaped = (html: string) => html.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&amp;', '&');
/** What a browser shows of a page; what is only heard of a table stands in its heading. */
const shown = (html: string) => unescaped(html.replace(/^[^]*<body>/, '').replaceAll(/<caption>[^]*?<\/caption>/g, '').replaceAll(/<[^>]*>/g, ' '));

/** Compares one document in every form with its JSON, and answers the JSON. */
async function sameInEveryForm<Document extends MeetingDocument | DecisionExtract>(who: Browser, at: string, query = ''): Promise<Document> {
  const asked = (ending: string, more = '') => `${at}.${ending}?${[more, query].filter((one) => one !== '').join('&')}`;
  const json = JSON.parse(Buffer.from(await bytesOf(who, asked('json'))).toString()) as Document;
  expect(unruled(json)).toEqual([]);
  const read = await readPdf(await bytesOf(who, asked('pdf', 'standard=ua-1')));
  expect([who.person.name, asked('pdf'), 'ua-1', missingIn(read.content, json)]).toEqual([who.person.name, asked('pdf'), 'ua-1', []]);
  expect(read.attachment).toBeNull();
  const kept = await readPdf(await bytesOf(who, asked('pdf', 'standard=a-3a')));
  expect([who.person.name, asked('pdf'), 'a-3a', missingIn(kept.content, json)]).toEqual([who.person.name, asked('pdf'), 'a-3a', []]);
  expect(JSON.parse(kept.attachment!)).toEqual(json);
  // Numbers of lists are drawn by the browser, and no text of the page.
  const html = Buffer.from(await bytesOf(who, asked('html'))).toString().replaceAll(/<ol start="(\d+)">([^]*?)<\/ol>/g, (_, start: string, items: string) => {
    let n = Number(start);
    return items.replaceAll('<li>', () => `<li>${n++}.`);
  });
  expect([who.person.name, asked('html'), missingIn(shown(html), json)]).toEqual([who.person.name, asked('html'), []]);
  return json;
}

const documentAt = (kind: 'agenda' | 'minutes') => `/meetings/${story.meetingId}/documents/${kind}`;
/** The document and each extract of it, as each of these people may have them. */
async function everyEdition(kind: 'agenda' | 'minutes'): Promise<void> {
  const { coordinator, police, psychologist } = story;
  for (const who of [coordinator, police, psychologist]) {
    seen.push(await sameInEveryForm<MeetingDocument>(who, documentAt(kind)));
    seen.push(await sameInEveryForm<MeetingDocument>(who, documentAt(kind), `authority=${encodeURIComponent(who.person.authority.id)}`));
  }
  for (const authorityId of [nordsjaelland, boernehusHovedstaden]) seen.push(await sameInEveryForm<MeetingDocument>(coordinator, documentAt(kind), `authority=${encodeURIComponent(authorityId)}`));
}

it('[DO2, DO5, MT37] a list of children says each of them in its PDF as in its JSON, and of a closed one its time', async () => {
  const { coordinator, officer, meetingId } = await section115(server);
  const list = openItems(await meetingOf(coordinator, meetingId)).find((entry) => entry.item.perPerson)!.item;
  for (const number of ['031', '032', '033']) await did(coordinator.post(`/api/v1/items/${list.id}/cases`, { caseReference: `Sag 2026-${number}` }));
  const children = openItems(await meetingOf(coordinator, meetingId)).filter((entry) => entry.parentId === list.id);
  await did(coordinator.put(`/api/v1/items/${children[1]!.item.id}/audience`, { kind: 'restricted', authorityIds: [eksempelby] }));
  for (const [who, open] of [[coordinator, 3], [officer, 2]] as const) {
    for (const kind of ['agenda', 'minutes'] as const) {
      const json = await sameInEveryForm<MeetingDocument>(who, `/meetings/${meetingId}/documents/${kind}`);
      const numbers = children.map((entry) => entry.number);
      expect(json.items.filter((entry) => !entry.closed && numbers.includes(entry.number))).toHaveLength(open);
    }
  }
}, 60_000);

/** One meeting on its way: each begins where the one before it ended. */
describe('[DO2, DO5] what a document says as JSON stands in its PDF of both standards and its HTML', () => {
  it('an agenda and each authority’s extract of it', () => everyEdition('agenda'), 120_000);

  it('minutes that are being written, and each authority’s extract of them', () => everyEdition('minutes'), 120_000);

  it('a reading copy with an embargo on it, and a copy for filing without what is under it', async () => {
    const { coordinator, caseworker, officer, first } = story;
    const reviewAt = server.clock.now().add({ hours: 24 }).toString();
    const { embargoes } = await did(caseworker.post<{ embargoes: { id: string }[] }>(`/api/v1/items/${first.id}/embargoes`, { parties: ['parentOne', 'suspect'], reason: 'Afhøringen er ikke begyndt.', reviewAt }));
    for (const kind of ['agenda', 'minutes'] as const) {
      const json = JSON.parse(Buffer.from(await bytesOf(coordinator, `${documentAt(kind)}.json`)).toString()) as MeetingDocument;
      expect(json.items.flatMap((entry) => (entry.closed ? [] : (entry.embargoes ?? []))).length).toBe(1);
      expect(unruled(json)).toEqual([]);
      expect(missingIn((await readPdf(await bytesOf(coordinator, `${documentAt(kind)}.pdf`))).content, json)).toEqual([]);
      expect(missingIn(shown(Buffer.from(await bytesOf(coordinator, `${documentAt(kind)}.html`)).toString()).replaceAll(/(tredje|fjerde) skridt/g, (_, which: string) => `${which === 'tredje' ? 3 : 4}.${which} skridt`), json)).toEqual([]);
      seen.push(json);
      // A copy for filing keeps quiet about it: the item is closed in it.
      const kept = await readPdf(await bytesOf(coordinator, `${documentAt(kind)}.pdf?standard=a-3a&embargoed=omit`));
      const data = JSON.parse(kept.attachment!) as MeetingDocument;
      expect(data.items.filter((entry) => entry.closed).length).toBe(json.items.filter((entry) => entry.closed).length + 1);
      expect(missingIn(kept.content, data)).toEqual([]);
    }
    await did(officer.post(`/api/v1/embargoes/${embargoes[0]!.id}/lift`, { reason: 'Afhøringen er begyndt.' }));
  }, 60_000);

  it('one decision in each of its states, with its timeline and follow-ups', async () => {
    const { caseworker, leader, decisions } = story;
    for (const who of [caseworker, leader]) for (const { id } of Object.values(decisions)) extracts.push(await sameInEveryForm<DecisionExtract>(who, `/decisions/${id}/extract`));
    expect(unused(extracts)).toEqual([]);
  }, 120_000);

  it('the log of these decisions, with the data that stands in it', async () => {
    const { coordinator, meetingId } = story;
    const log = async (standard: string, query = `meetingId=${meetingId}`) => readPdf(await bytesOf(coordinator, `/decisions/export.pdf?standard=${standard}&${query}`));
    const kept = await log('a-3a');
    const data = JSON.parse(kept.attachment!) as LogData;
    expect(data.decisions.length).toBe(7);
    expect([unruled(data), missingIn(kept.content, data), missingIn((await log('ua-1')).content, data)]).toEqual([[], [], []]);
    expect(unused([data])).toEqual(['leftOut', 'isCut']);
  }, 60_000);

  it('minutes sent to approval, where one has approved and one asks for a change', async () => {
    const { coordinator, police, house, meetingId, first } = story;
    await send(coordinator, meetingId);
    await approve(police, meetingId);
    await requestChange(house, meetingId, first.id, 'Skriv, hvem der ringer.');
    await everyEdition('minutes');
    await did(coordinator.post(path(meetingId, 'withdraw'), { reason: 'Der skal rettes.' }));
  }, 120_000);

  it('minutes of a second round, approved by all and added to', async () => {
    const { coordinator, police, officer, house, meetingId, first } = story;
    await send(coordinator, meetingId);
    // The officer for the item that nobody else of the police reads.
    for (const who of [police, officer, house, coordinator]) if ((await minutesOf(who, meetingId)).canApprove) await approve(who, meetingId);
    expect((await minutesOf(coordinator, meetingId)).state).toBe('approved');
    await did(coordinator.post(path(meetingId, 'addenda'), { itemId: first.id, text: 'Familien har siden selv\nhenvendt sig.' }));
    await did(police.post(path(meetingId, 'addenda'), { itemId: null, text: 'Politiet takker for mødet.' }));
    await everyEdition('minutes');
  }, 120_000);

  it('and all that a document can hold was there to be compared', () => {
    expect(seen.map((one) => one.extractFor?.id)).toEqual(expect.arrayContaining([undefined, eksempelby, nordsjaelland, boernehusHovedstaden]));
    expect(unused(seen)).toEqual([]);
  });
});
