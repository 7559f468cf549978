import { existsSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { SourceTextModule, SyntheticModule } from 'node:vm';
import { expect } from 'expect';
import ts from 'typescript';

/**
 * Loads TypeScript of the project as modules, some of them in place of what stands on disk, and collects the tests that specs
 * declare, to be run as often as one likes. Much faster than a test runner that starts anew.
 */
export class Modules {
  tests = [];
  /** The seed that properties are tried with; null leaves them out. */
  seed = null;
  /** How many properties were met, tried or left out. */
  properties = 0;
  #loaded = new Map();
  #titles = [];

  /** @param replaced texts by path, instead of the files' own */
  constructor(replaced = new Map()) {
    this.replaced = replaced;
  }

  async import(path) {
    const module = await this.#load(resolve(path));
    if (module.status === 'unlinked') await module.link((specifier, from) => this.#find(specifier, from.identifier));
    await module.evaluate();
    return module.namespace;
  }

  async #find(specifier, from) {
    if (specifier === '@jest/globals') return this.#globals();
    const lib = /^@lib\/([^/]+)\/(.*)$/.exec(specifier);
    const path = lib !== null ? resolve('libs', lib[1], 'src', lib[2]) : specifier.startsWith('.') ? resolve(dirname(from), specifier) : null;
    return path === null ? this.#foreign(specifier) : this.#load(path.replace(/\.js$/, '.ts'));
  }

  async #load(path) {
    const known = this.#loaded.get(path);
    if (known !== undefined) return known;
    if (!existsSync(path)) throw new Error(`no such module: ${path}`);
    const text = this.replaced.get(path) ?? readFileSync(path, 'utf8');
    const { outputText } = ts.transpileModule(text, { fileName: path, compilerOptions: { module: ts.ModuleKind.ES2022, target: ts.ScriptTarget.ES2022, experimentalDecorators: true, emitDecoratorMetadata: true, useDefineForClassFields: false } });
    const module = new SourceTextModule(path.endsWith('.json') ? `export default ${text}` : outputText, { identifier: path });
    this.#loaded.set(path, module);
    return module;
  }

  async #foreign(specifier) {
    const known = this.#loaded.get(specifier);
    if (known !== undefined) return known;
    const namespace = specifier === 'fast-check' ? this.#seeded(await import(specifier)) : await import(specifier);
    const module = new SyntheticModule(Object.keys(namespace), function fill() {
      for (const [name, value] of Object.entries(namespace)) this.setExport(name, value);
    });
    this.#loaded.set(specifier, module);
    return module;
  }

  /** Properties are tried with the seed that is asked for: what notices a mutant does so every time. */
  #seeded(namespace) {
    const assert = (property, options = {}) => {
      this.properties += 1;
      if (this.seed !== null) return namespace.default.assert(property, { ...options, seed: this.seed });
    };
    return { ...namespace, assert, default: { ...namespace.default, assert } };
  }

  #globals() {
    const known = this.#loaded.get('@jest/globals');
    if (known !== undefined) return known;
    const it = (title, run) => void this.tests.push({ title: [...this.#titles, title].join(' '), run });
    it.each = (rows) => (title, run) => rows.forEach((row) => it(`${title} ${String(row)}`, () => (Array.isArray(row) ? run(...row) : run(row))));
    const describe = (title, declare) => {
      this.#titles.push(title);
      declare();
      this.#titles.pop();
    };
    const module = new SyntheticModule(['describe', 'it', 'expect'], function fill() {
      this.setExport('describe', describe);
      this.setExport('it', it);
      this.setExport('expect', expect);
    });
    this.#loaded.set('@jest/globals', module);
    return module;
  }
}
