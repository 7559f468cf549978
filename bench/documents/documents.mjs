// How long a large meeting takes to set, against an empty page in the same run, in the process that the product uses.
// Run with `npm run bench:documents`. The ratio is what counts; the milliseconds are those of this machine.
import { fileURLToPath } from 'node:url';
import { build } from '../../scripts/build.mjs';

await build({ ifStale: true, only: ['server'] });
const built = '../../dist/apps/server/libs/documents/src';
const { RenderProcess } = await import(`${built}/render-process.js`);
const { meetingSheet } = await import(`${built}/meeting-sheet.js`);
const rounds = 7;

const authority = (n) => ({ id: `municipality:${n}`, name: `Eksempelby Kommune ${n}` });
const paragraph = (text) => ({ type: 'paragraph', content: [{ type: 'text', text }] });
const sentence = 'Politiet har mødt den unge tre gange på en måned, og skolen har underrettet om fravær og uro i hjemmet. ';
const words = [paragraph(sentence.repeat(9)), { type: 'bulletList', items: [[paragraph(sentence)], [paragraph(sentence)], [paragraph(sentence)]] }, paragraph(sentence.repeat(6))];
const at = (minute) => new Date(Date.UTC(2026, 11, 7, 8, minute)).toISOString();

const meeting = (items) => ({
  schema: 'samraad/meeting-document/1',
  kind: 'minutes',
  extractFor: null,
  meeting: { id: 'meeting', title: 'Politikredsmøde', kindTitle: 'Politikredsmøde', startInstant: at(0), endInstant: at(300), timeZone: 'Europe/Copenhagen', place: 'Politigården', owner: authority(1), authorities: [] },
  participants: Array.from({ length: items === 0 ? 0 : 25 }, (_, n) => ({ membershipId: String(n), name: `Mette Holm ${n}`, functionTitle: 'SSP-koordinator', authority: authority(n), reply: 'accepted', attendance: 'present', standsInFor: null })),
  items: Array.from({ length: items }, (_, n) => ({
    closed: false,
    id: String(n),
    number: String(n + 1),
    startInstant: at(n * 10),
    endInstant: at(n * 10 + 10),
    title: `Bekymring i område ${n + 1}`,
    ledBy: 'Sara Lund',
    outputType: 'decision',
    legalBasis: { id: 'rpl-115-1-1', label: 'Retsplejeloven § 115, stk. 1, nr. 1' },
    audience: { authorities: ['Eksempelby Kommune', 'Nordsjællands Politi'], persons: [] },
    agenda: words,
    minutes: [...words, ...words],
    decisions: Array.from({ length: 2 }, (_, d) => ({ id: `${n} ${d}`, text: sentence, reasons: sentence, caseReference: 'Sag 2026-014', decidingAuthority: authority(1), responsible: { name: 'Mette Holm', authority: 'Eksempelby Kommune' }, deadline: '2026-12-14', legalBasis: null, state: 'confirmed', recordedAt: at(1) })),
    followUps: [{ id: String(n), text: sentence, caseReference: null, owner: { name: 'Sara Lund', authority: 'Nordsjællands Politi' }, deadline: '2026-12-14', state: 'open' }],
  })),
  approval: null,
});

const renderer = new RenderProcess(fileURLToPath(new URL(`${built}/render.worker.js`, import.meta.url)), 60_000);
async function measure(items, standard) {
  const document = meeting(items);
  const times = [];
  let pdf;
  for (let round = 0; round < rounds; round++) {
    const started = performance.now();
    pdf = await renderer.pdf({ sheet: meetingSheet(document, { reader: 'Eksempelby Kommune', madeAt: at(0) }), standard, madeAt: at(0), data: JSON.stringify(document) });
    times.push(performance.now() - started);
  }
  const pages = Math.max(...[...Buffer.from(pdf).toString('latin1').matchAll(/\/Count (\d+)/g)].map((match) => Number(match[1])));
  // The median: the first round starts the process, and others share the machine.
  return { ms: times.sort((a, b) => a - b)[rounds >> 1], worst: times.at(-1), pages };
}

for (const standard of ['ua-1', 'a-3a']) {
  const empty = await measure(0, standard);
  const large = await measure(30, standard);
  const each = large.ms / large.pages;
  console.log(`${standard}: ${large.pages} pages in ${large.ms.toFixed(0)} ms (slowest of ${rounds}: ${large.worst.toFixed(0)} ms), ${each.toFixed(1)} ms a page; an empty page takes ${empty.ms.toFixed(1)} ms, ${(large.ms / empty.ms).toFixed(1)} times less`);
}
renderer.stop();
