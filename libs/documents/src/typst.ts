import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { NodeCompiler } from '@myriaddreamin/typst-ts-node-compiler';
import { coverage, unpackWoff } from './fonts.js';
import { mapStrings, printable } from './printable.js';
import type { PdfStandard } from './pdf-standards.js';
import type { Sheet, SheetBlock } from './sheet.js';

export interface PdfJob {
  sheet: Sheet;
  standard: PdfStandard;
  /** Instant, ISO 8601; stands in the file as the time of its making. */
  madeAt: string;
  /** JSON that goes into a PDF/A-3a as `data.json`; PDF/UA-1 has none. */
  data: string;
}

const here = dirname(fileURLToPath(import.meta.url));
const plexStyles = ['Regular', 'Italic', 'Bold', 'BoldItalic'];
const dejavuStyles = ['', '-Oblique', '-Bold', '-BoldOblique'];
/** Set as one block as long as that leaves most of a page free for what stands before. */
const shortBox = 1_200;

/** A typesetter with our fonts alone. The work is done in the calling thread and cannot be interrupted. */
export class Typesetter {
  private readonly compiler: NodeCompiler;
  private readonly template = readFileSync(join(here, 'templates/sheet.typ'), 'utf8');
  private readonly common: ReadonlySet<number>;
  private readonly all: ReadonlySet<number>;

  constructor() {
    const plex = plexStyles.map((style) => unpackWoff(readFileSync(join(here, `fonts/IBMPlexSans-${style}.woff`))));
    const dejavuFolder = join(dirname(createRequire(import.meta.url).resolve('dejavu-fonts-ttf/package.json')), 'ttf');
    const dejavu = dejavuStyles.map((style) => readFileSync(join(dejavuFolder, `DejaVuSans${style}.ttf`)));
    // In every style of a family, so that bold and italic words show what the upright ones show.
    this.common = inAll(plex.map(coverage));
    this.all = new Set([...this.common, ...inAll(dejavu.map(coverage))]);
    this.compiler = NodeCompiler.create({ workspace: join(here, 'templates'), fontArgs: [{ fontBlobs: [...plex, ...dejavu] }] });
  }

  /** The same job gives the same bytes. @throws Error when the sheet cannot be set */
  pdf(job: PdfJob): Buffer {
    try {
      return this.set(job, (code) => this.all.has(code));
    } catch {
      // Two characters that each have a glyph may have none together, and neither standard allows an empty box.
      return this.set(job, (code) => code < 0x250 && this.common.has(code));
    } finally {
      this.compiler.evictCache(0);
    }
  }

  private set({ sheet, standard, madeAt, data }: PdfJob, covers: (code: number) => boolean): Buffer {
    const shown = mapStrings(sheet, (text) => printable(text, covers));
    const inputs = {
      sheet: JSON.stringify({
        ...shown,
        heading: isSeen(shown.heading) ? shown.heading : shown.kind,
        blocks: shown.blocks.filter(isSettable).map(prepared),
        mark: shown.mark ?? '',
        warning: shown.warning ?? '',
        landscape: shown.landscape === true,
        metadataTitle: shown.title.replaceAll('\u200b', ''),
        runningHead: `${shown.kind} · ${shown.heading}`,
        dataDescription: 'Det samme indhold som data (JSON)',
      }),
      ...(standard === 'a-3a' ? { data } : {}),
    };
    return this.compiler.pdf({ mainFileContent: this.template, inputs }, { pdfStandard: standard, creationTimestamp: Math.floor(Date.parse(madeAt) / 1000) });
  }
}

const inAll = ([first = new Set(), ...others]: Set<number>[]): Set<number> => new Set([...first].filter((code) => others.every((one) => one.has(code))));

const isSeen = (text: string): boolean => text.trim() !== '';

/** PDF/UA knows no heading without words. */
const isSettable = (block: { type: string; text?: string }): boolean => block.type !== 'heading' || isSeen(block.text ?? '');

function prepared(block: SheetBlock): object {
  if (block.type === 'words') return { ...block, words: block.words.filter(isSettable) };
  return block.type === 'box' ? { ...block, state: block.state ?? '', long: JSON.stringify(block).length > shortBox } : block;
}
