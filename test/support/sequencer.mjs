import { relative } from 'node:path';
import Sequencer from '@jest/test-sequencer';

/** The longest, longest first: one of them begun at the end is waited for alone. */
const longest = [...['durability', 'bad-input', 'extracts', 'documents-text'].map((name) => `test/${name}.spec.ts`), 'test/differential.spec.ts', ...[1, 2, 3, 4].map((n) => `test/authorisation/part-${n}.spec.ts`), 'test/canary.spec.ts', 'test/minutes-freezing.spec.ts', 'test/documents.spec.ts', 'test/demo-story.spec.ts', 'test/minutes-approval.spec.ts', 'test/administration.spec.ts', 'test/decision-log.spec.ts', 'test/rls.spec.ts', 'test/processes.spec.ts', 'test/disclosure.spec.ts', 'test/preparation.spec.ts', 'test/series-changes.spec.ts', 'test/access.spec.ts', ...['forms', 'pages', 'connection', 'english', 'agenda', 'cpr'].map((name) => `test/browser/${name}.spec.ts`)];

/** Jest's own order is by the time each took before, which a fresh clone does not know: it goes by the size of the file then. */
export default class LongestFirst extends Sequencer {
  sort(tests) {
    const rank = ({ path, context }) => {
      const at = longest.indexOf(relative(context.config.rootDir, path));
      return at < 0 ? longest.length : at;
    };
    return super.sort(tests).sort((a, b) => rank(a) - rank(b));
  }
}
