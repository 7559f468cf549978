import { answerers, authoritiesThatMayDecide } from './policy.js';
import type { RulesOf } from './rule.js';
import { coordinates, reads, writes, leads, owes, byBasis, noting, leadership } from './rule-conditions.js';

/** What comes of a meeting: minutes, decisions, follow-ups, indicators. */
export const recordRules = {
  'minutes.answer': {
    object: 'Referater',
    does: 'Godkende et referat eller bede om en rettelse, punkt for punkt',
    rules: [
      {
        ids: ['AC40', 'AC17'],
        who: 'Myndighedens koordinatorer og ledere, der kan læse punktet',
        when: 'Hvor ingen af dem kan, den, der deltager for myndigheden og kan læse punktet.',
        why: `${noting} Hver myndighed godkender for sig selv.`,
        holds: (subject, item, facts, nowMs) =>
          reads(subject, item, facts, nowMs) && answerers({ audience: item.audience, participants: facts.participants }, subject.authorityId).some((one) => one.membershipId === subject.membershipId),
      },
    ],
  },
  'minutes.settle': {
    object: 'Referater',
    does: 'Sende et rettet punkt igen, og føje tillæg til efter godkendelsen',
    rules: [
      {
        ids: ['AC41'],
        who: 'Koordinatorer, der selv kan læse punktet',
        when: 'Når de deltager.',
        why: noting,
        holds: (subject, item, facts, nowMs) => coordinates(subject, facts, nowMs) && reads(subject, item, facts, nowMs),
      },
    ],
  },
  'decision.record': {
    object: 'Beslutninger',
    does: 'Skrive en beslutning',
    rules: [
      {
        ids: ['AC7', 'AC9'],
        who: 'Alle, der kan skrive i punktet',
        when: 'På vegne af en myndighed, som nogen i punktets kreds deltager for.',
        why: `${noting} Et samråd afgør intet på en anden myndigheds vegne.`,
        holds: (subject, item, facts, nowMs) => writes(subject, item, facts, nowMs) && authoritiesThatMayDecide({ audience: item.audience, participants: facts.participants }).includes(item.decidingAuthorityId),
      },
    ],
  },
  'decision.read': {
    object: 'Beslutninger',
    does: 'Læse en beslutning',
    rules: [
      { ids: ['AC6', 'AC10'], who: 'Alle, der kan læse punktet', when: 'Som for punktet.', why: byBasis, holds: (subject, { item }, facts, nowMs) => reads(subject, item, facts, nowMs) },
      { ids: ['AC10'], who: 'Ledere af den myndighed, der har besluttet', when: 'Også når de ikke deltog.', why: leadership, holds: (subject, { decidingAuthorityId }) => leads(subject, decidingAuthorityId) },
    ],
  },
  'decision.review': {
    object: 'Beslutninger',
    does: 'Bekræfte, sende tilbage eller løfte en beslutning',
    rules: [
      {
        ids: ['AC11', 'AC22'],
        who: 'Ledere af den myndighed, der har besluttet',
        when: 'Er den løftet til en bestemt leder, kun hun, så længe hun er leder dér.',
        why: leadership,
        holds: (subject, decision) => leads(subject, decision.decidingAuthorityId) && (decision.escalatedToMembershipId === null || decision.escalatedToMembershipId === subject.membershipId),
      },
    ],
  },
  'decision.receive': {
    object: 'Beslutninger',
    does: 'Få en beslutning løftet til sig',
    rules: [{ ids: ['AC23'], who: 'En anden leder af samme myndighed', when: 'Ingen ny kommer derved til at læse den.', why: leadership, holds: (subject, { decidingAuthorityId, askerPersonId }) => leads(subject, decidingAuthorityId) && subject.personId !== askerPersonId }],
  },
  'followUp.read': {
    object: 'Opfølgninger',
    does: 'Læse en opfølgning',
    rules: [
      { ids: ['AC20'], who: 'Alle, der kan læse punktet', when: 'Som for punktet.', why: byBasis, holds: (_subject, followUp) => followUp.readsItem },
      { ids: ['AC20'], who: 'Den ansvarlige og lederne af hendes myndighed', when: 'Også når de ikke deltog.', why: leadership, holds: (subject, followUp) => owes(subject, followUp) },
    ],
  },
  'followUp.answer': {
    object: 'Opfølgninger',
    does: 'Sige, hvad der blev af en opfølgning',
    rules: [
      { ids: ['AC21'], who: 'Den ansvarlige og lederne af hendes myndighed', when: 'Når som helst.', why: leadership, holds: (subject, followUp) => owes(subject, followUp) },
      { ids: ['AC21'], who: 'Mødets koordinatorer, der kan læse punktet', when: 'Når de deltager.', why: noting, holds: (_subject, followUp) => followUp.readsItem && followUp.coordinates },
    ],
  },
  'indicators.read': {
    object: 'Ledelsestal',
    does: 'Se ledelsestal',
    rules: [{ ids: ['AC24'], who: 'Ledere', when: 'For deres egen myndighed; tal uden indhold.', why: leadership, holds: (subject, { authorityId }) => leads(subject, authorityId) }],
  },
} as const satisfies RulesOf<
  'minutes.answer' | 'minutes.settle' | 'decision.record' | 'decision.read' | 'decision.review' | 'decision.receive' | 'followUp.read' | 'followUp.answer' | 'indicators.read'
>;
