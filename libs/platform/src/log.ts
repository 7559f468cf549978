import { pino } from 'pino';

/**
 * The application log: technical events only. Callers pass ids and codes, never names, titles, text, tickets or
 * cookies; the paths below are a second net for what a library might hand over.
 */
export const log = pino({
  level: process.env.LOG_LEVEL ?? (process.env.NODE_ENV === 'test' ? 'silent' : 'info'),
  base: undefined,
  redact: { paths: ['req.headers', 'headers', 'cookie', 'ticket', 'token', '*.ticket', '*.token', 'query', 'parameters'], remove: true },
});
