// What every server of the benchmark does: it is a process of its own, tells its port, and answers the driver.
import { randomBytes } from 'node:crypto';
import pg from 'pg';

/**
 * @param handlers answers by name of the question; `memory` (after collecting garbage) and `rss` (bytes, without: while latencies are taken) are answered here
 */
export function serve(port, handlers) {
  process.on('message', async ({ id, ask, ...given }) => {
    try {
      const answer = ask === 'memory' ? await memory() : ask === 'rss' ? process.memoryUsage.rss() : await handlers[ask](given);
      process.send({ id, answer: answer ?? null });
    } catch (error) {
      process.send({ id, error: error.stack });
    }
  });
  process.on('disconnect', () => process.exit(0));
  process.send({ port });
}

async function memory() {
  for (let round = 0; round < 3; round++) {
    globalThis.gc();
    await new Promise((done) => setTimeout(done, 50));
  }
  const { rss, heapUsed, external, arrayBuffers } = process.memoryUsage();
  return { rss, heapUsed, external, arrayBuffers };
}

export const newId = () => {
  const hex = randomBytes(16).toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20)].join('-');
};

/** @param ddl what the server's tables are */
export async function pool(ddl) {
  const connections = new pg.Pool({ connectionString: process.env.BENCH_DATABASE, max: 4 });
  await connections.query(ddl);
  return connections;
}
