import type { Fact, Sheet } from './sheet.js';

/** A table of decisions as it is set: the cells are lines of plain text, made by whoever knows the columns. */
export interface LogTable {
  columns: readonly { title: string; share: number }[];
  rows: readonly (readonly string[])[];
}

export interface LogMaking {
  /** Of the reader's authority. */
  reader: string;
  /** Danish, “7. december 2026 kl. 14.12”. */
  madeAt: string;
  /** Who, when, which filters, how many. */
  about: readonly Fact[];
  /** How many stand here, when there were more. */
  cutAt: number | null;
}

/** The decision log on pages that lie down. [DO11] */
export function logSheet(table: LogTable, { reader, madeAt, about, cutAt }: LogMaking): Sheet {
  const many = cutAt === null ? '' : new Intl.NumberFormat('da-DK').format(cutAt);
  return {
    title: `Beslutningslog, ${reader}, ${madeAt}`,
    kind: 'Beslutningslog',
    mark: cutAt === null ? null : `Kun de første ${many}`,
    heading: 'Beslutninger',
    madeFor: `Udskrift til ${reader}, ${madeAt}`,
    confidentiality: 'Fortroligt. Må kun ses af den, der har behov og hjemmel',
    facts: [...about, ...(cutAt === null ? [] : [{ label: 'Udeladt', value: `Der er flere beslutninger, end en PDF kan rumme. Her står de første ${many}. Afgræns med et filter, eller hent alle som CSV eller Excel.` }])],
    blocks: table.rows.length === 0 ? [{ type: 'note', text: 'Ingen beslutninger.' }] : [{ type: 'table', caption: 'Beslutninger', ...table }],
    landscape: true,
  };
}
