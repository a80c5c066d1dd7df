/**
 * Runs the conformance suite and reads its results.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(
  import.meta.resolve('@modelcontextprotocol/conformance/dist/index.js'),
);

/**
 * Runs the suite.
 *
 * @param {...string} args - The arguments of its command line.
 * @returns {Promise<Map<string, readonly { id: string, status: string }[]>>} The checks by scenario,
 *   in the order in which they ran.
 */
export async function runSuite(...args) {
  const folder = await mkdtemp(join(tmpdir(), 'scopegate-mcp-'));
  try {
    // Its exit code is 1 if any scenario failed, also one for features that the server does not have.
    const child = spawn(process.execPath, [PROGRAM, ...args, '-o', folder], { stdio: 'ignore' });
    await once(child, 'exit');
    return await readResults(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function readResults(folder) {
  const results = new Map();
  for (const name of (await readdir(folder, { recursive: true })).sort()) {
    const [, scenario] = /^(?:server-)?(.+)-\d{4}-\d\d-\d\dT[\w-]+\/checks\.json$/.exec(name) ?? [];
    if (scenario === undefined) continue;
    const checks = JSON.parse(await readFile(join(folder, name), 'utf8'));
    results.set(
      scenario,
      checks.map(({ id, status }) => ({ id, status })),
    );
  }
  return results;
}

/** Counts the checks that passed, and all that were made. */
export function countChecks(checks) {
  const made = checks.filter(({ status }) => status === 'SUCCESS' || status === 'FAILURE');
  return { passed: made.filter(({ status }) => status === 'SUCCESS').length, made: made.length };
}
