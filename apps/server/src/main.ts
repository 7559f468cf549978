import 'reflect-metadata';
import { DatabaseInUse } from '@lib/platform/database-claim.js';
import { FolderInUse } from '@lib/platform/folder-lock.js';
import { readConfig } from '@lib/platform/config.js';
import { log } from '@lib/platform/log.js';
import { startServer } from './server.js';

/** No server, no such host, wrong password, no such database, no such role. */
const unreachable = new Set(['ECONNREFUSED', 'ENOTFOUND', 'ETIMEDOUT', 'EHOSTUNREACH', '28P01', '28000', '3D000']);

/** A supervisor's patience is about as long. */
const stopWithinMs = 20_000;

try {
  const server = await startServer(readConfig());
  // Before it is said that it runs: whoever reads that may end it at once.
  let stopping = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (stopping) process.exit(130);
      stopping = true;
      setTimeout(() => process.exit(1), stopWithinMs).unref();
      server.close().then(
        () => process.exit(0),
        (error: unknown) => {
          log.error({ error }, 'shutdown failed');
          process.exit(1);
        },
      );
    });
  }
  console.log(`Samråd kører på ${server.address}`);
  if (server.firstAdministratorLink !== null) console.log(`Der er ingen administrator endnu. Den første logger ind her; linket kan bruges én gang og gælder en time:\n${server.firstAdministratorLink}`);
} catch (error) {
  // A message written for the operator is enough; anything else needs its stack.
  if (error instanceof FolderInUse || error instanceof DatabaseInUse || (error instanceof Error && error.message.startsWith('Samråd '))) console.error(error.message);
  else if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') console.error(`Porten er optaget af et andet program. Vælg en anden, f.eks.: PORT=3001 npm start`);
  else if (unreachable.has((error as NodeJS.ErrnoException).code ?? '')) console.error(`Samråd cannot use the database of DATABASE_URL (${(error as NodeJS.ErrnoException).code}). Is it running, does it exist, and is the user allowed in?`);
  else if (['EACCES', 'EROFS', 'ENOSPC', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) console.error(`Samråd cannot write to ${(error as NodeJS.ErrnoException).path ?? 'its folder'} (${(error as NodeJS.ErrnoException).code}). Choose another SAMRAAD_DATA_DIR.`);
  // The whole error would print the parameters of a statement too.
  else console.error(error instanceof Error ? error.stack : typeof error);
  // What was opened before the failure must not keep the process.
  process.exit(1);
}

// A promise that nobody waited for is a fault of ours, not a reason to drop everybody's sockets.
process.on('unhandledRejection', (error) => log.error({ error }, 'unhandled rejection'));
