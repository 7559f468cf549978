import { describe, expect, it } from '@jest/globals';
import { htmlPolicy, sheetHtml } from './html.js';
import { meetingSheet } from './meeting-sheet.js';
import { sheetText } from './sheet.js';
import { aDocument, aMaking, anItem, paragraph } from './spec-documents.js';

const htmlOf = (document = aDocument()) => sheetHtml(meetingSheet(document, aMaking));
const unescaped = (html: string) => html.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&amp;', '&');

describe('a document as HTML', () => {
  it('[DO2] says what the PDF says, in its order', () => {
    const text = unescaped(htmlOf().replace(/^[^]*<body>/, '').replaceAll(/<caption>[^]*?<\/caption>/g, '').replaceAll(/<[^>]*>/g, ' ')).replaceAll(/\s+/g, '');
    const expected = [...sheetText(meetingSheet(aDocument(), aMaking)), 'Udskrift til Eksempelby Kommune, 7. december 2026 kl. 14.12'].join('').replaceAll(/\s+/g, '');
    // The mark stands beside the kind; minutes that are approved have none.
    expect(text).toBe(expected);
  });

  it('[DO3] escapes everything', () => {
    const nasty = '<script>alert(1)</script><img src=x onerror="y">&amp;\'"';
    const html = htmlOf(aDocument({ meeting: { ...aDocument().meeting, title: nasty, place: nasty }, items: [anItem('1', { title: nasty, ledBy: nasty, minutes: [paragraph(nasty), { type: 'heading', level: 1, content: [{ type: 'text', text: nasty }] }], followUps: [] })] }));
    expect(html).not.toMatch(/<script|<img|onerror="y"/);
    expect(html.split('&lt;script&gt;alert(1)').length - 1).toBeGreaterThanOrEqual(6);
  });

  it('[DO8] is allowed its own style and nothing else', () => {
    expect(htmlPolicy).toMatch(/^default-src 'none'; style-src 'sha256-[\w+/=]+'; sandbox;/);
  });
});
