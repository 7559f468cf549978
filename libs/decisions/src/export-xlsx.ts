import { strToU8, Zip, ZipDeflate } from 'fflate';
import { timeZone } from '@lib/contracts/enums.js';
import type { ExportHead, ExportRow } from './decision-log.service.js';
import { aboutExport, exportColumns, type Cell } from './export-columns.js';

/**
 * [DE13] A workbook (ECMA-376, SpreadsheetML): the decisions, and a sheet about the export. Written as the rows come, so
 * that neither memory nor the event loop holds all of them. Text is text by type (`inlineStr`), so nothing in it is ever
 * taken for a formula; days and times are dates.
 */
export async function* xlsxOf(head: ExportHead, rows: AsyncIterable<ExportRow>): AsyncGenerator<Uint8Array> {
  const out: Uint8Array[] = [];
  const zip = new Zip((error, chunk) => {
    if (error !== null) throw error;
    out.push(chunk);
  });
  const add = (name: string): ZipDeflate => {
    const file = new ZipDeflate(name, { level: 6 });
    zip.add(file);
    return file;
  };
  for (const [name, xml] of Object.entries(frame)) add(name).push(strToU8(declaration + xml), true);

  const sheet = add('xl/worksheets/sheet1.xml');
  const widths = exportColumns.map(({ width }, index) => `<col min="${index + 1}" max="${index + 1}" width="${width}" customWidth="1"/>`).join('');
  sheet.push(strToU8(`${declaration}<worksheet xmlns="${main}"><sheetViews><sheetView tabSelected="1" workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><cols>${widths}</cols><sheetData>`));
  sheet.push(strToU8(rowOf(1, exportColumns.map(({ header }) => ({ kind: 'text', value: header })), exportColumns.length)));
  let count = 0;
  let waiting = '';
  for await (const row of rows) {
    count += 1;
    waiting += rowOf(count + 1, exportColumns.map(({ cell }) => cell(row)));
    if (waiting.length < chunkLength) continue;
    sheet.push(strToU8(waiting));
    waiting = '';
    yield* out.splice(0);
  }
  sheet.push(strToU8(`${waiting}</sheetData><autoFilter ref="A1:${columnName(exportColumns.length)}${count + 1}"/></worksheet>`), true);

  const about = aboutExport(head, count).map(([label, cell], index) => rowOf(index + 1, [{ kind: 'text', value: label }, cell], 1));
  add('xl/worksheets/sheet2.xml').push(strToU8(`${declaration}<worksheet xmlns="${main}"><cols><col min="1" max="1" width="22" customWidth="1"/><col min="2" max="2" width="90" customWidth="1"/></cols><sheetData>${about.join('')}</sheetData></worksheet>`), true);
  zip.end();
  yield* out.splice(0);
}

/** Characters gathered before they are compressed and sent. */
const chunkLength = 64 * 1024;
const styles = { text: 1, day: 2, instant: 3, header: 4 } as const;

/** @param bold how many of the first cells are headers */
const rowOf = (number: number, cells: readonly Cell[], bold = 0) => `<row r="${number}">${cells.map((cell, index) => cellOf(cell, `${columnName(index + 1)}${number}`, index < bold)).join('')}</row>`;

function cellOf(cell: Cell, address: string, bold: boolean): string {
  if (cell === null) return '';
  if (cell.kind === 'text') return `<c r="${address}" s="${bold ? styles.header : styles.text}" t="inlineStr"><is><t xml:space="preserve">${escaped(cell.value)}</t></is></c>`;
  return `<c r="${address}" s="${styles[cell.kind]}"><v>${serial(cell.kind === 'day' ? `${cell.value} 00:00:00` : wall.format(new Date(cell.value)))}</v></c>`;
}

/** A, B, … Z, AA … */
const columnName = (number: number): string => (number > 26 ? columnName(Math.floor((number - 1) / 26)) : '') + String.fromCharCode(65 + ((number - 1) % 26));

const wall = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' });

/** Days since 30 December 1899 of a wall time “2026-12-07 13:00:00”, as spreadsheets count. */
const serial = (local: string): number => Date.parse(`${local.replace(' ', 'T')}Z`) / 86_400_000 + 25_569;

/** Text for XML: what XML 1.0 cannot hold is left out, and `_x000D_`, which Excel would read as a character, stays text. */
function escaped(text: string): string {
  return text
    .replace(/\p{Surrogate}/gu, '\uFFFD')
    .replace(/\r\n?/g, '\n')
    // oxlint-disable-next-line no-control-regex
    .replace(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/g, '')
    .replace(/_(?=x[0-9a-f]{4}_)/gi, '_x005F_')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
}

const declaration = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const relations = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const packaged = 'http://schemas.openxmlformats.org/package/2006';
const type = 'application/vnd.openxmlformats-officedocument.spreadsheetml';

/** What is the same in every workbook. */
const frame = {
  '[Content_Types].xml': `<Types xmlns="${packaged}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="${type}.sheet.main+xml"/><Override PartName="/xl/styles.xml" ContentType="${type}.styles+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="${type}.worksheet+xml"/><Override PartName="/xl/worksheets/sheet2.xml" ContentType="${type}.worksheet+xml"/></Types>`,
  '_rels/.rels': `<Relationships xmlns="${packaged}/relationships"><Relationship Id="rId1" Type="${relations}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
  'xl/_rels/workbook.xml.rels': `<Relationships xmlns="${packaged}/relationships"><Relationship Id="rId1" Type="${relations}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="${relations}/worksheet" Target="worksheets/sheet2.xml"/><Relationship Id="rId3" Type="${relations}/styles" Target="styles.xml"/></Relationships>`,
  'xl/workbook.xml': `<workbook xmlns="${main}" xmlns:r="${relations}"><sheets><sheet name="Beslutninger" sheetId="1" r:id="rId1"/><sheet name="Om udtrækket" sheetId="2" r:id="rId2"/></sheets></workbook>`,
  'xl/styles.xml': `<styleSheet xmlns="${main}"><numFmts count="2"><numFmt numFmtId="164" formatCode="dd\\-mm\\-yyyy"/><numFmt numFmtId="165" formatCode="dd\\-mm\\-yyyy\\ hh:mm"/></numFmts><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="5"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/><xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyAlignment="1"><alignment vertical="top" wrapText="1"/></xf><xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyAlignment="1"><alignment vertical="top"/></xf><xf numFmtId="165" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyAlignment="1"><alignment vertical="top"/></xf><xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/></cellXfs></styleSheet>`,
};
