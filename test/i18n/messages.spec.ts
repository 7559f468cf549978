import { describe, expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { inLanguage } from '@lib/contracts/messages.js';
import { english } from '@lib/contracts/messages.en.js';
import { meetingKinds } from '@lib/meetings/meeting-kinds.data.js';
import { legalBases } from '@lib/access/legal-bases.data.js';
import { root, sourcesIn } from './dictionaries.js';

/** Every lib but the two that are also the browser's: their words have a language of their own (problems.ts, words.ts). */
const folders = readdirSync(join(root, 'libs'))
  .filter((lib) => lib !== 'contracts' && lib !== 'scheduling')
  .map((lib) => `libs/${lib}/src`)
  .concat('apps/server/src');

/** Danish that is content or speaks to operators: names, templates, demo cases, documents (records of Danish authorities), the table of access (a page of law). Everything else is said to people. */
const content = [/^libs\/documents\//, /\.data\.ts$/, /server\/src\/demo\/\w+\.chapter\.ts$/, /decisions\/src\/plan\.ts$/, /\/migrations\//, /\/spec-[a-z]+\.ts$/, /\/store-contract\.ts$/, /apps\/server\/src\/main\.ts$/, /access\/src\/(rules?|\w+-rules|rule-conditions|access-table|embargo)\.ts$/, /platform\/src\/vault-key-management\.ts$/];

/** Single texts that are content, names, or English for developers and operators. */
const notSaid = [
  'mødeleder',
  'Samråd',
  'Trinnet i planen er ændret.',
  'Foreslået af {0}, {1}',
  'Another Samråd process (pid {0} on {1}) uses the folder {2}. ',
  'What becomes of a meeting on a public holiday: kept, left out, moved to the next working day, or asked about.',
];

/** What is called with English for developers. */
const forDevelopers = /(Error|^bad|^syntax|InUse|MalformedBytes|InvalidRule)$|^(super|console\.\w+|log\.\w+|this\.log\.\w+)$|setDescription/;

/** Exports are documents: Danish, as those of a meeting are. */
const documents = /(decisions\/src\/(export-\w+|log-filter)|server\/src\/audit-csv)\.ts$/;

const said = folders.flatMap(sourcesIn).filter((path) => !documents.test(path) && !content.some((one) => one.test(path))).flatMap(sentencesIn);
const told = [...meetingKinds.flatMap(({ title, purpose, limits }) => [title, purpose, limits]), ...legalBases.flatMap(({ label, limits }) => [label, limits])];

describe('what the server says', () => {
  it('[I18N6] is there in English, every sentence of it', () => {
    const missing = said.filter(({ text }) => !(text in english) && !notSaid.includes(text));
    expect(missing.map(({ where, text }) => `${where} ${text}`)).toEqual([]);
    expect(told.filter((text) => !(text in english))).toEqual([]);
    expect(notSaid.filter((text) => !said.some((one) => one.text === text))).toEqual([]);
  });

  it('[I18N6] and the catalogue holds nothing that is no longer said', () => {
    const all = new Set([...said.map(({ text }) => text), ...told]);
    expect(Object.keys(english).filter((text) => !all.has(text))).toEqual([]);
  });

  it('[I18N2] has the same holes in both languages', () => {
    const holes = (text: string) => (text.match(/\{\d\}/g) ?? []).toSorted().join();
    expect(Object.entries(english).filter(([danish, words]) => holes(danish) !== holes(words))).toEqual([]);
  });

  it('[I18N6] carries what stands in a hole over as it is, and leaves alone what it does not know', () => {
    expect(inLanguage('Må højst være 200 tegn.', 'en')).toBe('Must be at most 200 characters.');
    expect(inLanguage('Må højst være 200 tegn.', 'da')).toBe('Må højst være 200 tegn.');
    expect(inLanguage('constructor', 'en')).toBe('constructor');
    expect(inLanguage('Må højst være $& tegn.', 'en')).toBe('Must be at most $& characters.');
  });
});

/**
 * Sentences in code that people may read: what a Problem is given, every `message`, and any text with a Danish letter
 * or the shape of a sentence. Errors for developers, logs and API descriptions are English and are left out.
 */
function sentencesIn(path: string): { where: string; text: string }[] {
  const file = ts.createSourceFile(path, readFileSync(join(root, path), 'utf8'), ts.ScriptTarget.Latest, true);
  const found: { where: string; text: string }[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) || ts.isTypeNode(node)) return;
    // What the API's description says is for developers.
    if (ts.isPropertyAssignment(node) && node.name.getText() === 'description') return;
    if (ts.isDecorator(node) && /^@(Api|Entity|Column|Check|Index|Foreign)/.test(node.getText())) return;
    if ((ts.isNewExpression(node) || ts.isCallExpression(node)) && forDevelopers.test(node.expression.getText())) return;
    const text = textOf(node);
    if (text !== null && (isGivenToPeople(node) || /[æøåÆØÅ]/.test(text) || /^\p{Lu}\p{Ll}+ .*[.!?]$/su.test(text))) {
      found.push({ where: `${path}:${file.getLineAndCharacterOfPosition(node.getStart()).line + 1}`, text });
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

function isGivenToPeople(node: ts.Node): boolean {
  const { parent } = node;
  if (ts.isNewExpression(parent) && parent.expression.getText() === 'Problem') return parent.arguments?.indexOf(node as ts.Expression) === 1;
  if (ts.isCallExpression(parent) && parent.expression.getText() === 'said') return true;
  return ts.isPropertyAssignment(parent) && parent.name.getText() === 'message' && parent.initializer === node;
}

/** The text of a literal, its holes numbered; null for anything else. */
function textOf(node: ts.Node): string | null {
  if (ts.isStringLiteralLike(node)) return node.text;
  if (!ts.isTemplateExpression(node)) return null;
  return node.head.text + node.templateSpans.map(({ literal }, n) => `{${n}}${literal.text}`).join('');
}
