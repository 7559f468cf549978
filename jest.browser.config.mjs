// Journeys in a real Chromium, two beside each other: each waits more than it works.
import base from './jest.config.mjs';

/** @type {import('jest').Config} */
export default { ...base, roots: ['<rootDir>/test/browser'], testPathIgnorePatterns: ['/node_modules/'], testTimeout: 180_000, maxWorkers: 2 };
