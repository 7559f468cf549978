/**
 * What was looked for, by the entry of the browser's history it belongs to, so that “back” leads to the same results.
 * In memory alone: an address or a history state would be written to disk by the browser (docs/adr/0010).
 */
const terms = new Map<string, string>();
const kept = 50;

export const searchTerms = {
  of: (entry: string) => terms.get(entry) ?? '',
  keep: (entry: string, term: string) => {
    terms.delete(entry);
    terms.set(entry, term);
    if (terms.size > kept) terms.delete(terms.keys().next().value ?? '');
  },
  forget: () => terms.clear(),
};
