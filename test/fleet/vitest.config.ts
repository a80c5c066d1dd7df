import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import base from '../../vitest.config.js';

// The faults of a fleet at full size: `npm run test:fleet`. `npm test` runs the same tests, but smaller.
export default defineConfig({
  ...base,
  root: fileURLToPath(new URL('../..', import.meta.url)),
  test: {
    ...base.test,
    include: ['test/fleet/**/*.test.ts'],
    env: { SCOPEGATE_FLEET: 'full' },
    reporters: [...(base.test?.reporters ?? []), './test/fleet/report.ts'],
    // Each file has dozens of processes.
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 60_000,
  },
});
