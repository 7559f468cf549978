import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { meetingSheet } from '@lib/documents/meeting-sheet.js';
import { sheetText } from '@lib/documents/sheet.js';
import { Typesetter } from '@lib/documents/typst.js';
import { aDocument, aMaking } from '../../libs/documents/src/spec-documents.js';
import { readPdf, squeezed } from '../../libs/documents/src/spec-pdf.js';
import { consultation, documentOf, narrow, write } from '../support/minutes-story.js';
import { eksempelby, TestServer } from '../support/test-server.js';
import { pdfAttachment, pdfInfo, pdfMetadata, pdfStructure, pdfText } from './poppler.js';

// What `npm test` proves with one reader, another finds as well (docs/documents.md).
const typesetter = new Typesetter();
const sheet = meetingSheet(aDocument(), aMaking);
const madeAs = (standard: 'ua-1' | 'a-3a') => typesetter.pdf({ sheet, standard, madeAt: aMaking.madeAt, data: JSON.stringify(aDocument()) });

describe('a document under poppler', () => {
  it.each(['ua-1', 'a-3a'] as const)('[DO2, DO4] holds every word in its order, tagged and titled: %s', async (standard) => {
    const pdf = madeAs(standard);
    const printed = squeezed(pdfText(pdf).replaceAll('\f', '\n').replaceAll(/^(Udskrift til .* Side \d+ af \d+|Referat · .*)$/gm, ''));
    const words = (text: string) => text.replaceAll(/•|[34]\.(?=(Tredje|Fjerde)gang)/g, '');
    expect(words(printed)).toBe(words(squeezed(sheetText(sheet).join(' '))));
    expect(words(printed)).toBe(words(squeezed((await readPdf(pdf)).content)));
    expect(pdfInfo(pdf)).toMatchObject({ Tagged: 'yes', JavaScript: 'no', Title: sheet.title });
    for (const tag of ['H1', 'H2', 'H3', 'Table', 'TH', 'TD', 'L ', 'LI']) expect(pdfStructure(pdf)).toContain(tag);
  });

  it('[DO4, DO5] says which standard it keeps, and holds its data byte for byte', () => {
    const [read, kept] = [madeAs('ua-1'), madeAs('a-3a')];
    expect(pdfMetadata(read)).toMatch(/<pdfuaid:part>1<\/pdfuaid:part>/);
    expect(pdfAttachment(read)).toBeNull();
    expect(pdfMetadata(kept)).toMatch(/<pdfaid:part>3<\/pdfaid:part>[^]*<pdfaid:conformance>A<\/pdfaid:conformance>/);
    expect(pdfAttachment(kept)).toBe(JSON.stringify(aDocument()));
  });
});

describe('a served document under poppler', () => {
  let server: TestServer;
  beforeAll(async () => void (server = await TestServer.start()), 60_000);
  afterAll(() => server.stop());

  it('[DO1, DO5] holds the JSON, and nothing of what is closed to the reader', async () => {
    const { coordinator, caseworker, officer, meetingId, items } = await consultation(server);
    await narrow(coordinator, items[2]!.id, [eksempelby]);
    await write(caseworker, items[2]!.documentId, 'Kanariefuglekvidder');
    const response = await fetch(`${officer.origin}/api/v1/meetings/${meetingId}/documents/minutes.pdf?standard=a-3a`, { headers: { cookie: officer.cookie } });
    const pdf = new Uint8Array(await response.arrayBuffer());
    expect(JSON.parse(pdfAttachment(pdf)!)).toEqual(await documentOf(officer, meetingId));
    expect(squeezed(pdfText(pdf) + pdfMetadata(pdf))).not.toContain('Kanariefuglekvidder');
    expect(pdfText(pdf)).toContain('Lukket punkt, ');
  });
});
