import { endOf } from '@lib/access/sessions.service.js';
import type { Connection } from './connection.js';
import type { HubPorts } from './hub-ports.js';
import type { Limits } from './limits.js';
import type { Room } from './room.js';

/** Somebody at the door; the person is known when she has been looked up and there is a place for her. */
export interface Arrival {
  personId: string | null;
}

const longestWaitMs = 24 * 60 * 60 * 1000;

/** Who is in which document: whose access counts, until when it lasts, and who is kept out. */
export class Members {
  private readonly connections = new Map<Connection, Room>();
  /** Gone, and what they sent is not stored yet: whose access ends before it is takes it along. */
  private readonly departed = new Map<Connection, Room>();
  /** Those who are being let in. */
  private readonly arriving = new Set<Arrival>();
  private readonly pressed = new Set<Connection>();
  /** Until when (epoch milliseconds) somebody is kept out of a document, by document and person. */
  private readonly barred = new Map<string, number>();
  private readonly endings = new Map<Connection, NodeJS.Timeout>();
  /** Those that were silenced because this process was cut off. */
  private readonly cutOff: [Connection, Room][] = [];
  private isHigh = false;
  /** Grows with every event that may take access away: an admission that saw an older number starts over. */
  changes = 0;

  /** @param closeIfIdle called when somebody has left a document */
  constructor(
    private readonly ports: Pick<HubPorts, 'door' | 'nowMs' | 'failed'>,
    private readonly limits: Pick<Limits, 'maxConnectionsPerPerson'>,
    private readonly closeIfIdle: (room: Room) => void,
  ) {}

  get count(): number {
    return this.connections.size;
  }

  /** Everybody who is connected. */
  all(): Connection[] {
    return [...this.connections.keys()];
  }

  /** Somebody comes to the door; until `arrived` or gone she may have a place there. */
  comes(): Arrival {
    const arrival: Arrival = { personId: null };
    this.arriving.add(arrival);
    return arrival;
  }

  /** @returns false when she has as many places as a person may. Counted until she is let in or not: two at once would each find the last one free. */
  reserve(arrival: Arrival, personId: string): boolean {
    if (arrival.personId === null && this.connectionsOf(personId) >= this.limits.maxConnectionsPerPerson) return false;
    arrival.personId = personId;
    return true;
  }

  arrived(arrival: Arrival): void {
    this.arriving.delete(arrival);
  }

  /** Lets a connection into its document. */
  enter(connection: Connection, room: Room, untilMs: number): void {
    this.connections.set(connection, room);
    if (this.isHigh) this.press(connection);
    room.join(connection);
    if (connection.isOpen) this.endAt(connection, room, untilMs);
    else this.left(connection);
  }

  /** The socket of a connection is gone. */
  left(connection: Connection): void {
    const room = this.connections.get(connection);
    // Whom the server sent away has left before her socket says so; what she left behind is still looked after.
    if (room === undefined) return this.departed.has(connection) ? undefined : this.forget(connection);
    this.connections.delete(connection);
    this.pressed.delete(connection);
    room.leave(connection);
    if (connection.isRevoked || !room.awaits(connection)) this.forget(connection);
    else this.departed.set(connection, room);
    this.closeIfIdle(room);
  }

  private forget(connection: Connection): void {
    this.connections.delete(connection);
    this.departed.delete(connection);
    this.pressed.delete(connection);
    clearTimeout(this.endings.get(connection));
    this.endings.delete(connection);
  }

  /** Nobody keeps anything open in it any more. A socket may take its time to close; what becomes of it is no business of the room that comes after this one. */
  forgetRoom(room: Room): void {
    for (const [connection, of] of this.everyone()) if (of === room) this.forget(connection);
  }

  /** Of a document something was stored, or will not be. */
  settled(room: Room): void {
    for (const [connection, of] of this.departed) if (of === room && !room.awaits(connection)) this.forget(connection);
  }

  /** Sends a person away from a document and keeps her out for a time; what was not acknowledged stays with her. */
  bar(documentId: string, personId: string, forMs: number): void {
    const nowMs = this.ports.nowMs();
    for (const [key, untilMs] of this.barred) if (untilMs <= nowMs) this.barred.delete(key);
    this.barred.set(`${documentId} ${personId}`, nowMs + forMs);
    for (const [connection, room] of this.connections) {
      if (room.identity.documentId !== documentId || connection.who.personId !== personId) continue;
      connection.close('cpr-number');
      this.left(connection);
    }
  }

  isBarred(documentId: string, personId: string): boolean {
    return (this.barred.get(`${documentId} ${personId}`) ?? 0) > this.ports.nowMs();
  }

  /** Whose access counts: who is connected, and who left words behind that are not stored yet. */
  private everyone(): [Connection, Room][] {
    return [...this.connections, ...this.departed];
  }

  private isKnown(connection: Connection): boolean {
    return this.connections.has(connection) || this.departed.has(connection);
  }

  /** At the instant when session, membership or the time at the item (AC50) end nothing more passes, until it is known that they go on after all. */
  private endAt(connection: Connection, room: Room, untilMs: number): void {
    // What is too long for a timer would fire at once.
    const waitMs = Math.min(Math.max(1, untilMs - this.ports.nowMs()), longestWaitMs);
    const timer = setTimeout(() => {
      if (!this.isKnown(connection)) return;
      // Timers count in their own milliseconds, and not beyond a day.
      if (this.ports.nowMs() < untilMs) return this.endAt(connection, room, untilMs);
      room.suspend(connection);
      void this.recheck(connection, room).finally(() => room.resume(connection));
    }, waitMs);
    timer.unref();
    clearTimeout(this.endings.get(connection));
    this.endings.set(connection, timer);
  }

  /** Whoever is in the item's documents is silent from now on, until it is known who may stay. */
  async audienceChanged(itemId: string): Promise<void> {
    this.changes++;
    const concerned = this.everyone().filter(([, room]) => room.identity.itemId === itemId);
    for (const [connection, room] of concerned) room.suspend(connection);
    await Promise.all(concerned.map(([connection, room]) => this.recheck(connection, room).finally(() => room.resume(connection))));
  }

  sessionEnded(sessionId: string): void {
    this.changes++;
    for (const [connection, room] of this.everyone()) if (connection.who.sessionId === sessionId) this.revoke(connection, room, 'not-signed-in');
  }

  /** Nobody may read a document any more. */
  revokeAll(documentId: string): void {
    this.changes++;
    for (const [connection, room] of this.everyone()) if (room.identity.documentId === documentId) this.revoke(connection, room, 'access-ended');
  }

  /** Below the events: looks every connection up again. */
  async recheckAll(): Promise<void> {
    for (const [connection, room] of this.everyone()) if (this.isKnown(connection)) await this.recheck(connection, room);
  }

  private async recheck(connection: Connection, room: Room): Promise<void> {
    try {
      const session = await this.ports.door.bySession(connection.who.sessionId);
      if (session === null || session.personId !== connection.who.personId) this.revoke(connection, room, 'not-signed-in');
      else {
        const readsUntil = await this.ports.door.readsUntil(session, room.identity.itemId, room.identity.side);
        if (readsUntil === null) this.revoke(connection, room, 'access-ended');
        else if (this.isKnown(connection)) this.endAt(connection, room, Math.min(endOf(session), readsUntil));
      }
    } catch (error) {
      // Nobody knows whether it may stay, so it goes, and may come back when somebody does.
      this.ports.failed('access check', error, room.identity.documentId);
      if (!this.connections.has(connection)) return;
      connection.close('internal');
      this.left(connection);
    }
  }

  private revoke(connection: Connection, room: Room, reason: 'access-ended' | 'not-signed-in'): void {
    room.revoke(connection, reason);
    this.left(connection);
  }

  /** Cut off from the others: nobody hears anything, and nothing of anybody is stored, until it is known who may stay. */
  cut(): void {
    for (const [connection, room] of this.everyone()) {
      room.suspend(connection);
      this.cutOff.push([connection, room]);
    }
  }

  /** Sending goes on. */
  current(): void {
    for (const [connection, room] of this.cutOff.splice(0)) room.resume(connection);
  }

  /** Whether so much waits that nobody is read. */
  setPressure(isHigh: boolean): void {
    this.isHigh = isHigh;
    if (isHigh) for (const connection of this.connections.keys()) this.press(connection);
    else {
      for (const connection of this.pressed) connection.wire.resume();
      this.pressed.clear();
    }
  }

  private press(connection: Connection): void {
    if (this.pressed.has(connection)) return;
    this.pressed.add(connection);
    connection.wire.pause();
  }

  private connectionsOf(personId: string): number {
    let count = 0;
    for (const connection of this.connections.keys()) if (connection.who.personId === personId) count++;
    for (const one of this.arriving) if (one.personId === personId) count++;
    return count;
  }
}
