import { contentRoles, filers } from './policy.js';
import type { RulesOf } from './rule.js';
import { takesPart, collaboration, coordinates, holds, security, keeping } from './rule-conditions.js';

/** What an authority sets and answers for: legal bases, people, the access trail, retention. */
export const officeRules = {
  'legalBasis.set': {
    object: 'Hjemler',
    does: 'Snævre en hjemmel ind, eller tilføje en egen, for myndighedens møder',
    administers: true,
    rules: [{ ids: ['AC63'], who: 'Administratorer', when: 'For deres egen myndighed. Det gælder fremad; punkter beholder den udgave, de er lavet under.', why: security, holds: (subject, { authorityId }) => subject.role === 'administrator' && subject.authorityId === authorityId }],
  },
  'contact.read': {
    object: 'Kontakter',
    does: 'Slå op i kontaktregistret: kontaktpersoner og nøglepersoner, deres stedfortrædere, telefon og e-mail',
    administers: true,
    rules: [{ ids: ['AC140'], who: 'Koordinatorer, deltagere, ledere og administratorer', when: 'For alle myndigheder.', why: collaboration, holds: (subject) => contentRoles.includes(subject.role) || subject.role === 'administrator' }],
  },
  'contact.set': {
    object: 'Kontakter',
    does: 'Ændre kontaktregistret og se, hvad der har stået i det',
    administers: true,
    rules: [{ ids: ['AC141'], who: 'Koordinatorer og administratorer', when: 'For deres egen myndighed, med dens egne medarbejdere. Det, der stod før, bevares.', why: collaboration, holds: (subject, { authorityId }) => ['coordinator', 'administrator'].includes(subject.role) && subject.authorityId === authorityId }],
  },
  'yearPlan.keep': {
    object: 'Årsplaner',
    does: 'Lægge en årsplan for myndighedens mødeserier, se den og ændre den',
    rules: [
      {
        ids: ['AC150'],
        who: 'Koordinatorer',
        when: 'For deres egen myndighed: de serier, den ejer, eller som nogen fra den deltager i. Af serier, hun ikke selv deltager i, kun art, myndigheder og tid. Planen flytter ingen møder; en serie ændres af dens egne koordinatorer, og kun serier, som myndigheden ejer, kan ændres fra planen.',
        why: collaboration,
        holds: (subject, { authorityId }) => subject.role === 'coordinator' && subject.authorityId === authorityId,
      },
    ],
  },
  'people.administer': {
    object: 'Brugere',
    does: 'Styre personer, roller og nøgler til brugerstyring',
    administers: true,
    rules: [{ ids: ['AC84'], who: 'Administratorer', when: 'For deres egen myndighed. Den sidste administrator kan ikke fjernes (AC86).', why: security, holds: (subject, { authorityId }) => subject.role === 'administrator' && subject.authorityId === authorityId }],
  },
  'trail.read': {
    object: 'Adgangsspor',
    does: 'Se, hvem der har set hvad, og tage stikprøver',
    administers: true,
    rules: [{ ids: ['AC90', 'AC91', 'AC95', 'AC96', 'AC98'], who: 'Revisorer', when: 'For deres egen myndighed: dens medarbejdere ved navn, andres på dens egne punkter kun ved myndighed. Aldrig titel eller indhold; af en videregivelse også begrundelsen, når møde eller den, der skrev den, er myndighedens egen. Hvert opslag er selv i sporet.', why: security, holds: (subject, { authorityId }) => subject.role === 'auditor' && subject.authorityId === authorityId }],
  },
  'filing.confirm': {
    object: 'Opbevaring',
    does: 'Bekræfte, at ens myndighed har journaliseret sit eksemplar af et godkendt referat, eller rette det',
    rules: [
      {
        ids: ['AC110', 'AC17'],
        who: 'Myndighedens koordinatorer ved mødet',
        when: 'Når de deltager. Hvor ingen koordinator deltager for myndigheden, den, der gør. Andre myndigheder ser, at det er sket, men ikke journalnummeret.',
        why: 'Offentlighedslovens § 15 (journalisering). Hver myndighed for sig selv.',
        holds: (subject, _meeting, facts, nowMs) => takesPart(subject, facts, nowMs) && filers(facts.participants, subject.authorityId).some((one) => one.membershipId === subject.membershipId),
      },
    ],
  },
  'hold.set': {
    object: 'Opbevaring',
    does: 'Stoppe sletningen af et møde eller et punkt',
    rules: [
      {
        ids: ['AC112', 'AC17'],
        who: 'Koordinatorer og ledere for en myndighed, der deltager, når de kan læse det',
        when: 'Indtil indholdet er slettet, med begrundelse. Hvor ingen af dem deltager for myndigheden, den, der gør. Andre myndigheder ser, at sletningen er stoppet, men ikke hvorfor; et stop på et punkt ser kun de, der kan læse punktet.',
        why: keeping,
        holds,
      },
    ],
  },
  'hold.release': {
    object: 'Opbevaring',
    does: 'Ophæve et stop af sletningen',
    rules: [
      {
        ids: ['AC112', 'AC17'],
        who: 'De samme, for den myndighed, der satte det',
        when: 'Når som helst, med begrundelse. Ingen anden myndighed kan.',
        why: keeping,
        holds: (subject, hold, facts, nowMs) => subject.authorityId === hold.setByAuthorityId && holds(subject, hold, facts, nowMs),
      },
    ],
  },
  'deletion.confirm': {
    object: 'Opbevaring',
    does: 'Bekræfte en varslet sletning',
    administers: true,
    rules: [
      {
        ids: ['AC113'],
        who: 'Administratorer for den myndighed, der ejer mødet',
        when: 'Når sletningen er varslet. Den samme person kan ikke bekræfte to gange.',
        why: keeping,
        holds: (subject, { ownerAuthorityId }) => subject.role === 'administrator' && subject.authorityId === ownerAuthorityId,
      },
      {
        ids: ['AC113'],
        who: 'Mødets koordinatorer for den myndighed, der ejer mødet',
        when: 'Når de deltager, og sletningen er varslet. Den samme person kan ikke bekræfte to gange.',
        why: keeping,
        holds: (subject, { ownerAuthorityId }, facts, nowMs) => subject.authorityId === ownerAuthorityId && coordinates(subject, facts, nowMs),
      },
    ],
  },
  'retention.set': {
    object: 'Opbevaring',
    does: 'Sætte regler for opbevaring og se, hvilke møder der er på vej til at blive slettet',
    administers: true,
    rules: [
      {
        ids: ['AC114'],
        who: 'Administratorer',
        when: 'For deres egen myndigheds møder: art, dag og myndigheder, aldrig titel eller indhold. En regel gælder kun det, der ikke er varslet endnu.',
        why: keeping,
        holds: (subject, { authorityId }) => subject.role === 'administrator' && subject.authorityId === authorityId,
      },
    ],
  },
} as const satisfies RulesOf<
  'legalBasis.set' | 'contact.read' | 'contact.set' | 'yearPlan.keep' | 'people.administer' | 'trail.read' | 'filing.confirm' | 'hold.set' | 'hold.release' | 'deletion.confirm' | 'retention.set'
>;
