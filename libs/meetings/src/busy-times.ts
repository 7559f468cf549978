/** When somebody's own calendar says that she is taken, as it is kept: whole minutes, and nothing of what for. */
export interface BusyTimes {
  /** What the calendar says something about, ms since 1970, half-open. */
  fromMs: number;
  toMs: number;
  times: { startMs: number; endMs: number; state: 'busy' | 'tentative' | 'unknown' }[];
}

const states = ['busy', 'tentative', 'unknown'] as const;
const minuteMs = 60_000;

/** As it is sealed; a minute that is begun is taken. */
export function packBusy({ fromMs, toMs, times }: BusyTimes): Buffer {
  const numbers = times.flatMap(({ startMs, endMs, state }) => [Math.floor(startMs / minuteMs), Math.ceil(endMs / minuteMs), states.indexOf(state)]);
  return Buffer.from(Int32Array.from([1, Math.ceil(fromMs / minuteMs), Math.floor(toMs / minuteMs), ...numbers]).buffer);
}

/** @throws RangeError for what was not packed here */
export function unpackBusy(packed: Uint8Array): BusyTimes {
  // Copied: what was opened may begin anywhere in a larger buffer, where no numbers can be read.
  const [layout, from, to, ...numbers] = new Int32Array(Uint8Array.from(packed).buffer);
  if (layout !== 1 || from === undefined || to === undefined || numbers.length % 3 !== 0) throw new RangeError('busy times of an unknown layout');
  const times = Array.from({ length: numbers.length / 3 }, (_, n) => ({ startMs: numbers[n * 3]! * minuteMs, endMs: numbers[n * 3 + 1]! * minuteMs, state: states[numbers[n * 3 + 2]!]! }));
  return { fromMs: from * minuteMs, toMs: to * minuteMs, times };
}
