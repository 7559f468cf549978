import type { DocumentItem, MeetingDocument } from '@lib/contracts/meeting-document.js';
import type { RichText } from '@lib/contracts/rich-text.js';

/** Documents for tests. */

export const paragraph = (text: string): RichText[number] => ({ type: 'paragraph', content: [{ type: 'text', text }] });

export const anItem = (number: string, changes: Partial<DocumentItem> = {}): { closed: false } & DocumentItem => ({
  closed: false,
  id: `item-${number}`,
  number,
  startInstant: '2026-12-07T12:00:00Z',
  endInstant: '2026-12-07T12:20:00Z',
  title: `Drøftelse af punkt ${number}`,
  ledBy: 'Mette Holm',
  outputType: 'decision',
  legalBasis: { id: 'rpl-115-1-1', label: 'Retsplejeloven § 115, stk. 1, nr. 1' },
  audience: { authorities: ['Eksempelby Kommune', 'Nordsjællands Politi'], persons: ['Sara Lund'] },
  agenda: [
    paragraph('Politiet har mødt den unge tre gange på en måned.'),
    { type: 'bulletList', items: [[paragraph('Bekymring fra skolen')], [paragraph('Underretning fra naboen'), { type: 'orderedList', start: 3, items: [[paragraph('Tredje gang')], [paragraph('Fjerde gang')]] }]] },
  ],
  minutes: [
    { type: 'heading', level: 1, content: [{ type: 'text', text: 'Drøftelse' }] },
    { type: 'paragraph', content: [{ type: 'text', text: 'Parterne var ' }, { type: 'text', text: 'enige', bold: true }, { type: 'text', text: ' om at ' }, { type: 'text', text: 'handle', italic: true }, { type: 'hardBreak' }, { type: 'text', text: 'inden jul.' }] },
    { type: 'blockquote', blocks: [paragraph('“Vi har set det før,” sagde skolens leder.')] },
  ],
  decisions: [
    {
      id: `decision-${number}`,
      text: 'SSP-konsulenten kontakter familien.',
      reasons: 'Politiet har mødt den unge tre gange på en måned, og skolen er bekymret.',
      caseReference: 'Sag 2026-014',
      decidingAuthority: { id: 'municipality:219', name: 'Eksempelby Kommune' },
      responsible: { name: 'Mette Holm', authority: 'Eksempelby Kommune' },
      deadline: '2026-12-14',
      legalBasis: { id: 'rpl-115-1-1', label: 'Retsplejeloven § 115, stk. 1, nr. 1' },
      state: 'confirmed',
      recordedAt: '2026-12-07T12:15:00Z',
    },
  ],
  followUps: [{ id: `follow-up-${number}`, text: 'Ring til skolen og aftal et møde', caseReference: 'Sag 2026-014', owner: { name: 'Sara Lund', authority: 'Nordsjællands Politi' }, deadline: '2026-12-10', state: 'open' }],
  plans: [
    {
      plan: 'sequence',
      steps: [
        { id: `step-${number}`, followUpId: `step-follow-up-${number}`, kind: { id: 'childInterview', label: 'Børnesamtale' }, text: 'Samtale uden forældre', caseReference: 'Sag 2026-014', day: '2026-12-08', time: '09:30', place: 'Skolen', trustedAdult: 'mormor', who: { name: 'Mette Holm', authority: 'Eksempelby Kommune' }, awaits: null, state: 'done' },
        { id: `step-${number}b`, followUpId: `step-follow-up-${number}b`, kind: { id: 'videoInterview', label: 'Videoafhøring' }, text: 'I børnehuset', caseReference: null, day: '2026-12-09', time: null, place: null, trustedAdult: null, who: { name: 'Sara Lund', authority: 'Nordsjællands Politi' }, awaits: { id: 'police', label: 'politiet' }, state: 'open' },
      ],
    },
  ],
  ...changes,
});

export const aDocument = (changes: Partial<MeetingDocument> = {}): MeetingDocument => ({
  schema: 'samraad/meeting-document/1',
  kind: 'minutes',
  extractFor: null,
  meeting: {
    id: 'meeting-1',
    title: '§ 115-overdragelsesmøde',
    kindTitle: '§ 115-møde',
    startInstant: '2026-12-07T12:00:00Z',
    endInstant: '2026-12-07T13:30:00Z',
    timeZone: 'Europe/Copenhagen',
    place: 'Rådhuset, lokale 2',
    owner: { id: 'municipality:219', name: 'Eksempelby Kommune' },
    authorities: [
      { id: 'municipality:219', name: 'Eksempelby Kommune', sector: 'municipality' },
      { id: 'policeDistrict:nordsjaelland', name: 'Nordsjællands Politi', sector: 'police' },
    ],
  },
  participants: [
    { membershipId: 'm1', name: 'Mette Holm', functionTitle: 'Koordinator', authority: { id: 'municipality:219', name: 'Eksempelby Kommune' }, reply: 'accepted', attendance: 'present', standsInFor: null },
    { membershipId: 'm2', name: 'Øjvind Ås', functionTitle: 'Afdelingsleder', authority: { id: 'municipality:219', name: 'Eksempelby Kommune' }, reply: 'accepted', attendance: 'late', standsInFor: 'Ane Ravn' },
    { membershipId: 'm3', name: 'Sara Lund', functionTitle: 'Politiassistent', authority: { id: 'policeDistrict:nordsjaelland', name: 'Nordsjællands Politi' }, reply: 'declined', attendance: 'excused', standsInFor: null },
  ],
  items: [
    anItem('1', { title: 'Velkomst og dagsorden', legalBasis: null, audience: null, outputType: 'information', decisions: [], followUps: [], plans: [] }),
    { closed: true, startInstant: '2026-12-07T12:20:00Z', endInstant: '2026-12-07T12:40:00Z' },
    anItem('3'),
  ],
  approval: {
    state: 'approved',
    version: 2,
    frozenAt: '2026-12-08T08:00:00Z',
    authorities: [
      { authority: { id: 'municipality:219', name: 'Eksempelby Kommune' }, state: 'approved', by: 'Mette Holm', at: '2026-12-09T09:30:00Z' },
      { authority: { id: 'policeDistrict:nordsjaelland', name: 'Nordsjællands Politi' }, state: 'approved', by: 'Sara Lund', at: '2026-12-10T09:30:00Z' },
    ],
    approvedAt: '2026-12-10T09:30:00Z',
    hash: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
    addenda: [{ itemId: 'item-3', number: '3', text: [paragraph('Familien har siden selv henvendt sig.')], by: 'Mette Holm', at: '2026-12-15T10:00:00Z' }],
  },
  ...changes,
});

export const aMaking = { reader: 'Eksempelby Kommune', madeAt: '2026-12-07T13:12:00Z' };
