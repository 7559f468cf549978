import { inflateSync } from 'node:zlib';

/** What others find in a PDF, by Mozilla's reader, which needs nothing but Node. test/poppler.spec.ts asks another one. */
export interface ReadPdf {
  /** In the order in which it is drawn, page by page; what stands on every page included. */
  text: string;
  /** The same without what is told to nobody who listens: running heads, page numbers. */
  content: string;
  title: string;
  /** Its bookmarks, in their order. */
  outline: readonly string[];
  pages: number;
  isTagged: boolean;
  language: string | null;
  hasScripts: boolean;
  /** XMP. */
  metadata: string;
  /** The tags of its structure, each once. */
  tags: ReadonlySet<string>;
  /** The attached data.json as it stands in the file; null when nothing is attached. */
  attachment: string | null;
}

// The reader asks for what draws pages when it is loaded; it draws none here.
Object.assign(globalThis, { DOMMatrix: class {}, ImageData: class {}, Path2D: class {} });

/** As much of the reader as is used here. */
interface Reader {
  getDocument(options: object): { promise: Promise<ReaderDocument>; destroy(): Promise<void> };
}
interface ReaderDocument {
  numPages: number;
  getPage(number: number): Promise<ReaderPage>;
  getMetadata(): Promise<{ info: { Title?: string; Language?: string | null }; metadata: { getRaw(): string } | null }>;
  getMarkInfo(): Promise<{ Marked: boolean } | null>;
  getJSActions(): Promise<object | null>;
  getOutline(): Promise<Bookmark[] | null>;
  getAttachments(): Promise<Record<string, { content: Uint8Array }> | null>;
}
interface Bookmark {
  title: string;
  items: Bookmark[];
}
interface ReaderPage {
  getTextContent(options: { includeMarkedContent: true }): Promise<{ items: (Run | Mark)[] }>;
  getStructTree(): Promise<Structure | null>;
}
interface Run {
  str: string;
  hasEOL: boolean;
}
interface Mark {
  type: 'beginMarkedContent' | 'beginMarkedContentProps' | 'endMarkedContent';
  tag?: string;
}
interface Structure {
  role?: string;
  children?: Structure[];
}

// By name alone: its own types want those of a browser, and are of a package that only tests have.
const [reader, worker]: string[] = ['pdfjs-dist/legacy/build/pdf.mjs', 'pdfjs-dist/legacy/build/pdf.worker.mjs'];

export async function readPdf(bytes: Uint8Array): Promise<ReadPdf> {
  // The worker first: it runs in this thread when it is there already.
  await import(worker!);
  const { getDocument } = (await import(reader!)) as Reader;
  const task = getDocument({ data: Uint8Array.from(bytes), verbosity: 0, useSystemFonts: false, disableFontFace: true });
  try {
    const document = await task.promise;
    const { info, metadata } = await document.getMetadata();
    const pages = await Promise.all(Array.from({ length: document.numPages }, async (_, n) => readPage(await document.getPage(n + 1))));
    const attachments = Object.values((await document.getAttachments()) ?? {});
    if (attachments.length > 1) throw new Error('more than one attachment');
    return {
      text: pages.map((page) => page.text).join('\f'),
      content: pages.map((page) => page.content).join('\n'),
      title: info.Title ?? '',
      outline: bookmarks(await document.getOutline()),
      pages: document.numPages,
      isTagged: (await document.getMarkInfo())?.Marked === true,
      language: info.Language ?? null,
      hasScripts: (await document.getJSActions()) !== null,
      metadata: metadata?.getRaw() ?? '',
      tags: new Set(pages.flatMap((page) => page.tags)),
      attachment: attachments[0] === undefined ? null : Buffer.from(attachments[0].content).toString('utf8'),
    };
  } finally {
    await task.destroy();
  }
}

async function readPage(page: ReaderPage) {
  const { items } = await page.getTextContent({ includeMarkedContent: true });
  const open: boolean[] = [];
  let text = '';
  let content = '';
  for (const item of items) {
    if ('str' in item) {
      const words = item.str + (item.hasEOL ? '\n' : '');
      text += words;
      if (!open.includes(true)) content += words;
    } else if (item.type === 'endMarkedContent') open.pop();
    else open.push(item.tag === 'Artifact');
  }
  return { text, content, tags: tagsOf(await page.getStructTree()) };
}

const bookmarks = (all: Bookmark[] | null): string[] => (all ?? []).flatMap(({ title, items }) => [title, ...bookmarks(items)]);

const tagsOf = (node: Structure | null): string[] => (node === null ? [] : [...(node.role === undefined ? [] : [node.role]), ...(node.children ?? []).flatMap(tagsOf)]);

/** Every byte of the file, its compressed streams unpacked. */
export function pdfBytes(pdf: Uint8Array): string {
  const file = Buffer.from(pdf);
  const parts = [file.toString('utf8'), file.toString('latin1')];
  for (let at = file.indexOf('stream\n'); at >= 0; at = file.indexOf('stream\n', at + 7)) {
    try {
      parts.push(inflateSync(file.subarray(at + 7, file.indexOf('\nendstream', at))).toString('utf8'));
    } catch {
      // Not a compressed stream; its bytes are there already.
    }
  }
  return parts.join('\n');
}

/** Letters and signs alone: lines and pages break words, with and without hyphens, and sets of letters join. */
export const squeezed = (text: string): string => text.normalize('NFKC').replaceAll(/[\s\u00ad\u200b\u2010-]/g, '');
