/**
 * Measures the cost of an import, each in a new process that has not loaded anything yet.
 */
import { spawnSync } from 'node:child_process';

const TIMED = `
const cpuBefore = process.cpuUsage();
const start = performance.now();
for (const url of process.argv.slice(1)) await import(url);
const wallMs = performance.now() - start;
const { user, system } = process.cpuUsage(cpuBefore);
process.stdout.write(JSON.stringify({ wallMs, cpuMs: (user + system) / 1000 }));`;

// The debugger reports every script that V8 compiles, of either module system.
const COUNTED = `
import { Session } from 'node:inspector';
const session = new Session();
session.connect();
const files = new Set();
session.on('Debugger.scriptParsed', ({ params: { url } }) => {
  if (url.startsWith('file:') && !url.includes('[eval')) files.add(url);
});
session.post('Debugger.enable');
for (const url of process.argv.slice(1)) await import(url);
process.stdout.write(String(files.size));`;

/**
 * @param {...string} urls - Imported one after another.
 * @returns {{ wallMs: number, cpuMs: number }} `cpuMs` is that of all threads of the process.
 */
export function timeImport(...urls) {
  return runOnce(TIMED, urls);
}

/** @param {...string} urls @returns {number} How many files are loaded. */
export function countFiles(...urls) {
  return runOnce(COUNTED, urls);
}

function runOnce(program, urls) {
  const args = ['--input-type=module', '--eval', program, ...urls];
  const { stdout, stderr, status } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${urls.join(' and ')} cannot be imported:\n${stderr}`);
  return JSON.parse(stdout);
}
