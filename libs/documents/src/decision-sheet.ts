import type { DecisionExtract } from '@lib/contracts/decision-extract.js';
import { dayAndTime, decisionEventWords, decisionWords, weekdayAndDay } from './danish.js';
import { columns, decisionBox, followUpBlocks, madeFor, type Making } from './meeting-sheet.js';
import type { Fact, Sheet } from './sheet.js';

const person = ({ name, authority }: { name: string; authority: string }) => `${name}, ${authority}`;

/** One decision with its timeline, as it is set. [DO7] */
export function decisionSheet({ decision, meeting, supersedes, superseded, timeline, followUps }: DecisionExtract, making: Making): Sheet {
  const replaced: Fact[] = [
    ...(supersedes ? [{ label: 'Erstatter', value: 'en tidligere beslutning' }] : []),
    ...(superseded ? [{ label: 'Gælder', value: 'ikke længere; en anden beslutning er trådt i stedet' }] : []),
  ];
  return {
    title: `Beslutning, ${meeting.title}, ${weekdayAndDay(meeting.startInstant)}`,
    kind: 'Beslutning, uddrag af referat',
    mark: decisionWords[decision.state],
    heading: meeting.title,
    madeFor: madeFor(making),
    confidentiality: 'Fortroligt. Må kun ses af den, der har behov og hjemmel',
    facts: [{ label: 'Møde', value: weekdayAndDay(meeting.startInstant) }, { label: 'Skrevet af', value: person(decision.recordedBy) }, ...replaced],
    blocks: [
      { type: 'heading', level: 1, text: 'Hvad der er besluttet' },
      decisionBox(decision),
      { type: 'heading', level: 1, text: 'Forløb' },
      {
        type: 'table',
        caption: 'Hvad der er sket med beslutningen',
        columns: columns({ Tidspunkt: 3, Hvad: 2, Hvem: 3, Bemærkning: 4 }),
        rows: timeline.map(({ kind, by, at, comment }) => [dayAndTime(at), decisionEventWords[kind], person(by), comment ?? '']),
      },
      ...followUpBlocks(followUps, 1),
    ],
  };
}
