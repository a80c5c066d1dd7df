/**
 * `npm start`: installs and builds what is missing, then runs the demo of the Sales Analytics API.
 *
 * It has no dependencies, because it runs before `node_modules` exists.
 */
import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';

const USAGE = `Usage: npm start [-- <option>...]

Runs the demo of the Sales Analytics API: a real authorization server, an API
that Scopegate protects, and scenes with valid and invalid tokens. Installs and
builds what is missing first.

  --quick   leaves out the scene that waits for tokens to expire
  --serve   keeps servers running after the scenes, with an inspector, and
            prints curl commands to try
  --watch   skips the scenes; the inspector shows a traffic of good and bad
            requests
  --help    prints this text

Servers of --serve and --watch stop on Ctrl+C. NO_COLOR=1 switches colours off.

Exit codes:

  0    every scene passed
  1    a scene failed, or the demo could not be installed or built
  2    unknown option
  130  Ctrl+C during the scenes
`;
const OPTIONS = ['--quick', '--serve', '--watch', '--help'];

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

/**
 * Imports the demo, without the warning about Node 20 that oidc-provider prints while it is imported. It has no
 * option for that, and everything that this demo needs works.
 */
async function importDemo() {
  const { warn } = console;
  console.warn = (...args) => {
    if (!String(args[0]).includes('oidc-provider WARNING: Unsupported runtime')) warn(...args);
  };
  try {
    return await import('./sales-analytics/dist/main.js');
  } finally {
    console.warn = warn;
  }
}

const args = process.argv.slice(2);
const unknown = args.find((arg) => !OPTIONS.includes(arg));
if (unknown !== undefined) {
  console.error(`Unknown argument "${unknown}". The options are ${OPTIONS.join(', ')}.`);
  process.exit(2);
}
if (args.includes('--help')) {
  console.log(USAGE.trimEnd());
  process.exit(0);
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

// The reader of a pipe may stop early, as in `npm start | head`.
process.stdout.on('error', (error) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});
const { main } = await importDemo();
const mode = {
  quick: args.includes('--quick'),
  serve: args.includes('--serve'),
  watch: args.includes('--watch'),
};
process.exitCode = await main(mode, process.stdout);
