// How fast a question is answered at 10,000 items in memory, against a naive scan of the same texts in the same run.
// Run with `npm run bench:search`. The ratio is what counts; the milliseconds are those of this machine.
import { build } from '../../scripts/build.mjs';

await build({ ifStale: true, only: ['server'] });
const { fold } = await import('../../dist/apps/server/libs/search/src/danish.js');
const { queryWords, TextIndex } = await import('../../dist/apps/server/libs/search/src/text-index.js');

const documents = 10_000;
const wordsEach = 300;
const rounds = 30;

/** A small generator with a seed, so that every run holds the same texts (mulberry32). */
function random(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const next = random(2026);
const roots = ['skole', 'barn', 'børne', 'under', 'ret', 'politi', 'kommune', 'familie', 'samtale', 'møde', 'råd', 'hus', 'sag', 'plan', 'læge', 'tryg', 'voksen', 'dreng', 'pige', 'hjem', 'fritid', 'støtte', 'anmeld', 'vold'];
const endings = ['', 'en', 'et', 'er', 'erne', 's', 'ning', 'ninger', 'else', 'elsen'];
const pick = (list) => list[Math.floor(next() * list.length)];
const vocabulary = [...new Set(Array.from({ length: 60_000 }, () => pick(roots) + pick(roots) + (next() < 0.5 ? pick(roots) : '') + pick(endings)))];
// Few words are common and most are rare, as in a language.
const word = () => vocabulary[Math.floor(vocabulary.length * next() ** 3)];
const texts = Array.from({ length: documents }, (_, n) => ({
  kind: 'item',
  id: `00000000-0000-7000-8000-${String(n).padStart(12, '0')}`,
  meetingId: 'meeting',
  itemId: null,
  startMs: n,
  title: Array.from({ length: 5 }, word).join(' '),
  text: Array.from({ length: wordsEach }, word).join(' '),
}));
const questions = ['skole', 'barn familie', 'underretning', 'politi kommune samtale', 'boernehus', 'findesikke', vocabulary[40_000 % vocabulary.length], `${vocabulary[3]} ${vocabulary[7]}`];
const ids = texts.map((text) => text.id);

const index = new TextIndex();
const filled = time(() => texts.forEach((text) => index.set(text)));
const fast = median(rounds, (round) => index.search(queryWords(questions[round % questions.length]), ids));
/** Folds every text anew and looks for every word of the question in it: what one would write without an index. */
const naive = median(8, (round) => {
  const asked = queryWords(questions[round % questions.length]);
  return texts.filter((text) => {
    const folded = fold(`${text.title} ${text.text}`);
    return asked.every((one) => folded.includes(one.stem));
  });
});

console.log(`${documents} items of ${wordsEach} words, ${vocabulary.length} different words`);
console.log(`taking in:  ${filled.toFixed(0)} ms, ${(filled / documents).toFixed(2)} ms each`);
console.log(`index:      ${fast.median.toFixed(1)} ms in the middle, ${fast.worst.toFixed(1)} ms at worst`);
console.log(`naive scan: ${naive.median.toFixed(1)} ms in the middle, ${naive.worst.toFixed(1)} ms at worst`);
console.log(`ratio:      ${(naive.median / fast.median).toFixed(0)} times faster`);

function time(work) {
  const start = performance.now();
  work();
  return performance.now() - start;
}

function median(count, work) {
  for (let warm = 0; warm < 3; warm += 1) work(warm);
  const took = Array.from({ length: count }, (_, round) => time(() => void work(round))).sort((a, b) => a - b);
  return { median: took[Math.floor(took.length / 2)], worst: took.at(-1) };
}
