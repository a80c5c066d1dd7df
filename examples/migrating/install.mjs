/**
 * Installs the libraries of the apps in `before/` if they are missing, or older than their lock file.
 *
 * `npm run test:migrating` runs it before the tests, because `npm ci` in the root does not install them.
 */
import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

if (!isInstalled()) {
  console.log('Installing the libraries: once, and again only when package-lock.json changes.');
  const cwd = fileURLToPath(new URL('before/', import.meta.url));
  const { status } = spawnSync('npm ci --no-audit --no-fund', {
    cwd,
    stdio: 'inherit',
    shell: true,
  });
  process.exitCode = status ?? 1;
}

/** npm writes its own copy of the lock file last, so an interrupted install has none. */
function isInstalled() {
  return changedAt('node_modules/.package-lock.json') >= changedAt('package-lock.json');
}

/** Returns the time of a file's last change in milliseconds; 0 if it does not exist. */
function changedAt(path) {
  const file = new URL(`before/${path}`, import.meta.url);
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
