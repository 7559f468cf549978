import { Injectable } from '@nestjs/common';
import { log } from './log.js';

/** Facts that other parts of this process react to. Emitted after the commit that made them true. */
export interface DomainEventMap {
  'meeting.changed': { meetingId: string };
  /** A membership takes part no longer. */
  'meeting.left': { meetingId: string; membershipId: string };
  /** Its coordinators sent it out, once. */
  'agenda.published': { meetingId: string };
  'item.changed': { meetingId: string; itemId: string };
  /** `affected`: the memberships that could read the item before or can now. */
  'item.audienceChanged': { meetingId: string; itemId: string; affected: readonly string[] };
  'decision.changed': { decisionId: string; itemId: string; meetingId: string; decidingAuthorityId: string };
  'followUp.changed': { followUpId: string; itemId: string; ownerMembershipId: string; ownerAuthorityId: string };
  'document.changed': { documentId: string; itemId: string };
  /** Memberships that were told something, or have read it. */
  'notification.changed': { membershipIds: readonly string[] };
  /** Something about its minutes: `partIds` says what, and with it who may know; the meeting's own id is its frame. */
  'minutes.changed': { meetingId: string; partIds: readonly string[] };
  /** Sent to the authorities: the whole, or again one item (null: the frame) after a change. For those who read it. */
  'minutes.forApproval': { meetingId: string; itemId: string | null; isWhole: boolean };
  /** For those who read the item; null is the frame. */
  'minutes.changeRequested': { meetingId: string; itemId: string | null; authorityId: string };
  /** For those who read one of `partIds`. */
  'minutes.approvedByAuthority': { meetingId: string; partIds: readonly string[]; authorityId: string };
  'minutes.approved': { meetingId: string };
  /** `membershipIds`: who is asked to answer. */
  'minutes.reminded': { meetingId: string; authorityId: string; membershipIds: readonly string[] };
  'session.ended': { sessionId: string };
}

type Handler<K extends keyof DomainEventMap> = (payload: DomainEventMap[K]) => void | Promise<void>;

/** In-process events. A failing handler is logged and hinders neither the others nor the command that emitted. */
@Injectable()
export class DomainEvents {
  private readonly handlers = new Map<string, Set<(payload: never) => void | Promise<void>>>();
  private readonly running = new Set<Promise<void>>();

  /** @returns a function that takes the handler away again */
  on<K extends keyof DomainEventMap>(name: K, handler: Handler<K>): () => void {
    const set = this.handlers.get(name) ?? new Set();
    this.handlers.set(name, set);
    set.add(handler);
    return () => set.delete(handler);
  }

  /** Handlers start in order of registration, synchronously up to their first await. */
  emit<K extends keyof DomainEventMap>(name: K, payload: DomainEventMap[K]): void {
    for (const handler of this.handlers.get(name) ?? []) {
      try {
        const run: Promise<void> = Promise.resolve((handler as Handler<K>)(payload))
          .catch((error: unknown) => this.report(name, error))
          .finally(() => this.running.delete(run));
        this.running.add(run);
      } catch (error) {
        this.report(name, error);
      }
    }
  }

  /** Until no handler is at work any more: everything that was emitted has had its effect. */
  async idle(): Promise<void> {
    while (this.running.size > 0) await Promise.all(this.running);
  }

  private report(name: string, error: unknown): void {
    log.error({ event: name, error: error instanceof Error ? error.message : 'unknown' }, 'event handler failed');
  }
}
