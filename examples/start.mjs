/**
 * `npm start`: sets up what a fresh clone lacks, then tells the story of the Sales Analytics API.
 *
 * Plain Node without dependencies: it runs before there is a `node_modules`.
 */
import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** The time of the last change in ms; 0 when there is no such file. */
function changedAt(path) {
  return statSync(new URL(`../${path}`, import.meta.url), { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

/** npm writes its own copy of the lock file last, so an install that was cut short has none. */
function isInstalled() {
  return changedAt('node_modules/.package-lock.json') >= changedAt('package-lock.json');
}

/** Runs npm in the repository; ends this program when npm fails. */
function npm(...args) {
  const options = { cwd: root, stdio: 'inherit' };
  const cli = process.env.npm_execpath ?? '';
  // `npm start` names the npm that runs it: a Node program, so neither npm.cmd nor a shell is needed.
  const { status, error } = basename(cli).startsWith('npm-cli')
    ? spawnSync(process.execPath, [cli, ...args], options)
    : spawnSync(`npm ${args.join(' ')}`, { ...options, shell: true });
  if (status === 0) return;
  console.error(`\n"npm ${args.join(' ')}" failed${error ? `: ${error.message}` : ''}`);
  process.exit(1);
}

const [major, minor] = process.versions.node.split('.').map(Number);
if (!(major >= 24 || (major === 22 && minor >= 12) || (major === 20 && minor >= 19))) {
  console.error(`Scopegate needs Node 20.19, 22.12, or 24 and newer; this is ${process.version}.`);
  process.exit(1);
}

if (!isInstalled()) {
  console.log('Installing dependencies: once, and again only when package-lock.json changes.');
  npm('ci', '--include=dev', '--no-audit', '--no-fund');
}
console.log('Building what has changed.');
npm('run', '--silent', 'build');
if (major < 22) {
  console.log(
    'Starting. On Node 20 the authorization server warns of an unsupported runtime;\n' +
      'what this story needs of it works there.',
  );
}

const { main } = await import('./sales-analytics/dist/main.js');
process.exitCode = await main(process.argv.slice(2), process.stdout);
