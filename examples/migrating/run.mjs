/**
 * `npm run test:migrating [-- <option of vitest>...]`: installs the libraries that are compared, if they
 * are missing, and sends the same requests to the apps before and after. With `-- -u`, README.md is
 * written; with `-- --print`, the measured part of it is printed.
 *
 * It has no dependencies, because it runs before the libraries are installed.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const before = fileURLToPath(new URL('before/', import.meta.url));

const options = process.argv.slice(2).filter((word) => word !== '--print');
const isPrinted = process.argv.includes('--print');

if (!isInstalled()) {
  console.log('Installing the libraries: once, and again only when package-lock.json changes.');
  run('npm ci --no-audit --no-fund', { cwd: before, shell: true });
}
run(`npx --no -- vitest run --config examples/migrating/vitest.config.ts ${options.join(' ')}`, {
  cwd: root,
  shell: true,
});
if (isPrinted) console.log(readBehaviours());

/** npm writes its own copy of the lock file last, so an interrupted install has none. */
function isInstalled() {
  return changedAt('node_modules/.package-lock.json') >= changedAt('package-lock.json');
}

/** The time of the last change in ms; 0 when the file does not exist. */
function changedAt(path) {
  return (
    statSync(new URL(`before/${path}`, import.meta.url), { throwIfNoEntry: false })?.mtimeMs ?? 0
  );
}

/** The test has compared this part of the README with what it measured. */
function readBehaviours() {
  const page = readFileSync(new URL('README.md', import.meta.url), 'utf8');
  return /<!-- behaviours -->(.*)<!-- \/behaviours -->/s.exec(page)?.[1] ?? '';
}

function run(command, settings) {
  const { status } = spawnSync(command, { stdio: 'inherit', ...settings });
  if (status !== 0) process.exit(status ?? 1);
}
