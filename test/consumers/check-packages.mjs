/**
 * Checks every package with publint and "are the types wrong", as it would be published.
 *
 * Prints one line per package and all findings; exits with 1 if there are any. `npm run
 * check:packages` builds the packages first.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

const CHECKS = {
  publint: ['publint', 'run', '--strict'],
  // The packages are ESM only, because Node.js 20.19 and later can `require` it. All other rules are on.
  attw: ['attw', '--pack', '--ignore-rules', 'cjs-resolves-to-esm', '--'],
};

for (const name of readdirSync(join(root, 'packages')).sort()) {
  const results = Object.entries(CHECKS).map(([check, [program, ...args]]) => ({
    check,
    ...spawnSync(join(root, 'node_modules/.bin', program), [...args, `packages/${name}`], {
      cwd: root,
      encoding: 'utf8',
    }),
  }));
  const verdicts = results.map(({ check, status }) => `${check} ${status === 0 ? 'ok' : 'FAILED'}`);
  console.log(`@scopegate/${name}: ${verdicts.join(', ')}`);
  for (const { status, stdout, stderr, error } of results) {
    if (status === 0) continue;
    console.error(`${stdout ?? ''}${stderr ?? ''}${error?.message ?? ''}`);
    process.exitCode = 1;
  }
}
