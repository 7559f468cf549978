import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { plainToInstance } from 'class-transformer';
import { Temporal } from 'temporal-polyfill';
import { Config, readConfig } from '@lib/platform/config.js';
import { holidayName } from '@lib/scheduling/holidays.js';
import { DemoStory } from '../apps/server/src/demo/demo-story.service.js';
import { StoryTime, weekdayOf } from '../apps/server/src/demo/story-time.js';
import { startServer, type RunningServer } from '../apps/server/src/server.js';
import { TestClock } from './support/test-clock.js';
import { createTestDatabase, testDatabaseUrl } from './support/test-database.js';
import { boernehusHovedstaden, eksempelby, nordsjaelland, regionHovedstaden, taenktby, TestServer, type Browser } from './support/test-server.js';

interface MeetingLine {
  id: string;
  state: string;
  agendaState: string;
  minutesState: string;
  kindId: string;
  startInstant: string;
}

const clock = new TestClock();
const folder = mkdtempSync(join(tmpdir(), 'samraad-story-'));
let database: Awaited<ReturnType<typeof createTestDatabase>> | null = null;
let running: RunningServer;
let server: TestServer;
let coordinator: Browser;

const settings = (changes: Record<string, string> = {}) => ({ PORT: '0', HOST: '127.0.0.1', SAMRAAD_DATA_DIR: folder, ...(database === null ? {} : { DATABASE_URL: database.url }), ...changes });
const start = async () => {
  running = await startServer(readConfig(settings()), { clock });
  server = TestServer.of(running, clock);
};
const told = () => running.app.get(DemoStory).told;
const rows = <Row>(sql: string) => server.unitOfWork.run((tx) => tx.query<Row>(sql));
const count = async (what: string) => Number((await rows<{ n: string }>(`SELECT count(*) AS n FROM ${what}`))[0]!.n);

beforeAll(async () => {
  database = testDatabaseUrl === undefined ? null : await createTestDatabase();
  await start();
  await told();
  coordinator = await server.signIn({ authorityId: eksempelby, role: 'coordinator' });
}, 120_000);
afterAll(async () => {
  await running?.close();
  await database?.drop();
  rmSync(folder, { recursive: true, force: true });
});

describe('the story of demo mode', () => {
  it('is told to its end', async () => {
    expect(await count(`demo_step WHERE name = 'reminders'`)).toBe(1);
  });

  it('has three series, and meetings in every state that people meet', async () => {
    expect(await count('series')).toBe(3);
    const { body } = await coordinator.get<{ meetings: MeetingLine[] }>('/api/v1/meetings?from=2026-09-01T00:00:00Z&limit=100');
    const states = (key: 'state' | 'agendaState' | 'minutesState') => [...new Set(body.meetings.map((one) => one[key]))].sort();
    // `draft`: it falls on a holiday, and somebody is to say what becomes of it. None rests as `confirmed`: it becomes so by being held.
    expect(states('state')).toEqual(['cancelled', 'closed', 'draft', 'held', 'proposed']);
    expect(states('agendaState')).toEqual(['building', 'closed', 'inSession', 'published']);
    expect(states('minutesState')).toEqual(['approved', 'draft', 'forApproval']);
  });

  it('has a meeting on a holiday whenever in the year it is begun', () => {
    for (let day = Temporal.PlainDate.from('2026-11-01'); day.year < 2029; day = day.add({ days: 5 })) {
      const time = new StoryTime(day.toZonedDateTime({ timeZone: 'Europe/Copenhagen', plainTime: '10:00' }).toInstant());
      const from = time.workday(-66);
      const slot = time.dayThatMeetsAHoliday(from);
      const met = Array.from({ length: 66 + 360 }, (_, n) => from.add({ days: n })).filter((one) => weekdayOf(one) === slot.day && Math.ceil(one.day / 7) === slot.ordinal && holidayName(one) !== null);
      expect([day.toString(), met.some((one) => Temporal.PlainDate.compare(one, day) > 0), met.some((one) => Temporal.PlainDate.compare(one, day) <= 0)]).toEqual([day.toString(), true, false]);
    }
  });

  it('has answers of every kind, decisions on time and overdue in every state, and follow-ups likewise', async () => {
    const distinct = async (column: string, table: string) => (await rows<{ v: string }>(`SELECT DISTINCT ${column} AS v FROM ${table} ORDER BY 1`)).map((row) => row.v);
    expect(await distinct('part_stat', 'meeting_reply')).toEqual(expect.arrayContaining(['accepted', 'declined', 'delegated', 'tentative']));
    expect(await distinct('state', 'decision')).toEqual(['confirmed', 'escalated', 'recorded', 'returned', 'superseded']);
    expect(await distinct('state', 'follow_up')).toEqual(['done', 'handedOver', 'notDone', 'open', 'overtaken']);
    expect(await distinct('state', 'attendance_entry')).toEqual(['absent', 'excused', 'late', 'present']);
    expect(await distinct('plan', 'plan_step')).toEqual(['informing', 'sequence']);
    const { body } = await coordinator.get<{ decisions: { overdue: boolean }[] }>('/api/v1/decisions?limit=50');
    expect(new Set(body.decisions.map((one) => one.overdue))).toEqual(new Set([true, false]));
    expect(await count('minutes_addendum')).toBe(1);
  });

  it('has something on the overview of each role, and tells people of it', async () => {
    for (const who of [
      { authorityId: eksempelby, role: 'coordinator' },
      { authorityId: eksempelby, role: 'participant' },
      { authorityId: eksempelby, role: 'leader' },
      { authorityId: nordsjaelland, role: 'participant' },
      { authorityId: nordsjaelland, role: 'leader' },
      { authorityId: boernehusHovedstaden, role: 'coordinator' },
      { authorityId: 'municipality:210', role: 'participant' },
    ] as const) {
      const browser = await server.signIn(who);
      const meetings = await browser.get<{ meetings: MeetingLine[] }>(`/api/v1/meetings?from=${clock.now().toString()}&limit=10`);
      expect(meetings.body.meetings.length).toBeGreaterThan(0);
      expect(await count(`notification WHERE membership_id = '${browser.person.membershipId}'`)).toBeGreaterThan(0);
    }
  });

  it('bears the hand of people in its words, on times that lie behind', async () => {
    expect(await count(`yjs_update WHERE person_id IS NOT NULL`)).toBeGreaterThan(20);
    const now = clock.now().toString();
    for (const table of ['meeting_event', 'item_event', 'decision_event', 'minutes_event', 'notification', 'attendance_entry']) {
      if ((await rows(`SELECT 1 FROM information_schema.tables WHERE table_name = '${table}'`)).length === 0) continue;
      expect(await count(`${table} WHERE "at" > '${now}'`)).toBe(0);
    }
  });

  it('keeps closed what it closes', async () => {
    const doctor = await server.signIn({ authorityId: regionHovedstaden, role: 'participant' });
    const mine = await doctor.get<{ meetings: MeetingLine[] }>('/api/v1/meetings?from=2026-09-01T00:00:00Z&limit=100');
    const consultation = mine.body.meetings.find((one) => one.kindId === 'caseConsultation')!;
    const { body } = await doctor.get<{ outline: { closed: boolean }[] }>(`/api/v1/meetings/${consultation.id}`);
    expect(body.outline.filter((one) => one.closed)).toHaveLength(1);
    const stranger = await server.signIn({ authorityId: taenktby, role: 'coordinator' });
    expect((await stranger.get(`/api/v1/meetings/${consultation.id}`)).status).toBe(404);
    expect((await stranger.get<{ meetings: unknown[] }>('/api/v1/meetings?from=2026-01-01T00:00:00Z&limit=100')).body.meetings).toEqual([]);
    expect((await stranger.get<{ decisions: unknown[] }>('/api/v1/decisions?limit=50')).body.decisions).toEqual([]);
  });

  it('is not told again, and goes on where it was cut off', async () => {
    // Words by the last update of each document: how many rows they stand in is the compaction's business.
    const everything = async () => ({ meetings: await count('meeting'), decisions: await count('decision'), words: await rows('SELECT document_id, max(seq) AS last FROM yjs_update GROUP BY 1 ORDER BY 1'), events: await count('decision_event') });
    const before = await everything();
    // As if the process had ended between a step and its mark: a state, words, a meeting.
    for (const name of ['h5 cancelled', 'h4 words second', 'cooperation meeting']) {
      await server.unitOfWork.run((tx) => tx.query('DELETE FROM demo_step WHERE name = $1', [name]));
      await running.close();
      clock.advance({ minutes: 10 });
      await start();
      await told();
      expect(await count(`demo_step WHERE name = '${name}'`)).toBe(1);
    }
    expect(await everything()).toEqual(before);
  }, 120_000);

  it('is not told in production, nor where it is switched off, nor on a database with meetings', async () => {
    const config = plainToInstance(Config, { SAMRAAD_MODE: 'production', SAMRAAD_DEMO_STORY: 'yes' }, { exposeDefaultValues: true });
    expect(config.tellsStory).toBe(false);
    expect(readConfig(settings({ SAMRAAD_DEMO_STORY: 'no' })).tellsStory).toBe(false);
    const before = await count('meeting');
    await server.unitOfWork.run((tx) => tx.query('DELETE FROM demo_step'));
    await running.close();
    await start();
    await told();
    expect(await count('meeting')).toBe(before);
    expect(await count('demo_step')).toBe(0);
  }, 60_000);
});
