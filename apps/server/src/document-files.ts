import type { Response } from 'express';
import { htmlPolicy } from '@lib/documents/html.js';

/** Files hold what one person may see at one moment: no cache keeps them, and no tag tells whether they changed. */
const headers = { 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff' };

/** @param name without its ending; ASCII */
export function sendPdf(response: Response, pdf: Uint8Array, name: string): void {
  response.set({ ...headers, 'Content-Type': 'application/pdf', 'Content-Disposition': `attachment; filename="${name}.pdf"` });
  // Node's own end: Express would add an ETag.
  response.end(Buffer.from(pdf));
}

/** A page to be looked at, in a sandbox of its own. */
export function sendHtml(response: Response, html: string): void {
  response.set({ ...headers, 'Content-Type': 'text/html; charset=utf-8', 'Content-Security-Policy': htmlPolicy, 'Content-Disposition': 'inline' });
  response.end(html);
}
