import type { ProblemCode } from '@lib/contracts/problems.js';
import type { Awaited } from './gate.js';
import type { Limits } from './limits.js';
import type { PresenceUser } from './presence.js';
import { acknowledgementFrame, closeCodes, refusalFrame, type CloseReason } from './protocol.js';

/** The socket below a connection. */
export interface Wire {
  send(frame: Uint8Array): void;
  /** Closes politely; what was sent still arrives. */
  close(code: number, reason: string): void;
  /** Cuts at once; what has not left this process never does. */
  cut(): void;
  /** Bytes that were sent and have not left this process. */
  readonly unreadBytes: number;
  pause(): void;
  resume(): void;
  /** Nothing that was sent to us is read at this moment. */
  readonly isPaused: boolean;
}

export interface Who {
  personId: string;
  sessionId: string;
  user: PresenceUser;
}

/** So often whoever is not read at the very moment at which her answer is due has as long again. */
const mostUnread = 10;

/** One socket in one document, as the document sees it: what it may hear, what it sent, what of it is stored. */
export class Connection {
  isOpen = true;
  /** Its access was taken: what it sent, and is not stored yet, is not to be. */
  isRevoked = false;
  /** Has asked for the content; before that it hears of no updates. */
  isReceiving = false;
  /** Its first or next sync step 2 is awaited. */
  isResyncAsked = false;
  /** Client id that this connection wants to be this person's: from the ticket, or from its first awareness message. */
  clientId: number | undefined;
  /** Its first awareness message about itself came. */
  isIntroduced = false;
  /** Wants to write under a client id of which its person has too many: it may read, and is told that the document is frozen. */
  isMuted = false;
  /** Update messages that built on something unknown and wait for the resync. */
  readonly parked: Awaited[] = [];
  private answerDue: NodeJS.Timeout | undefined;
  private suspensions = 0;
  private heldBytes = 0;
  /** Of what is unread, the largest frame. */
  private largestFrame = 0;
  private held: Uint8Array[] = [];
  private received = 0;
  /** Ordinals that are received and not yet stored, ascending, with those stored out of order. */
  private readonly unsettled: number[] = [];
  private readonly settledEarly = new Set<number>();
  private acknowledged = 0;

  constructor(
    readonly wire: Wire,
    readonly who: Who,
    /** `isOfTicket`: the client id is the one that the server made for its ticket. */
    /** `isOfUnknownEpoch`: the store was put back, and it does not say which of the two pasts its text builds on. */
    readonly options: { acks: boolean; clientId?: number; isReadOnly?: boolean; isOfUnknownEpoch?: boolean; isOfTicket?: boolean },
    private readonly limits: Pick<Limits, 'maxUnreadBytes'>,
    /** Asked before everything that leaves: whether it is known who may hear it. */
    private readonly mayLeave: () => boolean = () => true,
  ) {
    this.clientId = options.clientId;
  }

  get isSuspended(): boolean {
    return this.suspensions > 0;
  }

  send(frame: Uint8Array): void {
    if (!this.isOpen) return;
    if (this.unread <= this.limits.maxUnreadBytes) this.largestFrame = 0;
    if (!this.mayLeave() || this.isSuspended) {
      this.held.push(frame);
      this.heldBytes += frame.length;
    } else {
      this.wire.send(frame);
    }
    this.largestFrame = Math.max(this.largestFrame, frame.length);
    // Whoever does not read is cut and comes back; memory is not for keeping what one browser cannot take. The content
    // itself, however large, must be able to pass: as long as it is on its way, and not for ever after.
    if (this.unread > this.limits.maxUnreadBytes + this.largestFrame) this.cut();
  }

  private get unread(): number {
    return this.wire.unreadBytes + this.heldBytes;
  }

  /** From now on nothing leaves until as many `resume` came. */
  suspend(): void {
    this.suspensions++;
    if (this.suspensions === 1) this.wire.pause();
  }

  resume(): void {
    this.suspensions--;
    if (this.suspensions > 0 || !this.isOpen) return;
    this.wire.resume();
    const frames = this.held;
    this.held = [];
    this.heldBytes = 0;
    for (const frame of frames) this.send(frame);
  }

  close(reason: CloseReason): void {
    if (!this.isOpen) return;
    this.end();
    this.wire.close(closeCodes[reason], reason);
  }

  /** Nothing of it is kept any longer; its socket may take its time to go. */
  end(): void {
    this.isOpen = false;
    this.held = [];
    this.parked.splice(0);
    clearTimeout(this.answerDue);
  }

  /** Closes without letting anything more arrive that has not left yet. */
  revoke(reason: 'access-ended' | 'not-signed-in'): void {
    this.isRevoked = true;
    if (!this.isOpen) return;
    if (this.wire.unreadBytes > 0) this.cut();
    else this.close(reason);
  }

  private cut(): void {
    this.end();
    this.wire.cut();
  }

  /**
   * What waits for an answer to a resync waits so long, and as long again where nothing was read of it, some times; then the sender is
   * told and closed. An answer whose commit is under way is one.
   *
   * @param isAnswered asked when the time is over
   */
  awaitAnswer(timeMs: number, isAnswered: () => boolean): void {
    if (this.answerDue !== undefined) return;
    let unread = 0;
    const look = () => {
      this.answerDue = undefined;
      const [first] = this.parked;
      if (!this.isOpen || first === undefined) return;
      if (isAnswered() || (this.wire.isPaused && ++unread < mostUnread)) this.answerDue = setTimeout(look, timeMs).unref();
      else this.refuse(first.ordinal, 'clock-gap');
    };
    this.answerDue = setTimeout(look, timeMs).unref();
  }

  /** All that waited is known: what waits after it has its own time. */
  nothingAwaited(): void {
    clearTimeout(this.answerDue);
    this.answerDue = undefined;
  }

  /** Tells the sender that an update message is not stored and will not be. */
  refuse(ordinal: number, code: CloseReason & ProblemCode): void {
    if (this.options.acks) this.send(refusalFrame(ordinal, code));
    this.close(code);
  }

  /** Counts an update message in. */
  expect(): number {
    this.received++;
    this.unsettled.push(this.received);
    return this.received;
  }

  /** An update message is stored. `acknowledge` tells. */
  settle(ordinal: number): void {
    if (this.settledEarly.size === 0 && this.unsettled[0] === ordinal) {
      this.unsettled.shift();
      return;
    }
    this.settledEarly.add(ordinal);
    while (this.unsettled.length > 0 && this.settledEarly.delete(this.unsettled[0] as number)) this.unsettled.shift();
  }

  /** Says how many update messages, from the first one on, are stored; only to those who asked, only when it changed. */
  acknowledge(): void {
    const count = (this.unsettled[0] ?? this.received + 1) - 1;
    if (!this.options.acks || count === this.acknowledged) return;
    this.acknowledged = count;
    this.send(acknowledgementFrame(count));
  }
}
