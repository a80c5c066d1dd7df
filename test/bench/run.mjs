/**
 * `npm run bench [-- <part>...] [--quick]`: installs and builds what is missing, measures, reports.
 *
 * Plain Node without dependencies: it runs before there is a `node_modules`.
 */
import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { PARTS } from './report/results.mjs';
import { LOAD_CORE, nodeOn, SERVER_CORE } from './server/cores.mjs';

const bench = fileURLToPath(new URL('.', import.meta.url));
const root = fileURLToPath(new URL('../..', import.meta.url));

const words = process.argv.slice(2);
const isQuick = words.includes('--quick');
const asked = words.filter((word) => word !== '--quick');
const unknown = asked.filter((word) => !PARTS.includes(word));
if (unknown.length > 0) {
  console.error(`There is no "${unknown.join(' ')}". The parts: ${PARTS.join(', ')}; and --quick.`);
  process.exit(1);
}

if (!isInstalled()) {
  console.log('Installing the peers: once, and again only when package-lock.json changes.');
  npm(bench, 'ci', '--no-audit', '--no-fund');
}
console.log('Building what has changed.');
npm(root, 'run', '--silent', 'build');
for (const part of asked.length > 0 ? asked : PARTS) measure(part);
if (!isQuick) report();

/** npm writes its own copy of the lock file last, so an install that was cut short has none. */
function isInstalled() {
  return changedAt('node_modules/.package-lock.json') >= changedAt('package-lock.json');
}

/** The time of the last change in ms; 0 when there is no such file. */
function changedAt(path) {
  return statSync(new URL(path, import.meta.url), { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

function npm(cwd, ...args) {
  run(`npm ${args.join(' ')}`, [], { cwd, shell: true });
}

/** The load runs in the process of its part; what is measured in process stands for a server. */
function measure(part) {
  const isLoad = part === 'http' || part === 'attack';
  const core = isLoad ? (LOAD_CORE ?? SERVER_CORE) : SERVER_CORE;
  const flags = isQuick ? ['--quick'] : [];
  const [command, args] = nodeOn(core, ['--expose-gc', 'part.mjs', part, ...flags]);
  console.log(`\n=== ${part}`);
  run(command, args, { cwd: bench });
}

function report() {
  run(process.execPath, ['report.mjs'], { cwd: bench });
  npm(root, 'exec', '--no', '--', 'prettier', '--write', '--log-level=warn', 'test/bench');
}

/** Ends this program when the command fails. */
function run(command, args, options) {
  const { status, error } = spawnSync(command, args, { stdio: 'inherit', ...options });
  if (status === 0) return;
  console.error(`\n"${[command, ...args].join(' ')}" failed${error ? `: ${error.message}` : ''}`);
  process.exit(1);
}
