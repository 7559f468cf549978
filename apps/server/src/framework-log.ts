import type { LoggerService } from '@nestjs/common';
import { log } from '@lib/platform/log.js';

/** What the framework has to say, without its words: they may quote what was sent. */
export const frameworkLog: LoggerService = {
  log: () => undefined,
  warn: (message: unknown, ...rest: unknown[]) => log.warn({ context: rest.at(-1), ...(message instanceof Error ? { error: message } : {}) }, 'the framework warns'),
  error: (message: unknown, ...rest: unknown[]) => log.error({ context: rest.at(-1), ...(message instanceof Error ? { error: message } : {}) }, 'the framework reports an error'),
};
