import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import base from '../../vitest.config.js';

// Compares the apps before and after: `npm run test:migrating`, which installs the libraries first.
export default defineConfig({
  ...base,
  root: fileURLToPath(new URL('../..', import.meta.url)),
  test: {
    ...base.test,
    include: ['examples/migrating/compare/*.test.ts'],
    exclude: ['**/node_modules/**'],
    reporters: ['default'],
    // The error pages of Express depend on it.
    env: { NODE_ENV: 'production' },
    // Express logs each error that has no handler.
    silent: true,
  },
});
