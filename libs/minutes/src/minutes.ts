/** The states of minutes, and what follows from their timeline. Pure; rules MI3–MI14 in SPEC.md. */

export const roundPhases = ['open', 'withdrawn', 'approved'] as const;
export type RoundPhase = (typeof roundPhases)[number];

/** `freezing`: nobody writes any more, and its snapshot is being taken. */
export const partStates = ['freezing', 'frozen', 'reopened'] as const;
export type PartState = (typeof partStates)[number];

export const minutesEventKinds = ['sent', 'approved', 'changeRequested', 'requestWithdrawn', 'resent', 'reminded', 'withdrawn', 'completed', 'addendum'] as const;
export type MinutesEventKind = (typeof minutesEventKinds)[number];

export const answerStates = ['pending', 'approved', 'changeRequested'] as const;
export type AnswerState = (typeof answerStates)[number];

/** An entry of the timeline, as far as states follow from it. */
export interface TimelineFact {
  id: string;
  kind: MinutesEventKind;
  partIds: readonly string[];
  versions: readonly number[];
  authorityId: string | null;
  aboutId: string | null;
}

/** A part with the authorities that somebody inside its audience takes part for: they are asked to approve it. */
export interface PartFact {
  partId: string;
  state: PartState;
  version: number;
  authorityIds: readonly string[];
}

/** Requests for a change that wait for an answer, oldest first. */
export function openRequests<Fact extends TimelineFact>(timeline: readonly Fact[]): Fact[] {
  return timeline.filter(
    (one, n) =>
      one.kind === 'changeRequested' &&
      !timeline.slice(n + 1).some((later) => (later.kind === 'requestWithdrawn' && later.aboutId === one.id) || (later.kind === 'resent' && later.partIds[0] === one.partIds[0])),
  );
}

/** The approval by which an authority stands by a part as it is now; undefined when there is none. */
export function standingApproval<Fact extends TimelineFact>(timeline: readonly Fact[], part: PartFact, authorityId: string): Fact | undefined {
  if (part.state !== 'frozen') return undefined;
  return timeline.find((one) => one.kind === 'approved' && one.authorityId === authorityId && one.partIds.some((id, n) => id === part.partId && one.versions[n] === part.version));
}

/**
 * [MI8] What an authority has answered, seen through the parts that the asker reads: what happens in the others changes
 * nothing of it.
 */
export function answerOf(timeline: readonly TimelineFact[], visible: readonly PartFact[], authorityId: string): { state: AnswerState; missing: string[] } {
  const asked = visible.filter((part) => part.authorityIds.includes(authorityId));
  const missing = asked.filter((part) => standingApproval(timeline, part, authorityId) === undefined).map((part) => part.partId);
  const isRequesting = openRequests(timeline).some((one) => one.authorityId === authorityId && visible.some((part) => part.partId === one.partIds[0]));
  return { state: isRequesting ? 'changeRequested' : missing.length === 0 ? 'approved' : 'pending', missing };
}

/** [MI11] Whether everybody who is asked stands by every part. */
export const isApprovedByAll = (timeline: readonly TimelineFact[], parts: readonly PartFact[]): boolean =>
  parts.every((part) => part.state === 'frozen' && part.authorityIds.every((id) => standingApproval(timeline, part, id) !== undefined));
