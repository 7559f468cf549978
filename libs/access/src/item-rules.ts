import { isOfSide } from './policy.js';
import type { RulesOf } from './rule.js';
import { own, takesPart, coordinates, reads, coordinatesProposal, writes, isGuest, needToKnow, byBasis, noting } from './rule-conditions.js';

/** Items with all that hangs on them before anything is decided: proposals, preparation, embargoes. */
export const itemRules = {
  'item.read': {
    object: 'Punkter',
    does: 'Læse punktet: titel, tekst, beslutninger og opfølgninger',
    rules: [
      {
        ids: ['AC2', 'AC6', 'AC50', 'AC60'],
        who: 'Deltagere i punktets kreds',
        when: 'Når punktet er åbent for alle, eller deres myndighed eller navn er nævnt; når punktets hjemmel omfatter deres sektor; og i deres adgangsperiode. Andre deltagere ser kun “Lukket punkt” og tiden, alle andre intet.',
        why: byBasis,
        holds: reads,
      },
      {
        ids: ['AC100', 'AC60'],
        who: 'En gæst i punktets kreds',
        when: 'I sin periode: titel, dagsorden og referat i det punkt, gæsten er inviteret til, eller i de punkter, mødets kreds omfatter gæsten ved. Hverken beslutninger, opfølgninger, forberedelse eller planer.',
        why: byBasis,
        forGuests: true,
        holds: (subject, item, facts, nowMs) => isGuest(subject, facts, nowMs) && reads(subject, item, facts, nowMs),
      },
    ],
  },
  'item.write': {
    object: 'Punkter',
    does: 'Skrive i punktet',
    rules: [
      {
        ids: ['AC7', 'AC61'],
        who: 'Alle, der kan læse punktet',
        when: 'Mens referatet er under udarbejdelse, og igen mens en rettelse af punktet er bedt om; ikke når mødet er aflyst, punktet taget af eller flyttet, eller når punktet handler om en person og mangler hjemmel.',
        why: `${byBasis} ${noting}`,
        holds: writes,
      },
      {
        ids: ['AC103', 'AC61'],
        who: 'En gæst i punktets kreds, når den, der inviterede, har givet lov til at skrive',
        when: 'Som for andre, i sin periode.',
        why: byBasis,
        forGuests: true,
        holds: (subject, item, facts, nowMs) => isGuest(subject, facts, nowMs) && own(subject, facts)!.guest!.mayWrite && writes(subject, item, facts, nowMs),
      },
    ],
  },
  'item.change': {
    object: 'Punkter',
    does: 'Ændre punktets plads, ramme og tilstand',
    rules: [
      {
        ids: ['AC30'],
        who: 'Koordinatorer, der selv kan læse punktet',
        when: 'Mens referatet er under udarbejdelse, og mødet ikke er aflyst.',
        why: needToKnow,
        holds: (subject, item, facts, nowMs) => coordinates(subject, facts, nowMs) && reads(subject, item, facts, nowMs) && item.minutesState === 'draft' && item.meetingState !== 'cancelled' && item.itemState !== 'moved',
      },
    ],
  },
  'item.changeAudience': {
    object: 'Punkter',
    does: 'Ændre, hvem der kan læse punktet, og hvornår',
    rules: [
      {
        ids: ['AC8', 'AC60'],
        who: 'Koordinatorer, der selv kan læse punktet',
        when: 'Også når teksten er låst eller godkendt, fordi en fejl lukkes, når den opdages; ikke når mødet er aflyst. En sektor, som hjemlen ikke omfatter, kan ikke få adgang.',
        why: byBasis,
        holds: (subject, item, facts, nowMs) => coordinates(subject, facts, nowMs) && reads(subject, item, facts, nowMs) && item.meetingState !== 'cancelled',
      },
    ],
  },
  'disclosure.read': {
    object: 'Punkter',
    does: 'Se, hvem punktet er videregivet til, hvornår, af hvem og på hvilken hjemmel',
    rules: [
      {
        ids: ['AC66', 'AC8'],
        who: 'Koordinatorer, der selv kan læse punktet',
        when: 'Når som helst. Begrundelsen, når den gælder punktet selv; gælder den deltagelse i mødet, ser kun den, der skrev den, og revisor den.',
        why: byBasis,
        holds: (subject, item, facts, nowMs) => coordinates(subject, facts, nowMs) && reads(subject, item, facts, nowMs),
      },
    ],
  },
  'item.move': {
    object: 'Punkter',
    does: 'Flytte punktet til andet spor',
    rules: [
      {
        ids: ['AC62'],
        who: 'Koordinatorer, der selv kan læse punktet',
        when: 'Mens referatet er under udarbejdelse, og mødet ikke er aflyst. Det nye punkt begynder uden ord og under sin egen hjemmel.',
        why: 'Retsplejelovens § 115, stk. 2; databeskyttelsesforordningens artikel 5, stk. 1, litra b (formålsbegrænsning).',
        holds: (subject, item, facts, nowMs) =>
          coordinates(subject, facts, nowMs) && reads(subject, item, facts, nowMs) && item.minutesState === 'draft' && item.meetingState !== 'cancelled' && ['open', 'done', 'omitted'].includes(item.itemState),
      },
    ],
  },
  'item.addCase': {
    object: 'Punkter',
    does: 'Sætte et barn på en liste over børn',
    rules: [{ ids: ['AC31', 'AC61'], who: 'Alle, der kan skrive i listen', when: 'Som for at skrive i punktet.', why: byBasis, holds: (subject, item, facts, nowMs) => writes(subject, { ...item, lacksBasis: false }, facts, nowMs) }],
  },
  'proposal.make': {
    object: 'Punkter',
    does: 'Foreslå et punkt til dagsordenen',
    rules: [
      {
        ids: ['AC32'],
        who: 'Mødets deltagere',
        when: 'Indtil dagsordenen er sendt ud; ikke når mødet er aflyst.',
        why: 'Den, der skal bidrage til mødet, skal kunne bede om at få noget drøftet.',
        holds: (subject, { agendaState, meetingState }, facts, nowMs) => takesPart(subject, facts, nowMs) && agendaState === 'building' && meetingState !== 'cancelled',
      },
    ],
  },
  'proposal.read': {
    object: 'Punkter',
    does: 'Se et forslag til et punkt',
    rules: [
      { ids: ['AC33'], who: 'Den, der stillede det', when: 'Mens hun deltager.', why: needToKnow, holds: (subject, { byMembershipId }, facts, nowMs) => takesPart(subject, facts, nowMs) && subject.membershipId === byMembershipId },
      {
        ids: ['AC33', 'AC60'],
        who: 'Mødets koordinatorer, hvis sektor hjemlen omfatter',
        when: 'Mens det venter, og når det er afvist. Er det taget med, er det et punkt, og punktets kreds gælder.',
        why: byBasis,
        holds: (subject, proposal, facts, nowMs) => ['waiting', 'declined'].includes(proposal.proposalState) && coordinatesProposal(subject, proposal, facts, nowMs),
      },
    ],
  },
  'proposal.withdraw': {
    object: 'Punkter',
    does: 'Trække et forslag tilbage',
    rules: [{ ids: ['AC34'], who: 'Den, der stillede det', when: 'Indtil det er besvaret.', why: needToKnow, holds: (subject, { byMembershipId }, facts, nowMs) => takesPart(subject, facts, nowMs) && subject.membershipId === byMembershipId }],
  },
  'proposal.answer': {
    object: 'Punkter',
    does: 'Tage et forslag med på dagsordenen eller afvise det',
    rules: [
      {
        ids: ['AC34', 'AC60'],
        who: 'Mødets koordinatorer, hvis sektor hjemlen omfatter',
        when: 'Mens det venter, indtil dagsordenen er afsluttet; ikke når mødet er aflyst.',
        why: 'Den, der indkalder, svarer for mødets ramme.',
        holds: (subject, proposal, facts, nowMs) =>
          proposal.proposalState === 'waiting' && coordinatesProposal(subject, proposal, facts, nowMs) && proposal.agendaState !== 'closed' && proposal.meetingState !== 'cancelled' && proposal.minutesState === 'draft',
      },
    ],
  },
  'preparation.read': {
    object: 'Forberedelse',
    does: 'Læse en myndigheds forberedelse af punktet',
    rules: [
      {
        ids: ['AC70', 'AC71'],
        who: 'Myndighedens egne, der kan læse punktet',
        when: 'Fra den er begyndt. Andre myndigheder ser indtil da kun, at der ikke er svaret.',
        why: `Retsplejelovens § 115, stk. 4: ingen har pligt til at dele. ${needToKnow}`,
        holds: (subject, preparation, facts, nowMs) => isOfSide(subject, preparation.authorityId) && reads(subject, preparation, facts, nowMs),
      },
      { ids: ['AC71'], who: 'Alle, der kan læse punktet', when: 'Når myndigheden har frigivet den.', why: byBasis, holds: (subject, preparation, facts, nowMs) => preparation.answer === 'released' && reads(subject, preparation, facts, nowMs) },
    ],
  },
  'preparation.write': {
    object: 'Forberedelse',
    does: 'Skrive i en myndigheds forberedelse',
    rules: [
      {
        ids: ['AC70'],
        who: 'Myndighedens egne, der kan læse punktet',
        when: 'Indtil den er frigivet.',
        why: needToKnow,
        holds: (subject, preparation, facts, nowMs) => isOfSide(subject, preparation.authorityId) && preparation.answer !== 'released' && reads(subject, preparation, facts, nowMs),
      },
    ],
  },
  'preparation.answer': {
    object: 'Forberedelse',
    does: 'Frigive forberedelsen, svare “kun mundtligt” eller “intet at dele”, eller tage svaret tilbage',
    rules: [
      {
        ids: ['AC72'],
        who: 'Myndighedens egne, der kan skrive i punktet',
        when: 'Mens referatet er under udarbejdelse. Det frigivne tages kun tilbage, før mødet begynder.',
        why: 'Retsplejelovens § 115, stk. 4: der skal ingen begrundelse til.',
        holds: (subject, preparation, facts, nowMs) =>
          isOfSide(subject, preparation.authorityId) &&
          writes(subject, preparation, facts, nowMs) &&
          preparation.minutesState === 'draft' &&
          (preparation.answer !== 'released' || preparation.agendaState === 'building' || preparation.agendaState === 'published'),
      },
    ],
  },
  'embargo.set': {
    object: 'Orienteringsspærrer',
    does: 'Sætte en orienteringsspærre på et punkt',
    rules: [
      {
        ids: ['AC74'],
        who: 'Alle, der kan læse punktet',
        when: 'Når som helst, også når referatet er låst eller godkendt; ikke når mødet er aflyst. Med begrundelse og et tidspunkt, hvor den gennemgås.',
        why: 'Efter en anmeldelse afgør politiet, hvornår der orienteres; indtil da må ingen myndighed komme til at gøre det.',
        holds: (subject, item, facts, nowMs) => reads(subject, item, facts, nowMs) && item.meetingState !== 'cancelled',
      },
    ],
  },
  'embargo.moveReview': {
    object: 'Orienteringsspærrer',
    does: 'Flytte gennemgangen af en orienteringsspærre',
    rules: [
      {
        ids: ['AC75'],
        who: 'Den myndighed, der satte den, og politiet, når de kan læse punktet',
        when: 'Indtil den er ophævet, med begrundelse.',
        why: 'Den, der har sat spærren, og den, der kan ophæve den, svarer for, at den ikke står længere end nødvendigt.',
        holds: (subject, embargo, facts, nowMs) => !embargo.isLifted && reads(subject, embargo, facts, nowMs) && (subject.authorityId === embargo.setByAuthorityId || own(subject, facts)?.sector === 'police'),
      },
    ],
  },
  'embargo.lift': {
    object: 'Orienteringsspærrer',
    does: 'Ophæve en orienteringsspærre',
    rules: [
      {
        ids: ['AC76'],
        who: 'Politiet, når de kan læse punktet',
        when: 'Når som helst, med begrundelse. Ingen anden kan.',
        why: 'Efter en anmeldelse afgør politiet, hvornår der orienteres.',
        holds: (subject, embargo, facts, nowMs) => !embargo.isLifted && reads(subject, embargo, facts, nowMs) && own(subject, facts)?.sector === 'police',
      },
    ],
  },
} as const satisfies RulesOf<
  'item.read' | 'item.write' | 'item.change' | 'item.changeAudience' | 'disclosure.read' | 'item.move' | 'item.addCase' | 'proposal.make' | 'proposal.read' | 'proposal.withdraw' | 'proposal.answer' | 'preparation.read' | 'preparation.write' | 'preparation.answer' | 'embargo.set' | 'embargo.moveReview' | 'embargo.lift'
>;
