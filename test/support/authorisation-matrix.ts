import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { askers, cast, stage, type Asker, type Scene } from './authorisation-scene.js';
import { elsewhere, everybody, members, table, type Row } from './authorisation-table.js';
import { testDatabaseKind, TestServer, type Browser } from './test-server.js';

let server: TestServer;
let who: Record<Asker | 'chief', Browser>;
/** One that no row changes. */
let standing: Scene;
/** Every route that the running application answers, as `GET /items/:id`, below /api/v1. */
function routes(): string[] {
  const { router } = server.running.app.getHttpAdapter().getInstance() as { router: { stack: { route?: { path: string; methods: Record<string, boolean> } }[] } };
  return router.stack
    .flatMap(({ route }) => (route === undefined ? [] : Object.keys(route.methods).map((method) => `${method.toUpperCase()} ${route.path}`)))
    .filter((route) => route.includes(' /api/v1/'))
    .map((route) => route.replace('/api/v1', ''));
}

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
  const id = { items: place.itemId, documents: place.documentId, decisions: place.decisionId, 'follow-ups': place.followUpId, 'plan-steps': place.stepId, meetings: row.inSeries === true ? scene.seriesMeetingId : scene.meetingId, series: scene.seriesId, 'decision-log': scene.viewId, people: who.caseworker.person.id, embargoes: scene.embargoId, guests: scene.guestId, administration: second === 'deletions' ? scene.meetingId : scene.accountId, samples: '01890000-0000-7000-8000-000000000000' }[noun];
  return `/api/v1${route.split(' ')[1]!.replace(':authorityId', encodeURIComponent(who.coordinator.person.authority.id)).replace(':membershipId', scene.accountMembershipId ?? '').replace(':id', id ?? '').replace(':requestId', scene.requestId ?? '').replace(':holdId', scene.holdId ?? '').replace(':position', '1').replace(':proposalId', scene.proposalId ?? '').replace(':outsiderId', scene.outsiderId ?? '')}${query?.(scene, place) ?? ''}`;
}

async function ask(asker: Asker, row: Row, scene: Scene): Promise<string> {
  const method = row.route.split(' ')[0]!;
  const { status, body } = await scene.who[asker].send<object>(method, address(row, scene), method === 'GET' ? undefined : ((await row.body?.(scene, placeOf(row, scene), asker)) ?? {}));
  // Of something wrong that was not expected to be: what.
  return status === 400 && !row.expected.includes('wrong') ? JSON.stringify(body) : word(status);
}

/**
 * The matrix of who may do what, row by row. It is the longest of all specs: its parts run beside each other. Every row is
 * asked on PostgreSQL, where the database has its say as well; on the embedded one, which asks the same rules, every second,
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
      const known = new Set([...table.map((row) => row.route), ...Object.keys(elsewhere)]);
      expect(routes().filter((route) => !known.has(route))).toEqual([]);
      expect([...known].filter((route) => !routes().includes(route))).toEqual([]);
    });

    it.each(table.map((row, n) => [`${row.route} (${row.at}, ${n})`, row] as const).filter((_, n) => n % parts === part - 1 && (asksAll || Math.floor(n / parts) % 2 === 0)))('%s', async (...[, row]) => {
      const fresh = async () => {
        const scene = await stage(server, who, { series: usesSeries(row), hanging: /decisions|follow-ups|plan-steps/.test(row.route), guests: row.route.includes('guests') || row.expected.slice(members).includes('ok') });
        await row.before?.(scene, placeOf(row, scene));
        return scene;
      };
      // What everybody may do is done to oneself, and changes nothing of the scene.
      const changes = !row.route.startsWith('GET') && row.expected.slice(0, members).join(' ') !== everybody;
      const may = (n: number) => changes && row.expected[n] === 'ok';
      // Whoever is refused changes nothing. Of those who may, each does it after the other; where what one did stands in the way
      // of the next, she finds what nobody has changed.
      const scene = row.before === undefined ? standing : await fresh();
      const answers: string[] = [];
      for (const [n, asker] of askers.entries()) if (!may(n)) answers[n] = await ask(asker, row, scene);
      let stands = row.before === undefined ? null : scene;
      for (const [n, asker] of askers.entries()) {
        if (!may(n)) continue;
        const isFresh = stands === null;
        stands ??= await fresh();
        answers[n] = await ask(asker, row, stands);
        if (answers[n] !== 'ok' && !isFresh) answers[n] = await ask(asker, row, (stands = await fresh()));
      }
      expect(Object.fromEntries(askers.map((asker, n) => [asker, answers[n]]))).toEqual(Object.fromEntries(askers.map((asker, n) => [asker, row.expected[n]])));
    }, 60_000);
  });
}
