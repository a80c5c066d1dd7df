import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import base from '../../vitest.config.js';
import { BROWSER_FIXES } from './support/browser-program.js';

// The inspector's page in a real browser: `npm run test:browser`. It is not part of `npm test`, because a
// browser is not an npm package.
export default defineConfig({
  ...base,
  root: fileURLToPath(new URL('../..', import.meta.url)),
  test: {
    ...base.test,
    include: ['test/browser/**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**'],
    globalSetup: './test/browser/support/compile-page.ts',
    reporters: [
      'default',
      [
        './test/support/not-run/not-run-reporter.ts',
        { fix: 'install it', programs: BROWSER_FIXES },
      ],
    ],
    // One browser for each file.
    maxWorkers: 2,
    testTimeout: 180_000,
    hookTimeout: 180_000,
  },
});
