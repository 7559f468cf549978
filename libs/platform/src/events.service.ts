import { Injectable } from '@nestjs/common';
import { log } from './log.js';
import { forNobody } from './openings.js';
import type { Tx } from './unit-of-work.service.js';

/**
 * Facts that other parts of the product react to, in this process and in all others on the database (outbox.service.ts), after
 * the commit that made them true. Ids only: whoever hears one asks for what stands now, so that it may come twice or late.
 */
export interface DomainEventMap {
  /** `guests`: whether what they see of it may have changed: of all of them, or of those who read these items. Others hear nothing. */
  'meeting.changed': { meetingId: string; guests?: 'all' | readonly string[] };
  /** When a series meets, or who stands in it, answered for it or sends whom to it. */
  'series.changed': { seriesId: string };
  /** A membership takes part no longer. */
  'meeting.left': { meetingId: string; membershipId: string };
  /** Its coordinators sent it out, once. */
  'agenda.published': { meetingId: string };
  /** Something within a list of items, that changes nothing for those who do not read the list. */
  'list.changed': { meetingId: string; listId: string };
  'item.changed': { meetingId: string; itemId: string };
  /** `affected`: the memberships that could read the item before or can now. */
  'item.audienceChanged': { meetingId: string; itemId: string; affected: readonly string[] };
  'decision.changed': { decisionId: string; itemId: string; meetingId: string; decidingAuthorityId: string };
  'followUp.changed': { followUpId: string; itemId: string; ownerMembershipId: string; ownerAuthorityId: string };
  /** `isAnswer`: it was released, answered or taken back, which all readers of the item may know; otherwise its own alone. */
  'preparation.changed': { meetingId: string; itemId: string; authorityId: string; isAnswer: boolean };
  /** `told`: the proposer, and the coordinators who are shown it. */
  'proposal.changed': { meetingId: string; told: readonly string[] };
  /** A poll on the meeting's time was opened, answered or ended. */
  'poll.changed': { meetingId: string };
  /** From now on nothing about the item leaves towards somebody; whatever was begun before breaks off. */
  'embargo.set': { itemId: string };
  /** Items and meetings whose content was destroyed. */
  'content.shredded': { ids: readonly string[] };
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
  /** Her link to her calendar shows nothing any more. */
  'calendarLink.ended': { personId: string };
  /** How it stands with a guest: told to those who see her, readers of the item where it is one. */
  'guest.changed': { meetingId: string; itemId: string | null };
  /** Her link takes no more codes. */
  'guest.locked': { membershipId: string };
  /** How long it is valid changed, while it goes on: whoever counts on its end counts anew. */
  'membership.changed': { membershipId: string };
  /** Entries of an authority's contact register, or whether people whom it may name are there. */
  'contacts.changed': { authorityId: string };
  /** A year plan of the authority was made, changed or removed. */
  'yearPlan.changed': { authorityId: string };
  /** When somebody is taken by her own calendar was read, or is known no longer; the memberships are all of hers. */
  'calendar.changed': { personId: string; membershipIds: readonly string[] };
  /** Frozen, closed or open again: whoever keeps it open looks it up. */
  'document.stateChanged': { documentId: string };
  /** Its words were destroyed. */
  'document.shredded': { documentId: string };
  /** Of this process alone: something may have happened elsewhere that it was not told of; `isMuch`: nothing that it keeps in memory may be believed. */
  'elsewhere.missed': { isMuch: boolean };
}

type Handler<K extends keyof DomainEventMap> = (payload: DomainEventMap[K]) => void | Promise<void>;

/** How facts are made known. A failing handler is logged and hinders neither the others nor the command that emitted. */
@Injectable()
export class DomainEvents {
  private readonly handlers = new Map<string, Set<(payload: never) => void | Promise<void>>>();
  private readonly ownHandlers = new Map<string, Set<(payload: never) => void | Promise<void>>>();
  private readonly running = new Set<Promise<void>>();

  /** Whichever process it happened in. @returns a function that takes the handler away again */
  on<K extends keyof DomainEventMap>(name: K, handler: Handler<K>): () => void {
    return add(this.handlers, name, handler);
  }

  /** Only what happened in this process: for work that one of several has to do. @returns as {@link on} */
  onOwn<K extends keyof DomainEventMap>(name: K, handler: Handler<K>): () => void {
    return add(this.ownHandlers, name, handler);
  }

  /** Made known to all processes with the commit, and to none without it; to this one also where nobody can say whether it is committed. */
  emitIn<K extends keyof DomainEventMap>(tx: Pick<Tx, 'announce' | 'afterCommit'>, name: K, payload: DomainEventMap[K]): void {
    tx.announce({ name, payload });
    tx.afterCommit(() => this.emitHere(name, payload));
  }

  /** Made known to the other processes alone: this one has it by a shorter way. */
  tellIn<K extends keyof DomainEventMap>(tx: Pick<Tx, 'announce'>, name: K, payload: DomainEventMap[K]): void {
    tx.announce({ name, payload });
  }

  /** Made known to this process alone. Handlers start in order of registration, synchronously up to their first await. */
  emitHere<K extends keyof DomainEventMap>(name: K, payload: DomainEventMap[K]): void {
    for (const handler of [...(this.handlers.get(name) ?? []), ...(this.ownHandlers.get(name) ?? [])]) void this.start(name, handler, payload);
  }

  /** It happened in another process. Resolves when the handlers have ended; never rejects. */
  async arrived(name: string, payload: unknown): Promise<void> {
    await Promise.all([...(this.handlers.get(name) ?? [])].map((handler) => this.start(name, handler, payload)));
  }

  /** Until no handler is at work any more: everything that was emitted has had its effect. */
  async idle(): Promise<void> {
    while (this.running.size > 0) await Promise.all(this.running);
  }

  private start(name: string, handler: (payload: never) => void | Promise<void>, payload: unknown): Promise<void> {
    const work = async () => forNobody(() => handler(payload as never));
    const run: Promise<void> = work()
      .catch((error: unknown) => log.error({ event: name, error }, 'event handler failed'))
      .finally(() => this.running.delete(run));
    this.running.add(run);
    return run;
  }
}

function add(handlers: Map<string, Set<(payload: never) => void | Promise<void>>>, name: string, handler: (payload: never) => void | Promise<void>): () => void {
  const set = handlers.get(name) ?? new Set();
  handlers.set(name, set);
  set.add(handler);
  return () => set.delete(handler);
}
