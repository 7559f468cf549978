import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { Problem } from '@lib/contracts/problems.js';
import { pdfRenderer } from './render-process.js';
import type { PdfJob } from './typst.js';

/** A document that takes longer is given up; sixty pages take a second. */
const timeMs = 20_000;

/** They are made one after the other; nobody may fill the queue before others. */
const mostPerPerson = 3;

/** Makes PDFs of sheets. Not to be called inside a transaction: it takes its time. */
@Injectable()
export class PdfDocuments implements OnModuleDestroy {
  private readonly renderer = pdfRenderer(timeMs);
  private readonly underWay = new Map<string, number>();

  /** @param personId who asks. @throws Problem `document-not-made`; `too-many-requests` to whoever has several under way */
  async make(job: PdfJob, personId: string): Promise<Uint8Array> {
    const own = this.underWay.get(personId) ?? 0;
    if (own >= mostPerPerson) throw new Problem('too-many-requests');
    this.underWay.set(personId, own + 1);
    try {
      return await this.renderer.pdf(job);
    } catch {
      throw new Problem('document-not-made');
    } finally {
      const left = this.underWay.get(personId)! - 1;
      if (left === 0) this.underWay.delete(personId);
      else this.underWay.set(personId, left);
    }
  }

  onModuleDestroy(): void {
    this.renderer.stop();
  }
}
