/**
 * `npm run test:audit -- --runs 10000 --seed 1`: runs the differential test of the route audit for
 * longer. Without `--seed` the seed is random; the title of the test contains it.
 *
 * @module
 */
import { spawnSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import process from 'node:process';
import { fileURLToPath, URL } from 'node:url';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: { runs: { type: 'string', default: '500' }, seed: { type: 'string' } },
});
const numbers = { AUDIT_RUNS: values.runs, AUDIT_SEED: values.seed ?? `${randomInt(2 ** 31)}` };
for (const [name, value] of Object.entries(numbers)) {
  if (!/^\d+$/.test(value)) throw new TypeError(`${name} must be a positive integer`);
}
// Not by npx, which is a script on Windows.
const vitest = fileURLToPath(new URL('../../node_modules/vitest/vitest.mjs', import.meta.url));
const { status } = spawnSync(process.execPath, [vitest, 'run', 'test/audit', '--silent=false'], {
  env: { ...process.env, ...numbers },
  stdio: 'inherit',
});
process.exitCode = status ?? 1;
