import { defaultClientConditions, defaultServerConditions } from 'vite';
import { defineConfig } from 'vitest/config';
import { NOT_RUN_FIXES } from './test/support/redis-programs.js';

// Tests run from source: this export condition leads to `src/index.ts`, so no build is needed.
const source = '@scopegate/source';

// Node knows no condition `module`; bundlers do, and what it leads to need not run in Node.
const ofNode = (conditions: readonly string[]): string[] => [
  source,
  ...conditions.filter((condition) => condition !== 'module'),
];

// CI names a file here to get the results as data.
const report = process.env['VITEST_REPORT'];
const json: ['json', { outputFile: string }][] =
  report === undefined ? [] : [['json', { outputFile: report }]];

export default defineConfig({
  resolve: { conditions: ofNode(defaultClientConditions) },
  oxc: { decorator: { legacy: true } }, // as NestJS requires
  ssr: { resolve: { conditions: ofNode(defaultServerConditions) } },
  test: {
    include: [
      'packages/*/src/**/*.test.ts',
      'examples/**/*.test.ts',
      'test/**/*.test.ts',
      'test/**/*.test-d.ts',
    ],
    exclude: [
      '**/node_modules/**',
      '**/dist/**',
      'test/bench/**',
      'test/consumers/*/**',
      'test/interop/debian/**',
      'test/browser/**',
      'examples/migrating/compare/**',
    ],
    reporters: [
      'default',
      ...json,
      [
        './test/support/not-run/not-run-reporter.ts',
        {
          fix: 'put them on the PATH, or set SCOPEGATE_BUN, SCOPEGATE_DENO and SCOPEGATE_WORKERD to their paths',
          programs: NOT_RUN_FIXES,
        },
      ],
    ],
    // oidc-provider warns on Node 20, which Scopegate supports; it has no option for that.
    onConsoleLog: (log) =>
      log.startsWith('oidc-provider WARNING: Unsupported runtime') ? false : undefined,
    // Tests wait for sockets and child processes more than they compute.
    maxWorkers: '100%',
    testTimeout: 20_000,
    hookTimeout: 20_000,
    // On a busy machine, a second is not enough.
    expect: { poll: { timeout: 15_000 } },
    coverage: {
      include: ['packages/*/src/**/*.ts'],
      exclude: ['**/*.test.ts', '**/index.ts'],
      thresholds: { lines: 98, branches: 95 },
    },
  },
});
