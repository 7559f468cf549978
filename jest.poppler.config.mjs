// The documents once more under another reader: needs poppler-utils, and fails without them.
import base from './jest.config.mjs';

/** @type {import('jest').Config} */
export default { ...base, roots: ['<rootDir>/test/poppler'], testPathIgnorePatterns: ['/node_modules/'] };
