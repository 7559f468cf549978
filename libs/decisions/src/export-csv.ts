import type { ExportHead, ExportRow } from './decision-log.service.js';
import { aboutExport, exportColumns, shown } from './export-columns.js';

/**
 * [DE13] RFC 4180, with the semicolon that a Danish Excel expects between fields and a byte-order mark that tells it UTF-8.
 * After an empty line stands who made it and how many rows there are: a file without that line was cut off.
 */
export async function* csvOf(head: ExportHead, rows: AsyncIterable<ExportRow>): AsyncGenerator<string> {
  yield `\uFEFF${line(exportColumns.map(({ header }) => header))}`;
  let count = 0;
  for await (const row of rows) {
    count += 1;
    yield line(exportColumns.map(({ cell }) => shown(cell(row))));
  }
  yield '\r\n';
  for (const [label, cell] of aboutExport(head, count)) yield line([label, shown(cell)]);
}

const line = (fields: readonly string[]) => `${fields.map(field).join(';')}\r\n`;

/**
 * A field as a spreadsheet will show it. What would begin a formula (= + - @, tab, line ends, and their full-width twins)
 * gets an apostrophe in front, as OWASP advises (CSV Injection): a decision's text is somebody else's input.
 */
export function field(value: string): string {
  const safe = /^[=+\-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20]/.test(value) ? `'${value}` : value;
  return /[";\r\n]/.test(safe) || safe !== value || /^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
