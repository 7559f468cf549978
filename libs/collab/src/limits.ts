/** Bounds of the collaborative part. Every number has its unit in the name and its reason beside it. */
export interface Limits {
  /** One update message. A pasted report of 100 pages is about 300 kB. Above it the sender is told and closed. */
  maxUpdateBytes: number;
  /** One frame on the wire; what is larger is cut by `ws` before it is held in memory. */
  maxFrameBytes: number;
  /** All updates of a document. About a million keystrokes; a hostile client must not fill the disk. */
  maxDocumentBytes: number;
  /** Structs in one update. Each costs an object while it is judged. */
  maxStructs: number;
  /** Ranges in the delete set of one update. A reconnect sends those of the whole document, and what was deleted without a network. */
  maxDeletes: number;
  /** Those of a whole document: no more than every page can send again. */
  maxDocumentDeletes: number;
  /** Things put behind one and the same character, or at the beginning of one list, over the life of a document. Yjs
   *  compares each with all others whenever the document is opened. Typing goes on behind its own last letter and does
   *  not count. */
  maxSiblings: number;
  /** What all spots of a document may have together beyond the first few of each. */
  maxCrowd: number;
  /** Structs that Yjs may have to walk through at an opening because somebody wrote at a spot without having heard of
   *  what stood there. Two hundred such collisions in a document of twenty thousand pieces. */
  maxRacePrice: number;
  /** Characters of a title; the lists show one line. */
  maxTitleLength: number;
  /** Clients named in one update or state vector. */
  maxClients: number;
  /** Clients that ever wrote in one document: no more than every page can name again. */
  maxDocumentClients: number;
  /** Clients that write something new in one update: the tabs of one person that were offline together. */
  maxNewClients: number;
  /** Nesting of JSON and of “any” values in attributes and marks; ours have two levels. */
  maxValueDepth: number;
  /** Nesting of elements. A list ten levels deep needs 22; recursion in browsers fails in the thousands. */
  maxElementDepth: number;
  /** Length in clocks that one deleted or collected struct may claim without bytes to show for it. */
  maxDeletedLength: number;
  /** Client ids under which one person may have written in one document, one per page that she wrote on, over months. Twice as
   *  many are hers at most: of pages on which she wrote nothing so many are kept. */
  maxClientIdsPerPerson: number;
  /** Update messages of a connection that wait for a resync, and the ranges that they name together. */
  maxParkedUpdates: number;
  maxParkedRanges: number;
  /** Time for the answer to a resync while something waits for it. A line on which a megabyte takes longer answers no ping, either. */
  resyncMs: number;
  /** Bytes that wait for a commit, in the whole process. Above it all sockets are read no further. */
  maxQueuedBytes: number;
  /** Below it they are read again. */
  resumeQueuedBytes: number;
  /** What each thing that waits counts beside its bytes: as objects a letter takes more room than its bytes. */
  queuedEntryBytes: number;
  /** Rows and bytes of one commit: a transaction stays short. */
  maxBatchRows: number;
  maxBatchBytes: number;
  /** Waits between attempts to commit; afterwards clients are sent away with their text. */
  retryDelaysMs: readonly number[];
  /** What a slow reader may leave unread before it is cut. */
  maxUnreadBytes: number;
  /** Messages and bytes a connection may send per second in the long run, and how much at once (a reconnect with a
   *  day's text). Above it the socket is read more slowly, nothing is lost. */
  messagesPerSecond: number;
  messageBurst: number;
  bytesPerSecond: number;
  byteBurst: number;
  /** Open sockets of one person: tabs and devices. */
  maxConnectionsPerPerson: number;
  /** One awareness state; a cursor takes about 200 bytes. */
  maxAwarenessStateBytes: number;
  /** States in one awareness message: y-websocket repeats what it heard of colleagues. */
  maxAwarenessStates: number;
  /** Presence entries one person may hold in one document. */
  maxPresencePerPerson: number;
  /** A ping each; who has not answered the last one is gone. */
  heartbeatMs: number;
  /** y-websocket drops a connection on which nothing arrived for 30 s; pings do not count. */
  keepAliveMs: number;
  /** What a socket may send before it is known whose it is. */
  maxEarlyBytes: number;
  /** Who was refused at the door, or sent away later, must have hung up by then; afterwards the line is cut. */
  refusedMs: number;
  closingMs: number;
  /** Session and access of each connection are looked up again; a net below the events. */
  recheckMs: number;
  /** Several processes: how often all open documents are compared with the store, in case a hint was lost. */
  lookForCommitsMs: number;
  /** Time for the whole opening: sign-in, access, loading. */
  openingMs: number;
  /** Time for one merge or projection in the worker. */
  heavyWorkMs: number;
  /** Merged documents kept in memory, bytes in all. */
  contentCacheBytes: number;
  /** Updates kept beside the merged content of a document before they are merged into it. */
  contentTailUpdates: number;
  /** Rows behind the snapshot of a document that make a new one due at once. Opening costs 20 µs for each. */
  compactAfterRows: number;
  /** A document in which nobody wrote for so long is compacted: what was deleted in it leaves storage. */
  compactRestMs: number;
  /** How often such documents are looked for, and how many are compacted each time. */
  compactSweepMs: number;
  compactPerSweep: number;
  /** Time for one compaction, in a thread of its own. A history of 260,000 edits takes 2 s. */
  compactionMs: number;
  /** A document whose compaction failed is left alone for so long. */
  compactAgainMs: number;
  /** Of the time, so much may go into compactions while more of them wait, and the longest pause that follows from it. */
  compactShare: number;
  compactPauseMs: number;
  /** Validity of a ticket: a working day. */
  ticketMs: number;
  /** Rest after the last change before a projection, and the longest wait while typing goes on. */
  projectionDebounceMs: number;
  projectionMaxWaitMs: number;
  /** How often within `cprWindowMs` CPR numbers of one person may have to be taken out of a document before that person
   *  is kept out of it for `cprBarMs`: no browser of ours sends one. */
  maxCprRepairs: number;
  cprWindowMs: number;
  cprBarMs: number;
  /** So long after pages were asked not to write, what they had sent has come. */
  stillMs: number;
  /** Time for storing what is queued when the process ends. */
  shutdownMs: number;
}

const kilobyte = 1024;
const megabyte = 1024 * kilobyte;

export const defaultLimits: Limits = {
  maxUpdateBytes: megabyte,
  maxFrameBytes: 2 * megabyte,
  maxDocumentBytes: 32 * megabyte,
  maxStructs: 65_536,
  maxDeletes: 131_072,
  maxDocumentDeletes: 65_536,
  maxSiblings: 1_000,
  maxCrowd: 20_000,
  maxRacePrice: 4_000_000,
  maxTitleLength: 500,
  maxClients: 16_384,
  maxDocumentClients: 12_288,
  maxNewClients: 32,
  maxValueDepth: 16,
  maxElementDepth: 100,
  maxDeletedLength: 2 ** 24,
  maxClientIdsPerPerson: 2_000,
  maxParkedUpdates: 1_000,
  maxParkedRanges: 10_000,
  resyncMs: 60_000,
  maxQueuedBytes: 16 * megabyte,
  resumeQueuedBytes: 8 * megabyte,
  queuedEntryBytes: kilobyte,
  maxBatchRows: 1_000,
  maxBatchBytes: 4 * megabyte,
  retryDelaysMs: [50, 250, 1_000],
  maxUnreadBytes: 8 * megabyte,
  messagesPerSecond: 200,
  messageBurst: 2_000,
  bytesPerSecond: megabyte,
  byteBurst: 8 * megabyte,
  maxConnectionsPerPerson: 50,
  maxAwarenessStateBytes: 2 * kilobyte,
  maxAwarenessStates: 256,
  maxPresencePerPerson: 16,
  heartbeatMs: 30_000,
  keepAliveMs: 12_000,
  maxEarlyBytes: 2 * megabyte,
  refusedMs: 1_000,
  closingMs: 5_000,
  recheckMs: 60_000,
  lookForCommitsMs: 1_000,
  openingMs: 15_000,
  heavyWorkMs: 5_000,
  contentCacheBytes: 64 * megabyte,
  contentTailUpdates: 1_000,
  compactAfterRows: 500,
  compactRestMs: 2 * 60 * 1000,
  compactSweepMs: 60_000,
  compactPerSweep: 50,
  compactionMs: 60_000,
  compactAgainMs: 60 * 60 * 1000,
  compactShare: 0.1,
  compactPauseMs: 10_000,
  ticketMs: 12 * 60 * 60 * 1000,
  projectionDebounceMs: 250,
  projectionMaxWaitMs: 2_000,
  maxCprRepairs: 5,
  cprWindowMs: 10 * 60 * 1000,
  cprBarMs: 10 * 60 * 1000,
  stillMs: 500,
  shutdownMs: 5_000,
};
