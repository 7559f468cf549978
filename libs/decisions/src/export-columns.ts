import { timeZone, type DecisionState } from '@lib/contracts/enums.js';
import type { ExportHead, ExportRow } from './decision-log.service.js';

/** What stands in a cell: text, a Danish day, or an instant shown as Danish wall time; null leaves it empty. */
export type Cell = { kind: 'text'; value: string } | { kind: 'day'; value: string } | { kind: 'instant'; value: string } | null;

const text = (value: string | null): Cell => (value === null ? null : { kind: 'text', value });
const day = (value: string): Cell => ({ kind: 'day', value });
const instant = (value: string | null): Cell => (value === null ? null : { kind: 'instant', value });

const states: Record<DecisionState, string> = { recorded: 'Venter på bekræftelse', escalated: 'Eskaleret', confirmed: 'Bekræftet', returned: 'Returneret', superseded: 'Erstattet' };

/** The columns of every tabular export, in order. `width` in characters. */
export const exportColumns: readonly { header: string; width: number; cell: (row: ExportRow) => Cell }[] = [
  { header: 'Beslutning', width: 50, cell: (row) => text(row.text) },
  { header: 'Begrundelse', width: 60, cell: (row) => text(row.reasons) },
  { header: 'Status', width: 22, cell: (row) => text(states[row.state]) },
  { header: 'Over fristen', width: 12, cell: (row) => text(row.isOverdue ? 'Ja' : 'Nej') },
  { header: 'Frist', width: 12, cell: (row) => day(row.deadline) },
  { header: 'Besluttende myndighed', width: 28, cell: (row) => text(row.decidingAuthority) },
  { header: 'Ansvarlig', width: 36, cell: (row) => text(row.responsible) },
  { header: 'Hjemmel', width: 34, cell: (row) => text(row.legalBasis) },
  { header: 'Sagsreference', width: 16, cell: (row) => text(row.caseReference) },
  { header: 'Møde', width: 36, cell: (row) => text(row.meetingTitle) },
  { header: 'Mødetype', width: 36, cell: (row) => text(row.meetingKind) },
  { header: 'Mødet begyndte', width: 18, cell: (row) => instant(row.meetingStart) },
  { header: 'Skrevet', width: 18, cell: (row) => instant(row.recordedAt) },
  { header: 'Skrevet af', width: 36, cell: (row) => text(row.recordedBy) },
  { header: 'Besvaret', width: 18, cell: (row) => instant(row.answeredAt) },
  { header: 'Besvaret af', width: 36, cell: (row) => text(row.answeredBy) },
  { header: 'Lederens kommentar', width: 50, cell: (row) => text(row.comment) },
  { header: 'Eskaleret til', width: 36, cell: (row) => text(row.escalatedTo) },
  { header: 'Id', width: 38, cell: (row) => text(row.id) },
];

const wall = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' });

/** Days and times as a Danish Excel reads them: 07-12-2026, 07-12-2026 13:00. */
export function shown(cell: Cell): string {
  if (cell === null) return '';
  if (cell.kind === 'text') return cell.value;
  const iso = cell.kind === 'day' ? cell.value : wall.format(new Date(cell.value));
  return iso.replace(/^(\d{4})-(\d{2})-(\d{2})/, '$3-$2-$1');
}

/** Who made the export, when, of what, and how much: below the rows of a CSV, on the second sheet of a workbook. */
export const aboutExport = (head: ExportHead, rows: number): readonly (readonly [string, Cell])[] => [
  ['Udtrukket af', text(`${head.madeBy}, ${head.authority}`)],
  ['Udtrukket', instant(head.madeAt)],
  ['Filter', text(head.sentence)],
  ['Antal beslutninger', text(String(rows))],
  // Neutral: the file may come into the hands of those who must not know that there is an embargo.
  ...(head.leftOut === 0 ? [] : [['Ikke med i denne udgave', text(String(head.leftOut))] as const]),
];
