import { readFileSync } from 'node:fs';
import type { Visitor } from './visitor.js';

/** For {@link Visitor.arrive}: pages that axe is to look at run it first. */
export const axe = readFileSync('node_modules/axe-core/axe.min.js', 'utf8');
const wcag = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

interface AxeResults {
  violations: { id: string; nodes: { target: string[]; failureSummary: string }[] }[];
  passes: unknown[];
}

/** What axe finds against WCAG 2.2 AA, short enough to read in a failure. */
export async function violations(visitor: Visitor): Promise<string[]> {
  const { violations: found, passes } = await visitor.page.evaluate<AxeResults>(`axe.run({ runOnly: ${JSON.stringify(wcag)} })`);
  if (passes.length <= 10) throw new Error(`axe looked at next to nothing: ${passes.length} checks`);
  return found.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => `${id} ${target.join(' ')}: ${failureSummary}`));
}
