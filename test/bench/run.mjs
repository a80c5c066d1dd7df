/**
 * `npm run bench [-- <part>...] [--quick]`: installs and builds what is missing, measures, reports.
 * `npm run bench -- behaviour`: how other libraries respond before a move to Scopegate, and Scopegate after it.
 * `npm run bench -- compare <ref> [<part>...] [--quick]`: the working tree against a commit.
 *
 * Plain Node without dependencies: it runs before there is a `node_modules`.
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { PARTS } from './report/results.mjs';
import { COMPARED_PARTS } from './compare/parts.mjs';
import { prepareTree } from './compare/tree.mjs';
import { cores, LOAD_CORE, nodeOn, SERVER_CORE } from './server/cores.mjs';

const bench = fileURLToPath(new URL('.', import.meta.url));
const root = fileURLToPath(new URL('../..', import.meta.url));

const words = process.argv.slice(2);
if (words[0] === 'behaviour') {
  npm(root, 'run', '--silent', 'test:migrating');
  console.log(readBehaviours());
  process.exit();
}
const isQuick = words.includes('--quick');
const isComparison = words[0] === 'compare';
const ref = isComparison ? words[1] : undefined;
const known = isComparison ? COMPARED_PARTS : PARTS;
const asked = words.slice(isComparison ? 2 : 0).filter((word) => word !== '--quick');
const unknown = asked.filter((word) => !known.includes(word));
if (unknown.length > 0) {
  fail(`unknown part "${unknown.join(' ')}"; the parts are ${known.join(', ')}`);
}
if (isComparison && (ref === undefined || ref.startsWith('--'))) {
  fail('compare requires a commit: compare <ref> [<part>...] [--quick]');
}

if (!isInstalled()) {
  console.log('Installing the peers: once, and again only when package-lock.json changes.');
  npm(bench, 'ci', '--no-audit', '--no-fund');
}
console.log('Building what has changed.');
npm(root, 'run', '--silent', 'build');
const base = ref === undefined ? undefined : prepareBase(ref);
for (const part of asked.length > 0 ? asked : known) {
  await measure(part, base ? ['compare/main.mjs', part, root, base] : ['part.mjs', part]);
}
if (!isQuick && !isComparison) report();

/** npm writes its own copy of the lock file last, so an interrupted install has none. */
function isInstalled() {
  return changedAt('node_modules/.package-lock.json') >= changedAt('package-lock.json');
}

/** The time of the last change in ms; 0 when the file does not exist. */
function changedAt(path) {
  return statSync(new URL(path, import.meta.url), { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

/** Reads the part of the page that the test has compared with what it measured. */
function readBehaviours() {
  const page = readFileSync(new URL('../../examples/migrating/README.md', import.meta.url), 'utf8');
  return /<!-- behaviours -->(.*)<!-- \/behaviours -->/s.exec(page)[1].trim();
}

function npm(cwd, ...args) {
  run(`npm ${args.join(' ')}`, [], { cwd, shell: true });
}

/** Parts that generate load run on the core for load, others on the core for servers. */
async function measure(part, program) {
  const isLoad =
    ['http', 'fronts', 'dpop', 'fleet', 'observe'].includes(part) ||
    (part === 'attack' && !isComparison);
  const core = isLoad ? (LOAD_CORE ?? SERVER_CORE) : SERVER_CORE;
  const flags = isQuick ? ['--quick'] : [];
  const [command, args] = nodeOn(core, ['--expose-gc', ...program, ...flags]);
  console.log(`\n=== ${part}`);
  const child = spawn(command, args, {
    cwd: bench,
    env: { ...process.env, BENCH_CORES: cores.join() },
    // The channel closes when this program ends.
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  });
  const [status] = await once(child, 'exit');
  // 2: a row is worse. The other parts are still measured, and the exit code reports it.
  if (status === 2) process.exitCode = 2;
  else if (status !== 0) fail(`the part "${part}" exited with ${status}`);
}

function prepareBase(name) {
  console.log(`Checking out and building ${name}: once for each commit.`);
  try {
    return prepareTree(root, name).folder;
  } catch (error) {
    return fail(error.message);
  }
}

function report() {
  run(process.execPath, ['report.mjs'], { cwd: bench });
  npm(root, 'exec', '--no', '--', 'prettier', '--write', '--log-level=warn', 'test/bench');
}

/** Ends this program when the command fails. */
function run(command, args, options) {
  const { status, error } = spawnSync(command, args, { stdio: 'inherit', ...options });
  if (status === 0) return;
  fail(`"${[command, ...args].join(' ')}" failed${error ? `: ${error.message}` : ''}`);
}

function fail(message) {
  console.error(`\n${message}`);
  process.exit(1);
}
