import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { Sessions } from '@lib/access/sessions.service.js';
import { Idempotency } from '@lib/platform/idempotency.service.js';
import { newId } from '@lib/platform/ids.js';
import { TestServer } from './support/test-server.js';
import { meetingOf, newDecision, openItems, section115 } from './support/story.js';

let server: TestServer;
beforeAll(async () => void (server = await TestServer.start()), 60_000);
afterAll(() => server.stop());

describe('the database', () => {
  it('has after its migrations exactly the tables that the entities say', async () => {
    const { upQueries } = await server.running.app.get(DataSource).driver.createSchemaBuilder().log();
    expect(upQueries.map((one) => one.query)).toEqual([]);
  });

  it('is asked one thing at a time in a transaction', async () => {
    const both = await server.unitOfWork.run((tx) => Promise.allSettled([1, 2].map((n) => tx.query('SELECT $1::int AS n', [n]))));
    expect(both).toEqual([{ status: 'fulfilled', value: [{ n: 1 }] }, { status: 'rejected', reason: new Error('two statements at once in one transaction: await the first') }]);
    const inTurn = await server.unitOfWork.run(async (tx) => [...(await tx.query('SELECT 1 AS n')), ...(await tx.query('SELECT 2 AS n'))]);
    expect(inTurn).toEqual([{ n: 1 }, { n: 2 }]);
  });

  it('holds no content in the clear, in no table', async () => {
    const { coordinator, caseworker, leader, meetingId } = await section115(server);
    const canaries = ['Kanariefugl-titel', 'Kanariefugl-sted', 'Kanariefugl-punkt', 'Kanariefugl-beslutning', 'Kanariefugl-grund', 'Kanariefugl-svar', 'Sag 2099-777'];
    await coordinator.post('/api/v1/series', { kindId: 'caseConsultation', title: canaries[0], place: canaries[1], startLocal: '2026-12-08T10:00', recurrence: { kind: 'weekly' }, durationMinutes: 60, authorityIds: [], participantMembershipIds: [] });
    await coordinator.post(`/api/v1/meetings/${meetingId}/items`, { title: canaries[2], plannedMinutes: 5, outputType: 'decision' });
    const item = openItems(await meetingOf(coordinator, meetingId)).find((entry) => entry.item.title === canaries[2])!.item;
    const decision = await coordinator.post<{ id: string }>(`/api/v1/items/${item.id}/decisions`, newDecision(caseworker, { text: canaries[3], reasons: canaries[4], caseReference: canaries[6] }));
    await leader.post(`/api/v1/decisions/${decision.body.id}/return`, { comment: canaries[5] });

    // What a search holds in memory is held nowhere else.
    const found = await coordinator.post<{ groups: unknown[] }>('/api/v1/search', { query: 'kanariefugl' });
    expect(found.body.groups.length).toBeGreaterThan(1);

    const tables = await server.unitOfWork.run((tx) => tx.query<{ name: string }>(`SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'`));
    expect(tables.length).toBeGreaterThan(15);
    for (const { name } of tables) {
      const rows = await server.unitOfWork.run((tx) => tx.query<Record<string, unknown>>(`SELECT * FROM "${name}"`));
      const bytes = Buffer.concat(rows.flatMap((row) => Object.values(row).map((value) => (value instanceof Uint8Array ? Buffer.from(value) : Buffer.from(`${String(value)}\n`)))));
      // Nor tokens of it, however they are spelled.
      expect([name, /kanarie/i.test(bytes.toString('latin1'))]).toEqual([name, false]);
      for (const canary of canaries) expect([name, canary, bytes.includes(canary)]).toEqual([name, canary, false]);
    }
    // The templates' own words, too, are content once they stand in somebody's agenda.
    const items = await server.unitOfWork.run((tx) => tx.query<{ title: Uint8Array }>('SELECT title FROM agenda_item LIMIT 50'));
    expect(items.every((row) => !Buffer.from(row.title).includes('Velkomst'))).toBe(true);
  });

  it('[AC15] forgets keys of repeated requests after 48 hours, sessions thirty days after they ended, and nothing younger', async () => {
    const { coordinator, officer, meetingId } = await section115(server);
    const made = await coordinator.post(`/api/v1/meetings/${meetingId}/items`, { title: 'Ekstra', plannedMinutes: 5, outputType: 'decision' }, { 'idempotency-key': newId() });
    expect(made.status).toBe(201);
    await officer.delete('/api/v1/session');
    const left = async () => {
      const count = (sql: string, id: string) => server.unitOfWork.run(async (tx) => (await tx.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${sql} = $1`, [id]))[0]!.n);
      return [await count('idempotency_key WHERE person_id', coordinator.person.id), await count('session WHERE ended_at IS NOT NULL AND person_id', officer.person.id)];
    };
    const after = async (hours: number) => {
      server.clock.advance({ hours });
      for (const job of [server.running.app.get(Idempotency), server.running.app.get(Sessions)]) await job.removeOld();
      return left();
    };
    expect(await after(47)).toEqual([1, 1]);
    expect(await after(2)).toEqual([0, 1]);
    expect(await after(28 * 24 - 2)).toEqual([0, 1]);
    expect(await after(2)).toEqual([0, 0]);
  });
});
