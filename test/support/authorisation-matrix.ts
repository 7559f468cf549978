import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { askers, cast, stage, type Asker, type Needs, type Scene } from './authorisation-scene.js';
import { Listeners, liveRows, outsiders, says, yjsBefore, yjsRows, yjsStates } from './authorisation-sockets.js';
import { stateRows } from './authorisation-states.js';
import { elsewhere, everybody, members, outside, table, type Row } from './authorisation-table.js';
import { testDatabaseKind, TestServer, type Browser } from './test-server.js';

let server: TestServer;
let who: Record<Asker | 'chief', Browser>;
/** One that no row changes. */
let standing: Scene;
const everyRow = [...table, ...stateRows];
/** Every route that the running application answers, with its whole path, as `GET /api/v1/items/:id`. */
function routes(): string[] {
  const { router } = server.running.app.getHttpAdapter().getInstance() as { router: { stack: { route?: { path: string; methods: Record<string, boolean> } }[] } };
  // What takes whatever method is asked with is one route.
  const methods = (route: Record<string, boolean>) => (Object.keys(route).length > 8 ? ['ALL'] : Object.keys(route).map((method) => method.toUpperCase()));
  return router.stack.flatMap(({ route }) => (route === undefined ? [] : methods(route.methods).map((method) => `${method} ${route.path}`)));
}
const ofApi = (route: string) => route.replace(' ', ' /api/v1');

const asksAll = testDatabaseKind === 'postgres' || process.env.SAMRAAD_EVERY_ROW === '1';
const usesSeries = (row: Row) => row.at === 'list' || row.inSeries === true || row.route.includes('/series');
const placeOf = ({ at }: Row, scene: Scene) => scene[at === 'any' ? 'open' : at];
const word = (status: number): string => (status < 300 ? 'ok' : ({ 400: 'wrong', 401: 'in', 403: 'not', 404: 'no' }[status] ?? String(status)));

/** Where the row asks, with the ids of the scene. */
function address(row: Row, scene: Scene): string {
  const { route, query } = row;
  const place = placeOf(row, scene);
  const [, first, second] = route.split('/');
  const noun = (first === 'audit' ? second : first)!;
  const id = { items: place.itemId, documents: place.documentId, decisions: place.decisionId, 'follow-ups': place.followUpId, 'plan-steps': place.stepId, meetings: row.inSeries === true ? scene.seriesMeetingId : scene.meetingId, series: scene.seriesId, 'decision-log': scene.viewId, contacts: scene.contactId, 'year-plans': scene.yearPlanId, people: who.caseworker.person.id, embargoes: scene.embargoId, guests: scene.guestId, administration: second === 'deletions' ? scene.meetingId : scene.accountId, samples: '01890000-0000-7000-8000-000000000000' }[noun];
  return `/api/v1${route.split(' ')[1]!.replace(':authorityId', encodeURIComponent(who.coordinator.person.authority.id)).replace(':membershipId', scene.accountMembershipId ?? '').replace(':id', id ?? '').replace(':requestId', scene.requestId ?? '').replace(':holdId', scene.holdId ?? '').replace(':position', '1').replace(':proposalId', scene.proposalId ?? '').replace(':outsiderId', scene.outsiderId ?? '').replace(':receivedId', scene.receivedId ?? '')}${query?.(scene, place) ?? ''}`;
}

async function ask(asker: Asker, row: Row, scene: Scene): Promise<string> {
  const method = row.route.split(' ')[0]!;
  const { status, headers, body } = await scene.who[asker].send<object>(method, address(row, scene), method === 'GET' ? undefined : ((await row.body?.(scene, placeOf(row, scene), asker)) ?? {}));
  // [V14.3.2] No browser and nothing on the way keeps it.
  if (headers.get('cache-control') !== 'no-store') return `kept by ${headers.get('cache-control')}`;
  // Of something wrong that was not expected to be: what.
  return status === 400 && !row.expected.includes('wrong') ? JSON.stringify(body) : word(status);
}

const named = (expected: string) => Object.fromEntries(expected.split(/ +/).map((said, n) => [askers[n], said]));
const fresh = (needs: Needs) => stage(server, who, needs);
const needsOf = (row: Row): Needs => ({ series: usesSeries(row), hanging: /decisions|follow-ups|plan-steps/.test(row.route), guests: row.route.includes('guests') || row.expected.slice(members).includes('ok') });

async function prepared(row: Row, needs = needsOf(row)): Promise<Scene> {
  const scene = await fresh(needs);
  await row.before?.(scene, placeOf(row, scene));
  return scene;
}

/** Where something has happened before, and nothing more: shared by the rows that want the same, which change nothing there. */
const settledScenes = new Map<string, { before: Row['before']; scene: Promise<Scene> }[]>();
function settled(row: Row): Promise<Scene> {
  const needs = needsOf(row);
  const key = JSON.stringify([placeOf(row, standing) === standing.open ? 'open' : row.at, needs]);
  const known = settledScenes.get(key) ?? [];
  let found = known.find(({ before }) => before === row.before);
  if (found === undefined) settledScenes.set(key, [...known, (found = { before: row.before, scene: prepared(row, needs) })]);
  return found.scene;
}

/**
 * The matrix of who may do what, row by row. It is the longest of all specs: its parts run beside each other. Every row is
 * asked on PostgreSQL, where the database has its say as well; on the embedded one, which asks the same rules, every fourth,
 * or each with SAMRAAD_EVERY_ROW=1.
 *
 * @param part from 1 to `parts`; every row is in one of them
 */
export function authorisationMatrix(part: number, parts: number): void {
  beforeAll(async () => {
    server = await TestServer.start();
    who = await cast(server);
    standing = await stage(server, who);
    who = standing.who;
  }, 60_000);
  afterAll(() => server.stop());

  describe('who may do what', () => {
    if (part === 1) it('has a row for every route that the application answers', () => {
      const known = new Set([...[...everyRow.map((row) => row.route), ...Object.keys(elsewhere)].map(ofApi), ...Object.keys(outside)]);
      expect(routes().filter((route) => !known.has(route))).toEqual([]);
      expect([...known].filter((route) => !routes().includes(route))).toEqual([]);
    });

    if (part === 1) it('lets no session in where none counts', async () => {
      for (const [path, status] of [['/health/live', 200], ['/health/ready', 200], ['/scim/v2', 401], ['/health', 404], [`/ical/${'x'.repeat(43)}.ics`, 404]] as const)
        for (const asker of askers) expect([path, asker, (await standing.who[asker].get(path)).status]).toEqual([path, asker, status]);
    });

    if (part === 2) it('tells each event on the live socket to those alone who may know', async () => {
      const scene = await fresh({ series: false, hanging: false, guests: true });
      const listeners = await Listeners.of(server, scene.who);
      await listeners.since();
      for (const [name, rows] of Object.entries(liveRows)) for (const { at, act, expected } of rows) {
        const { status, body } = await act(scene, scene[at]);
        expect([name, at, status < 300, body]).toEqual([name, at, true, body]);
        const heard = await listeners.since();
        const answers = askers.map((asker) => [asker, !heard.has(asker) ? 'in' : heard.get(asker)!.includes(name) ? 'ok' : 'no']);
        expect([name, at, Object.fromEntries(answers)]).toEqual([name, at, named(expected)]);
        if (at === 'closed') expect([name, outsiders.flatMap((asker) => heard.get(asker) ?? [])]).toEqual([name, []]);
      }
      listeners.close();
    }, 60_000);

    if (part === 3) it('takes each message on the collaboration socket from those alone who may say it', async () => {
      for (const state of yjsStates) {
        const scene = state === 'sent' ? await fresh({ series: false, hanging: false, guests: true }) : standing;
        if (state === 'sent') await yjsBefore.sent(scene);
        const { documentId } = scene[state === 'closed' ? 'closed' : 'open'];
        for (const [message, row] of Object.entries(yjsRows)) {
          const answers = await Promise.all(askers.map(async (asker) => [asker, await says(scene.who[asker], documentId, row)]));
          expect([message, state, Object.fromEntries(answers)]).toEqual([message, state, named(row.expected[state])]);
        }
      }
    }, 60_000);

    it.each(everyRow.map((row, n) => [`${row.route} (${row.at}, ${n})`, row] as const).filter((_, n) => n % parts === part - 1 && (asksAll || Math.floor(n / parts) % 4 === 0)))('%s', async (...[, row]) => {
      // What everybody may do is done to oneself, and changes nothing of the scene; nor does what is only looked at.
      const changes = !/^GET|\/(preview|ticket)$/.test(row.route) && row.expected.slice(0, members).join(' ') !== everybody;
      const may = (n: number) => changes && row.expected[n] === 'ok';
      // Whoever is refused changes nothing. Of those who may, each does it after the other; where what one did stands in the way
      // of the next, she finds what nobody has changed.
      const isChanged = askers.some((_, n) => may(n));
      const scene = row.before === undefined ? standing : await (isChanged ? prepared(row) : settled(row));
      const answers: string[] = [];
      for (const [n, asker] of askers.entries()) if (!may(n)) answers[n] = await ask(asker, row, scene);
      let stands = row.before === undefined ? null : scene;
      for (const [n, asker] of askers.entries()) {
        if (!may(n)) continue;
        const isFresh = stands === null;
        stands ??= await prepared(row);
        answers[n] = await ask(asker, row, stands);
        if (answers[n] !== 'ok' && !isFresh) answers[n] = await ask(asker, row, (stands = await prepared(row)));
      }
      expect(Object.fromEntries(askers.map((asker, n) => [asker, answers[n]]))).toEqual(Object.fromEntries(askers.map((asker, n) => [asker, row.expected[n]])));
    }, 60_000);
  });
}
