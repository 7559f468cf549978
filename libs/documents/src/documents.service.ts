import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { Problem } from '@lib/contracts/problems.js';
import { pdfRenderer } from './render-process.js';
import type { PdfJob } from './typst.js';

/** A document that takes longer is given up; sixty pages take a second. */
const timeMs = 20_000;

/** Makes PDFs of sheets. Not to be called inside a transaction: it takes its time. */
@Injectable()
export class PdfDocuments implements OnModuleDestroy {
  private readonly renderer = pdfRenderer(timeMs);

  /** @throws Problem `document-not-made` */
  async make(job: PdfJob): Promise<Uint8Array> {
    try {
      return await this.renderer.pdf(job);
    } catch {
      throw new Problem('document-not-made');
    }
  }

  onModuleDestroy(): void {
    this.renderer.stop();
  }
}
