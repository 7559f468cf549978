import { beforeAll, describe, expect, it } from '@jest/globals';
import type { RichText } from '@lib/contracts/rich-text.js';
import { meetingSheet } from './meeting-sheet.js';
import { sheetText } from './sheet.js';
import { aDocument, aMaking, anItem, paragraph } from './spec-documents.js';
import { pdfBytes, readPdf, squeezed } from './spec-pdf.js';
import { Typesetter } from './typst.js';

let typesetter: Typesetter;
beforeAll(() => void (typesetter = new Typesetter()));

function pdfOf(document = aDocument(), standard: 'ua-1' | 'a-3a' = 'ua-1') {
  const sheet = meetingSheet(document, aMaking);
  return { sheet, pdf: typesetter.pdf({ sheet, standard, madeAt: aMaking.madeAt, data: JSON.stringify(document) }) };
}

/** What people wrote in the first item comes out as text, whatever it is. */
const textOf = async (words: RichText, title = 'Punkt') => squeezed((await readPdf(pdfOf(aDocument({ items: [anItem('1', { title, minutes: words })], approval: null })).pdf)).content);

describe('a document set by Typst', () => {
  it.each(['minutes', 'agenda'] as const)('[DO2] prints every word of the model in its order: %s', async (kind) => {
    const document = aDocument({ kind, ...(kind === 'agenda' ? { approval: null } : {}) });
    const { sheet, pdf } = pdfOf(document);
    const printed = squeezed((await readPdf(pdf)).content);
    // Bullets and numbers of lists are drawn, and are nobody's words.
    const words = (text: string) => text.replaceAll(/•|[34]\.(?=(Tredje|Fjerde)gang)/g, '');
    expect(words(printed)).toBe(words(squeezed(sheetText(sheet).join(' '))));
  });

  it('[DO4] PDF/UA-1: tagged, titled, in Danish, with headings, tables and lists', async () => {
    const { pdf } = pdfOf();
    const read = await readPdf(pdf);
    expect(read).toMatchObject({ isTagged: true, title: 'Referat: § 115-overdragelsesmøde, mandag 7. december 2026', language: 'da-DK', hasScripts: false, attachment: null });
    expect(read.metadata).toMatch(/<pdfuaid:part>1<\/pdfuaid:part>/);
    expect([...read.tags]).toEqual(expect.arrayContaining(['H1', 'H2', 'H3', 'Table', 'TH', 'TD', 'L', 'LI']));
    // Running heads and page numbers are told to nobody who listens, and stand on the page.
    expect(read.content).not.toContain('Side 1 af');
    expect(read.text).toContain('Side 1 af');
  });

  it('[DO5] PDF/A-3a: says so, and holds the model as data', async () => {
    const document = aDocument();
    const { pdf } = pdfOf(document, 'a-3a');
    const read = await readPdf(pdf);
    expect(read.metadata).toMatch(/<pdfaid:part>3<\/pdfaid:part>[^]*<pdfaid:conformance>A<\/pdfaid:conformance>/);
    expect(read.isTagged).toBe(true);
    expect(read.attachment).toBe(JSON.stringify(document));
    expect(pdfBytes(pdf)).toMatch(/\/AFRelationship ?\/Data/);
  });

  it.each(['ua-1', 'a-3a'] as const)('[DO6] the same model and instant give the same bytes: %s', (standard) => {
    expect(Buffer.compare(pdfOf(aDocument(), standard).pdf, new Typesetter().pdf({ sheet: meetingSheet(aDocument(), aMaking), standard, madeAt: aMaking.madeAt, data: JSON.stringify(aDocument()) }))).toBe(0);
  });

  it.each([
    '#panic("x") #{1+1} #eval("1") #read("/etc/passwd") #sys.inputs',
    '[fed] *fed* _kursiv_ $a^2$ `kode` // bort /* bort */ @mette <mærke> \\ \\u{41} ~ -- --- ...',
    '= Overskrift',
    '"anførsel" \'enkelt\' “krøllet” {{x}} ${y} %s',
    'é ł ß Ω Ж ← ✓ € ½ ‰ æøåÆØÅ',
  ])('[DO3] prints markup as text: %s', async (text) => {
    const expected = squeezed(text);
    const printed = await textOf([paragraph(text)], text);
    expect(printed.split(expected).length - 1).toBeGreaterThanOrEqual(3);
  });

  it('[DO3] leaves out what nobody sees, and writes what no font has as its number', async () => {
    expect(await textOf([paragraph('før\u0000\u0007\u202eefter\u2066x\ufeff')])).toContain('førefterx');
    expect(await textOf([paragraph('god 👍 ide \ue000 \ud800')])).toContain(squeezed('god [U+1F44D] ide [U+E000]'));
  });

  it('[DO3] sets a character of every block of Unicode', async () => {
    const all = Array.from({ length: 0x110000 / 0x40 }, (_, n) => String.fromCodePoint(n * 0x40 + (n % 0x40))).join(' ');
    for (const standard of ['ua-1', 'a-3a'] as const) {
      const { pdf } = pdfOf(aDocument({ items: [anItem('1', { minutes: [paragraph(all), paragraph('x\u0302\u0323 \u0915\u094d\u0937 \u05e9\u05c1 ا\u0651')] })] }), standard);
      expect((await readPdf(pdf)).isTagged).toBe(true);
    }
  });

  it('[DO3] keeps all of a word that no line can hold, within the page', async () => {
    const word = 'ordudenende'.repeat(9_000);
    const printed = await textOf([paragraph(word)]);
    expect(printed).toContain(word);
  });

  it('[DO3] sets lists and quotes of any depth', async () => {
    const deep = (depth: number): RichText => [paragraph(`niveau ${depth}.`), ...(depth === 0 ? [] : [depth % 2 === 0 ? { type: 'bulletList' as const, items: [deep(depth - 1)] } : { type: 'blockquote' as const, blocks: deep(depth - 1) }])];
    const printed = await textOf(deep(200));
    for (let depth = 0; depth <= 200; depth++) expect(printed).toContain(`niveau${depth}.`);
  });

  it('[DO3] sets headings that skip, stand in lists or are empty', async () => {
    const heading = (level: 1 | 2, text: string): RichText[number] => ({ type: 'heading', level, content: text === '' ? [] : [{ type: 'text', text }] });
    const printed = await textOf([heading(2, 'Først'), heading(1, ''), { type: 'bulletList', items: [[heading(1, 'I listen')], []] }, heading(1, 'Sidst'), { type: 'paragraph', content: [] }, { type: 'orderedList', start: 0, items: [] }, { type: 'blockquote', blocks: [] }]);
    for (const word of ['Først', 'Ilisten', 'Sidst']) expect(printed).toContain(word);
  });

  it('[DO2] has pages for an empty meeting too', async () => {
    const document = aDocument({ items: [], participants: [], approval: null, meeting: { ...aDocument().meeting, place: null, title: '\u202e' } });
    expect((await readPdf(pdfOf(document).pdf)).pages).toBe(1);
  });
});
