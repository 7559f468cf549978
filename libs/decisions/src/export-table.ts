import type { ExportRow } from './decision-log.service.js';
import { exportColumns, shown } from './export-columns.js';

/** A page lying down has room for seven columns: what belongs together stands in one cell, each value on a line of its own. */
const groups: readonly { title: string; share: number; of: readonly string[] }[] = [
  // Wide enough for an id, which has no place to break.
  { title: 'Beslutning', share: 7, of: ['Beslutning', 'Begrundelse', 'Id'] },
  { title: 'Status og frist', share: 2.6, of: ['Status', 'Frist', 'Over fristen'] },
  { title: 'Myndighed og ansvarlig', share: 3, of: ['Besluttende myndighed', 'Ansvarlig'] },
  { title: 'Hjemmel og sag', share: 2.6, of: ['Hjemmel', 'Sagsreference'] },
  { title: 'Møde', share: 3, of: ['Møde', 'Mødetype', 'Mødet begyndte'] },
  { title: 'Skrevet', share: 3, of: ['Skrevet', 'Skrevet af'] },
  { title: 'Svar', share: 3, of: ['Besvaret', 'Besvaret af', 'Lederens kommentar', 'Eskaleret til'] },
];

/** [DE13] The columns of an export, all of them, as a table for a page: the first value of a cell bare, the others with their names. */
export function tableOf(rows: readonly ExportRow[]): { columns: { title: string; share: number }[]; rows: string[][] } {
  const column = new Map(exportColumns.map((one) => [one.header, one]));
  const cell = (row: ExportRow, of: readonly string[]) =>
    of
      .map((header, n) => ({ label: n === 0 ? '' : `${header}: `, value: shown(column.get(header)!.cell(row)) }))
      .filter(({ value }) => value !== '')
      .map(({ label, value }) => label + value)
      .join('\n');
  return { columns: groups.map(({ title, share }) => ({ title, share })), rows: rows.map((row) => groups.map(({ of }) => cell(row, of))) };
}
