import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import base from '../../../vitest.config.js';

// The servers and proxies of Debian: `npm run test:interop:debian`. They are not part of `npm test`,
// because they are not npm packages.
export default defineConfig({
  ...base,
  root: fileURLToPath(new URL('../../..', import.meta.url)),
  test: {
    ...base.test,
    include: ['test/interop/debian/**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**'],
    reporters: [
      'default',
      './test/interop/report.ts',
      [
        './test/support/not-run/not-run-reporter.ts',
        { fix: 'install the packages of test/interop/debian/packages.txt' },
      ],
    ],
    // Loading a program takes long on a slow machine.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
