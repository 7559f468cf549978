import { pino } from 'pino';

const id = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
/** Names that stand in the code: of a job, an event, a class, a step. Letters of Danish words are not among them. */
const word = /^[A-Za-z][\w .:/-]{0,59}$/;
const frame = /^ {4}at (?:(?:async |new )?[\w.$<>[\] ]{1,120} \()?(?:file:\/\/|node:)?[\w@./+-]{1,300}:\d+:\d+\)?$/;

/** What a line may say besides its message, and in which form. Everything else is left out. */
const allowed: Readonly<Record<string, (value: unknown) => unknown>> = {
  ...Object.fromEntries(['documentId', 'itemId', 'meetingId', 'seriesId', 'personId', 'sessionId'].map((field) => [field, matching(id)])),
  ...Object.fromEntries(['job', 'event', 'what', 'kind', 'outcome', 'method', 'context', 'root'].map((field) => [field, matching(word)])),
  numbers: (value) => (typeof value === 'number' ? value : undefined),
  error: faultOf,
};

function matching(form: RegExp): (value: unknown) => string | undefined {
  return (value) => (typeof value === 'string' && form.test(value) ? value : undefined);
}

/**
 * An error without its message, which can hold what a person wrote (a database quotes the row, a parser the text): its
 * name, its code and where it was thrown.
 */
export function faultOf(error: unknown): { name: string; code?: string; frames?: string[] } {
  if (!(error instanceof Error)) return { name: typeof error };
  const { name, message, stack = '', code } = error as Error & { code?: unknown };
  // The message comes first, and may look like a frame.
  const at = stack.indexOf(message);
  const frames = stack.slice(at < 0 ? 0 : at + message.length).split('\n').filter((line) => frame.test(line)).slice(0, 12);
  return {
    name: word.test(name) ? name : 'Error',
    ...(typeof code === 'string' && /^[A-Za-z0-9_-]{1,40}$/.test(code) ? { code } : {}),
    frames: frames.map((line) => line.trim()),
  };
}

/**
 * The application log: technical events only, as JSON lines on standard output. A line holds its time, its level, a
 * message that stands in the code, and of the fields beside it those named above, if they look as they should: no name,
 * title, text, query, body, cookie or ticket has a way into it.
 */
export const log = pino(
  {
    level: process.env.LOG_LEVEL ?? (process.env.NODE_ENV === 'test' ? 'silent' : 'info'),
    base: undefined,
    formatters: {
      log: (fields) => Object.fromEntries(Object.entries(fields).flatMap(([name, value]) => (allowed[name]?.(value) === undefined ? [] : [[name, allowed[name](value)]]))),
    },
    hooks: {
      // An error in place of the fields would bring its message along, and so would values for a template.
      logMethod([first, message], method) {
        if (first instanceof Error) method.apply(this, [{ error: first }, typeof message === 'string' ? message : 'error']);
        else if (typeof message === 'string') method.apply(this, [first, message]);
        else method.apply(this, [first]);
      },
    },
  },
  process.stdout,
);
