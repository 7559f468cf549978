// Journeys in a real Chromium, one after the other: they share the machine's two cores with the server they drive.
import base from './jest.config.mjs';

/** @type {import('jest').Config} */
export default { ...base, roots: ['<rootDir>/test/browser'], testPathIgnorePatterns: ['/node_modules/'], testTimeout: 180_000, maxWorkers: 1 };
