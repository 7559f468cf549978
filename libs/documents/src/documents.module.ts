import { Module } from '@nestjs/common';
import { PdfDocuments } from './documents.service.js';

/** Agendas, minutes, extracts and logs as PDF and HTML. */
@Module({ providers: [PdfDocuments], exports: [PdfDocuments] })
export class DocumentsModule {}
