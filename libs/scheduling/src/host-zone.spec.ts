import { describe, expect, it } from '@jest/globals';
import { transformSync } from '@swc/core';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const script = `
import { Temporal } from 'temporal-polyfill';
import { occurrences, validateRule } from './recurrence.js';
import { plannedOccurrences, isWorkingDay } from './holidays.js';
import { ruleInWords } from './words.js';
const window = { start: Temporal.Instant.from('2026-01-01T00:00Z'), end: Temporal.Instant.from('2027-02-01T00:00Z') };
const rules = ['FREQ=WEEKLY;BYDAY=MO', 'FREQ=DAILY;UNTIL=20261026T000000Z', 'FREQ=MONTHLY;BYDAY=-1SU', 'FREQ=MONTHLY;BYMONTHDAY=31', 'FREQ=WEEKLY;UNTIL=20261231']
  .flatMap((rrule) => ['00:15', '13:00', '23:45'].map((time) => ({ startLocal: '2026-01-05T' + time, timeZone: 'Europe/Copenhagen', rrule, durationMinutes: 90 })));
const open = [];
for (let day = Temporal.PlainDate.from('2023-01-01'); day.year < 2028; day = day.add({ days: 1 })) if (isWorkingDay(day)) open.push(day.toString());
console.log(JSON.stringify([
  rules.map((rule) => [validateRule(rule), ruleInWords(rule), occurrences(rule, window), plannedOccurrences(rule, 'nextWorkingDay', window)]),
  open, Intl.DateTimeFormat().resolvedOptions().timeZone,
]));
`;

describe('host zone', () => {
  it('[RC18] the same series, words and working days under five host zones', () => {
    // TZ is read when a process starts, so each zone needs one; the sources are stripped of their types for plain node.
    const folder = mkdtempSync(join(tmpdir(), 'scheduling-'));
    try {
      for (const name of ['civil', 'rrule', 'rule-days', 'zone-clock', 'zones', 'recurrence', 'words', 'holidays']) {
        const source = readFileSync(new URL(`./${name}.ts`, import.meta.url), 'utf8');
        const { code } = transformSync(source, { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' }, module: { type: 'es6' } });
        writeFileSync(join(folder, `${name}.js`), code);
      }
      writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
      writeFileSync(join(folder, 'script.js'), script);
      symlinkSync(fileURLToPath(new URL('../../../node_modules', import.meta.url)), join(folder, 'node_modules'));

      const zones = ['UTC', 'Europe/Copenhagen', 'America/Los_Angeles', 'Pacific/Kiritimati', 'Australia/Adelaide'];
      const answers = zones.map((zone) => {
        const { NODE_OPTIONS: _, ...env } = process.env;
        const text = execFileSync(process.execPath, [join(folder, 'script.js')], { env: { ...env, TZ: zone }, encoding: 'utf8', maxBuffer: 1e8 });
        const [series, open, host] = JSON.parse(text) as [unknown[], string[], string];
        expect(host).toBe(zone);
        expect(series).toHaveLength(15);
        return JSON.stringify([series, open]);
      });
      expect(new Set(answers).size).toBe(1);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
