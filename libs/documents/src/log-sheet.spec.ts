import { describe, expect, it } from '@jest/globals';
import { PdfDocuments } from './documents.service.js';
import { logSheet } from './log-sheet.js';
import { sheetText } from './sheet.js';
import { pdfBytes, readPdf, squeezed } from './spec-pdf.js';
import { Typesetter, type PdfJob } from './typst.js';

const table = { columns: [{ title: 'Beslutning', share: 2 }, { title: 'Frist', share: 1 }], rows: [['Ring til skolen\nBegrundelse: #eval("1") er *uro*', '14-12-2026'], ['Næste', '']] };
const making = { reader: 'Eksempelby Kommune', madeAt: '7. december 2026 kl. 14.12', about: [{ label: 'Filter', value: 'Alle beslutninger, nyeste først.' }], cutAt: null };
const jobOf = (sheet = logSheet(table, making)): PdfJob => ({ sheet, standard: 'ua-1', madeAt: '2026-12-07T13:12:00Z', data: '{}' });

describe('the log on paper', () => {
  it('[DO11] lies down, and prints every word in its order', async () => {
    const job = jobOf();
    const pdf = new Typesetter().pdf(job);
    const read = await readPdf(pdf);
    expect(squeezed(read.content)).toBe(squeezed(sheetText(job.sheet).join(' ')));
    expect([...read.tags]).toEqual(expect.arrayContaining(['Table', 'TH', 'TD']));
    expect(pdfBytes(pdf)).toMatch(/\/MediaBox ?\[0 0 841\.\d+ 595\.\d+\]/);
  });

  it('[DO11] says on every page that it was cut, and how to get the rest', () => {
    const sheet = logSheet(table, { ...making, cutAt: 1500 });
    expect(sheet.mark).toBe('Kun de første 1.500');
    expect(sheetText(sheet).join(' ')).toContain('hent alle som CSV eller Excel');
  });

  it('[DO11] is a page for an empty log too', async () => {
    expect((await readPdf(new Typesetter().pdf(jobOf(logSheet({ ...table, rows: [] }, making))))).content).toContain('Ingen beslutninger.');
  });
});

describe('the queue', () => {
  it('[DO12] has room for others whatever one person asks for', async () => {
    const pdfs = new PdfDocuments();
    const own = [1, 2, 3].map(() => pdfs.make(jobOf(), 'mette'));
    await expect(pdfs.make(jobOf(), 'mette')).rejects.toMatchObject({ code: 'too-many-requests' });
    const others = pdfs.make(jobOf(), 'sara');
    await Promise.all([...own, others]);
    expect((await pdfs.make(jobOf(), 'mette')).length).toBeGreaterThan(1000);
    pdfs.onModuleDestroy();
  });
});
