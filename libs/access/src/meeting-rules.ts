import { contentRoles } from './policy.js';
import type { RulesOf } from './rule.js';
import { takesPart, coordinates, reads, isGuest, needToKnow, byBasis, security, noting } from './rule-conditions.js';

/** Meetings, series, polls, and guests of them. */
export const meetingRules = {
  'series.create': {
    object: 'Møder og serier',
    does: 'Oprette et møde eller en mødeserie',
    rules: [{ ids: ['AC4'], who: 'Koordinatorer', when: 'For deres egen myndighed.', why: 'Myndigheden selv planlægger sit samarbejde.', holds: (subject) => subject.role === 'coordinator' }],
  },
  'meeting.read': {
    object: 'Møder og serier',
    does: 'Se mødet: tid, sted, deltagere og dagsordenens tider',
    rules: [{ ids: ['AC3', 'AC50'], who: 'Mødets deltagere', when: 'Med den ansættelse, de deltager ved, og i deres adgangsperiode.', why: needToKnow, holds: (subject, _meeting, facts, nowMs) => takesPart(subject, facts, nowMs) }],
  },
  'meeting.coordinate': {
    object: 'Møder og serier',
    does: 'Ændre mødet, tilføje punkter, invitere og sende ud',
    rules: [
      {
        ids: ['AC5', 'AC17', 'AC50'],
        who: 'Mødets koordinatorer',
        when: 'Når de deltager. En stedfortræder kun, når den, hun kommer for, selv er koordinator.',
        why: 'Den, der indkalder, svarer for mødets ramme; en stedfortræder får ikke mere end den, der sendte hende.',
        holds: (subject, _meeting, facts, nowMs) => coordinates(subject, facts, nowMs),
      },
    ],
  },
  'availability.ask': {
    object: 'Møder og serier',
    does: 'Spørge, hvornår mødets deltagere kan (Find tid)',
    rules: [
      {
        ids: ['AC120', 'AC5', 'AC17', 'AC50'],
        who: 'Mødets koordinatorer',
        when: 'Når de deltager, indtil mødet begynder, og mens det ikke er aflyst. Svaret er kun, om en deltager kan, ikke kan eller kan med stedfortræder: den, hun har sendt, eller en, som hendes myndighed nævner i kontaktregistret; aldrig hvilket møde, hvilken art eller hvilken myndighed der er i vejen.',
        why: needToKnow,
        holds: (subject, { meetingState, startMs }, facts, nowMs) => coordinates(subject, facts, nowMs) && ['draft', 'proposed', 'confirmed'].includes(meetingState) && startMs > nowMs,
      },
    ],
  },
  'calendar.connect': {
    object: 'Møder og serier',
    does: 'Forbinde sin egen kalender, så Find tid ved, hvornår hun er optaget',
    rules: [
      {
        ids: ['AC121'],
        who: 'Koordinatorer, deltagere og ledere',
        when: 'Kun deres egen. Der gemmes kun, hvornår de er optaget; aldrig hvad de er optaget af, og ingen anden ser kalenderen.',
        why: needToKnow,
        holds: (subject) => contentRoles.includes(subject.role),
      },
    ],
  },
  'poll.lead': {
    object: 'Møder og serier',
    does: 'Se, hvem der svarede hvad i en afstemning om tidspunktet, rykke for svar, give links til folk uden for Samråd og trække afstemningen tilbage',
    rules: [
      {
        ids: ['AC130', 'AC5', 'AC17', 'AC50'],
        who: 'Mødets koordinatorer',
        when: 'Når de deltager. Af hver person kun ja, hvis nødvendigt eller nej til hver tid.',
        why: 'De planlægger efter svarene.',
        holds: (subject, _poll, facts, nowMs) => coordinates(subject, facts, nowMs),
      },
    ],
  },
  'poll.answer': {
    object: 'Møder og serier',
    does: 'Svare i en afstemning om tidspunktet',
    rules: [
      {
        ids: ['AC131', 'AC50'],
        who: 'Mødets deltagere, hver for sig selv',
        when: 'Indtil svarfristen, mens afstemningen er i gang. Ikke den, der har sendt en stedfortræder: så svarer stedfortræderen. Andre deltagere ser kun, hvor mange der kan.',
        why: needToKnow,
        holds: (subject, { isOpen, hasSent }, facts, nowMs) => isOpen && !hasSent && takesPart(subject, facts, nowMs),
      },
    ],
  },
  'meeting.standIn': {
    object: 'Møder og serier',
    does: 'Møde som stedfortræder',
    rules: [
      {
        ids: ['AC16'],
        who: 'En kollega fra samme myndighed',
        when: 'Når hun ikke deltager i forvejen, og den, hun kommer for, selv er inviteret. Hun ser det, hendes myndighed eller hendes eget navn giver adgang til, aldrig det, som kun den andens navn giver.',
        why: needToKnow,
        holds: (subject, { replaced }, { participants }) =>
          subject.authorityId === replaced.authorityId && replaced.standsInForRole === undefined && !participants.some((one) => one.personId === subject.personId),
      },
    ],
  },
  'reply.readNote': {
    object: 'Møder og serier',
    does: 'Læse bemærkningen til et svar på en indkaldelse',
    rules: [
      { ids: ['AC18'], who: 'Den, der skrev den', when: 'Mens hun deltager.', why: needToKnow, holds: (subject, { ofMembershipId }, facts, nowMs) => takesPart(subject, facts, nowMs) && subject.membershipId === ofMembershipId },
      { ids: ['AC18'], who: 'Mødets koordinatorer', when: 'Når de deltager.', why: 'De planlægger efter svarene.', holds: (subject, _note, facts, nowMs) => coordinates(subject, facts, nowMs) },
    ],
  },
  'attendance.take': {
    object: 'Møder og serier',
    does: 'Notere fremmøde',
    rules: [
      { ids: ['AC19'], who: 'Hver deltager for sig selv', when: 'Mens hun deltager.', why: noting, holds: (subject, { ofMembershipId }, facts, nowMs) => takesPart(subject, facts, nowMs) && subject.membershipId === ofMembershipId },
      { ids: ['AC19'], who: 'Mødets koordinatorer for alle', when: 'Når de deltager.', why: noting, holds: (subject, _entry, facts, nowMs) => coordinates(subject, facts, nowMs) },
    ],
  },
  'guest.invite': {
    object: 'Gæster',
    does: 'Invitere en gæst til et møde eller et punkt',
    rules: [
      {
        ids: ['AC101'],
        who: 'Mødets koordinatorer; til et punkt dem, der selv kan læse det',
        when: 'Når de deltager, og mødet ikke er aflyst. Kun til punkter, hvis hjemmel omfatter gæstens sektor, i en periode med en slutning, og med en begrundelse.',
        why: byBasis,
        holds: (subject, { item, meetingState }, facts, nowMs) => coordinates(subject, facts, nowMs) && meetingState !== 'cancelled' && (item === null || reads(subject, item, facts, nowMs)),
      },
    ],
  },
  'guest.manage': {
    object: 'Gæster',
    does: 'Se en gæsts link, forny det og tage adgangen fra gæsten',
    rules: [
      {
        ids: ['AC104'],
        who: 'Mødets koordinatorer; ved et punkt dem, der selv kan læse det',
        when: 'Når som helst. Adgangen ophører med det samme.',
        why: security,
        holds: (subject, { item }, facts, nowMs) => coordinates(subject, facts, nowMs) && (item === null || reads(subject, item, facts, nowMs)),
      },
    ],
  },
  'guest.meeting': {
    object: 'Gæster',
    does: 'Se mødets art, titel, tid og sted som gæst',
    rules: [
      {
        ids: ['AC100', 'AC102'],
        who: 'Gæsten selv, med link og kode',
        when: 'I sin periode. Hverken deltagere, dagsorden eller andre møder.',
        why: needToKnow,
        forGuests: true,
        holds: (subject, _meeting, facts, nowMs) => isGuest(subject, facts, nowMs),
      },
    ],
  },
} as const satisfies RulesOf<
  'series.create' | 'meeting.read' | 'meeting.coordinate' | 'availability.ask' | 'calendar.connect' | 'poll.lead' | 'poll.answer' | 'meeting.standIn' | 'reply.readNote' | 'attendance.take' | 'guest.invite' | 'guest.manage' | 'guest.meeting'
>;
