import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { aKey, boernehusHovedstaden, eksempelby, nordsjaelland, regionHovedstaden, taenktby, TestServer, type Browser } from './support/test-server.js';
import { meetingOf, openItems, section115 } from './support/story.js';

interface Step {
  id: string;
  kind: string;
  text: string;
  time: string | null;
  trustedAdult: string | null;
  awaits: string | null;
  followUp: { id: string; state: string; deadline: string; text: string; owner: { name: string } };
}
interface Plans {
  canWrite: boolean;
  plans: { plan: string; steps: Step[] }[];
}

let server: TestServer;
let coordinator: Browser;
let caseworker: Browser;
let officer: Browser;
let doctor: Browser;
let itemId: string;
let meetingId: string;

beforeAll(async () => void (server = await TestServer.start()), 60_000);
afterAll(() => server.stop());

/** A consultation at the børnehus with municipality, police and health. */
beforeEach(async () => {
  coordinator = await server.signIn({ authorityId: boernehusHovedstaden, role: 'coordinator' });
  caseworker = await server.signIn({ authorityId: eksempelby, role: 'participant' });
  officer = await server.signIn({ authorityId: nordsjaelland, role: 'participant' });
  doctor = await server.signIn({ authorityId: regionHovedstaden, role: 'participant' });
  const made = await coordinator.post<{ id: string }>('/api/v1/meetings', {
    kindId: 'caseConsultation',
    startLocal: '2026-11-25T10:00',
    durationMinutes: 60,
    authorityIds: [eksempelby, nordsjaelland, regionHovedstaden],
    participantMembershipIds: [caseworker, officer, doctor].map((one) => one.person.membershipId),
  });
  expect(made.status).toBe(201);
  meetingId = made.body.id;
  itemId = openItems(await meetingOf(coordinator, meetingId)).find((entry) => entry.item.title.startsWith('Fælles rækkefølge'))!.item.id;
});

const step = (owner: Browser, changes: object = {}) => ({
  plan: 'sequence',
  kind: 'childInterview',
  text: 'Samtale på skolen uden forældre',
  ownerPersonId: owner.person.id,
  day: '2026-11-26',
  time: '09:30',
  place: 'Skolen',
  trustedAdult: 'mormor',
  awaits: null,
  caseReference: 'Sag 2026-014',
  ...changes,
});
const add = (browser: Browser, body: object, headers = aKey()) => browser.post<Plans & { errors?: { field: string }[]; code?: string }>(`/api/v1/items/${itemId}/plan-steps`, body, headers);
const plansOf = async (browser: Browser) => (await browser.get<Plans>(`/api/v1/items/${itemId}/plans`)).body;
const texts = (plans: Plans, plan = 'sequence') => plans.plans.find((one) => one.plan === plan)!.steps.map((one) => one.text);

describe('the plans of a joint consultation', () => {
  it('[PL1–PL3] hold who does what in which order, each step a follow-up of whoever does it', async () => {
    await add(caseworker, step(caseworker));
    await add(officer, step(officer, { kind: 'videoInterview', text: 'Videoafhøring i børnehuset', time: '13:00', trustedAdult: null }));
    const informing = await add(officer, step(officer, { plan: 'informing', kind: 'custodyHolders', text: 'At der er en anmeldelse', time: null, trustedAdult: null, awaits: 'police' }));
    expect(informing.status).toBe(201);

    const plans = await plansOf(doctor);
    expect(texts(plans)).toEqual(['Samtale på skolen uden forældre', 'Videoafhøring i børnehuset']);
    expect(plans.plans[0]!.steps[0]).toMatchObject({ kind: 'childInterview', time: '09:30', trustedAdult: 'mormor', followUp: { state: 'open', deadline: '2026-11-26', owner: { name: caseworker.person.name } } });
    expect(plans.plans[1]!.steps[0]).toMatchObject({ kind: 'custodyHolders', awaits: 'police' });

    const mine = await officer.get<{ followUps: { text: string }[] }>('/api/v1/follow-ups?scope=mine&open=true');
    expect(mine.body.followUps.map((one) => one.text)).toEqual(expect.arrayContaining(['Videoafhøring: Videoafhøring i børnehuset', 'Orientering af forældremyndighedens indehavere: At der er en anmeldelse']));
  });

  it('[PL3] show what became of a step, and whose it is when it was handed over', async () => {
    const { body } = await add(caseworker, step(caseworker));
    const { followUp } = body.plans[0]!.steps[0]!;
    expect((await caseworker.post(`/api/v1/follow-ups/${followUp.id}/state`, { state: 'handedOver', reason: 'Ferie', newOwnerPersonId: officer.person.id })).status).toBe(200);
    const handed = (await plansOf(doctor)).plans[0]!.steps[0]!.followUp;
    expect(handed.owner.name).toBe(officer.person.name);
    await officer.post(`/api/v1/follow-ups/${handed.id}/state`, { state: 'done' });
    expect((await plansOf(doctor)).plans[0]!.steps[0]!.followUp.state).toBe('done');
  });

  it('[PL4] say field by field what is wrong, and add nothing', async () => {
    const refused = await add(caseworker, step(doctor, { kind: 'custodyHolders', time: '25:00', day: '2026-02-30' }));
    expect(refused.status).toBe(400);
    expect(refused.body.errors!.map((error) => error.field).sort()).toEqual(['day', 'kind', 'time']);
    const outsider = await server.signIn({ authorityId: eksempelby, role: 'leader' });
    expect((await add(caseworker, step(outsider))).body.errors!.map((error) => error.field)).toEqual(['ownerPersonId']);
    expect((await add(caseworker, step(caseworker, { text: 'Barnet 010203-1234' }))).status).toBe(400);
    expect((await add(caseworker, step(caseworker, { trustedAdult: '0102031234' }))).status).toBe(400);
    expect(texts(await plansOf(caseworker))).toEqual([]);
    expect((await caseworker.get<{ followUps: unknown[] }>(`/api/v1/items/${itemId}/follow-ups`)).body.followUps).toEqual([]);
  });

  it('[PL5] keep a changed step readable: the old promise is overtaken, the new one stands in its place', async () => {
    await add(caseworker, step(caseworker, { text: 'Først' }));
    const { body } = await add(caseworker, step(caseworker, { text: 'Sidst' }));
    const first = body.plans[0]!.steps[0]!;
    const changed = await officer.send<Plans>('PUT', `/api/v1/plan-steps/${first.id}`, step(officer, { text: 'Først, men hos politiet' }));
    expect(changed.status).toBe(200);
    expect(texts(changed.body)).toEqual(['Først, men hos politiet', 'Sidst']);
    const old = await caseworker.get<{ state: string; timeline: { reason: string | null }[] }>(`/api/v1/follow-ups/${first.followUp.id}`);
    expect(old.body.state).toBe('overtaken');
    expect(old.body.timeline.at(-1)!.reason).toBe('Trinnet i planen er ændret.');

    const late = await caseworker.send<{ code: string }>('PUT', `/api/v1/plan-steps/${first.id}`, step(caseworker, { text: 'For sent' }));
    expect([late.status, late.body.code]).toEqual([412, 'precondition-failed']);
  });

  it('[PL5] take a step out with its reason', async () => {
    const { body } = await add(caseworker, step(caseworker));
    const { id, followUp } = body.plans[0]!.steps[0]!;
    expect((await caseworker.post(`/api/v1/plan-steps/${id}/withdraw`, { reason: '' })).status).toBe(400);
    const without = await caseworker.post<Plans>(`/api/v1/plan-steps/${id}/withdraw`, { reason: 'Barnet er indlagt.' });
    expect(texts(without.body)).toEqual([]);
    expect((await officer.get<{ state: string; timeline: { reason: string }[] }>(`/api/v1/follow-ups/${followUp.id}`)).body).toMatchObject({ state: 'overtaken' });
    await expect(server.unitOfWork.run((tx) => tx.query('UPDATE plan_step SET withdrawn_at = NULL WHERE id = $1', [id]))).rejects.toThrow('never rewritten');
    await expect(server.unitOfWork.run((tx) => tx.query('DELETE FROM plan_step WHERE id = $1', [id]))).rejects.toThrow('append-only');
  });

  it('[PL6] are reordered by two at once, and both have their way', async () => {
    for (const text of ['A', 'B', 'C', 'D']) await add(caseworker, step(caseworker, { text }));
    const ids = Object.fromEntries((await plansOf(caseworker)).plans[0]!.steps.map((one) => [one.text, one.id]));
    const answers = await Promise.all([
      caseworker.post(`/api/v1/plan-steps/${ids.D}/position`, { afterStepId: null }),
      officer.post(`/api/v1/plan-steps/${ids.A}/position`, { afterStepId: ids.C }),
    ]);
    expect(answers.map((one) => one.status)).toEqual([200, 200]);
    expect(texts(await plansOf(doctor))).toEqual(['D', 'B', 'C', 'A']);
  });

  it('[PL7] are the readers’ of their item alone, and are written while the minutes are', async () => {
    const { body } = await add(caseworker, step(caseworker));
    const { id } = body.plans[0]!.steps[0]!;
    await coordinator.put(`/api/v1/items/${itemId}/audience`, { kind: 'restricted', authorityIds: [boernehusHovedstaden, nordsjaelland] });
    const stranger = await server.signIn({ authorityId: taenktby, role: 'coordinator' });
    for (const outside of [doctor, stranger]) {
      expect((await outside.get(`/api/v1/items/${itemId}/plans`)).status).toBe(404);
      expect((await add(outside, step(outside))).status).toBe(404);
      expect((await outside.send('PUT', `/api/v1/plan-steps/${id}`, step(outside))).status).toBe(404);
      expect((await outside.post(`/api/v1/plan-steps/${id}/position`, { afterStepId: null })).status).toBe(404);
      expect((await outside.post(`/api/v1/plan-steps/${id}/withdraw`, { reason: 'x' })).status).toBe(404);
    }
    expect((await officer.get(`/api/v1/items/${itemId}/plans`)).status).toBe(200);
  });

  it('[PL1] stand on no other kind of meeting', async () => {
    const other = await section115(server);
    const item = openItems(await meetingOf(other.coordinator, other.meetingId))[0]!.item.id;
    expect((await other.coordinator.get<Plans>(`/api/v1/items/${item}/plans`)).body.plans).toEqual([]);
    expect((await other.coordinator.post(`/api/v1/items/${item}/plan-steps`, step(other.coordinator))).status).toBe(409);
  });

  it('adds a repeated request once', async () => {
    const key = aKey();
    await add(caseworker, step(caseworker), key);
    const again = await add(caseworker, step(caseworker), key);
    expect(again.status).toBe(201);
    expect(texts(again.body)).toHaveLength(1);
  });
});
