import 'reflect-metadata';
import { FolderInUse } from '@lib/platform/folder-lock.js';
import { readConfig } from '@lib/platform/config.js';
import { log } from '@lib/platform/log.js';
import { startServer } from './server.js';

try {
  const server = await startServer(readConfig());
  console.log(`Samråd kører på ${server.address}`);
  let stopping = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (stopping) process.exit(130);
      stopping = true;
      void server.close().then(() => process.exit(0));
    });
  }
} catch (error) {
  // A message written for the operator is enough; anything else needs its stack.
  if (error instanceof FolderInUse || (error instanceof Error && error.message.startsWith('Samråd '))) console.error(error.message);
  else if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') console.error(`Porten er optaget af et andet program. Vælg en anden, f.eks.: PORT=3001 npm start`);
  else console.error(error);
  // What was opened before the failure must not keep the process.
  process.exit(1);
}

// A promise that nobody waited for is a fault of ours, not a reason to drop everybody's sockets.
process.on('unhandledRejection', (error) => log.error({ error: error instanceof Error ? error.stack?.split('\n').slice(1, 8) : typeof error }, 'unhandled rejection'));
