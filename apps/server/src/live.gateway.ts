import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { WebSocketGateway, WebSocketServer, type OnGatewayConnection } from '@nestjs/websockets';
import type { Server, Socket } from 'socket.io';
import type { LiveEventName, LiveEvents } from '@lib/contracts/live.js';
import { ItemAccess, openAt } from '@lib/access/item-access.service.js';
import { Policy } from '@lib/access/policy.service.js';
import { endOf, Sessions, type Session } from '@lib/access/sessions.service.js';
import { Clock } from '@lib/platform/clock.js';
import { DomainEvents, type DomainEventMap } from '@lib/platform/events.service.js';
import { Outbox } from '@lib/platform/outbox.service.js';
import { UnitOfWork } from '@lib/platform/unit-of-work.service.js';
import type { LiveRequest } from './live.adapter.js';

/** setTimeout counts in 32 bits. */
const longestTimerMs = 2 ** 31 - 1;
/** Beyond so many all sockets are closed instead: their pages ask for everything anew. */
const maxHeld = 1_000;

const roomOfMembership = (id: string) => `membership:${id}`;
/** Guests hear of the meeting and of their items, and of nothing that hangs on them. */
const roomOfGuest = (id: string) => `guest:${id}`;
const roomOfSession = (id: string) => `session:${id}`;
/** [AC140] Everybody who may read the contact register. */
const registerRoom = 'register';

/**
 * Tells browsers what changed, each only what it may know: ids, no content. The audience is asked for after the commit,
 * so that an event about a narrowed item already goes to its new readers only.
 */
@Injectable()
@WebSocketGateway()
export class LiveGateway implements OnGatewayConnection, OnApplicationBootstrap {
  @WebSocketServer()
  private readonly server!: Server;
  /** When each socket is to be cut off. */
  private readonly ends = new Map<Socket, NodeJS.Timeout>();
  /** What is to be told when this process is no longer cut off from the others. */
  private readonly held: (() => boolean | Promise<boolean>)[] = [];
  private isMuchHeld = false;

  constructor(
    private readonly events: DomainEvents,
    private readonly unitOfWork: UnitOfWork,
    private readonly access: ItemAccess,
    private readonly sessions: Sessions,
    private readonly policy: Policy,
    private readonly clock: Clock,
    private readonly outbox: Outbox,
  ) {}

  onApplicationBootstrap(): void {
    // Whoever sees no agenda must not hear by the hour that something happens on it.
    this.tellOn('meeting.changed', async ({ meetingId, guests = [] }) => {
      const touched = guests === 'all' ? await this.guestsOf(meetingId) : (await Promise.all(guests.map((id) => this.readersOf(id)))).flat();
      return this.say(await this.participantsOf(meetingId), 'meeting.changed', { meetingId }, touched);
    });
    // Who was let out asks once more, and learns that there is nothing to see.
    this.tellOn('meeting.left', ({ meetingId, membershipId }) => this.say([membershipId], 'meeting.changed', { meetingId }));
    this.tellOn('list.changed', async ({ meetingId, listId }) => this.say(await this.readersOf(listId), 'meeting.changed', { meetingId }));
    this.tellOn('item.changed', async ({ meetingId, itemId }) => {
      const readers = await this.readersOf(itemId);
      return this.say(readers, 'item.changed', { meetingId, itemId }, readers);
    });
    // Of a guest of one item its readers alone may know.
    this.tellOn('guest.changed', async ({ meetingId, itemId }) => this.say(itemId === null ? await this.participantsOf(meetingId) : await this.readersOf(itemId), 'meeting.changed', { meetingId }));
    // Nobody else's view of the agenda changes with an audience, and nobody else may learn that it did.
    this.tellOn('item.audienceChanged', ({ meetingId, affected }) => this.say(affected, 'meeting.changed', { meetingId }, affected));
    this.tellOn('decision.changed', async ({ decisionId, itemId, decidingAuthorityId }) =>
      this.say([...(await this.readersOf(itemId)), ...(await this.leadersOf(decidingAuthorityId))], 'decision.changed', { decisionId }),
    );
    this.tellOn('followUp.changed', async ({ followUpId, itemId, ownerMembershipId, ownerAuthorityId }) =>
      this.say([...(await this.readersOf(itemId)), ownerMembershipId, ...(await this.leadersOf(ownerAuthorityId))], 'followUp.changed', { followUpId }),
    );
    // That an authority has begun to prepare is known to its own alone.
    this.tellOn('preparation.changed', async ({ meetingId, itemId, authorityId, isAnswer }) => this.say(isAnswer ? await this.readersOf(itemId) : await this.readersOf(itemId, authorityId), 'item.changed', { meetingId, itemId }));
    // To everybody else nothing has changed.
    this.tellOn('proposal.changed', ({ meetingId, told }) => this.say(told, 'meeting.changed', { meetingId }));
    // [CO9] Of no authority in particular: whoever may read it reads all of it.
    this.tellOn('contacts.changed', ({ authorityId }) => this.sayIn([registerRoom], 'contacts.changed', { authorityId }));
    // [AC150] Others do not hear that there is a plan.
    this.tellOn('yearPlan.changed', async ({ authorityId }) => this.say(await this.coordinatorsOf(authorityId), 'yearPlan.changed', {}));
    this.tellOn('calendar.changed', ({ membershipIds }) => this.say(membershipIds, 'calendar.changed', {}));
    // [PO6] Everybody who takes part sees how many can when.
    this.tellOn('poll.changed', async ({ meetingId }) => this.say(await this.participantsOf(meetingId), 'meeting.changed', { meetingId }));
    this.tellOn('notification.changed', ({ membershipIds }) => this.say(membershipIds, 'notification.changed', {}));
    // An entry about closed items alone is told to their readers alone; the meeting's own id stands for all who take part.
    this.tellOn('minutes.changed', async ({ meetingId, partIds }) => {
      const told = await Promise.all(partIds.map((id) => (id === meetingId ? this.participantsOf(meetingId) : this.readersOf(id))));
      return this.say(told.flat(), 'minutes.changed', { meetingId });
    });
    this.events.on('membership.changed', ({ membershipId }) => this.countAnew(membershipId));
    this.events.on('session.ended', ({ sessionId }) => {
      this.server.to(roomOfSession(sessionId)).emit('session.ended', {});
      this.server.in(roomOfSession(sessionId)).disconnectSockets(true);
    });
    this.outbox.watch({ cut: () => undefined, restore: (isMuch) => this.recheckAll(isMuch), current: () => this.tellHeld() });
  }

  /** A handler answers false when nothing may leave now: then the whole of it is done again, with the audience of that moment. */
  private tellOn<K extends keyof DomainEventMap>(name: K, tell: (payload: DomainEventMap[K]) => boolean | Promise<boolean>): void {
    this.events.on(name, async (payload) => {
      if (await tell(payload)) return;
      if (this.held.length < maxHeld) this.held.push(() => tell(payload));
      else this.isMuchHeld = true;
    });
  }

  private async tellHeld(): Promise<void> {
    if (this.isMuchHeld) this.server.disconnectSockets(true);
    this.isMuchHeld = false;
    for (const tell of this.held.splice(0)) await tell();
  }

  /** Cut off from the other processes, and back: who may still hear anything is looked up. They ask anew when they come back. */
  private async recheckAll(isMuch: boolean): Promise<void> {
    if (isMuch) this.server.disconnectSockets(true);
    for (const socket of this.ends.keys()) {
      const known = (socket.request as LiveRequest).samraadSession;
      const now = known === undefined ? null : await this.sessions.byId(known.id);
      if (now === null || now.membershipId !== known?.membershipId) socket.disconnect(true);
      else if (socket.connected) this.endAt(socket, now);
    }
  }

  async handleConnection(socket: Socket): Promise<void> {
    const session = (socket.request as LiveRequest).samraadSession;
    if (session === undefined) {
      socket.disconnect(true);
      return;
    }
    const register = this.policy.may(session, 'contact.read', {}, {}) ? [registerRoom] : [];
    await socket.join([session.role === 'guest' ? roomOfGuest(session.membershipId) : roomOfMembership(session.membershipId), roomOfSession(session.id), ...register]);
    // The session may have ended, or act for another, between the upgrade and the joining of its room.
    const now = await this.sessions.byId(session.id);
    if (now === null || now.membershipId !== session.membershipId) {
      socket.disconnect(true);
      return;
    }
    if (!socket.connected) return;
    socket.once('disconnect', () => {
      clearTimeout(this.ends.get(socket));
      this.ends.delete(socket);
    });
    this.endAt(socket, now);
  }

  /** [AC13] Hears nothing from the instant on at which its session or membership ends, or is at an end since nobody used it [AC15]. */
  private endAt(socket: Socket, session: Session): void {
    const leftMs = endOf(session) - this.clock.now().epochMilliseconds;
    const timer = setTimeout(
      () => {
        const nowMs = this.clock.now().epochMilliseconds;
        if (nowMs < endOf(session)) this.endAt(socket, session);
        else if (nowMs >= session.validUntilMs) socket.disconnect(true);
        else void this.lookAgain(socket, session.id).catch(() => socket.disconnect(true));
      },
      Math.min(Math.max(leftMs, 0), longestTimerMs),
    );
    clearTimeout(this.ends.get(socket));
    this.ends.set(socket, timer);
  }

  /** Whether it was used meanwhile. */
  private async lookAgain(socket: Socket, sessionId: string): Promise<void> {
    const now = await this.sessions.byId(sessionId);
    if (now === null) socket.disconnect(true);
    else if (socket.connected) this.endAt(socket, now);
  }

  /** [AC13] The end of a membership was moved while it goes on. */
  private async countAnew(membershipId: string): Promise<void> {
    for (const socket of this.ends.keys()) {
      const known = (socket.request as LiveRequest).samraadSession;
      if (known?.membershipId === membershipId) await this.lookAgain(socket, known.id);
    }
  }

  /**
   * @param guests memberships that are told if they are guests'
   * @returns false when it is not known at this moment who may hear it
   */
  private say<Name extends LiveEventName>(membershipIds: readonly string[], name: Name, payload: LiveEvents[Name], guests: readonly string[] = []): boolean {
    return this.sayIn([...new Set([...membershipIds.map(roomOfMembership), ...guests.map(roomOfGuest)])], name, payload);
  }

  private sayIn<Name extends LiveEventName>(rooms: string[], name: Name, payload: LiveEvents[Name]): boolean {
    if (rooms.length === 0) return true;
    if (!this.outbox.isCurrent()) return false;
    this.server.to(rooms).emit(name, payload);
    return true;
  }

  /** [AC1] [AC3] Those who may see it in the role that they have now. */
  private participantsOf(meetingId: string): Promise<string[]> {
    return this.membershipIds(
      `SELECT p.membership_id AS id FROM meeting_participant p JOIN membership m ON m.id = p.membership_id WHERE p.meeting_id = $1 AND ${openAt('p', '$2')} AND m.role NOT IN ('administrator', 'auditor')`,
      meetingId,
    );
  }

  private guestsOf(meetingId: string): Promise<string[]> {
    return this.membershipIds('SELECT membership_id AS id FROM guest WHERE meeting_id = $1 AND valid_from <= $2 AND valid_to > $2', meetingId);
  }

  private leadersOf(authorityId: string): Promise<string[]> {
    return this.membersOf(authorityId, 'leader');
  }

  private coordinatorsOf(authorityId: string): Promise<string[]> {
    return this.membersOf(authorityId, 'coordinator');
  }

  private membersOf(authorityId: string, role: 'leader' | 'coordinator'): Promise<string[]> {
    return this.membershipIds(`SELECT id FROM membership WHERE authority_id = $1 AND role = '${role}' AND valid_from <= $2 AND (valid_to IS NULL OR valid_to > $2)`, authorityId);
  }

  private async membershipIds(sql: string, parameter: string): Promise<string[]> {
    const rows = await this.unitOfWork.run((tx) => tx.query<{ id: string }>(sql, [parameter, this.clock.now().toString()]), { lane: 'job', as: 'live' });
    return rows.map((row) => row.id);
  }

  /** @param authorityId only those who act for it */
  private readersOf(itemId: string, authorityId: string | null = null): Promise<string[]> {
    return this.unitOfWork.run((tx) => this.access.readersIn(tx, itemId, authorityId), { lane: 'job', as: 'live' });
  }
}
