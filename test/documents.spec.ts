import { readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Sessions } from '@lib/access/sessions.service.js';
import { dayOf } from '@lib/documents/danish.js';
import { RunningFiles } from '../apps/server/src/running-files.js';
import { trailRoutes } from '../apps/server/src/trail-routes.js';
import { approve, documentOf, consultation, narrow, send, write } from './support/minutes-story.js';
import { newDecision } from './support/story.js';
import { pdfBytes, readPdf, squeezed } from '../libs/documents/src/spec-pdf.js';
import { boernehusHovedstaden, eksempelby, nordsjaelland, taenktby, TestServer, type Browser } from './support/test-server.js';

let server: TestServer;
let story: Awaited<ReturnType<typeof consultation>>;
beforeAll(async () => void (server = await TestServer.start()), 60_000);
afterAll(() => server.stop());
beforeEach(async () => void (story = await consultation(server)));

async function fileOf(browser: Browser, path: string) {
  const response = await fetch(`${browser.origin}${path}`, { headers: { cookie: browser.cookie, origin: browser.origin } });
  return { status: response.status, headers: response.headers, bytes: new Uint8Array(await response.arrayBuffer()) };
}

const files = (meetingId: string, kind: 'agenda' | 'minutes', ending: string) => `/api/v1/meetings/${meetingId}/documents/${kind}.${ending}`;

describe('documents as files', () => {
  it('[DO1, DO5] the PDF for the archive holds exactly the JSON, and its text says the same', async () => {
    const { coordinator, caseworker, officer, meetingId, items } = story;
    await write(officer, items[1]!.documentId, 'Politiet orienterede om forløbet. #eval("1")');
    await coordinator.post(`/api/v1/items/${items[1]!.id}/decisions`, newDecision(caseworker, { legalBasisId: 'bl-126' }));
    for (const kind of ['agenda', 'minutes'] as const) {
      const { status, headers, bytes } = await fileOf(officer, files(meetingId, kind, 'pdf?standard=a-3a'));
      const json = await documentOf(officer, meetingId, kind);
      expect(status).toBe(200);
      expect(JSON.parse((await readPdf(bytes)).attachment!)).toEqual(json);
      expect((await readPdf(bytes)).metadata).toMatch(/<pdfaid:part>3</);
      const text = squeezed((await readPdf(bytes)).text);
      for (const entry of json.items) if (!entry.closed) expect(text).toContain(squeezed(entry.title));
      expect(text.includes(squeezed('Politiet orienterede om forløbet. #eval("1")'))).toBe(kind === 'minutes');
      expect(text.includes(squeezed('SSP-konsulenten kontakter familien.'))).toBe(kind === 'minutes');
      expect([headers.get('content-type'), headers.get('cache-control'), headers.get('x-content-type-options'), headers.get('etag')]).toEqual(['application/pdf', 'no-store', 'nosniff', null]);
      expect(headers.get('content-disposition')).toBe(`attachment; filename="${kind === 'agenda' ? 'dagsorden' : 'referat'}-moede-${dayOf(json.meeting.startInstant)}.pdf"`);
    }
  });

  it('[DO4, DO6] the PDF to be read is tagged, says that it is, and is the same at the same instant', async () => {
    const { officer, meetingId } = story;
    const first = await fileOf(officer, files(meetingId, 'minutes', 'pdf'));
    expect((await readPdf(first.bytes)).isTagged).toBe(true);
    expect((await readPdf(first.bytes)).metadata).toMatch(/<pdfuaid:part>1</);
    expect((await readPdf(first.bytes)).attachment).toBeNull();
    expect((await readPdf(first.bytes)).text).toContain('Udskrift til Nordsjællands Politi, ');
    expect(Buffer.compare(first.bytes, (await fileOf(officer, files(meetingId, 'minutes', 'pdf'))).bytes)).toBe(0);
  });

  it('[DO1] hold no trace of what is closed to the reader, in no byte', async () => {
    const { coordinator, caseworker, officer, meetingId, items } = story;
    const canary = 'Kanariefuglekvidder';
    const closed = items[2]!;
    await narrow(coordinator, closed.id, [eksempelby]);
    await write(caseworker, closed.documentId, `${canary} i referatet`);
    await coordinator.post(`/api/v1/items/${closed.id}/decisions`, newDecision(caseworker, { text: `${canary} besluttet`, caseReference: 'Sag 2099-777', legalBasisId: 'bl-126' }));
    const secrets = [canary, 'Sag 2099-777', closed.id, closed.documentId, closed.title];
    for (const standard of ['ua-1', 'a-3a']) {
      for (const query of ['', `&authority=${encodeURIComponent(nordsjaelland)}`]) {
        const { status, bytes } = await fileOf(officer, files(meetingId, 'minutes', `pdf?standard=${standard}${query}`));
        expect(status).toBe(200);
        const everything = `${pdfBytes(bytes)}\n${(await readPdf(bytes)).text}\n${(await readPdf(bytes)).metadata}`;
        for (const secret of secrets) expect([secret, everything.includes(secret), squeezed(everything).includes(squeezed(secret))]).toEqual([secret, false, false]);
        expect((await readPdf(bytes)).text).toContain('Lukket punkt, ');
      }
    }
    const inside = await fileOf(coordinator, files(meetingId, 'minutes', 'pdf?standard=a-3a'));
    for (const secret of [canary, 'Sag 2099-777', closed.title]) expect(squeezed((await readPdf(inside.bytes)).text + pdfBytes(inside.bytes))).toContain(squeezed(secret));
    // The coordinator's extract for the police leaves out what she herself reads.
    const extract = await fileOf(coordinator, files(meetingId, 'minutes', `pdf?standard=a-3a&authority=${encodeURIComponent(nordsjaelland)}`));
    for (const secret of secrets) expect(squeezed(pdfBytes(extract.bytes) + (await readPdf(extract.bytes)).text)).not.toContain(squeezed(secret));
    expect(extract.headers.get('content-disposition')).toMatch(/^attachment; filename="referat-uddrag-moede-\d{4}-\d{2}-\d{2}\.pdf"$/);
    expect((await readPdf(extract.bytes)).text).toContain('Udskrift til Nordsjællands Politi, ');
    const html = Buffer.from((await fileOf(officer, files(meetingId, 'minutes', 'html'))).bytes).toString();
    for (const secret of secrets) expect(html).not.toContain(secret);

    // Need to know at this moment: opened, it is there; closed again, it is gone.
    await narrow(coordinator, closed.id, [eksempelby, nordsjaelland]);
    expect(squeezed((await readPdf((await fileOf(officer, files(meetingId, 'minutes', 'pdf'))).bytes)).text)).toContain(canary);
    await narrow(coordinator, closed.id, [eksempelby]);
    expect(squeezed((await readPdf((await fileOf(officer, files(meetingId, 'minutes', 'pdf'))).bytes)).text)).not.toContain(canary);
  });

  it('[PL8, DO1, DO10] tell the plans of a consultation in order, in every form, to readers of the item alone', async () => {
    const { coordinator, caseworker, officer, psychologist, meetingId, items } = story;
    const item = items.at(-1)!;
    const step = { plan: 'sequence', kind: 'childInterview', text: 'Samtale på skolen', ownerPersonId: caseworker.person.id, day: '2027-02-26', time: '09:30', place: 'Skolen', trustedAdult: 'mormor', awaits: null, caseReference: 'Sag 2026-014' };
    const add = async (changes: object) => expect((await caseworker.post(`/api/v1/items/${item.id}/plan-steps`, { ...step, ...changes })).status).toBe(201);
    await add({});
    await add({ plan: 'informing', kind: 'custodyHolders', text: 'At der er en anmeldelse', ownerPersonId: officer.person.id, time: null, place: null, trustedAdult: null, awaits: 'police', caseReference: null });
    await add({ kind: 'videoInterview', text: 'I børnehuset', ownerPersonId: officer.person.id, time: null });
    await add({ text: 'Kanariefugl, som blev taget ud' });
    const standing = (await caseworker.get<{ plans: { steps: { id: string; text: string; followUp: { id: string } }[] }[] }>(`/api/v1/items/${item.id}/plans`)).body.plans[0]!.steps;
    expect((await caseworker.post(`/api/v1/plan-steps/${standing[2]!.id}/withdraw`, { reason: 'Ikke nødvendigt' })).status).toBeLessThan(300);
    await caseworker.post(`/api/v1/follow-ups/${standing[0]!.followUp.id}/state`, { state: 'handedOver', reason: 'Ferie', newOwnerPersonId: officer.person.id });

    const plansIn = async (who: Browser, kind: 'agenda' | 'minutes' = 'minutes') => {
      const entry = (await documentOf(who, meetingId, kind)).items.find((one) => !one.closed && one.id === item.id);
      return entry === undefined || entry.closed ? null : entry.plans;
    };
    expect(await plansIn(psychologist)).toMatchObject([
      { plan: 'sequence', steps: [{ kind: { id: 'childInterview', label: 'Børnesamtale' }, text: 'Samtale på skolen', day: '2027-02-26', time: '09:30', place: 'Skolen', trustedAdult: 'mormor', who: { name: officer.person.name }, awaits: null, state: 'open', caseReference: 'Sag 2026-014' }, { text: 'I børnehuset' }] },
      { plan: 'informing', steps: [{ kind: { label: 'Forældremyndighedens indehavere' }, awaits: { id: 'police', label: 'politiet' } }] },
    ]);
    expect(await plansIn(psychologist, 'agenda')).toBeUndefined();
    const inOrder = /Rækkefølgeplan.*26\.februar2027kl\.09\.30Børnesamtale:Samtalepåskolen\(Sag2026014\)Sted:SkolenMed:mormor.*Videoafhøring:Ibørnehuset.*Orienteringsplan.*Forældremyndighedensindehavere:Atdererenanmeldelse.*Ikkeførpolitiethargivetbesked/s;
    const { content, attachment } = await readPdf((await fileOf(psychologist, files(meetingId, 'minutes', 'pdf?standard=a-3a'))).bytes);
    expect(squeezed(content)).toMatch(inOrder);
    expect(JSON.parse(attachment!)).toEqual(await documentOf(psychologist, meetingId));
    const html = Buffer.from((await fileOf(psychologist, files(meetingId, 'minutes', 'html'))).bytes).toString();
    expect(squeezed(html.replaceAll(/<[^>]+>/g, ''))).toMatch(inOrder);
    // A step is told in its plan, not once more among the follow-ups.
    expect(html.split('Samtale på skolen').length - 1).toBe(2);
    expect(html).toContain('Givet videre');

    // Frozen, they stay what they were; approved, they are held by the hash with the rest of the item.
    const followUpId = (await plansIn(officer))![0]!.steps[1]!.followUpId;
    await send(coordinator, meetingId);
    expect((await officer.post(`/api/v1/follow-ups/${followUpId}/state`, { state: 'done' })).status).toBeLessThan(500);
    expect((await plansIn(officer))![0]!.steps[1]).toMatchObject({ followUpId, state: 'open' });

    await narrow(coordinator, item.id, [eksempelby]);
    expect(await plansIn(psychologist)).toBeNull();
    const closed = await fileOf(psychologist, files(meetingId, 'minutes', 'pdf?standard=a-3a'));
    const everything = squeezed(pdfBytes(closed.bytes) + (await readPdf(closed.bytes)).text);
    for (const secret of ['Samtale på skolen', 'mormor', 'At der er en anmeldelse', followUpId]) expect([secret, everything.includes(squeezed(secret))]).toEqual([secret, false]);
  });

  it('[DO1] answer missing and forbidden alike', async () => {
    const { officer, meetingId } = story;
    const stranger = await server.signIn({ authorityId: taenktby, role: 'leader' });
    for (const kind of ['agenda', 'minutes'] as const) {
      for (const ending of ['pdf', 'html', 'json']) {
        const missing = await officer.get<object>(files('01890000-0000-7000-8000-000000000000', kind, ending));
        const forbidden = await stranger.get<object>(files(meetingId, kind, ending));
        const foreign = await officer.get<object>(`${files(meetingId, kind, ending)}?authority=${encodeURIComponent(boernehusHovedstaden)}`);
        expect([forbidden.status, forbidden.body, foreign.body]).toEqual([404, missing.body, missing.body]);
        expect((await server.stranger().get(files(meetingId, kind, ending))).status).toBe(401);
      }
    }
    expect((await officer.get<{ errors: { field: string }[] }>(files(meetingId, 'minutes', 'pdf?standard=a-1b'))).body.errors[0]!.field).toBe('standard');
  });

  it('[DO8] the HTML is a page of its own in a sandbox', async () => {
    const { officer, meetingId, items } = story;
    await write(officer, items[1]!.documentId, '<script>alert(1)</script>');
    const { headers, bytes } = await fileOf(officer, files(meetingId, 'minutes', 'html'));
    const html = Buffer.from(bytes).toString();
    expect(html).toMatch(/^<!doctype html>\n<html lang="da">/);
    expect(html).not.toContain('<script');
    expect(html).toContain('&lt;script&gt;');
    expect(headers.get('content-security-policy')).toMatch(/^default-src 'none'; style-src 'sha256-[^ ]+'; sandbox;/);
    expect([headers.get('content-type'), headers.get('cache-control'), headers.get('etag')]).toEqual(['text/html; charset=utf-8', 'no-store', null]);
  });

  it('[DO7] one decision with its timeline and the follow-ups that carry it out', async () => {
    const { coordinator, caseworker, officer, meetingId, items } = story;
    const item = items[1]!;
    const decision = await coordinator.post<{ id: string }>(`/api/v1/items/${item.id}/decisions`, newDecision(caseworker, { legalBasisId: 'bl-126' }));
    await coordinator.post(`/api/v1/items/${item.id}/decisions`, newDecision(caseworker, { text: 'Kanariefugl, en anden beslutning', legalBasisId: 'bl-126' }));
    await coordinator.post(`/api/v1/items/${item.id}/follow-ups`, { text: 'Ringer til skolen', ownerPersonId: officer.person.id, deadline: '2026-12-14', decisionId: decision.body.id });
    await coordinator.post(`/api/v1/items/${item.id}/follow-ups`, { text: 'Kanariefugl, en anden opgave', ownerPersonId: officer.person.id, deadline: '2026-12-14' });
    const leader = await server.signIn({ authorityId: eksempelby, role: 'leader' });
    await leader.post(`/api/v1/decisions/${decision.body.id}/return`, { comment: 'Begrund det nærmere.' });

    const path = `/api/v1/decisions/${decision.body.id}/extract`;
    const { status, headers, bytes } = await fileOf(officer, `${path}.pdf?standard=a-3a`);
    expect(status).toBe(200);
    expect(headers.get('content-disposition')).toMatch(/^attachment; filename="beslutning-uddrag-moede-\d{4}-\d{2}-\d{2}\.pdf"$/);
    const json = (await officer.get<object>(`${path}.json`)).body;
    expect(JSON.parse((await readPdf(bytes)).attachment!)).toEqual(json);
    const text = squeezed((await readPdf(bytes)).text);
    for (const words of ['SSP-konsulenten kontakter familien.', 'Politiet har mødt den unge tre gange på en måned.', 'Sag 2026-014', 'Returneret', 'Begrund det nærmere.', 'Ringer til skolen', leader.person.name]) expect(text).toContain(squeezed(words));
    expect(pdfBytes(bytes) + text).not.toContain('Kanariefugl');
    expect((await readPdf((await fileOf(officer, `${path}.pdf`)).bytes)).isTagged).toBe(true);
    expect(Buffer.from((await fileOf(officer, `${path}.html`)).bytes).toString()).toContain('Begrund det nærmere.');

    // The leader reads the decision without the item; the follow-ups belong to the item.
    expect((await leader.get<{ followUps: object[] }>(`${path}.json`)).body.followUps).toEqual([]);
    await narrow(coordinator, item.id, [eksempelby]);
    const missing = await officer.get<object>('/api/v1/decisions/01890000-0000-7000-8000-000000000000/extract.pdf');
    for (const ending of ['pdf', 'html', 'json']) {
      const gone = await officer.get<object>(`${path}.${ending}`);
      expect([gone.status, gone.body]).toEqual([404, missing.body]);
    }
    expect((await documentOf(coordinator, meetingId)).items[1]).toMatchObject({ closed: false });
  });
});

describe('a file on its way', () => {
  /** Every operation that answers with something else than JSON, as the document of the API says, and all that go on record as exports. */
  const { paths } = JSON.parse(readFileSync('docs/openapi.json', 'utf8')) as { paths: Record<string, Record<string, { responses: Record<string, { content?: object }> }>> };
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).flatMap(([method, { responses }]) => {
      const line = trailRoutes[`${method.toUpperCase()} ${path.replace('/api/v1', '')}`];
      const isExport = line !== undefined && 'kind' in line && line.kind === 'export';
      return isExport || Object.keys(responses['200']?.content ?? {}).some((type) => type !== 'application/json') ? [[method.toUpperCase(), path] as const] : [];
    }),
  );
  let sendFiles: RunningFiles['send'];
  let begun: () => void = () => undefined;
  let goOn: () => void = () => undefined;
  /** Of whatever is sent her line takes one byte, and the rest only when it is said. */
  beforeEach(() => {
    const running = server.running.app.get(RunningFiles);
    sendFiles = running.send;
    running.send = (session, parts, response, headers) => {
      const gone = new Promise<void>((done) => (goOn = done));
      const slow = async function* () {
        for await (const part of parts) {
          const bytes = Buffer.from(part as Uint8Array);
          yield bytes.subarray(0, 1);
          begun();
          await gone;
          yield bytes.subarray(1);
        }
      };
      return sendFiles.call(running, session, slow(), response, headers);
    };
  });
  afterEach(() => {
    goOn();
    server.running.app.get(RunningFiles).send = sendFiles;
  });
  /** Begins one, and answers when its first byte is here: with what becomes of it. */
  const begin = async (reader: Browser, method: string, path: string) => {
    const isBegun = new Promise<void>((done) => (begun = done));
    const body = method === 'POST' ? { body: JSON.stringify({ caseReference: 'Sag 2026-014' }) } : {};
    const ended = fetch(`${server.origin}${path}`, { method, headers: { cookie: reader.cookie, origin: server.origin, 'content-type': 'application/json' }, ...body })
      .then(async (response) => [response.status, await response.arrayBuffer().then(() => 'whole', () => 'broken off')]);
    await Promise.race([isBegun, ended]);
    return { ended };
  };
  const sessionOf = async (who: Browser) => (await server.running.app.get(Sessions).fromToken(who.cookie.split('=')[1]!))!.id;

  it('[AC13] breaks off when the session ends, whichever file it is', async () => {
    const { coordinator, caseworker, meetingId, items } = story;
    const decision = await coordinator.post<{ id: string }>(`/api/v1/items/${items[1]!.id}/decisions`, newDecision(caseworker, { legalBasisId: 'bl-126' }));
    const other = await consultation(server);
    await send(other.coordinator, other.meetingId);
    for (const who of [other.coordinator, other.police, other.psychologist]) await approve(who, other.meetingId);
    expect(operations.length).toBeGreaterThan(11);
    for (const [method, path] of operations) {
      const reader = await server.signIn({ authorityId: eksempelby, role: path.includes('/audit/') ? 'auditor' : 'coordinator' });
      const id = path.endsWith('/proof') ? other.meetingId : path.includes('/meetings/') ? meetingId : decision.body.id;
      const { ended } = await begin(reader, method, `${path.replace('{id}', id)}${path.endsWith('decision-log/export') ? '?format=csv' : ''}`);
      await server.running.app.get(Sessions).end(await sessionOf(reader));
      expect([method, path, await ended]).toEqual([method, path, [200, 'broken off']]);
      goOn();
    }
  }, 60_000);

  it('[AC13] [AC50] breaks off by the clock: where session, membership or a time at an item ends, at that instant', async () => {
    const { coordinator, meetingId, items } = story;
    const soon = () => server.clock.now().add({ milliseconds: 400 }).toString();
    const sql = (statement: string, id: string) => server.unitOfWork.run((tx) => tx.query(statement, [id, soon()]));
    const given = async (person: object) => expect((await coordinator.put(`/api/v1/items/${items[1]!.id}/audience`, { kind: 'all', windows: [person], disclosureReason: 'De skal bruge det på mødet.' })).status).toBe(200);
    const ends: [string, (reader: Browser) => Promise<unknown>][] = [
      ['session', async (reader) => sql('UPDATE session SET expires_at = $2 WHERE id = $1', await sessionOf(reader))],
      ['membership', (reader) => sql('UPDATE membership SET valid_to = $2 WHERE id = $1', reader.person.membershipId)],
      ['time at an item', (reader) => given({ personId: reader.person.id, to: soon() })],
    ];
    for (const [what, end] of ends) {
      const reader = await server.signIn({ authorityId: nordsjaelland, role: 'participant' });
      await end(reader);
      for (const path of [files(meetingId, 'minutes', 'json'), files(meetingId, 'minutes', 'pdf')]) {
        const { ended } = await begin(reader, 'GET', path);
        // Not before.
        expect([what, path, await Promise.race([ended, new Promise((done) => setTimeout(done, 50))])]).toEqual([what, path, undefined]);
        server.clock.advance({ milliseconds: 400 });
        const began = performance.now();
        expect([what, path, await ended]).toEqual([what, path, [200, 'broken off']]);
        expect(performance.now() - began).toBeLessThan(1_000);
        goOn();
        server.clock.advance({ milliseconds: -400 });
      }
      await server.unitOfWork.run((tx) => tx.query('UPDATE membership SET valid_to = NULL WHERE id = $1', [reader.person.membershipId]));
    }
  }, 60_000);
});
