import { describe, expect, it } from '@jest/globals';
import type { NewUpdate } from './collab-store.js';
import { GroupCommit, type Queued } from './group-commit.js';
import { defaultLimits, type Limits } from './limits.js';

interface Line extends Queued {
  name: string;
}

const line = (documentId: string, name: string, bytes = 10): Line => ({
  documentId,
  name,
  bytes,
  row: { rowId: name, documentId, itemId: 'item', personId: 'p', sessionId: 's', payload: new Uint8Array(bytes), clientIds: [] } satisfies NewUpdate,
});

/** A commit that the test lets through or makes fail. */
function setUp(limits: Partial<Limits> = {}) {
  const events: string[] = [];
  const batches: string[][] = [];
  const [later, dropped] = [new Set<string>(), new Set<string>()];
  const at = new Map<string, number>();
  const waits: number[] = [];
  let answers: ((names: string[]) => Promise<ReadonlySet<string>>)[] = [];
  const commit = new GroupCommit<Line>(
    {
      append: async (entries) => {
        const names = entries.flatMap(({ row }) => row?.rowId ?? []);
        batches.push(names);
        const putOff = new Set(entries.filter(({ name }) => later.delete(name)));
        const busy = new Set([...at].flatMap(([documentId, times]) => (times > 0 && entries.some((entry) => entry.documentId === documentId) ? [documentId] : [])));
        for (const documentId of busy) at.set(documentId, at.get(documentId)! - 1);
        return { busy, refused: await (answers.shift() ?? (async () => new Set<string>()))(names), heads: new Map(), putOff };
      },
      isDropped: ({ name }) => dropped.has(name),
      committed: (entries) => events.push(...entries.map((entry) => `committed ${entry.name}`)),
      refused: (documentId, entries) => events.push(`refused ${documentId} ${entries.map((entry) => entry.name).join(' ')}`),
      lost: (documentId) => events.push(`lost ${documentId}`),
      pressure: (isHigh) => events.push(isHigh ? 'high' : 'low'),
    },
    { ...defaultLimits, retryDelaysMs: [1, 1], ...limits },
    (work, ms) => {
      waits.push(ms);
      setTimeout(work, ms);
    },
  );
  return { commit, events, batches, waits, beAt: (documentId: string, times: number) => at.set(documentId, times), answer: (...next: typeof answers) => (answers = next), putOff: (...names: string[]) => names.forEach((name) => later.add(name)), drop: (name: string) => dropped.add(name) };
}

const fail = async () => {
  throw new Error('store is down');
};

describe('GroupCommit', () => {
  it('[CO10] what somebody else is at comes first of its document in a moment, and holds up no other', async () => {
    const { commit, events, batches, waits, beAt } = setUp();
    beAt('a', 2);
    for (const one of [line('a', 'a1'), line('b', 'b1'), line('a', 'a2')]) commit.add(one);
    await Promise.resolve();
    await Promise.resolve();
    commit.add(line('a', 'a3'));
    commit.add(line('b', 'b2'));
    await commit.drain();
    expect(events).toEqual(['committed b1', 'committed b2', 'committed a1', 'committed a2', 'committed a3']);
    // It is not asked all the time.
    expect([batches.filter((batch) => batch.includes('a1')).length, waits]).toEqual([3, [2, 4]]);
  });

  it('[CO10] starts at once when idle and gathers while a commit is under way', async () => {
    const { commit, batches, answer } = setUp();
    let letThrough = () => undefined as void;
    answer(() => new Promise((resolve) => (letThrough = () => resolve(new Set()))));
    commit.add(line('a', 'a1'));
    await Promise.resolve();
    commit.add(line('b', 'b1'));
    commit.add(line('a', 'a2'));
    expect(batches).toEqual([['a1']]);
    letThrough();
    await commit.drain();
    expect(batches).toEqual([['a1'], ['b1', 'a2']]);
  });

  it('[CO11] nothing is told before the commit, everything in order after it', async () => {
    const { commit, events, answer } = setUp();
    let letThrough = () => undefined as void;
    answer(() => new Promise((resolve) => (letThrough = () => resolve(new Set()))));
    commit.add(line('a', 'a1'));
    commit.add({ ...line('a', 'nothing new'), row: null });
    commit.add(line('a', 'a2'));
    await Promise.resolve();
    expect(events).toEqual([]);
    letThrough();
    await commit.drain();
    expect(events).toEqual(['committed a1', 'committed nothing new', 'committed a2']);
  });

  it('[CO12] tries again, each document by itself, and tells nobody in between', async () => {
    const { commit, events, batches, answer } = setUp();
    answer(fail);
    commit.add(line('a', 'a1'));
    commit.add(line('b', 'b1'));
    await commit.drain();
    expect(batches[0]).toEqual(['a1', 'b1']);
    expect(batches.slice(1).sort()).toEqual([['a1'], ['b1']]);
    expect(events.sort()).toEqual(['committed a1', 'committed b1']);
  });

  it('[CO12] one document that cannot be stored is given up and holds up no other', async () => {
    const { commit, events, batches, answer } = setUp();
    const poisoned = async (names: string[]) => (names.some((name) => name.startsWith('bad')) ? fail() : new Set<string>());
    answer(...Array.from({ length: 20 }, () => poisoned));
    commit.add(line('bad', 'bad1'));
    commit.add(line('good', 'good1'));
    commit.add(line('bad', 'bad2'));
    await commit.drain();
    expect(events).toEqual(['committed good1', 'lost bad']);
    expect(batches.filter((names) => names.includes('bad1'))).toHaveLength(3);
    commit.add(line('bad', 'bad3'));
    answer();
    await commit.drain();
    expect(events).toContain('committed bad3');
  });

  it('[CO76] what is put off is neither told nor lost, comes first of its document, and holds up no other', async () => {
    const { commit, events, batches, putOff } = setUp({ maxQueuedBytes: 35, resumeQueuedBytes: 5 });
    putOff('a2', 'a3');
    for (const name of ['a1', 'a2', 'a3', 'b1']) commit.add(line(name[0]!, name));
    await Promise.resolve();
    commit.hold('a');
    commit.add(line('a', 'a4'));
    while (events.length < 3) await new Promise((resolve) => setImmediate(resolve));
    expect(events).toEqual(['high', 'committed a1', 'committed b1']);
    commit.release('a');
    await commit.drain();
    expect(batches).toEqual([['a1', 'a2', 'a3', 'b1'], ['a2', 'a3', 'a4']]);
    expect(events.slice(3)).toEqual(['low', 'committed a2', 'committed a3', 'committed a4']);
  });

  it('[CO12] what nobody may store any more is not tried again', async () => {
    const { commit, events, batches, answer, drop } = setUp();
    answer(fail);
    commit.add(line('a', 'a1'));
    commit.add(line('b', 'b1'));
    drop('a1');
    await commit.drain();
    expect([batches, events]).toEqual([[['a1', 'b1'], ['b1']], ['committed b1']]);
  });

  it('[CO13] a document that takes no updates is told apart', async () => {
    const { commit, events, answer } = setUp();
    answer(async () => new Set(['frozen']));
    commit.add(line('frozen', 'f1'));
    commit.add(line('open', 'o1'));
    await commit.drain();
    expect(events).toEqual(['committed o1', 'refused frozen f1']);
  });

  it('[CO14] holds a document back and lets others pass', async () => {
    const { commit, events } = setUp();
    commit.hold('a');
    commit.add(line('a', 'a1'));
    commit.add(line('b', 'b1'));
    while (events.length === 0) await new Promise((resolve) => setImmediate(resolve));
    expect(events).toEqual(['committed b1']);
    expect(commit.withdraw('a').map((entry) => entry.name)).toEqual(['a1']);
    commit.release('a');
    await commit.drain();
    expect(events).toEqual(['committed b1']);
  });

  it('[CO15] says when more waits than may, and when there is room again', async () => {
    const { commit, events } = setUp({ maxQueuedBytes: 25, resumeQueuedBytes: 15, maxBatchBytes: 10 });
    for (const name of ['a1', 'a2', 'a3']) commit.add(line('a', name));
    expect(events).toEqual(['high']);
    await commit.drain();
    expect(events).toEqual(['high', 'committed a1', 'low', 'committed a2', 'committed a3']);
  });

  it('[CO10] a batch is bounded in rows and bytes, and keeps the order of each document', async () => {
    const { commit, batches } = setUp({ maxBatchRows: 2, maxBatchBytes: 25 });
    for (const name of ['a1', 'a2', 'a3']) commit.add(line('a', name));
    commit.add(line('a', 'large', 100));
    commit.add(line('b', 'b1'));
    await commit.drain();
    expect(batches).toEqual([['a1', 'a2'], ['a3'], ['large'], ['b1']]);
  });
});
