import type { EmbargoParty, InformedParty, Plan, SequenceStep } from '@lib/contracts/enums.js';

/**
 * Every way on which what stands under an embargo on informing could leave the product, and what happens there [AC77]:
 *
 * - `marked`: it is shown to its reader, with a mark that cannot be overlooked on every page;
 * - `withheld`: it is refused with the reason, unless the copy is made without what is under embargo;
 * - `neutral`: it carries kind, time and link, and no word of what it is about.
 *
 * Whoever builds another way out (mail, a journal package) names it here and asks {@link embargoEffect}.
 */
const ways = {
  /** Pages of the product and the answers that they are made from. */
  screen: 'marked',
  /** Agenda and minutes as HTML and PDF/UA, for the meeting itself. */
  readingCopy: 'marked',
  /** PDF/A-3: made to be filed, and read there by people who never saw the mark on the screen. */
  filingCopy: 'withheld',
  /** What is open to one authority, made to be handed on, in every format. */
  extract: 'withheld',
  /** One decision for a case, in every format. */
  decisionExtract: 'withheld',
  /** The decision log as CSV, XLSX and PDF. */
  decisionLogFile: 'withheld',
  /** Of the access trail, for a citizen who asks who was told: that the authorities met about her is just what an embargo keeps. */
  citizensOverview: 'withheld',
  notification: 'neutral',
  /** libs/calendar: kind, authority, time and link, whatever stands under an embargo. */
  calendarFeed: 'neutral',
  mail: 'neutral',
} as const satisfies Record<string, 'marked' | 'withheld' | 'neutral'>;

export type WayOut = keyof typeof ways;

export const embargoEffect = (way: WayOut): 'marked' | 'withheld' | 'neutral' => ways[way];

/** Whom an informing of these people would reach who must not know yet. */
const reached: Record<InformedParty, readonly EmbargoParty[]> = {
  child: ['child'],
  custodyHolders: ['parentOne', 'parentTwo'],
  otherFamily: ['parentOne', 'parentTwo', 'suspect', 'other'],
  school: ['other'],
  notifier: ['suspect', 'other'],
  other: ['suspect', 'other'],
};

/** [EM6] The parties of an embargo that a step of a plan would inform, once it is done; none for steps that inform nobody. */
export function informedAgainst(plan: Plan, kind: SequenceStep | InformedParty, parties: readonly EmbargoParty[]): EmbargoParty[] {
  if (plan === 'sequence') return kind === 'informing' ? [...parties] : [];
  return parties.filter((party) => reached[kind as InformedParty].includes(party));
}

const names: Record<Exclude<EmbargoParty, 'other'>, string> = { parentOne: 'forælder 1', parentTwo: 'forælder 2', suspect: 'den mistænkte', child: 'barnet' };

/** “begge forældre og barnet”; content, so in Danish. @param other the name of the other party, where one is meant */
export function partyWords(parties: readonly EmbargoParty[], other: string | null): string {
  const both = parties.includes('parentOne') && parties.includes('parentTwo');
  const words = [
    ...(both ? ['begge forældre'] : []),
    ...parties.flatMap((party) => (party === 'other' ? [other ?? 'andre'] : both && (party === 'parentOne' || party === 'parentTwo') ? [] : [names[party]])),
  ];
  return words.length < 2 ? (words[0] ?? '') : `${words.slice(0, -1).join(', ')} og ${words.at(-1)!}`;
}
