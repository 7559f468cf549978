import { describe, expect, it } from '@jest/globals';
import { Awareness, applyAwarenessUpdate } from 'y-protocols/awareness';
import * as Y from 'yjs';
import { Colors, Presence } from './presence.js';
import { awarenessFrame, readAwareness, type AwarenessEntry } from './protocol.js';
import { defaultLimits } from './limits.js';

const user = { name: 'Anna', authority: 'Testby Kommune', color: new Colors().of('anna', new Set()) };
const tab = {};
const entry = (clientId: number, clock: number, state: unknown): AwarenessEntry => ({ clientId, clock, state: JSON.stringify(state) });
const cursor = { anchor: { type: null, tname: 'agenda', item: null, assoc: 0 }, head: { type: { client: 1, clock: 2 }, tname: null, item: { client: 1, clock: 3 }, assoc: -1 } };

describe('Colors', () => {
  const crowd = Array.from({ length: 10 }, (_, n) => `person ${n}`);

  it('[CO23] nobody who is here has another’s, until there are more people than colours', () => {
    const colors = new Colors();
    const present = new Set<string>();
    const given = crowd.map((who) => colors.of(who, present.add(who)));
    expect(new Set(given).size).toBe(10);
    expect(given).toContain(colors.of('one too many', present.add('one too many')));
    expect(crowd.map((who) => colors.of(who, present))).toEqual(given);
  });

  it('[CO23] alone, a person has the same in every document', () => {
    for (const who of crowd) expect(new Colors().of(who, new Set([who]))).toBe(new Colors().of(who, new Set()));
  });

  it('[CO23] a colour is given on only when its owner is gone', () => {
    const colors = new Colors();
    for (const who of crowd) colors.of(who, new Set(crowd));
    const freed = colors.of(crowd[4]!, new Set());
    expect(colors.of('newcomer', new Set(crowd.filter((who) => who !== crowd[4])))).toBe(freed);
  });
});

describe('Presence', () => {
  it('[CO20] writes the user itself and lets of a state only the cursor pass', () => {
    const presence = new Presence(defaultLimits);
    const forged = { user: { name: 'Politidirektøren', color: 'url(javascript:0)' }, cursor, secret: 'x' };
    const told = presence.update(tab, 'anna', user, entry(5, 1, forged));
    expect(JSON.parse(told?.state ?? '')).toEqual({ user, cursor });
  });

  it.each([
    ['a cursor that is text', { cursor: '<img>' }],
    ['a position with a foreign shape', { cursor: { anchor: { type: 'x' }, head: {} } }],
    ['an id that is no number', { cursor: { anchor: { item: { client: '1', clock: 2 } }, head: {} } }],
  ])('[CO20] drops %s', (_what, state) => {
    const told = new Presence(defaultLimits).update(tab, 'anna', user, entry(5, 1, state));
    expect(JSON.parse(told?.state ?? '')).toEqual({ user });
  });

  it('[CO20, CO22] of a message with too many states the first are read, and no clock reaches where numbers end', () => {
    const many = Array.from({ length: 300 }, (_, n) => entry(n, 1, {}));
    expect(readAwareness(awarenessFrame(many).subarray(3), defaultLimits)).toHaveLength(defaultLimits.maxAwarenessStates);
    const presence = new Presence(defaultLimits);
    expect(presence.update(tab, 'anna', user, entry(5, 2 ** 53 - 1, {}))).toBeUndefined();
    // As often as somebody comes back at the highest clock of all.
    let most = 0;
    for (let n = 0; n < 70_000; n++) {
      for (const [clock, state] of [[1, {}], [2 ** 32, {}], [2 ** 32, null]] as const) most = Math.max(most, presence.update(tab, 'anna', user, entry(5, clock, state))?.clock ?? 0);
    }
    expect([most > 2 ** 47, most <= 2 ** 48]).toEqual([true, true]);
  });

  it('[CO20] what is no state at all is passed over', () => {
    const presence = new Presence(defaultLimits);
    expect(presence.update(tab, 'anna', user, { clientId: 5, clock: 1, state: '{' })).toBeUndefined();
    expect(presence.update(tab, 'anna', user, entry(5, 1, []))).toBeUndefined();
    expect(presence.all()).toEqual([]);
  });

  it('[CO21] goes with the socket, and comes back under the same id and clock', () => {
    const presence = new Presence(defaultLimits);
    const colleague = new Awareness(new Y.Doc());
    const hear = (entries: AwarenessEntry[]) => applyAwarenessUpdate(colleague, awarenessFrame(entries).subarray(2), 'server');
    hear([presence.update(tab, 'anna', user, entry(5, 3, {})) as AwarenessEntry]);
    expect(colleague.getStates().has(5)).toBe(true);
    hear(presence.leave(tab));
    expect(colleague.getStates().has(5)).toBe(false);
    hear([presence.update({}, 'anna', user, entry(5, 3, {})) as AwarenessEntry]);
    expect(colleague.getStates().has(5)).toBe(true);
    colleague.destroy();
    colleague.doc.destroy();
  });

  it('[CO21] another tab that repeats what it heard changes nothing', () => {
    const presence = new Presence(defaultLimits);
    const other = {};
    presence.update(tab, 'anna', user, entry(5, 3, {}));
    expect(presence.update(other, 'anna', user, entry(5, 3, {}))).toBeUndefined();
    expect(presence.leave(other)).toEqual([]);
    expect(presence.all()).toHaveLength(1);
  });

  it('[CO22] bounds how many one person may be, and how large a state is', () => {
    const presence = new Presence({ maxPresencePerPerson: 2 });
    expect([1, 2, 3].map((id) => presence.update(tab, 'anna', user, entry(id, 1, {})) !== undefined)).toEqual([true, true, false]);
    const frame = awarenessFrame([entry(1, 1, { cursor: 'x'.repeat(5_000) }), entry(2, 1, {})]);
    const inner = frame.subarray(1 + (frame[1] as number) >= 128 ? 3 : 2);
    expect(readAwareness(inner, defaultLimits).map(({ clientId }) => clientId)).toEqual([2]);
    expect(() => readAwareness(new Uint8Array([0xd0, 0x86, 0x03, 0]), defaultLimits)).toThrow();
  });
});
