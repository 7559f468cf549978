import * as Y from 'yjs';

type Deletes = ReturnType<typeof Y.createDeleteSet>;

/** So many deletions are kept side by side before they are joined. */
const joinAt = 500;

/**
 * What the server has said is stored of one document: everything that came from it, since it shows nothing else, and what it
 * acknowledged. In memory only. A store that lacks any of it when the connection is back was put back to an earlier state, or
 * has lost rows.
 */
export class Promised {
  private readonly clocks = new Map<number, number>();
  private deletes: Deletes[] = [];

  /** An update is stored: it came from the server, or it was acknowledged. */
  add(update: Uint8Array): void {
    for (const [client, clock] of Y.parseUpdateMeta(update).to) if (clock > (this.clocks.get(client) ?? 0)) this.clocks.set(client, clock);
    const { ds } = Y.decodeUpdate(update);
    if (ds.clients.size === 0) return;
    this.deletes.push(ds);
    if (this.deletes.length > joinAt) this.deletes = [Y.mergeDeleteSets(this.deletes)];
  }

  /** Whether a state vector of the store knows every word. */
  areWordsIn(stateVector: Uint8Array): boolean {
    const stored = Y.decodeStateVector(stateVector);
    return [...this.clocks].every(([client, clock]) => (stored.get(client) ?? 0) >= clock);
  }

  /** Whether an answer of the store, which names all deletions, knows every one. */
  areDeletionsIn(update: Uint8Array): boolean {
    const stored = Y.mergeDeleteSets([Y.decodeUpdate(update).ds]).clients;
    return [...Y.mergeDeleteSets(this.deletes).clients].every(([client, ranges]) => {
      const known = stored.get(client) ?? [];
      let at = 0;
      return ranges.every(({ clock, len }) => {
        while (at < known.length && known[at]!.clock + known[at]!.len < clock + len) at++;
        return at < known.length && known[at]!.clock <= clock;
      });
    });
  }
}
