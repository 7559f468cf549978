// Jest runs the TypeScript as ES modules; swc strips the types, `npm run typecheck` checks them.
import { readdirSync, readFileSync } from 'node:fs';

/** What speaks to no database is the same on every one: it runs once, with the embedded database. */
const withoutDatabase = () =>
  readdirSync('libs', { recursive: true })
    .filter((name) => name.endsWith('.spec.ts') && !readFileSync(`libs/${name}`, 'utf8').includes('/test/support/test-'))
    .map((name) => `<rootDir>/libs/${name}$`);
/**
 * What is typeset is the same on every database; what is read for it has specs of its own on both. Input of a wrong shape is refused before
 * any database is asked, and the repository and its texts have none.
 */
const once = ['documents-text', 'bad-input', 'repository', 'i18n/texts', 'i18n/messages'].map((name) => `<rootDir>/test/${name}.spec.ts$`);
const onPostgres = process.env.TEST_DATABASE_URL !== undefined;

/** @type {import('jest').Config} */
export default {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2022',
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
        },
        module: { type: 'es6' },
        sourceMaps: 'inline',
      },
    ],
  },
  moduleNameMapper: {
    '^@lib/([^/]+)/(.*)\\.js$': '<rootDir>/libs/$1/src/$2',
    '^@lib/([^/]+)/(.*\\.json)$': '<rootDir>/libs/$1/src/$2',
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
  roots: ['<rootDir>/libs', '<rootDir>/apps/server', '<rootDir>/apps/web/src', '<rootDir>/test'],
  testMatch: ['**/*.spec.ts'],
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/browser/', '<rootDir>/test/poppler/', ...(onPostgres ? ['<rootDir>/apps/', ...withoutDatabase(), ...once] : [])],
  testSequencer: '<rootDir>/test/support/sequencer.mjs',
  testTimeout: 60_000,
  maxWorkers: 2,
  // Modules of a test file stay in memory after it (Jest with ES modules); a process that has grown collects garbage more than it tests.
  workerIdleMemoryLimit: '150MB',
};
