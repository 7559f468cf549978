import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { WebSocketGateway, WebSocketServer, type OnGatewayConnection } from '@nestjs/websockets';
import type { Server, Socket } from 'socket.io';
import type { LiveEventName, LiveEvents } from '@lib/contracts/live.js';
import { ItemAccess } from '@lib/access/item-access.service.js';
import { Sessions, type Session } from '@lib/access/sessions.service.js';
import { Clock } from '@lib/platform/clock.js';
import { DomainEvents } from '@lib/platform/events.service.js';
import { UnitOfWork } from '@lib/platform/unit-of-work.service.js';
import type { LiveRequest } from './live.adapter.js';

/** setTimeout counts in 32 bits. */
const longestTimerMs = 2 ** 31 - 1;

const roomOfMembership = (id: string) => `membership:${id}`;
const roomOfSession = (id: string) => `session:${id}`;

/**
 * Tells browsers what changed, each only what it may know: ids, no content. The audience is asked for after the commit,
 * so that an event about a narrowed item already goes to its new readers only.
 */
@Injectable()
@WebSocketGateway()
export class LiveGateway implements OnGatewayConnection, OnApplicationBootstrap {
  @WebSocketServer()
  private readonly server!: Server;

  constructor(
    private readonly events: DomainEvents,
    private readonly unitOfWork: UnitOfWork,
    private readonly access: ItemAccess,
    private readonly sessions: Sessions,
    private readonly clock: Clock,
  ) {}

  onApplicationBootstrap(): void {
    this.events.on('meeting.changed', async ({ meetingId }) => this.tell(await this.participantsOf(meetingId), 'meeting.changed', { meetingId }));
    // Who was let out asks once more, and learns that there is nothing to see.
    this.events.on('meeting.left', ({ meetingId, membershipId }) => this.tell([membershipId], 'meeting.changed', { meetingId }));
    this.events.on('item.changed', async ({ meetingId, itemId }) => this.tell(await this.readersOf(itemId), 'item.changed', { meetingId, itemId }));
    // Nobody else's view of the agenda changes with an audience, and nobody else may learn that it did.
    this.events.on('item.audienceChanged', ({ meetingId, affected }) => this.tell(affected, 'meeting.changed', { meetingId }));
    this.events.on('decision.changed', async ({ decisionId, itemId, decidingAuthorityId }) =>
      this.tell([...(await this.readersOf(itemId)), ...(await this.leadersOf(decidingAuthorityId))], 'decision.changed', { decisionId }),
    );
    this.events.on('followUp.changed', async ({ followUpId, itemId, ownerMembershipId, ownerAuthorityId }) =>
      this.tell([...(await this.readersOf(itemId)), ownerMembershipId, ...(await this.leadersOf(ownerAuthorityId))], 'followUp.changed', { followUpId }),
    );
    // An entry about closed items alone is told to their readers alone; the meeting's own id stands for all who take part.
    this.events.on('minutes.changed', async ({ meetingId, partIds }) => {
      const told = await Promise.all(partIds.map((id) => (id === meetingId ? this.participantsOf(meetingId) : this.readersOf(id))));
      this.tell(told.flat(), 'minutes.changed', { meetingId });
    });
    this.events.on('session.ended', ({ sessionId }) => {
      this.server.to(roomOfSession(sessionId)).emit('session.ended', {});
      this.server.in(roomOfSession(sessionId)).disconnectSockets(true);
    });
  }

  async handleConnection(socket: Socket): Promise<void> {
    const session = (socket.request as LiveRequest).samraadSession;
    if (session === undefined) {
      socket.disconnect(true);
      return;
    }
    await socket.join([roomOfMembership(session.membershipId), roomOfSession(session.id)]);
    // The session may have ended, or act for another, between the upgrade and the joining of its room.
    const now = await this.sessions.byId(session.id);
    if (now === null || now.membershipId !== session.membershipId) {
      socket.disconnect(true);
      return;
    }
    this.endAt(socket, now);
  }

  /** [AC13] Hears nothing from the instant on at which its session or membership ends. */
  private endAt(socket: Socket, session: Session): void {
    const leftMs = session.validUntilMs - this.clock.now().epochMilliseconds;
    const timer = setTimeout(
      () => {
        if (this.clock.now().epochMilliseconds < session.validUntilMs) this.endAt(socket, session);
        else socket.disconnect(true);
      },
      Math.min(Math.max(leftMs, 0), longestTimerMs),
    );
    socket.once('disconnect', () => clearTimeout(timer));
  }

  private tell<Name extends LiveEventName>(membershipIds: readonly string[], name: Name, payload: LiveEvents[Name]): void {
    if (membershipIds.length === 0) return;
    this.server.to([...new Set(membershipIds)].map(roomOfMembership)).emit(name, payload);
  }

  private participantsOf(meetingId: string): Promise<string[]> {
    return this.membershipIds('SELECT membership_id AS id FROM meeting_participant WHERE meeting_id = $1', meetingId);
  }

  private leadersOf(authorityId: string): Promise<string[]> {
    return this.membershipIds(`SELECT id FROM membership WHERE authority_id = $1 AND role = 'leader'`, authorityId);
  }

  private async membershipIds(sql: string, parameter: string): Promise<string[]> {
    const rows = await this.unitOfWork.run((tx) => tx.query<{ id: string }>(sql, [parameter]), { lane: 'job' });
    return rows.map((row) => row.id);
  }

  private readersOf(itemId: string): Promise<string[]> {
    return this.unitOfWork.run((tx) => this.access.readersIn(tx, itemId), { lane: 'job' });
  }
}
