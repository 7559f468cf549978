import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { io } from 'socket.io-client';
import { livePath } from '@lib/contracts/live.js';
import { plainText } from '@lib/contracts/rich-text.js';
import { canonicalJson } from '@lib/minutes/canonical.js';
import { DomainEvents } from '@lib/platform/events.service.js';
import { approve, consultation, documentOf, minutesOf, narrow, path, requestChange, send, write, type Minutes } from './support/minutes-story.js';
import { meetingOf, newDecision } from './support/story.js';
import { aKey, boernehusHovedstaden, eksempelby, nordsjaelland, taenktby, TestServer, type Browser } from './support/test-server.js';
import { until } from './support/writer.js';

let server: TestServer;
let story: Awaited<ReturnType<typeof consultation>>;
beforeAll(async () => void (server = await TestServer.start()), 60_000);
afterAll(() => server.stop());
beforeEach(async () => void (story = await consultation(server)));

interface Refusal {
  code: string;
  errors?: { field: string }[];
}
const canary = 'Kanariefugl i godkendelsen';
const states = (view: Minutes) => Object.fromEntries(view.authorities.map((one) => [one.authority.id, one.state]));
const all = (state: string) => ({ [eksempelby]: state, [nordsjaelland]: state, [boernehusHovedstaden]: state });
const partOf = (view: Minutes, itemId: string | null) => view.parts.find((part) => part.itemId === itemId)!;
const post = <Body = Refusal>(who: Browser, what: string, body: object = {}, headers = {}) => who.post<Body>(path(story.meetingId, what), body, headers);
const resend = (who: Browser, itemId: string | null, version: number, body: object = { outcome: 'changed' }) => post<Minutes & Refusal>(who, 'resend', { itemId, version, ...body });

describe('sending minutes for approval', () => {
  it('[MI3, AC41] is done by a coordinator once the meeting has begun, and freezes words, decisions, attendance and agenda', async () => {
    const { coordinator, caseworker, officer, meetingId, items } = story;
    expect((await post(caseworker, 'send')).status).toBe(403);
    expect((await post(await server.signIn({ authorityId: taenktby, role: 'coordinator' }), 'send')).status).toBe(404);
    server.clock.advance({ hours: -2 });
    expect([(await post(coordinator, 'send')).body.code, (await minutesOf(coordinator, meetingId)).canSend]).toEqual(['transition-refused', false]);
    server.clock.advance({ hours: 2 });
    for (const due of ['2020-01-01', '2026-02-30', '2099-01-01']) expect((await post(coordinator, 'send', { due })).body.errors?.[0]?.field).toBe('due');
    const sent = await post<Minutes & Refusal>(coordinator, 'send', { due: '2026-12-24' }, { 'if-match': '"0"' });
    expect([sent.status, sent.body.state, sent.body.round, sent.body.due, sent.body.isFreezing, states(sent.body)]).toEqual([200, 'forApproval', 1, '2026-12-24', false, all('pending')]);
    expect((await post(coordinator, 'send')).body.code).toBe('transition-refused');

    const meeting = (await coordinator.get<{ state: string; agendaState: string; minutesState: string; attendanceOpen: boolean }>(`/api/v1/meetings/${meetingId}`)).body;
    expect(meeting).toMatchObject({ state: 'held', agendaState: 'closed', minutesState: 'forApproval', attendanceOpen: false });
    expect((await officer.post(`/api/v1/items/${items[0]!.id}/decisions`, newDecision(officer, { legalBasisId: 'bl-126' }))).status).toBe(403);
    expect((await officer.post(`/api/v1/items/${items[0]!.id}/follow-ups`, { text: 'Ringer', ownerPersonId: officer.person.id, deadline: '2026-12-24' })).status).toBe(403);
    expect((await coordinator.send<Refusal>('PUT', `/api/v1/meetings/${meetingId}/attendance`, { entries: [{ membershipId: officer.person.membershipId, state: 'present' }] })).body.code).toBe('transition-refused');
    expect((await coordinator.post<Refusal>(`/api/v1/meetings/${meetingId}/items`, { title: 'For sent', plannedMinutes: 5, outputType: 'discussion' })).body.code).toBe('transition-refused');
    expect((await meetingOf(officer, meetingId)).outline.every((entry) => !entry.closed && !entry.item.canWrite)).toBe(true);
  });

  it('[MI12] can be taken back with a reason while not approved: a draft again, and every approval void', async () => {
    const { coordinator, caseworker, officer, police, meetingId, items } = story;
    await send(coordinator, meetingId);
    await approve(police, meetingId);
    expect((await post(officer, 'withdraw', { reason: 'x' })).status).toBe(403);
    expect((await post(coordinator, 'withdraw', { reason: ' ' })).body.errors?.[0]?.field).toBe('reason');
    expect((await post(coordinator, 'withdraw', { reason: 'For tidligt' }, { 'if-match': '"0"' })).status).toBe(412);
    const back = await post<Minutes>(coordinator, 'withdraw', { reason: 'Punkt 2 mangler' }, { 'if-match': '"1"' });
    expect([back.body.state, back.body.authorities, back.body.canSend]).toEqual(['draft', [], true]);
    expect((await minutesOf(officer, meetingId)).timeline.map((one) => [one.kind, one.text])).toEqual([['sent', null], ['approved', null], ['withdrawn', 'Punkt 2 mangler']]);
    await write(caseworker, items[1]!.documentId, 'Nu er punkt 2 med.');
    const again = await send(coordinator, meetingId);
    expect([again.round, states(again)]).toEqual([2, all('pending')]);
    const item = (await documentOf(officer, meetingId)).items[1]!;
    expect(item.closed ? '' : plainText(item.minutes)).toBe('Nu er punkt 2 med.');
  });
});

describe('an authority', () => {
  it('[MI5, MI6, AC40] approves exactly what it reads, by its coordinator, and not what changed under it', async () => {
    const { coordinator, officer, police, psychologist, meetingId, items } = story;
    await send(coordinator, meetingId);
    // The police have a coordinator at the table, the børnehus has none.
    expect([(await minutesOf(officer, meetingId)).canApprove, (await post(officer, 'approve', { digest: (await minutesOf(officer, meetingId)).digest! })).status]).toEqual([false, 403]);
    for (const digest of ['0'.repeat(64), (await minutesOf(psychologist, meetingId)).digest!.replace(/^./, (one) => (one === '0' ? '1' : '0'))]) expect((await post(psychologist, 'approve', { digest })).status).toBe(412);
    for (const digest of ['', 'x', undefined, 7]) expect((await post(psychologist, 'approve', { digest })).status).toBe(400);

    const stale = (await minutesOf(police, meetingId)).digest!;
    await requestChange(psychologist, meetingId, items[1]!.id, 'Ret');
    expect((await post(police, 'approve', { digest: stale })).body.code).toBe('precondition-failed');
    const approved = await approve(police, meetingId);
    // All but the item that is open again.
    expect([states(approved)[nordsjaelland], approved.authorities.find((one) => one.authority.id === nordsjaelland)!.missing.map((one) => one.itemId)]).toEqual(['pending', [items[1]!.id]]);
    expect((await post(police, 'approve', { digest: (await minutesOf(police, meetingId)).digest! })).body.code).toBe('transition-refused');
  });

  it('[MI5, MI11] one after the other, all three: approved, the meeting closed, and nothing moves any more', async () => {
    const { coordinator, officer, police, psychologist, meetingId, items } = story;
    await write(officer, items[0]!.documentId, 'Endelige ord.');
    await send(coordinator, meetingId);
    expect(states(await approve(coordinator, meetingId))).toEqual({ ...all('pending'), [eksempelby]: 'approved' });
    await approve(police, meetingId);
    const done = await approve(psychologist, meetingId);
    expect([done.state, states(done), done.hash?.length, done.timeline.at(-1)!.kind, done.timeline.at(-1)!.by]).toEqual(['approved', all('approved'), 64, 'completed', null]);
    expect((await coordinator.get<{ state: string; minutesState: string }>(`/api/v1/meetings/${meetingId}`)).body).toMatchObject({ state: 'closed', minutesState: 'approved' });
    expect((await documentOf(officer, meetingId)).approval).toMatchObject({ state: 'approved', version: 1, hash: done.hash, authorities: expect.arrayContaining([expect.objectContaining({ state: 'approved', by: psychologist.person.name })]) });
    for (const [what, body] of [['withdraw', { reason: 'Nej' }], ['send', {}], ['approve', { digest: '0'.repeat(64) }], ['change-requests', { itemId: items[0]!.id, version: 1, text: 'Nej' }], ['resend', { itemId: items[0]!.id, version: 1, outcome: 'changed' }], ['reminders', { authorityId: nordsjaelland }]] as const) {
      expect([what, (await post(coordinator, what, body)).body.code]).toEqual([what, 'transition-refused']);
    }
    const sql = (text: string) => server.unitOfWork.run((tx) => tx.query(text, [meetingId]));
    for (const text of [
      `UPDATE minutes_snapshot SET content = '\\x00' WHERE part_id = $1`,
      `DELETE FROM minutes_snapshot WHERE part_id = $1`,
      `INSERT INTO minutes_snapshot SELECT gen_random_uuid(), round_id, part_id, version + 1, content, commitment, taken_at FROM minutes_snapshot WHERE part_id = $1`,
      `UPDATE minutes_round SET root = '\\x00' WHERE meeting_id = $1`,
      `DELETE FROM minutes_round WHERE meeting_id = $1`,
      `UPDATE minutes_part SET state = 'reopened' WHERE meeting_id = $1`,
      `DELETE FROM minutes_part WHERE meeting_id = $1`,
      `UPDATE minutes_event SET at = now() WHERE meeting_id = $1`,
      `DELETE FROM minutes_event WHERE meeting_id = $1`,
      `UPDATE meeting SET minutes_state = 'draft' WHERE id = $1`,
    ]) {
      await expect(sql(text)).rejects.toThrow(/append-only|do not change/);
    }
  });

  it('[MI11] at once: of two last approvals each counts, and the minutes are approved once', async () => {
    const { coordinator, police, psychologist, meetingId } = story;
    await send(coordinator, meetingId);
    await approve(coordinator, meetingId);
    const digests = await Promise.all([police, psychologist].map(async (who) => (await minutesOf(who, meetingId)).digest!));
    const answers = await Promise.all([police, psychologist].map((who, n) => post<Minutes>(who, 'approve', { digest: digests[n] })));
    expect(answers.map((one) => one.status)).toEqual([200, 200]);
    const view = await minutesOf(coordinator, meetingId);
    expect([view.state, view.timeline.map((one) => one.kind)]).toEqual(['approved', ['sent', 'approved', 'approved', 'approved', 'completed']]);
  });

  it('[MI6, MI7] approving while another asks for a change: one comes first, and what is approved is what was read', async () => {
    const { coordinator, police, psychologist, meetingId, items } = story;
    for (let n = 0; n < 4; n += 1) {
      const sent = await send(coordinator, meetingId);
      const digest = (await minutesOf(police, meetingId)).digest!;
      const [approval, request] = await Promise.all([post(police, 'approve', { digest }), post(psychologist, 'change-requests', { itemId: items[1]!.id, version: 1, text: 'Ret' })]);
      expect(request.status).toBe(201);
      expect([200, 412]).toContain(approval.status);
      const view = await minutesOf(police, meetingId);
      const mine = view.authorities.find((one) => one.authority.id === nordsjaelland)!;
      // Whichever came first: the reopened item is approved by nobody.
      expect([sent.round, partOf(view, items[1]!.id).state, mine.state, mine.missing.some((one) => one.itemId === items[1]!.id)]).toEqual([n + 1, 'reopened', 'pending', true]);
      await post(coordinator, 'withdraw', { reason: 'Forfra' });
    }
  });
});

describe('asking for a change', () => {
  it('[MI7, MI10] opens only that item; it is answered, sent again, and approved anew by those who read it', async () => {
    const { coordinator, caseworker, officer, police, psychologist, meetingId, items } = story;
    const item = items[1]!;
    await write(officer, item.documentId, 'Forkert dato.');
    await send(coordinator, meetingId);
    await approve(coordinator, meetingId);
    await approve(police, meetingId);
    const key = aKey();
    const body = { itemId: item.id, version: 1, text: 'Datoen er den 3.' };
    const asked = await post<Minutes & Refusal>(psychologist, 'change-requests', body, key);
    expect([asked.status, states(asked.body)[boernehusHovedstaden]]).toEqual([201, 'changeRequested']);
    expect((await post<Minutes>(psychologist, 'change-requests', body, key)).body.timeline).toHaveLength(asked.body.timeline.length);
    expect((await post(psychologist, 'change-requests', { ...body, version: 0 })).status).toBe(412);
    expect((await post(officer, 'change-requests', body)).status).toBe(403);

    const view = await minutesOf(officer, meetingId);
    expect([partOf(view, item.id).state, partOf(view, items[0]!.id).state, partOf(view, item.id).requests.map((one) => [one.authority.id, one.text])]).toEqual(['reopened', 'frozen', [[boernehusHovedstaden, 'Datoen er den 3.']]]);
    const writable = (await meetingOf(caseworker, meetingId)).outline.flatMap((entry) => (!entry.closed && entry.item.canWrite ? [entry.item.id] : []));
    expect(writable).toEqual([item.id]);
    await write(caseworker, item.documentId, 'Rettelse: den 3.');
    expect((await caseworker.post(`/api/v1/items/${item.id}/decisions`, newDecision(caseworker, { legalBasisId: 'bl-126', deadline: '2026-12-24' }))).status).toBe(201);

    expect((await resend(officer, item.id, 1)).status).toBe(403);
    expect((await resend(coordinator, item.id, 0)).status).toBe(412);
    expect((await resend(coordinator, items[0]!.id, 1)).body.code).toBe('transition-refused');
    expect((await resend(coordinator, item.id, 1, { outcome: 'declined' })).body.errors?.[0]?.field).toBe('text');
    const again = await resend(coordinator, item.id, 1, { outcome: 'changed', text: 'Rettet.' });
    expect([again.status, partOf(again.body, item.id).state, partOf(again.body, item.id).version, partOf(again.body, item.id).requests]).toEqual([200, 'frozen', 2, []]);
    // Of the others it is only this item that is missing.
    expect(again.body.authorities.find((one) => one.authority.id === nordsjaelland)!.missing.map((one) => one.itemId)).toEqual([item.id]);
    const shown = (await documentOf(officer, meetingId)).items[1]!;
    expect(shown.closed ? [] : [plainText(shown.minutes).includes('Rettelse: den 3.'), shown.decisions.length]).toEqual([true, 1]);
    await approve(police, meetingId);
    await approve(coordinator, meetingId);
    expect((await approve(psychologist, meetingId)).state).toBe('approved');
  });

  it('[MI9] is taken back: with the same words the old approvals hold, with others the coordinator sends the item again', async () => {
    const { coordinator, caseworker, police, psychologist, meetingId, items } = story;
    await send(coordinator, meetingId);
    await approve(police, meetingId);
    const ask = async () => partOf(await requestChange(psychologist, meetingId, items[1]!.id, 'Ret'), items[1]!.id).requests.at(-1)!.id;
    const first = await ask();
    expect((await post(police, `change-requests/${first}/withdraw`)).status).toBe(403);
    const back = await post<Minutes>(psychologist, `change-requests/${first}/withdraw`);
    expect([partOf(back.body, items[1]!.id).state, partOf(back.body, items[1]!.id).version, states(back.body)[nordsjaelland]]).toEqual(['frozen', 1, 'approved']);
    expect((await post(psychologist, `change-requests/${first}/withdraw`)).body.code).toBe('transition-refused');
    const second = await ask();
    await write(caseworker, items[1]!.documentId, 'Skrevet imens.');
    const open = await post<Minutes>(psychologist, `change-requests/${second}/withdraw`);
    expect([partOf(open.body, items[1]!.id).state, partOf(open.body, items[1]!.id).requests]).toEqual(['reopened', []]);
    expect(partOf((await resend(coordinator, items[1]!.id, 1)).body, items[1]!.id)).toMatchObject({ state: 'frozen', version: 2 });
    expect((await post(psychologist, 'change-requests/01890000-0000-7000-8000-000000000000/withdraw')).status).toBe(404);
  });

  it('[MI7, PE5] of who was there opens the attendance, and nothing else', async () => {
    const { coordinator, officer, police, meetingId } = story;
    await send(coordinator, meetingId);
    await requestChange(police, meetingId, null, 'Betjenten var der.');
    expect((await coordinator.send('PUT', `/api/v1/meetings/${meetingId}/attendance`, { entries: [{ membershipId: officer.person.membershipId, state: 'present' }] })).status).toBe(200);
    expect((await meetingOf(officer, meetingId)).outline.some((entry) => !entry.closed && entry.item.canWrite)).toBe(false);
    await resend(coordinator, null, 1);
    expect((await documentOf(police, meetingId)).participants.find((one) => one.membershipId === officer.person.membershipId)!.attendance).toBe('present');
    expect((await coordinator.send('PUT', `/api/v1/meetings/${meetingId}/attendance`, { entries: [{ membershipId: officer.person.membershipId, state: 'absent' }] })).status).toBe(409);
  });
});

describe('a closed item', () => {
  /** Item 2 is open to the municipality and the børnehus; the police are outside. */
  async function closed() {
    const { coordinator, caseworker, items, meetingId } = story;
    const item = items[1]!;
    await narrow(coordinator, item.id, [eksempelby, boernehusHovedstaden]);
    await write(caseworker, item.documentId, canary);
    await caseworker.post(`/api/v1/items/${item.id}/decisions`, newDecision(caseworker, { text: canary, reasons: canary, legalBasisId: 'bl-126', deadline: '2026-12-24' }));
    await send(coordinator, meetingId);
    return item;
  }
  /** Everything that the police can ask about the minutes, but for the overall state. */
  const look = async (who: Browser) => {
    const { meetingId } = story;
    const view = await minutesOf(who, meetingId);
    const document = await documentOf(who, meetingId);
    return JSON.stringify([view, document, (await who.get(`/api/v1/meetings/${meetingId}`)).body, (await who.get('/api/v1/minutes/waiting')).body]);
  };

  it('[MI8] changes nothing at all for those outside it: not by words, requests, answers, approvals, reminders or addenda', async () => {
    const { coordinator, caseworker, officer, police, psychologist, meetingId } = story;
    const item = await closed();
    const socket = io(server.origin, { path: livePath, transports: ['websocket'], extraHeaders: { cookie: police.cookie, origin: server.origin }, reconnection: false, forceNew: true });
    const heard: string[] = [];
    socket.onAny((name: string) => heard.push(name));
    await new Promise<void>((resolve) => socket.once('connect', () => resolve()));
    await approve(police, meetingId);
    await approve(psychologist, meetingId);
    await until('both approvals', () => heard.filter((name) => name === 'minutes.changed').length >= 2);
    const before = [await look(police), await look(officer)];
    heard.length = 0;
    server.clock.advance({ minutes: 5 });

    const asked = await requestChange(psychologist, meetingId, item.id, `${canary} rettes`);
    expect(partOf(asked, item.id).state).toBe('reopened');
    await write(caseworker, item.documentId, `${canary} to`);
    await resend(coordinator, item.id, 1, { outcome: 'changed', text: canary });
    expect((await post(coordinator, 'reminders', { authorityId: boernehusHovedstaden })).status).toBe(200);
    await approve(psychologist, meetingId);
    await requestChange(psychologist, meetingId, item.id, canary);
    await resend(coordinator, item.id, 2, { outcome: 'declined', text: canary });
    const after = [await look(police), await look(officer)];
    expect(after.map((one, n) => one === before[n])).toEqual([true, true]);
    for (const secret of [canary, item.id, item.documentId, item.title]) expect(after.join()).not.toContain(secret);
    // What they do hear of comes first, because nothing else came before it: the withdrawal, which all who take part are told.
    await post(coordinator, 'withdraw', { reason: 'Forfra' });
    await until('the withdrawal', () => heard.includes('minutes.changed'));
    expect(heard.filter((name) => name !== 'meeting.changed')).toEqual(['notification.changed', 'minutes.changed']);
    socket.close();
  });

  it('[MI8, AC12] answers outsiders on every command as an item that does not exist', async () => {
    const { police, meetingId } = story;
    const item = await closed();
    const missing = '01890000-0000-7000-8000-000000000000';
    for (const [what, body] of [['change-requests', { version: 1, text: 'x' }], ['resend', { version: 1, outcome: 'changed' }]] as const) {
      const [real, none] = [await post(police, what, { itemId: item.id, ...body }), await post(police, what, { itemId: missing, ...body })];
      expect([what, real.status, real.body]).toEqual([what, 404, none.body]);
    }
    const requestId = partOf(await requestChange(story.psychologist, meetingId, item.id, canary), item.id).requests[0]!.id;
    const [real, none] = [await post(police, `change-requests/${requestId}/withdraw`), await post(police, `change-requests/${missing}/withdraw`)];
    expect([real.status, real.body]).toEqual([404, none.body]);
  });

  it('[MI8] keeps the whole waiting, which is all that those outside learn', async () => {
    const { coordinator, police, psychologist, meetingId } = story;
    const item = await closed();
    await approve(coordinator, meetingId);
    await approve(police, meetingId);
    await requestChange(psychologist, meetingId, item.id, canary);
    await approve(psychologist, meetingId);
    const outside = await minutesOf(police, meetingId);
    expect([outside.state, states(outside)]).toEqual(['forApproval', all('approved')]);
    expect(states(await minutesOf(coordinator, meetingId))[boernehusHovedstaden]).toBe('changeRequested');
  });

  it('[MI11] when narrowed during approval: who lost it loses it at once and is asked no longer, which may be what was missing', async () => {
    const { coordinator, police, psychologist, meetingId, items } = story;
    await send(coordinator, meetingId);
    await approve(coordinator, meetingId);
    await approve(police, meetingId);
    await requestChange(psychologist, meetingId, items[1]!.id, canary);
    await resend(coordinator, items[1]!.id, 1);
    await approve(coordinator, meetingId);
    await approve(psychologist, meetingId);
    expect((await minutesOf(coordinator, meetingId)).state).toBe('forApproval');
    await narrow(coordinator, items[1]!.id, [eksempelby, boernehusHovedstaden]);
    expect((await documentOf(police, meetingId)).items[1]!.closed).toBe(true);
    expect(JSON.stringify(await minutesOf(police, meetingId))).not.toContain(canary);
    for (let n = 0; n < 400 && (await minutesOf(coordinator, meetingId)).state !== 'approved'; n += 1) await new Promise((done) => setTimeout(done, 10));
    expect((await minutesOf(coordinator, meetingId)).state).toBe('approved');
  });

  it('[MI11] when widened during approval: who is let in is asked too', async () => {
    const { coordinator, police, psychologist, meetingId } = story;
    const item = await closed();
    await approve(coordinator, meetingId);
    await approve(police, meetingId);
    expect((await coordinator.put(`/api/v1/items/${item.id}/audience`, { kind: 'all', disclosureReason: 'De skal bruge det på mødet.' })).status).toBe(200);
    expect((await approve(psychologist, meetingId)).state).toBe('forApproval');
    expect(states(await minutesOf(police, meetingId))[nordsjaelland]).toBe('pending');
    expect((await approve(police, meetingId)).state).toBe('approved');
  });
});

describe('approved minutes', () => {
  const hex = (text: string) => Buffer.from(text, 'hex');
  const sha = (...parts: Buffer[]) => createHash('sha256').update(Buffer.concat(parts)).digest();
  interface Proof {
    meetingId: string;
    hash: string;
    parts: { partId: string; version: number; salt: string; content: object; commitment: string; path: { side: string; hash: string }[] }[];
    addenda: { id: string; partId: string; version: number; salt: string; content: object; commitment: string }[];
  }
  /** As docs/minutes.md says, and nothing of the product but canonical JSON. */
  const recomputed = (proof: Proof, part: Proof['parts'][number]) => {
    const commitment = sha(Buffer.from(canonicalJson({ schema: 'samraad/minutes-part/1', meetingId: proof.meetingId, partId: part.partId, version: part.version, salt: part.salt, content: part.content })));
    const root = part.path.reduce((hash, { side, hash: other }) => (side === 'left' ? sha(Buffer.of(1), hex(other), hash) : sha(Buffer.of(1), hash, hex(other))), sha(Buffer.of(0), commitment));
    return [commitment.toString('hex'), root.toString('hex')];
  };
  async function approved() {
    const { coordinator, caseworker, police, psychologist, items, meetingId } = story;
    await narrow(coordinator, items[1]!.id, [eksempelby, boernehusHovedstaden]);
    await write(caseworker, items[1]!.documentId, canary);
    await send(coordinator, meetingId);
    for (const who of [coordinator, police, psychologist]) await approve(who, meetingId);
  }

  it('[MI11] can be recomputed to their hash from the proof, item by item, and closed items are in it as nothing at all', async () => {
    const { coordinator, police, meetingId, items } = story;
    expect((await coordinator.get(path(meetingId, 'proof'))).status).toBe(404);
    await approved();
    for (const [who, count] of [[coordinator, items.length + 1], [police, items.length]] as const) {
      const document = await documentOf(who, meetingId);
      const { body: proof } = await who.get<Proof>(path(meetingId, 'proof'));
      expect([proof.hash, proof.parts.length]).toEqual([document.approval!.hash, count]);
      for (const part of proof.parts) expect(recomputed(proof, part)).toEqual([part.commitment, document.approval!.hash]);
      // What the document shows is what is held fast.
      const shown = document.items.flatMap((item) => (item.closed ? [] : [item]));
      for (const { closed: _closed, ...item } of shown) expect(proof.parts.find((part) => part.partId === item.id)!.content).toEqual(item);
      expect(proof.parts.find((part) => part.partId === meetingId)!.content).toEqual({ meeting: document.meeting, participants: document.participants });
      const changed = { ...proof.parts[0]!, content: { ...proof.parts[0]!.content, title: 'Ændret' } };
      expect(recomputed(proof, changed)[1]).not.toBe(proof.hash);
    }
    const outside = JSON.stringify((await police.get<Proof>(path(meetingId, 'proof'))).body);
    for (const secret of [canary, items[1]!.id, items[1]!.title]) expect(outside).not.toContain(secret);
  });

  it('[MI11] are held fast by leaves and a root that need no key: what is destroyed with its key stays proven', async () => {
    const { coordinator, meetingId, items } = story;
    await approved();
    const before = (await minutesOf(coordinator, meetingId)).hash;
    const rows = await server.unitOfWork.run((tx) => tx.query<{ leaves: Uint8Array; root: Uint8Array }>('SELECT leaves, root FROM minutes_round WHERE meeting_id = $1', [meetingId]));
    const stamps = await server.unitOfWork.run((tx) => tx.query<{ commitment: Uint8Array }>('SELECT commitment FROM minutes_snapshot WHERE part_id = $1', [items[1]!.id]));
    const leaves = Array.from({ length: rows[0]!.leaves.length / 32 }, (_, n) => Buffer.from(rows[0]!.leaves).subarray(n * 32, n * 32 + 32));
    expect(leaves.filter((leaf) => leaf.equals(Buffer.from(stamps[0]!.commitment)))).toHaveLength(1);
    // The root again, from what stands in the open alone.
    let level = leaves.map((leaf) => sha(Buffer.of(0), leaf));
    while (level.length > 1) level = Array.from({ length: level.length / 2 }, (_, n) => sha(Buffer.of(1), level[2 * n]!, level[2 * n + 1]!));
    expect([level[0]!.toString('hex'), Buffer.from(rows[0]!.root).toString('hex')]).toEqual([before, before]);
  });

  it('[MI14] are added to by a coordinator who reads the item, seen by its readers only, and the addition never changes', async () => {
    const { coordinator, officer, police, psychologist, meetingId, items } = story;
    expect((await post(coordinator, 'addenda', { itemId: items[0]!.id, text: 'For tidligt' })).body.code).toBe('transition-refused');
    await approved();
    const key = aKey();
    const body = { itemId: items[1]!.id, text: `${canary} tilføjet\nogså her` };
    expect((await post(coordinator, 'addenda', body, key)).status).toBe(201);
    expect((await post(coordinator, 'addenda', body, key)).status).toBe(201);
    expect((await post(police, 'addenda', body)).status).toBe(404);
    expect((await post(officer, 'addenda', { text: 'Nej' })).status).toBe(403);
    expect((await post(coordinator, 'addenda', { text: 'CPR 010190-1234' })).status).toBe(400);
    expect((await post(police, 'addenda', { itemId: null, text: 'Til mødet' })).status).toBe(201);
    const [inside, outside] = [await documentOf(psychologist, meetingId), await documentOf(officer, meetingId)];
    expect(inside.approval!.addenda.map((one) => [one.itemId, one.number, plainText(one.text), one.by])).toEqual([
      [items[1]!.id, '2', `${canary} tilføjet\nogså her`, `${coordinator.person.name}, ${coordinator.person.authority.name}`],
      [null, null, 'Til mødet', `${police.person.name}, ${police.person.authority.name}`],
    ]);
    expect(outside.approval!.addenda.map((one) => plainText(one.text))).toEqual(['Til mødet']);
    expect(JSON.stringify(await minutesOf(officer, meetingId))).not.toContain(canary);
    const { body: proof } = await coordinator.get<Proof>(path(meetingId, 'proof'));
    for (const one of proof.addenda) expect(sha(Buffer.from(canonicalJson({ schema: 'samraad/minutes-part/1', meetingId, partId: one.id, version: 1, salt: one.salt, content: one.content }))).toString('hex')).toBe(one.commitment);
    await expect(server.unitOfWork.run((tx) => tx.query('DELETE FROM minutes_addendum'))).rejects.toThrow(/append-only/);
  });
});

describe('who is missing', () => {
  it('[MI13] is shown since when, and reminded once a day, by a coordinator; the others are told by an event', async () => {
    const { coordinator, caseworker, officer, police, psychologist, meetingId } = story;
    const reminded: unknown[] = [];
    const undo = server.running.app.get(DomainEvents).on('minutes.reminded', (event) => void reminded.push(event));
    await send(coordinator, meetingId);
    const sentAt = server.clock.now().toString();
    await approve(psychologist, meetingId);
    server.clock.advance({ hours: 1 });
    expect((await post(caseworker, 'reminders', { authorityId: nordsjaelland })).status).toBe(403);
    expect((await post(coordinator, 'reminders', { authorityId: boernehusHovedstaden })).body.code).toBe('transition-refused');
    expect((await post(coordinator, 'reminders', { authorityId: taenktby })).status).toBe(404);
    const after = await post<Minutes>(coordinator, 'reminders', { authorityId: nordsjaelland });
    const row = after.body.authorities.find((one) => one.authority.id === nordsjaelland)!;
    expect([Date.parse(row.waitingSince!), row.canRemind, row.remindedAt === null]).toEqual([Date.parse(sentAt), false, false]);
    expect((await post(coordinator, 'reminders', { authorityId: nordsjaelland })).body.code).toBe('transition-refused');
    expect(reminded).toEqual([{ meetingId, authorityId: nordsjaelland, membershipIds: [police.person.membershipId] }]);
    undo();
    const waiting = async (who: Browser) => (await who.get<{ waiting: { meetingId: string; approve: number; resend: number }[] }>('/api/v1/minutes/waiting')).body.waiting.filter((one) => one.meetingId === meetingId).map((one) => [one.approve > 0, one.resend]);
    expect([await waiting(police), await waiting(officer), await waiting(psychologist)]).toEqual([[[true, 0]], [], []]);
    await requestChange(police, meetingId, story.items[0]!.id, 'Ret');
    expect(await waiting(coordinator)).toEqual([[true, 1]]);
  });
});
