import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import base from '../../vitest.config.js';
import { NOT_RUN_FIXES } from '../support/redis-programs.js';

// The faults of a fleet at full size: `npm run test:fleet`. `npm test` runs the same tests, but smaller.
export default defineConfig({
  ...base,
  root: fileURLToPath(new URL('../..', import.meta.url)),
  test: {
    ...base.test,
    include: ['test/fleet/**/*.test.ts'],
    // `SCOPEGATE_FLEET=long npm run test:fleet` repeats the longest faults with each engine and client.
    env: { SCOPEGATE_FLEET: process.env['SCOPEGATE_FLEET'] ?? 'full' },
    reporters: [
      'default',
      './test/fleet/report.ts',
      [
        './test/support/not-run/not-run-reporter.ts',
        { fix: 'install them', programs: NOT_RUN_FIXES },
      ],
    ],
    // Each file has dozens of processes, but waits most of the time.
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 60_000,
  },
});
