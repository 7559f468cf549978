import * as Y from 'yjs';
import type { Session } from '@lib/access/sessions.service.js';
import { ByteReader } from './byte-reader.js';
import type { Wire } from './connection.js';
import { compactUpdates, projectContent } from './document-content.js';
import { repairShape } from './document-repair.js';
import { NoFanOut } from './fan-out.js';
import type { Admission, Chance } from './hub.js';
import { MemoryStore } from './memory-store.js';
import { step1Frame, step2Frame, updateFrame } from './protocol.js';
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
  isOpening = false;
  /** What was sent on this line and is not acknowledged: how far the words in each message go. A deletion carries none. */
  private sent: number[] = [];
  private acknowledged = 0;
  /** How far the words go that the server has said are stored, or has shown. */
  readonly promised = new Map<number, number>();

  constructor(
    readonly who: Session,
    private readonly ticket: { ticket: string; clientId: number },
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
    this.sent = [];
    this.acknowledged = 0;
    this.isOpening = true;
    const outcome = await server.hub.admit(line, { documentId, ticket: this.ticket.ticket, token: null, acks: true, epoch: null });
    this.isOpening = false;
    if (typeof outcome === 'string') return this.drop(server, outcome);
    line.admission = outcome;
    // The network may have gone while it was being let in.
    if (this.line !== line) return server.hub.left(outcome.connection);
    this.write(step1Frame(Y.decodeStateVector(Y.encodeStateVector(this.doc))));
    // Updates of before the opening were never sent: the step 2 carries them.
  }

  drop(server: SpecServer, _reason = 'network'): void {
    const { line } = this;
    this.line = null;
    if (line?.admission) server.hub.left(line.admission.connection);
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
    if (type === 101) throw new Error(`refused: ${(reader.uint(), reader.string())}`);
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

/**
 * People write in one document over a network that delays, delivers out of order between them, cuts and comes back, in
 * several tabs, also without a network, while commits are slow or fail and what is stored is compacted. Everything is drawn
 * from the seed.
 *
 * @throws Error when anything seen or acknowledged is not stored, or when in the end not everybody has the same as the store
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
  const server = new SpecServer({ retryDelaysMs: [0, 0] }, new MemoryStore(), new NoFanOut(), chance);
  const people = [server.signIn('Anna'), server.signIn('Bo'), server.signIn('Carl')];
  const { documentId } = server.document(people, 'Punkt');
  const tabs: Tab[] = [];
  for (const who of [...people, people[0] as Session, people[1] as Session]) tabs.push(new Tab(who, await server.ticket(who, documentId)));
  let troubled = true;
  server.store.beforeCommit = async () => {
    const chance = random();
    if (troubled && chance < 0.08) throw new Error('commit failed');
    for (let waits = troubled && chance < 0.5 ? pick(4) : 0; waits > 0; waits--) await breathe();
  };
  const stored = async () => {
    const doc = new Y.Doc();
    for (const update of (await server.store.load(documentId))?.updates ?? []) Y.applyUpdate(doc, update);
    return doc;
  };
  const checkPromises = async () => {
    const vector = Y.decodeStateVector(Y.encodeStateVector(await stored()));
    for (const tab of tabs) {
      for (const [client, clock] of tab.promised) if ((vector.get(client) ?? 0) < clock) throw new Error(`${tab.who.personName} was promised ${client}:${clock}, stored is ${vector.get(client) ?? 0}`);
    }
  };
  const deliver = (tab: Tab, isUp: boolean) => {
    const { line } = tab;
    if (line === null || line.admission === null) return;
    if (!isUp) {
      const frame = line.down.shift();
      if (frame !== undefined) tab.hear(frame);
      else if (line.closed !== null) tab.drop(server, line.closed);
    } else if (line.isRead) {
      const frame = line.up.shift();
      if (frame !== undefined) line.admission.room.receive(line.admission.connection, frame);
    }
  };

  for (let step = 0; step < steps; step++) {
    const tab = tabs[pick(tabs.length)] as Tab;
    const chance = random();
    if (chance < 0.3) tab.doc.transact(() => (random() < 0.3 ? randomListEdit(tab.doc, random) : randomEdit(tab.doc, random)));
    else if (chance < 0.8) for (let n = pick(6); n >= 0; n--) deliver(tabs[pick(tabs.length)] as Tab, random() < 0.5);
    else if (chance < 0.85) tab.drop(server);
    else if (chance < 0.95) {
      if (tab.line === null && !tab.isOpening) void tab.open(server, documentId);
    } else if (chance < 0.97) await server.store.compact(documentId, async (updates) => compactUpdates(updates), false);
    else await checkPromises();
    if (random() < 0.5) await breathe();
  }

  troubled = false;
  // What waits for its next attempt makes no sound on any line; whoever wrote it waits for its acknowledgement.
  const isQuiet = () => tabs.every(({ line, isOpening, awaited }) => !isOpening && awaited === 0 && line !== null && line.admission !== null && line.up.length === 0 && line.down.length === 0 && line.closed === null);
  for (let calm = 0, turns = 0; calm < 20; turns++) {
    if (turns > 20_000) throw new Error('never came to rest');
    for (const tab of tabs) {
      if (tab.line === null && !tab.isOpening) await tab.open(server, documentId);
      deliver(tab, true);
      deliver(tab, false);
    }
    await breathe();
    calm = isQuiet() ? calm + 1 : 0;
  }
  await checkPromises();
  const whole = await stored();
  // Together they leave things that no editor knows; the server has put them right before anybody saw them.
  const faults = repairShape([Y.encodeStateAsUpdate(whole)], 1)?.faults ?? [];
  const failures = server.failures.filter((failure) => !failure.startsWith('commit: '));
  if (faults.length > 0 || failures.length > 0) throw new Error([...faults, ...failures].join(', '));
  const words = JSON.stringify(projectContent(Y.encodeStateAsUpdate(whole)));
  for (const [n, { doc, who }] of tabs.entries()) {
    if (JSON.stringify(projectContent(Y.encodeStateAsUpdate(doc))) !== words) throw new Error(`tab ${n} of ${who.personName} differs from what is stored: ${JSON.stringify(projectContent(Y.encodeStateAsUpdate(doc)))} instead of ${words}; clocks and deletions ${Y.equalSnapshots(Y.snapshot(doc), Y.snapshot(whole)) ? 'alike' : 'differ'}`);
    if (!Y.equalSnapshots(Y.snapshot(doc), Y.snapshot(whole))) throw new Error(`tab ${n} of ${who.personName} has other clocks or deletions than what is stored`);
  }
  for (const tab of tabs) tab.drop(server);
  await server.hub.stop();
}
