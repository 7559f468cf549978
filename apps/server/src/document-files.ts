import { Injectable } from '@nestjs/common';
import type { Response } from 'express';
import { Problem } from '@lib/contracts/problems.js';
import type { Session } from '@lib/access/sessions.service.js';
import { htmlPolicy } from '@lib/documents/html.js';
import { RunningFiles } from './running-files.js';

/** Files hold what one person may see at one moment: no cache keeps them, and no tag tells whether they changed. */
const headers = { 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff' };
/** What has been handed to the socket is sent, whatever happens then: little at a time. */
const chunkBytes = 16 * 1024;

/** Files that are made whole before they are sent; they break off as those do that are sent while they are read. */
@Injectable()
export class DocumentFiles {
  constructor(private readonly files: RunningFiles) {}

  /**
   * @param name without its ending; ASCII
   * @param recheck asked when nothing can be taken from the asker any more without this file hearing of it; throws when
   *   something was taken while it was made
   */
  async sendPdf(session: Session, response: Response, pdf: Uint8Array, name: string, recheck: () => Promise<void>): Promise<void> {
    await this.files.send(session, chunksOf(pdf, recheck), response, { ...headers, 'Content-Type': 'application/pdf', 'Content-Length': String(pdf.length), 'Content-Disposition': `attachment; filename="${name}.pdf"` });
  }

  /**
   * A page to be looked at, in a sandbox of its own.
   *
   * @param make within what can be taken from the asker
   */
  async sendHtml(session: Session, response: Response, make: () => Promise<string>): Promise<void> {
    await this.sendMade(session, response, { 'Content-Type': 'text/html; charset=utf-8', 'Content-Security-Policy': htmlPolicy, 'Content-Disposition': 'inline' }, make);
  }

  /** The same as data. @param make as above; what becomes JSON */
  async sendJson(session: Session, response: Response, make: () => Promise<object>): Promise<void> {
    await this.sendMade(session, response, { 'Content-Type': 'application/json; charset=utf-8' }, async () => JSON.stringify(await make()));
  }

  private async sendMade(session: Session, response: Response, own: Record<string, string>, make: () => Promise<string>): Promise<void> {
    for (let isLast = false; ; isLast = true) {
      try {
        return await this.files.send(session, pageOf(make), response, { ...headers, ...own });
      } catch (error) {
        // What was taken while it was made is not in what is made anew, and a page that is read needs no question for it.
        if (isLast || response.headersSent || !(error instanceof Problem && error.code === 'conflict')) throw error;
      }
    }
  }
}

async function* pageOf(make: () => Promise<string>): AsyncGenerator<Uint8Array> {
  yield* chunksOf(Buffer.from(await make()), async () => undefined);
}

/** @param recheck see {@link DocumentFiles.sendPdf} */
export async function* chunksOf(file: Uint8Array, recheck: () => Promise<void>): AsyncGenerator<Uint8Array> {
  await recheck();
  for (let from = 0; from < file.length; from += chunkBytes) yield file.subarray(from, from + chunkBytes);
}
