/** Somebody has committed up to this number in a document. */
export interface CommitHint {
  documentId: string;
  itemId: string;
  seq: number;
}

/**
 * How the commits of one process become known to others. A hint says where to look, never what to believe: it may be lost, come
 * twice, late or in another order, and a process that hears none still finds what it missed (CO100–CO105). Redis or Valkey
 * would be another of these.
 */
export abstract class FanOut {
  /** Whether there can be another process at all. */
  abstract readonly isShared: boolean;

  /** Resolves when what is published from now on is heard here. Awaited before a document is loaded, so that nothing falls between. */
  abstract ready(): Promise<void>;

  /** After the commit. */
  abstract publish(hints: readonly CommitHint[]): void;

  /** Resolves when what was published is said; nothing is published after it. */
  async stop(): Promise<void> {}

  /** What others publish, not what this one does. @returns a function that takes the hearer away again */
  abstract onHint(hear: (hint: CommitHint) => void): () => void;
}

/** For a process that is alone: the embedded database. */
export class NoFanOut extends FanOut {
  override readonly isShared = false;

  override async ready(): Promise<void> {}

  override publish(): void {}

  override onHint(): () => void {
    return () => undefined;
  }
}

/** Several hubs in one process, as in tests. */
export class LocalBus {
  private readonly ends = new Set<LocalFanOut>();

  join(): LocalFanOut {
    const end = new LocalFanOut(this);
    this.ends.add(end);
    return end;
  }

  send(from: LocalFanOut, hints: readonly CommitHint[]): void {
    for (const end of this.ends) if (end !== from) for (const hint of hints) end.hear(hint);
  }
}

export class LocalFanOut extends FanOut {
  override readonly isShared = true;
  private readonly hearers = new Set<(hint: CommitHint) => void>();

  constructor(private readonly bus: LocalBus) {
    super();
  }

  override async ready(): Promise<void> {}

  override publish(hints: readonly CommitHint[]): void {
    this.bus.send(this, hints);
  }

  override onHint(hear: (hint: CommitHint) => void): () => void {
    this.hearers.add(hear);
    return () => this.hearers.delete(hear);
  }

  hear(hint: CommitHint): void {
    for (const hear of this.hearers) hear(hint);
  }
}
