import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { pdfBytes, readPdf, squeezed } from '../libs/documents/src/spec-pdf.js';
import { csv } from './support/csv.js';
import { likeDecision } from './support/many-decisions.js';
import { meetingOf, newDecision, openItems, section115 } from './support/story.js';
import { boernehusHovedstaden, eksempelby, TestServer, type Browser } from './support/test-server.js';

let server: TestServer;
let story: Awaited<ReturnType<typeof section115>>;
let itemId: string;
beforeAll(async () => void (server = await TestServer.start()), 60_000);
afterAll(() => server.stop());
beforeEach(async () => {
  story = await section115(server);
  itemId = openItems(await meetingOf(story.coordinator, story.meetingId))[4]!.item.id;
});

const record = async (changes: object = {}) => {
  const answer = await story.officer.post<{ id: string }>(`/api/v1/items/${itemId}/decisions`, newDecision(story.caseworker, changes));
  expect(answer.status).toBe(201);
  return answer.body;
};
async function pdfOf(browser: Browser, query = '') {
  const response = await fetch(`${browser.origin}/api/v1/decisions/export.pdf?${query}`, { headers: { cookie: browser.cookie } });
  return { status: response.status, headers: response.headers, bytes: new Uint8Array(await response.arrayBuffer()) };
}

/** What stands in one cell of the page, by the headers of the CSV. */
const cells = [['Beslutning', 'Begrundelse', 'Id'], ['Status', 'Frist', 'Over fristen'], ['Besluttende myndighed', 'Ansvarlig'], ['Hjemmel', 'Sagsreference'], ['Møde', 'Mødetype', 'Mødet begyndte'], ['Skrevet', 'Skrevet af'], ['Besvaret', 'Besvaret af', 'Lederens kommentar', 'Eskaleret til']];

describe('the log as PDF', () => {
  it.each(['ua-1', 'a-3a'])('[DO11, DE13] says what the CSV says, row by row, in every column, and who made it: %s', async (standard) => {
    const { coordinator, leader } = story;
    for (const text of ['=HYPERLINK("http://x.dk";"Klik")', '#panic("x") *fed* $a$', 'Med "gæsegøjne"; og semikolon\nog linjeskift', 'Æble & <træ>']) await record({ text, deadline: '2027-03-04' });
    itemId = openItems(await meetingOf(coordinator, story.meetingId)).find((entry) => entry.item.legalBasis === null)!.item.id;
    const answered = await record({ text: 'Den besvarede', deadline: '2027-03-04', legalBasisId: 'samtykke', caseReference: null });
    await leader.post(`/api/v1/decisions/${answered.id}/return`, { comment: 'Hvem gør det?' });
    const query = `authorityId=${eksempelby}&sort=oldest&meetingId=${story.meetingId}`;
    const table = csv((await coordinator.get<string>(`/api/v1/decision-log/export?format=csv&${query}`)).body.replace(/^\uFEFF/, ''));
    const [header, ...lines] = table;
    const end = lines.findIndex((line) => line.length === 1);
    const said = lines.slice(0, end).map((line) => {
      const value = (name: string) => line[header!.indexOf(name)]!.replace(/^'(?=[=+@-])/, '');
      return cells.map((names) => names.map((name, n) => (value(name) === '' ? '' : `${n === 0 ? '' : `${name}: `}${value(name)}`)).join(' ')).join(' ');
    });
    expect(said).toHaveLength(5);
    expect(cells.flat().sort()).toEqual([...header!].sort());

    const { status, headers, bytes } = await pdfOf(coordinator, `${query}&standard=${standard}`);
    expect(status).toBe(200);
    expect([headers.get('content-type'), headers.get('cache-control'), headers.get('x-content-type-options'), headers.get('etag')]).toEqual(['application/pdf', 'no-store', 'nosniff', null]);
    expect(headers.get('content-disposition')).toBe('attachment; filename="beslutningslog-2026-11-23.pdf"');
    const read = await readPdf(bytes);
    // The names of the columns stand again on every page.
    const printed = squeezed(read.content).replaceAll(squeezed('Beslutning Status og frist Myndighed og ansvarlig Hjemmel og sag Møde Skrevet Svar'), '');
    expect(printed.endsWith(squeezed(said.join(' ')))).toBe(true);
    for (const [label, value] of lines.slice(end + 1).filter((line) => line.length === 2)) expect(printed).toContain(squeezed(`${label} ${value}`));
    expect(read.isTagged).toBe(true);
    expect(read.metadata).toMatch(standard === 'ua-1' ? /<pdfuaid:part>1</ : /<pdfaid:part>3</);
    if (standard === 'ua-1') expect(read.attachment).toBeNull();
    else expect(JSON.parse(read.attachment!)).toMatchObject({ schema: 'samraad/decision-log/1', isCut: false, madeBy: coordinator.person.name, decisions: { length: 5 } });
  });

  it('[DO1, DE13] holds in no byte what its maker may not read', async () => {
    const { coordinator, officer } = story;
    await record({ text: 'Kanariefugl i et lukket punkt', caseReference: 'Sag 2099-777' });
    await coordinator.put(`/api/v1/items/${itemId}/audience`, { kind: 'restricted', authorityIds: [eksempelby] });
    const stranger = await server.signIn({ authorityId: boernehusHovedstaden, role: 'leader' });
    const everything = async (browser: Browser, query = '') => {
      const { status, bytes } = await pdfOf(browser, `standard=a-3a${query}`);
      expect(status).toBe(200);
      const read = await readPdf(bytes);
      return squeezed(`${pdfBytes(bytes)} ${read.text} ${read.attachment}`);
    };
    expect(await everything(coordinator)).toContain('Kanariefugl');
    for (const asker of [officer, stranger]) for (const secret of ['Kanariefugl', '2099777']) expect(await everything(asker)).not.toContain(secret);
    expect(await everything(officer, '&caseReference=Sag%202099-777')).toContain('Ingenbeslutninger.');
    expect(await everything(officer, `&responsiblePersonId=${stranger.person.id}`)).not.toContain(squeezed(stranger.person.name));
    expect((await server.stranger().get('/api/v1/decisions/export.pdf')).status).toBe(401);
    for (const query of ['standard=a-1b', 'state=lost', 'limit=3']) expect((await officer.get<{ code: string }>(`/api/v1/decisions/export.pdf?${query}`)).body.code).toBe('invalid-input');
  });

  it('[DO11] ends at five hundred, and says so', async () => {
    const { coordinator } = story;
    await likeDecision(server, (await record({ text: 'Nummer 0.' })).id, Array.from({ length: 500 }, (_, n) => `Nummer ${n + 1}.`));
    const { status, bytes } = await pdfOf(coordinator, `sort=oldest&meetingId=${story.meetingId}&standard=a-3a`);
    expect(status).toBe(200);
    const read = await readPdf(bytes);
    const content = squeezed(read.content);
    expect([content.includes('Nummer499.'), content.includes('Nummer500.')]).toEqual([true, false]);
    expect(content).toContain(squeezed('Der er flere beslutninger, end en PDF kan rumme. Her står de første 500.'));
    expect(read.text.split('Kun de første 500').length - 1).toBe(read.pages);
    expect((JSON.parse(read.attachment!) as { isCut: boolean }).isCut).toBe(true);
  }, 60_000);
});
