import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');

/** Source files below a folder of the project, tests left out. */
export function sourcesIn(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.tsx?$/.test(path) && !path.endsWith('.spec.ts'))
    .map((path) => join(folder, path))
    .toSorted();
}

type Tree = { [key: string]: string | Tree };

/** Every text of a dictionary by its key with dots, plural endings included. */
export function textsOf(language: 'da' | 'en'): Map<string, string> {
  return new Map(flat(JSON.parse(readFileSync(join(root, `apps/web/src/i18n/${language}.json`), 'utf8')) as Tree, ''));
}

function flat(tree: Tree, path: string): [string, string][] {
  return Object.entries(tree).flatMap(([key, value]): [string, string][] => (typeof value === 'string' ? [[path + key, value]] : flat(value, `${path}${key}.`)));
}

/** `{{count}}` and its like, in alphabetical order. */
export const placeholders = (text: string) => (text.match(/\{\{\w+\}\}/g) ?? []).toSorted();

/**
 * Texts that are rightly the same in both languages: names, signs, and words that both have. A new one belongs here
 * only if a reader of either language would write it so.
 */
export const sameInBoth: readonly string[] = [
  'Administration',
  'Samråd',
  '{{title}} – Samråd',
  'Menu',
  'Mine',
  '{{field}}: {{message}}',
  'administrator',
  'Person',
  '“{{note}}”',
  '{{person}}, {{time}}',
  'Ctrl+Alt+B',
  'Ctrl+Alt+O',
  'CSV', 'PDF',
  'Excel',
  'Task Force',
];
