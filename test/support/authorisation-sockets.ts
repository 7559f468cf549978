import { io, type Socket } from 'socket.io-client';
import * as encoding from 'lib0/encoding';
import { WebSocket } from 'ws';
import * as Y from 'yjs';
import { livePath, type LiveEventName } from '@lib/contracts/live.js';
import { messageType, readAwareness, syncType } from '@lib/collab/protocol.js';
import { DomainEvents } from '@lib/platform/events.service.js';
import { LiveGateway } from '../../apps/server/src/live.gateway.js';
import { askers, type Asker, type Place, type Scene } from './authorisation-scene.js';
import { inside, invited, sent, takesPart } from './authorisation-table.js';
import { planStep } from './authorisation-scene.js';
import { icsOf } from './calendar-server.js';
import { path as minutesPath } from './minutes-story.js';
import { newDecision, newSeries } from './story.js';
import { Browser, type Answer, type TestServer } from './test-server.js';

/**
 * The matrix of the two sockets, written by hand from libs/access/SPEC.md as authorisation-table.ts is. Its types hold it complete: an
 * event of `LiveEvents`, or a message of the protocol, without a row here is an error of `npm run typecheck`.
 */

// ---- what is said on the live socket

export interface LiveRow {
  at: 'open' | 'closed';
  act: (scene: Scene, place: Place) => Promise<Answer<unknown>>;
  /** One word for each asker: `ok` hears it, `no` does not, `in` gets no socket. */
  expected: string;
}

const follow = (scene: Scene) => ({ text: 'Ringer', ownerPersonId: scene.who.caseworker.person.id, deadline: '2026-12-24' });
const promised = (scene: Scene, { itemId }: Place) => scene.who.coordinator.post(`/api/v1/items/${itemId}/follow-ups`, follow(scene));
const decided = (scene: Scene, { itemId }: Place) => scene.who.coordinator.post(`/api/v1/items/${itemId}/decisions`, newDecision(scene.who.caseworker, { legalBasisId: 'bl-126' }));
const stepped = (scene: Scene, { itemId }: Place) => scene.who.caseworker.post(`/api/v1/items/${itemId}/plan-steps`, planStep(scene.who.caseworker));
const guestCame = (scene: Scene, { itemId }: Place) => scene.who.coordinator.post(`/api/v1/meetings/${scene.meetingId}/guests`, { ...invited(), itemId, disclosureReason: 'Tolker' });
const placed = (scene: Scene) => scene.who.coordinator.put(`/api/v1/meetings/${scene.meetingId}/place`, { place: 'Lokale 9', videoLink: null });
const changeAsked = (scene: Scene, { itemId }: Place) => scene.who.coordinator.post(minutesPath(scene.meetingId, 'change-requests'), { itemId, version: 1, text: 'Ret' });
const contactAdded = (scene: Scene) => scene.who.coordinator.post('/api/v1/contacts', { function: 'keyPerson', substituteMembershipIds: [], validFrom: '2026-01-01' });
const planMade = async ({ who: { coordinator } }: Scene) => {
  await coordinator.post('/api/v1/series', newSeries([], { authorityIds: [] }));
  return coordinator.post('/api/v1/year-plans', { year: 2027 });
};
const calendarConnected = (scene: Scene) => scene.who.caseworker.send('PUT', '/api/v1/own-calendar/file', icsOf(), { 'content-type': 'text/calendar' });
/** Of a session of hers that is none of the askers'. */
const signedOut = async ({ who: { caseworker } }: Scene) => {
  const other = new Browser(caseworker.origin);
  await other.post('/api/v1/demo/sign-in', { membershipId: caseworker.person.membershipId });
  return other.delete('/api/v1/session');
};

// The columns:         nobody coordinator caseworker officer left leader policeLeader stranger administrator auditor guest writer
const guestsToo = /* */ 'in ok ok ok no no no no no no ok ok';
const insiders = /*  */ `${inside} no no`;
const participants = `${takesPart} no no`;
/** The leader of the municipality answers for what it decides and promises (AC10, AC20). */
const withLeader = /**/ 'in ok ok ok no ok no no no no no no';
const insideLeader = '   in ok ok no no ok no no no no no no'.trim();
const hersAlone = /* */ 'in no ok no no no no no no no no no';
const noneOfThem = /**/ 'in no no no no no no no no no no no';

/** In this order: what is sent for approval stays so. */
export const liveRows: Readonly<Record<LiveEventName, readonly LiveRow[]>> = {
  'item.changed': [
    { at: 'open', act: stepped, expected: guestsToo },
    { at: 'closed', act: stepped, expected: insiders },
  ],
  'decision.changed': [
    { at: 'open', act: decided, expected: withLeader },
    { at: 'closed', act: decided, expected: insideLeader },
  ],
  'followUp.changed': [
    { at: 'open', act: promised, expected: withLeader },
    { at: 'closed', act: promised, expected: insideLeader },
  ],
  'notification.changed': [
    { at: 'open', act: promised, expected: hersAlone },
    { at: 'closed', act: promised, expected: hersAlone },
  ],
  // Everybody who may read the register, of whatever authority.
  'contacts.changed': [{ at: 'open', act: contactAdded, expected: 'in ok ok ok ok ok ok ok ok no no no' }],
  // Coordinators of the authority.
  'yearPlan.changed': [{ at: 'open', act: planMade, expected: 'in ok no no no no no no no no no no' }],
  'calendar.changed': [{ at: 'open', act: calendarConnected, expected: hersAlone }],
  'meeting.changed': [
    { at: 'open', act: placed, expected: guestsToo },
    { at: 'closed', act: guestCame, expected: insiders },
  ],
  'session.ended': [{ at: 'open', act: signedOut, expected: noneOfThem }],
  'minutes.changed': [
    { at: 'open', act: (scene) => scene.who.coordinator.post(minutesPath(scene.meetingId, 'send')), expected: participants },
    { at: 'closed', act: changeAsked, expected: insiders },
  ],
};

/** What happens in the closed item alone is no sign to these, by whatever name (AC14). */
export const outsiders: readonly Asker[] = ['officer', 'left', 'policeLeader', 'stranger', 'administrator', 'auditor', 'guest', 'writer'];

/** Everybody listening at once; what each heard since the last time it was asked. */
export class Listeners {
  private readonly sockets = new Map<Asker, Socket>();
  private heard = new Map<Asker, string[]>();
  private marks = 0;

  private constructor(private readonly server: TestServer) {}

  static async of(server: TestServer, who: Scene['who']): Promise<Listeners> {
    const listeners = new Listeners(server);
    for (const asker of askers) await listeners.listen(asker, who[asker]);
    return listeners;
  }

  /** @returns names of events by asker; who has no socket is missing */
  async since(): Promise<Map<Asker, string[]>> {
    await this.server.running.app.get(DomainEvents).idle();
    // Whatever was said before stands before it on each socket.
    const mark = `mark ${(this.marks += 1)}`;
    const arrived = [...this.sockets.values()].map((socket) => new Promise<void>((done) => socket.once(mark, () => done())));
    (this.server.running.app.get(LiveGateway) as unknown as { server: { emit(name: string): void } }).server.emit(mark);
    await Promise.all(arrived);
    const heard = new Map([...this.sockets.keys()].map((asker) => [asker, this.heard.get(asker) ?? []]));
    this.heard = new Map();
    return heard;
  }

  close(): void {
    for (const socket of this.sockets.values()) socket.close();
  }

  private async listen(asker: Asker, { cookie }: Browser): Promise<void> {
    const socket = io(this.server.origin, { path: livePath, transports: ['websocket'], extraHeaders: { cookie, origin: this.server.origin }, reconnection: false, forceNew: true });
    socket.onAny((name: string) => name.startsWith('mark ') || void this.heard.set(asker, [...(this.heard.get(asker) ?? []), name]));
    const isIn = await new Promise<boolean>((done) => {
      socket.once('connect', () => done(true));
      socket.once('connect_error', () => done(false));
    });
    if (isIn) this.sockets.set(asker, socket);
  }
}

// ---- what is said on the collaboration socket

type Message = Exclude<keyof typeof messageType, 'sync'> | keyof typeof syncType;
type State = 'open' | 'closed' | 'sent';

export interface YjsRow {
  frames: (clientId: number) => Uint8Array[];
  /** Whether this frame of the server says that it was done. */
  answers: (frame: Uint8Array, clientId: number) => boolean;
  /** As in the table of routes; `not`: refused to one who reads, `still`: refused since the words stand still, `wrong`: nothing that a client says. */
  expected: Readonly<Record<State, string>>;
}

const frame = (...parts: (number | Uint8Array)[]): Uint8Array => {
  const encoder = encoding.createEncoder();
  for (const part of parts) if (typeof part === 'number') encoding.writeVarUint(encoder, part); else encoding.writeVarUint8Array(encoder, part);
  return encoding.toUint8Array(encoder);
};
const words = (clientId: number): Uint8Array => {
  const doc = new Y.Doc();
  doc.clientID = clientId;
  doc.getText('title').insert(0, 'x');
  return Y.encodeStateAsUpdate(doc);
};
const here = (clientId: number): Uint8Array => {
  const encoder = encoding.createEncoder();
  for (const number of [1, clientId, 1]) encoding.writeVarUint(encoder, number);
  encoding.writeVarString(encoder, '{"cursor":null}');
  return encoding.toUint8Array(encoder);
};
const limits = { maxAwarenessStates: 256, maxAwarenessStateBytes: 2_048 };
const isAcknowledged = (answer: Uint8Array) => answer[0] === messageType.acknowledgement && answer[1]! > 0;
const isPresence = (answer: Uint8Array) => answer[0] === messageType.awareness;

// The columns:            nobody coordinator caseworker officer left leader policeLeader stranger administrator auditor guest writer
const reads = { open: /**/ `${takesPart} ok ok`, closed: `${inside} no no`, sent: `${takesPart} ok ok` };
const writes = { /*     */ open: `${takesPart} not ok`, closed: `${inside} no no`, sent: 'in still still still no no no no no no not still' };
const unknown = { open: /**/ 'in wrong wrong wrong no no no no no no wrong wrong', closed: 'in wrong wrong no no no no no no no no no', sent: 'in wrong wrong wrong no no no no no no wrong wrong' };
const never = () => false;

export const yjsRows: Readonly<Record<Message, YjsRow>> = {
  step1: { frames: () => [frame(messageType.sync, syncType.step1, Uint8Array.of(0))], answers: ([type, kind]) => type === messageType.sync && kind === syncType.step2, expected: reads },
  step2: { frames: (clientId) => [frame(messageType.sync, syncType.step2, words(clientId))], answers: isAcknowledged, expected: writes },
  update: { frames: (clientId) => [frame(messageType.sync, syncType.update, words(clientId))], answers: isAcknowledged, expected: writes },
  // That one is there is seen by asking who is.
  awareness: {
    frames: (clientId) => [frame(messageType.awareness, here(clientId)), frame(messageType.queryAwareness)],
    answers: (answer, clientId) => isPresence(answer) && readAwareness(answer.subarray(1 + lengthOf(answer)), limits).some((entry) => entry.clientId === clientId),
    expected: reads,
  },
  queryAwareness: { frames: () => [frame(messageType.queryAwareness)], answers: isPresence, expected: reads },
  auth: { frames: () => [frame(messageType.auth, 0)], answers: never, expected: unknown },
  acknowledgement: { frames: () => [frame(messageType.acknowledgement, 1)], answers: never, expected: unknown },
  refusal: { frames: () => [frame(messageType.refusal, 1, new Uint8Array())], answers: never, expected: unknown },
  documentState: { frames: () => [frame(messageType.documentState, new Uint8Array())], answers: never, expected: unknown },
};
export const yjsStates: readonly State[] = ['open', 'closed', 'sent'];
/** What must have happened for the state; in the open item. */
export const yjsBefore = { sent } as const;

/** Bytes of the length that stands before what an awareness message holds. */
function lengthOf(answer: Uint8Array): number {
  let bytes = 1;
  while ((answer[bytes]! & 0x80) !== 0) bytes += 1;
  return bytes;
}

const word = (code: number, reason: string): string => ({ 4400: 'wrong', 4401: 'in', 4403: 'not', 4404: 'no', 4409: reason === 'update-refused' ? 'not' : reason, 4423: 'still' })[code] ?? `${code} ${reason}`;

/** Says it on a socket of its own, with a ticket where she gets one, and answers what came of it. */
export async function says(who: Browser, documentId: string, { frames, answers }: YjsRow): Promise<string> {
  const { status, body } = await who.post<{ ticket: string; clientId: number }>(`/api/v1/documents/${documentId}/ticket`);
  const clientId = status === 200 ? body.clientId : 4_711;
  const query = status === 200 ? `?ack=1&ticket=${body.ticket}` : '?ack=1';
  const socket = new WebSocket(`${who.origin.replace('http', 'ws')}/yjs/${documentId}${query}`, { headers: { cookie: who.cookie, origin: who.origin } });
  try {
    return await new Promise<string>((done, failed) => {
      socket.on('error', failed);
      socket.on('close', (code, reason) => done(word(code, reason.toString())));
      socket.on('message', (data: Buffer) => answers(data, clientId) && done('ok'));
      socket.on('open', () => frames(clientId).forEach((one) => socket.send(one)));
    });
  } finally {
    socket.close();
  }
}
