import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';

const read = (path: string) => readFileSync(path, 'utf8');
const tracked = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { encoding: 'utf8' }).split('\n').filter((path) => path !== '' && existsSync(path));
const pages = tracked.filter((path) => path.endsWith('.md'));
const packageJson = JSON.parse(read('package.json')) as { version: string; license: string; engines: { node: string }; scripts: Record<string, string> };

describe('the repository tells the truth about itself', () => {
  it('links only to files that are there', () => {
    const dead = pages.flatMap((page) =>
      [...read(page).matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)]
        .map((match) => match[1]!)
        .filter((target) => !/^[a-z]+:/.test(target))
        .filter((target) => !existsSync(resolve(dirname(page), target)))
        .map((target) => `${page} → ${target}`),
    );
    expect(dead).toEqual([]);
  });

  it('names only npm scripts that exist', () => {
    const named = pages.flatMap((page) => [...read(page).matchAll(/npm run (?:--silent )?([\w:-]+)/g)].map((match) => ({ page, script: match[1]! })));
    expect(named.length).toBeGreaterThan(5);
    expect(named.filter(({ script }) => packageJson.scripts[script] === undefined)).toEqual([]);
  });

  it('names only tests that are there, with the rules that they are named for', () => {
    const specs = tracked.filter((path) => path.endsWith('.spec.ts'));
    const found = (name: string) => (name.includes('/') ? tracked.filter((path) => path === name || path.startsWith(`${name.replace(/\/$/, '')}/`)) : specs.filter((path) => path.endsWith(`/${name}`)));
    const named = pages.flatMap((page) => read(page).split('\n').flatMap((line) => [...line.matchAll(/`((?:(?:test|libs|apps|bench|scripts|docs)\/[\w./-]+)|[\w.-]+\.spec\.ts)`(?: \(([A-Z]+[\d.]+(?:, [A-Z]+[\d.]+)*)\))?/g)].map((match) => ({ page, line, path: match[1]!, rules: match[2]?.split(', ') ?? [] }))));
    expect(named.filter(({ page }) => page === 'docs/security.md').length).toBeGreaterThan(60);
    expect(named.filter(({ path }) => found(path).length === 0).map(({ page, path }) => `${page}: ${path}`)).toEqual([]);
    // “`a.spec.ts` (CO60)”, and of a table of rules the row's own: one of the files that it names has it.
    const wanted = named.flatMap(({ page, line, path, rules }) => {
      const own = /^\| ([A-Z]{2}\d+) \|/.exec(line)?.[1];
      const beside = own === undefined ? [] : named.filter((one) => one.page === page && one.line === line).map((one) => one.path);
      return [...rules.map((rule) => ({ page, rule, paths: [path] })), ...(own === undefined ? [] : [{ page, rule: own, paths: beside }])];
    });
    expect(wanted.length).toBeGreaterThan(8);
    const says = (path: string, rule: string) => new RegExp(`\\b${rule.replace('.', '\\.')}\\b`).test(read(path));
    expect(wanted.filter(({ rule, paths }) => !paths.some((path) => found(path).some((file) => says(file, rule)))).map(({ page, rule, paths }) => `${page}: ${rule} in ${paths.join(', ')}`)).toEqual([]);
  });

  it('has a test that names each rule', () => {
    const rules = tracked.filter((path) => path.endsWith('SPEC.md')).flatMap((page) => [...read(page).matchAll(/\*\*([A-Z]{2}\d+)\*\*/g)].map((match) => ({ page, rule: match[1]! })));
    expect(rules.length).toBeGreaterThan(500);
    const named = new Set<string>();
    // “[LH1–LH4]” names all four.
    for (const path of tracked.filter((one) => /(\.spec\.tsx?|-contract\.ts)$/.test(one)))
      for (const [, area, first, last] of read(path).matchAll(/\b([A-Z]{2})(\d+)(?:–\1(\d+))?/g)) for (let n = Number(first); n <= Number(last ?? first); n++) named.add(`${area}${n}`);
    expect(rules.filter(({ rule }) => !named.has(rule)).map(({ page, rule }) => `${page}: ${rule}`)).toEqual([]);
  });

  it('lists every setting that the process reads, and no other', () => {
    const known = [...read('libs/platform/src/config.ts').match(/const known = \[([^\]]+)\]/)![1]!.matchAll(/'(\w+)'/g)].map((match) => match[1]!);
    const table = read('README.md').match(/\| setting \|[\s\S]+?\n\n/)![0];
    const listed = [...table.matchAll(/^\| (.+?) \|/gm)].flatMap((row) => [...row[1]!.matchAll(/`([A-Z_]+)`/g)].map((match) => match[1]!));
    expect(listed.sort()).toEqual(known.sort());
  });

  it('has a publiccode.yml with what catalogues need', () => {
    const code = parse(read('publiccode.yml')) as Record<string, any>;
    for (const key of ['publiccodeYmlVersion', 'name', 'url', 'platforms', 'developmentStatus', 'softwareType', 'description', 'legal', 'maintenance', 'localisation']) expect(code).toHaveProperty(key);
    expect(code.softwareVersion).toBe(packageJson.version);
    expect(code.legal.license).toBe(packageJson.license);
    expect(code.localisation.availableLanguages).toEqual(['da', 'en']);
    for (const language of ['da', 'en']) {
      expect(code.description[language].shortDescription.length).toBeLessThanOrEqual(150);
      expect(code.description[language].longDescription.length).toBeGreaterThanOrEqual(150);
      expect(code.description[language].features.length).toBeGreaterThan(0);
    }
  });

  it('has a changelog that knows this version, and a licence text', () => {
    expect(read('CHANGELOG.md')).toContain(`## [${packageJson.version}]`);
    expect(read('LICENSE')).toContain('Mozilla Public License');
  });

  it('asks of Docker the Node that it asks of people', () => {
    const floor = Number(/(\d+)/.exec(packageJson.engines.node)![1]);
    const images = [...read(join('docker', 'Dockerfile')).matchAll(/^FROM node:(\d+)/gm)].map((match) => Number(match[1]));
    expect(images.length).toBeGreaterThan(0);
    for (const major of images) expect(major).toBeGreaterThanOrEqual(floor);
  });
});
