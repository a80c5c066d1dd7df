/**
 * `npm start`: installs and builds what is missing, then runs the demo of the Sales Analytics API.
 *
 * It has no dependencies, because it runs before `node_modules` exists.
 */
import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Returns the time of a file's last change in milliseconds; 0 if it does not exist. */
function changedAt(path) {
  return statSync(new URL(`../${path}`, import.meta.url), { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

/** npm writes its copy of the lock file last, so an interrupted install has none. */
function isInstalled() {
  return changedAt('node_modules/.package-lock.json') >= changedAt('package-lock.json');
}

/** Runs npm in the repository. Exits if npm fails. */
function npm(...args) {
  const options = { cwd: root, stdio: 'inherit' };
  const cli = process.env.npm_execpath ?? '';
  // npm passes its own path, a JavaScript file, so neither npm.cmd nor a shell is needed.
  const { status, error } = basename(cli).startsWith('npm-cli')
    ? spawnSync(process.execPath, [cli, ...args], options)
    : spawnSync(`npm ${args.join(' ')}`, { ...options, shell: true });
  if (status === 0) return;
  console.error(`\n"npm ${args.join(' ')}" failed${error ? `: ${error.message}` : ''}`);
  process.exit(1);
}

const [major, minor] = process.versions.node.split('.').map(Number);
if (!(major >= 24 || (major === 22 && minor >= 12) || (major === 20 && minor >= 19))) {
  console.error(`Scopegate requires Node ^20.19, ^22.12 or >=24; this is ${process.version}.`);
  process.exit(1);
}

if (!isInstalled()) {
  console.log('Installing dependencies. This runs again only when package-lock.json changes.');
  npm('ci', '--include=dev', '--no-audit', '--no-fund');
}
console.log('Building the packages.');
npm('run', '--silent', 'build');
if (major < 22) {
  console.log(
    'Starting. On Node 20, oidc-provider warns about an unsupported runtime;\n' +
      'everything that this demo needs works.',
  );
}

const { main } = await import('./sales-analytics/dist/main.js');
process.exitCode = await main(process.argv.slice(2), process.stdout);
