import pg from 'pg';
import { log } from './log.js';

/** Any number, the same in every release. */
const claimKey = 728_111;
/** A process that is being replaced needs this long to store what is queued. */
const patienceMs = 15_000;
const againMs = 500;

/** Another process holds the database. The message is for the operator's console. */
export class DatabaseInUse extends Error {}

/**
 * Processes of the product share a database; what must be alone on it (a migration, the operator's commands after a restore)
 * keeps them away, and is kept away by them. Advisory locks that live as long as a connection of their own. One that is ending
 * is waited for.
 *
 * @throws DatabaseInUse when another process keeps it; the driver's error when the server cannot be reached
 */
export async function claimDatabase(url: string, how: 'shared' | 'alone'): Promise<{ release(): Promise<void> }> {
  let isReleased = false;
  let client = await claim(url, how, patienceMs);

  const watch = (watched: pg.Client) => {
    watched.on('error', () => {
      if (!isReleased) void reclaim();
    });
  };
  // The server was restarted, perhaps: the claim is gone with the connection, and somebody else may take it first.
  const reclaim = async () => {
    for (;;) {
      if (isReleased) return;
      try {
        client = await claim(url, how, patienceMs);
        watch(client);
        return;
      } catch (error) {
        if (error instanceof DatabaseInUse) {
          log.fatal('another process has taken the database for itself; this one ends');
          process.exit(1);
        }
        await new Promise((done) => setTimeout(done, againMs));
      }
    }
  };
  watch(client);
  return {
    release: async () => {
      isReleased = true;
      await client.end().catch(() => undefined);
    },
  };
}

async function claim(url: string, how: 'shared' | 'alone', waitMs: number): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url, application_name: 'samraad claim', keepAlive: true });
  client.on('error', () => undefined);
  await client.connect();
  try {
    for (let waited = 0; ; waited += againMs) {
      const { rows } = await client.query<{ claimed: boolean }>(`SELECT ${how === 'alone' ? 'pg_try_advisory_lock' : 'pg_try_advisory_lock_shared'}($1) AS claimed`, [claimKey]);
      if (rows[0]?.claimed === true) return client;
      if (waited >= waitMs) throw new DatabaseInUse(`Another Samråd process uses this database${how === 'alone' ? ', and what is to be done needs it alone: stop all processes first' : ' alone: wait until it has ended'}.`);
      await new Promise((done) => setTimeout(done, againMs));
    }
  } catch (error) {
    await client.end().catch(() => undefined);
    throw error;
  }
}
