import * as Y from 'yjs';
import type { Session } from '@lib/access/sessions.service.js';
import { ByteReader } from './byte-reader.js';
import type { Wire } from './connection.js';
import { compactUpdates, projectContent } from './document-content.js';
import { repairShape } from './document-repair.js';
import { LocalBus, NoFanOut, type FanOut } from './fan-out.js';
import { FaultyFanOut } from './fan-out-contract.js';
import type { Admission, Chance } from './hub.js';
import { MemoryStore } from './memory-store.js';
import { step1Frame, step2Frame, updateFrame, type DocumentState } from './protocol.js';
import { randomEdit, randomListEdit, randomOf } from './spec-random.js';
import { SpecServer } from './spec-server.js';

/** One connection with a delay in both directions: frames wait until the simulation lets them arrive, or are lost with it. */
class Line implements Wire {
  readonly up: Uint8Array[] = [];
  readonly down: Uint8Array[] = [];
  readonly unreadBytes = 0;
  closed: string | null = null;
  admission: Admission | null = null;
  private pauses = 0;

  send(frame: Uint8Array): void {
    this.down.push(frame);
  }

  close(_code: number, reason: string): void {
    this.closed ??= reason;
  }

  cut(): void {
    this.closed ??= 'cut';
  }

  get isPaused(): boolean {
    return this.pauses > 0;
  }

  pause(): void {
    this.pauses++;
  }

  resume(): void {
    this.pauses--;
  }

  get isRead(): boolean {
    return this.pauses === 0 && this.admission !== null && this.closed === null;
  }
}

/** A tab: a document that follows the protocol of y-websocket, connected or not. */
class Tab {
  readonly doc = new Y.Doc();
  line: Line | null = null;
  /** On which process. */
  private server: SpecServer | null = null;
  /** Of the document, as it was told last. */
  state: DocumentState = 'open';
  isOpening = false;
  /** What was sent on this line and is not acknowledged: how far the words in each message go. A deletion carries none. */
  private sent: number[] = [];
  private acknowledged = 0;
  /** How far the words go that the server has said are stored, or has shown. */
  readonly promised = new Map<number, number>();

  constructor(
    readonly who: Session,
    private readonly ticket: { ticket: string; clientId: number },
    /** Whether it has been frozen at all. */
    private readonly mayBeFrozen: () => boolean,
  ) {
    this.doc.clientID = ticket.clientId;
    this.doc.on('update', (update: Uint8Array, origin: unknown) => {
      if (origin !== 'remote' && this.line !== null) this.write(updateFrame(update));
    });
  }

  /** Messages of this line that are not acknowledged. */
  get awaited(): number {
    return this.sent.length;
  }

  private write(frame: Uint8Array): void {
    if (frame[1] !== 0) {
      const reader = new ByteReader(frame.subarray(2));
      this.sent.push(Y.parseUpdateMeta(reader.block()).to.get(this.doc.clientID) ?? 0);
    }
    this.line?.up.push(frame);
  }

  async open(server: SpecServer, documentId: string): Promise<void> {
    const line = new Line();
    this.line = line;
    this.server = server;
    this.state = 'open';
    this.sent = [];
    this.acknowledged = 0;
    this.isOpening = true;
    const outcome = await server.hub.admit(line, { documentId, ticket: this.ticket.ticket, token: null, acks: true, epoch: null }).catch((error: Error) => {
      if (error.message !== 'killed') throw error;
      return 'internal' as const;
    });
    this.isOpening = false;
    if (typeof outcome === 'string') return this.drop(line);
    line.admission = outcome;
    // The network may have gone while it was being let in.
    if (this.line !== line || this.server !== server) return server.hub.left(outcome.connection);
    this.write(step1Frame(Y.decodeStateVector(Y.encodeStateVector(this.doc))));
    // Updates of before the opening were never sent: the step 2 carries them.
  }

  /** The line is gone; with one named, only when it is still that one. */
  drop(which = this.line): void {
    const { line, server } = this;
    if (line !== which) return;
    this.line = null;
    if (line?.admission) server?.hub.left(line.admission.connection);
  }

  isOn(server: SpecServer): boolean {
    return this.line !== null && this.server === server;
  }

  /** A frame arrives here. */
  hear(frame: Uint8Array): void {
    const reader = new ByteReader(frame);
    const type = reader.uint();
    if (type === 100) {
      const count = reader.uint();
      for (const clock of this.sent.splice(0, count - this.acknowledged)) this.promise(this.doc.clientID, clock);
      this.acknowledged = count;
    }
    if (type === 101) {
      reader.uint();
      const reason = reader.string();
      // The words stay in the tab, and come again.
      if (reason !== 'document-frozen') throw new Error(`refused: ${reason}`);
      if (!this.mayBeFrozen()) throw new Error('told that it is frozen, and it never was');
    }
    if (type === 102) this.state = reader.string() as DocumentState;
    if (type !== 0) return;
    const kind = reader.uint();
    const content = reader.block();
    if (kind === 0) return this.write(step2Frame(Y.encodeStateAsUpdate(this.doc, content)));
    for (const [client, clock] of Y.parseUpdateMeta(content).to) this.promise(client, clock);
    Y.applyUpdate(this.doc, content, 'remote');
  }

  private promise(client: number, clock: number): void {
    this.promised.set(client, Math.max(clock, this.promised.get(client) ?? 0));
  }
}

const breathe = () => new Promise<void>((done) => setImmediate(done));

/** Hints that come twice, late, in another order, or not at all. */
const troubledFanOut = (bus: LocalBus, random: () => number): FanOut =>
  (['gap', 'duplicate', 'reorder'] as const).reduce<FanOut>((inner, fault) => new FaultyFanOut(inner, fault, random), bus.join());

/** The store as a process has it: when that is killed it asks for nothing more, and of what was under way nobody hears. */
function handleOn(store: MemoryStore): { store: MemoryStore; kill: () => void } {
  let isDead = false;
  const get = (target: MemoryStore, name: string | symbol): unknown => {
    const value = Reflect.get(target, name) as unknown;
    if (typeof value !== 'function') return value;
    return (...given: unknown[]): unknown => (isDead ? Promise.reject(new Error('killed')) : Reflect.apply(value, target, given));
  };
  return { store: new Proxy(store, { get }), kill: () => (isDead = true) };
}

/** What runs on one store: one process, or two that hear of each other badly; each may be stopped or killed, and another takes its place. */
class Processes {
  readonly running: SpecServer[] = [];
  private readonly kills = new Map<SpecServer, () => void>();
  private readonly bus = new LocalBus();
  private readonly gone: string[] = [];

  constructor(
    readonly store: MemoryStore,
    private readonly isAlone: boolean,
    private readonly random: () => number,
    private readonly chance: Chance,
  ) {
    for (let n = isAlone ? 1 : 2; n > 0; n--) this.running.push(this.begin());
  }

  private begin(): SpecServer {
    const { store, kill } = handleOn(this.store);
    const server = new SpecServer({ retryDelaysMs: [0, 0] }, store, this.isAlone ? new NoFanOut() : troubledFanOut(this.bus, this.random), this.chance);
    this.kills.set(server, kill);
    return server;
  }

  any(): SpecServer {
    return this.running[Math.floor(this.random() * this.running.length)] as SpecServer;
  }

  /** Another in its place; who signed in, and may read, is in the store of sessions. */
  async restart(server: SpecServer, tabs: readonly Tab[], isKilled: boolean): Promise<void> {
    if (isKilled) this.kills.get(server)?.();
    else await server.hub.stop();
    for (const tab of tabs) if (tab.isOn(server)) tab.drop();
    if (!isKilled) this.gone.push(...server.failures);
    // Whoever is alone begins when the database has done with the one before.
    if (this.isAlone) await this.store.append([]).catch(() => undefined);
    const next = this.begin();
    for (const [id, session] of server.sessions) next.sessions.set(id, session);
    for (const one of server.readable) next.readable.add(one);
    this.running[this.running.indexOf(server)] = next;
  }

  /** What nobody foresaw, but for what the simulation does on purpose. */
  failures(): string[] {
    return [...this.gone, ...this.running.flatMap(({ failures }) => failures)].filter((failure) => !failure.startsWith('commit: '));
  }
}

/**
 * People write in one document over a network that delays, delivers out of order between them, cuts and comes back, in
 * several tabs, also without a network, while commits are slow or fail, what is stored is compacted, and the document is frozen and
 * opened again; on one process or on two that hear each other badly, which are stopped or killed in the middle. Everything is drawn
 * from the seed.
 *
 * @throws Error when anything seen or acknowledged is not stored, when something comes in while the document is frozen, or when in the
 * end not everybody has the same as the store, with all that was written
 */
export async function simulate(seed: number, steps = 150): Promise<void> {
  const random = randomOf(seed);
  const pick = (below: number) => Math.floor(random() * below);
  // Numbers of their own, so that whether one is asked for changes nothing else. Retries come late: when all lines are silent already.
  const other = randomOf(~seed);
  const chance: Chance = {
    clientId: () => Math.floor(other() * 2 ** 32),
    later: async (work) => {
      for (let turns = Math.floor(other() * 60); turns >= 0; turns--) await breathe();
      work();
    },
  };
  const store = new MemoryStore();
  const processes = new Processes(store, random() < 0.4, randomOf(seed ^ 0x5bd1e995), chance);
  const first = processes.running[0] as SpecServer;
  const people = [first.signIn('Anna'), first.signIn('Bo'), first.signIn('Carl')];
  const { documentId } = first.document(people, 'Punkt');
  for (const server of processes.running) {
    for (const who of people) server.sessions.set(who.id, who);
    for (const one of first.readable) server.readable.add(one);
  }
  let freezes = 0;
  const tabs: Tab[] = [];
  for (const who of [...people, people[0] as Session, people[1] as Session]) tabs.push(new Tab(who, await first.ticket(who, documentId), () => freezes > 0));
  let troubled = true;
  store.beforeCommit = async () => {
    const chance = random();
    if (troubled && chance < 0.08) throw new Error('commit failed');
    for (let waits = troubled && chance < 0.5 ? pick(4) : 0; waits > 0; waits--) await breathe();
  };
  const stored = async () => {
    const doc = new Y.Doc();
    for (const update of (await store.load(documentId))?.updates ?? []) Y.applyUpdate(doc, update);
    return doc;
  };
  const checkPromises = async () => {
    const vector = Y.decodeStateVector(Y.encodeStateVector(await stored()));
    for (const tab of tabs) {
      for (const [client, clock] of tab.promised) if ((vector.get(client) ?? 0) < clock) throw new Error(`${tab.who.personName} was promised ${client}:${clock}, stored is ${vector.get(client) ?? 0}`);
    }
  };
  /** What was stored when it was frozen; null while it is open. */
  let frozenAt: Y.Snapshot | null = null;
  const checkFrozen = async () => {
    if (frozenAt !== null && !Y.equalSnapshots(frozenAt, Y.snapshot(await stored()))) throw new Error('something came in while it was frozen');
  };
  /** Those that have not heard of the last change yet. */
  const unheard = new Set<SpecServer>();
  const tellStates = (share: number) => {
    for (const server of unheard) {
      if (random() >= share) continue;
      unheard.delete(server);
      server.hub.stateChangedElsewhere(documentId);
    }
  };
  /** By one process; the others hear of it soon or late. */
  const setState = async (state: DocumentState) => {
    const by = processes.any();
    if (state !== 'frozen') await checkFrozen();
    frozenAt = null;
    if (state === 'frozen') freezes++;
    await store.setState(documentId, state);
    // Everything acknowledged before is in; from now on nothing else comes.
    if (state === 'frozen') {
      await checkPromises();
      frozenAt = Y.snapshot(await stored());
    }
    by.hub.stateChanged(documentId, state);
    for (const server of processes.running) if (server !== by) unheard.add(server);
    unheard.delete(by);
  };
  const deliver = (tab: Tab, isUp: boolean) => {
    const { line } = tab;
    if (line === null || line.admission === null) return;
    if (!isUp) {
      const frame = line.down.shift();
      if (frame !== undefined) tab.hear(frame);
      else if (line.closed !== null) tab.drop();
    } else if (line.isRead) {
      const frame = line.up.shift();
      if (frame !== undefined) line.admission.room.receive(line.admission.connection, frame);
    }
  };

  for (let step = 0; step < steps; step++) {
    const tab = tabs[pick(tabs.length)] as Tab;
    const chance = random();
    // Into what it knows to be frozen a page types nothing; without a network it does not know, and other clients do not ask.
    if (chance < 0.3) {
      if (tab.state === 'open' || tab.line === null || random() < 0.1) tab.doc.transact(() => (random() < 0.3 ? randomListEdit(tab.doc, random) : randomEdit(tab.doc, random)));
    } else if (chance < 0.78) for (let n = pick(6); n >= 0; n--) deliver(tabs[pick(tabs.length)] as Tab, random() < 0.5);
    else if (chance < 0.83) tab.drop();
    else if (chance < 0.92) {
      if (tab.line === null && !tab.isOpening) void tab.open(processes.any(), documentId);
    } else if (chance < 0.94) await store.compact(documentId, async (updates) => compactUpdates(updates), false);
    else if (chance < 0.96) await setState(frozenAt === null ? 'frozen' : 'open');
    else if (chance < 0.97) await processes.any().hub.sweep();
    else if (chance < 0.98) await processes.restart(processes.any(), tabs, random() < 0.5);
    else {
      await checkPromises();
      await checkFrozen();
    }
    tellStates(0.1);
    if (random() < 0.5) await breathe();
  }

  troubled = false;
  if (frozenAt !== null) await setState('open');
  tellStates(1);
  // What waits for its next attempt makes no sound on any line; whoever wrote it waits for its acknowledgement.
  const isQuiet = () => tabs.every(({ line, isOpening, awaited }) => !isOpening && awaited === 0 && line !== null && line.admission !== null && line.up.length === 0 && line.down.length === 0 && line.closed === null);
  for (let calm = 0, turns = 0; calm < 20; turns++) {
    if (turns > 20_000) throw new Error('never came to rest');
    for (const tab of tabs) {
      if (tab.line === null && !tab.isOpening) await tab.open(processes.any(), documentId);
      deliver(tab, true);
      deliver(tab, false);
    }
    // As every process does once a second.
    if (turns % 10 === 0) for (const { hub } of processes.running) await hub.sweep();
    await breathe();
    calm = isQuiet() ? calm + 1 : 0;
  }
  await checkPromises();
  const whole = await stored();
  // Together they leave things that no editor knows; the server has put them right before anybody saw them.
  const faults = repairShape([Y.encodeStateAsUpdate(whole)], 1)?.faults ?? [];
  const failures = processes.failures();
  if (faults.length > 0 || failures.length > 0) throw new Error([...faults, ...failures].join(', '));
  const words = JSON.stringify(projectContent(Y.encodeStateAsUpdate(whole)));
  for (const [n, { doc, who }] of tabs.entries()) {
    if (JSON.stringify(projectContent(Y.encodeStateAsUpdate(doc))) !== words) throw new Error(`tab ${n} of ${who.personName} differs from what is stored: ${JSON.stringify(projectContent(Y.encodeStateAsUpdate(doc)))} instead of ${words}; clocks and deletions ${Y.equalSnapshots(Y.snapshot(doc), Y.snapshot(whole)) ? 'alike' : 'differ'}`);
    if (!Y.equalSnapshots(Y.snapshot(doc), Y.snapshot(whole))) throw new Error(`tab ${n} of ${who.personName} has other clocks or deletions than what is stored`);
  }
  for (const tab of tabs) tab.drop();
  for (const server of processes.running) await server.hub.stop();
}
