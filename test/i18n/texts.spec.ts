import { describe, expect, it } from '@jest/globals';
import { join } from 'node:path';
import ts from 'typescript';
import { placeholders, root, sameInBoth, textsOf } from './dictionaries.js';

const danish = textsOf('da');
const english = textsOf('en');
const endings = /_(one|other)$/;
/** The key as code names it. */
const named = (key: string) => key.replace(endings, '');

/** Attributes that are read out or shown. */
const speaking = ['aria-label', 'aria-description', 'aria-placeholder', 'aria-roledescription', 'aria-valuetext', 'title', 'placeholder', 'alt', 'label', 'legend', 'hint', 'caption'];

/** What somebody types as a command, in either language. */
const typedByPeople = ['/opfølgning'];

describe('the two dictionaries', () => {
  it('[I18N1] have the same keys', () => {
    expect([...english.keys()].filter((key) => !danish.has(key))).toEqual([]);
    expect([...danish.keys()].filter((key) => !english.has(key))).toEqual([]);
  });

  it('[I18N1] have both endings of a plural, and no text is empty', () => {
    for (const texts of [danish, english]) {
      const half = [...texts.keys()].filter((key) => endings.test(key) && !(texts.has(`${named(key)}_one`) && texts.has(`${named(key)}_other`)));
      expect(half).toEqual([]);
      expect([...texts].filter(([, text]) => text.trim() === '').map(([key]) => key)).toEqual([]);
    }
  });

  it('[I18N2] ask for the same placeholders', () => {
    // “en fejl” and “1 error” are both right: the singular may leave its number out.
    const asked = (key: string, text: string) => placeholders(text).filter((one) => !(key.endsWith('_one') && one === '{{count}}'));
    const different = [...danish].filter(([key, text]) => asked(key, text).join() !== asked(key, english.get(key) ?? '').join());
    expect(different.map(([key]) => key)).toEqual([]);
  });

  it('[I18N3] say the same thing in the same words only where both languages do', () => {
    const same = [...danish].filter(([key, text]) => english.get(key) === text);
    expect(same.filter(([, text]) => !sameInBoth.includes(text))).toEqual([]);
    expect(sameInBoth.filter((text) => !same.some(([, one]) => one === text))).toEqual([]);
  });

  it('[I18N3] no Danish letter stands in English but in a name', () => {
    expect([...english].filter(([, text]) => /[æøåÆØÅ]/.test(text.replace(/Samråd|Rådhuset/g, '')))).toEqual([]);
  });
});

describe('the pages', () => {
  const { used, unknown, literals } = readPages();

  it('[I18N4] use every text, and only texts that are there', () => {
    const keys = new Set([...danish.keys()].map(named));
    expect(unknown).toEqual([]);
    expect([...used].filter((key) => !keys.has(key))).toEqual([]);
    expect([...keys].filter((key) => !used.has(key) && !literals.keys.has(key))).toEqual([]);
  });

  it('[I18N5] hold no words of their own', () => {
    expect(literals.words).toEqual([]);
  });
});

/**
 * Reads the pages as the compiler does. A key that is put together, t(`role.${role}`), is the union of what it can be,
 * so that no list of prefixes can go stale.
 */
function readPages() {
  const config = ts.getParsedCommandLineOfConfigFile(join(root, 'apps/web/tsconfig.json'), {}, { ...ts.sys, onUnRecoverableConfigFileDiagnostic: () => undefined });
  if (config === undefined) throw new Error('apps/web/tsconfig.json cannot be read');
  const program = ts.createProgram(config.fileNames, config.options);
  const checker = program.getTypeChecker();
  const used = new Set<string>();
  const unknown: string[] = [];
  const keys = new Set<string>();
  const words: string[] = [];

  for (const file of program.getSourceFiles()) {
    if (!file.fileName.includes('/apps/web/src/') || file.fileName.endsWith('.json') || file.fileName.endsWith('api/schema.ts')) continue;
    const where = (node: ts.Node) => `${file.fileName.split('/apps/web/src/')[1]}:${file.getLineAndCharacterOfPosition(node.getStart()).line + 1}`;
    const visit = (node: ts.Node): void => {
      if (ts.isImportDeclaration(node) || ts.isTypeNode(node)) return;
      if (ts.isCallExpression(node) && node.expression.getText() === 't' && node.arguments[0] !== undefined) {
        const found = literalsOf(checker.getTypeAtLocation(node.arguments[0]));
        if (found === null) unknown.push(`${where(node)} ${node.getText().slice(0, 80)}`);
        else found.forEach((key) => used.add(key));
      }
      if (ts.isStringLiteralLike(node)) {
        keys.add(node.text);
        if (/[æøåÆØÅ]/.test(node.text) && !typedByPeople.includes(node.text)) words.push(`${where(node)} ${node.text}`);
      }
      if (ts.isTemplateExpression(node) && /[æøåÆØÅ]/.test(node.getText())) words.push(`${where(node)} ${node.getText()}`);
      if (ts.isJsxText(node) && /\p{L}/u.test(node.text)) words.push(`${where(node)} ${node.text.trim()}`);
      if (ts.isJsxAttribute(node) && speaking.includes(node.name.getText()) && node.initializer !== undefined && ts.isStringLiteral(node.initializer)) words.push(`${where(node)} ${node.getText()}`);
      ts.forEachChild(node, visit);
    };
    visit(file);
  }
  return { used, unknown, literals: { keys, words } };
}

/** The strings a type admits; null when it admits any. A type parameter is narrowed where its function is called. */
function literalsOf(type: ts.Type): string[] | null {
  if (type.isStringLiteral()) return [type.value];
  if (type.isUnion()) {
    const each = type.types.map(literalsOf);
    return each.includes(null) ? null : (each as string[][]).flat();
  }
  return type.flags & ts.TypeFlags.TypeParameter ? [] : null;
}
