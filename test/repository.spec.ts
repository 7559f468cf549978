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
