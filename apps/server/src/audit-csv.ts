import { field } from '@lib/decisions/export-csv.js';
import { dayAndTime } from '@lib/documents/danish.js';
import type { TrailKind } from '@lib/trail/trail.js';

/** What an opening was for, in the words of a letter to a citizen. */
export const purposes: Readonly<Record<TrailKind, string>> = {
  read: 'Læst i forbindelse med mødet',
  list: 'Vist i en oversigt eller dagsorden',
  search: 'Fundet ved en søgning',
  export: 'Hentet som dokument',
  change: 'Ændret eller suppleret',
  open: 'Åbnet for at skrive i det',
  refused: 'Adgang afvist',
  audit: 'Kontrol af adgange',
};

interface Head {
  caseReference: string;
  authority: string;
  madeAt: string;
  months: number;
}

/** [AC96] Dates, authorities and purposes, nobody's name: RFC 4180 with semicolons, as {@link field} makes them safe. */
export async function* disclosureCsv(head: Head, rows: AsyncIterable<{ at: string; authority: string; kind: TrailKind; meetingKind: string; legalBasis: string | null }>): AsyncGenerator<string> {
  yield `\uFEFF${line(['Tidspunkt', 'Myndighed', 'Formål', 'Mødetype', 'Hjemmel'])}`;
  let count = 0;
  for await (const row of rows) {
    count += 1;
    yield line([dayAndTime(row.at), row.authority, purposes[row.kind], row.meetingKind, row.legalBasis ?? '']);
  }
  yield '\r\n';
  yield line(['Sagsreference', head.caseReference]);
  yield line(['Udarbejdet af', head.authority]);
  yield line(['Udarbejdet', dayAndTime(head.madeAt)]);
  yield line(['Antal', String(count)]);
  yield line(['Omfatter', `Myndighedens egne møder, de seneste ${head.months} måneder og den løbende`]);
}

const line = (fields: readonly string[]) => `${fields.map(field).join(';')}\r\n`;
