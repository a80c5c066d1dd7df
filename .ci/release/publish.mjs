/**
 * `node publish.mjs <folder>`: publishes the tarballs that `pack.mjs` has put into a folder.
 *
 * It can be run again after it has failed: versions that the registry already has are skipped, if they
 * have the same content. Plain Node without dependencies, because it runs where publishing is allowed.
 *
 * @module
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** The first npm with trusted publishing. */
const OLDEST_NPM = [11, 5, 1];

const folder = resolve(process.argv[2] ?? '.');
const packages = JSON.parse(readFileSync(join(folder, 'packages.json'), 'utf8'));

requireTrustedPublishing();
// Before the first is published, so that a release with other content changes nothing.
const missing = packages.filter((each) => !isPublished(each));
for (const { name, version, file } of missing) {
  const tag = version.includes('-') ? 'next' : 'latest';
  const args = ['publish', join(folder, file), '--access=public', `--tag=${tag}`];
  const { status } = npm(args, 'inherit');
  if (status !== 0) {
    fail(`publishing ${name}@${version} failed; run this again, which skips what is published`);
  }
  console.log(`published ${name}@${version}`);
}

/** In GitHub Actions, an older npm would fail with a message about missing credentials. */
function requireTrustedPublishing() {
  if (process.env.GITHUB_ACTIONS !== 'true') return;
  const version = npm(['--version']).stdout.trim();
  const parts = version.split('.').map(Number);
  const different = OLDEST_NPM.findIndex((oldest, index) => parts[index] !== oldest);
  if (different === -1 || parts[different] > OLDEST_NPM[different]) return;
  fail(`npm must be ${OLDEST_NPM.join('.')} or later; this is ${version}`);
}

/** Whether the registry has the version. Ends the program if it has other content. */
function isPublished({ name, version, integrity }) {
  const spec = `${name}@${version}`;
  const { status, stdout } = npm(['view', spec, 'dist.integrity', '--json', '--prefer-online']);
  const printed = parseJson(stdout);
  if (status !== 0 && printed?.error?.code !== 'E404') fail(`asking for ${spec} failed\n${stdout}`);
  if (typeof printed !== 'string') return false;
  if (printed !== integrity) {
    fail(
      `${spec} is published with other content; publish the tarballs of the run that published it`,
    );
  }
  console.log(`already published: ${spec}`);
  return true;
}

/** npm prints nothing for a version that a known package does not have. */
function parseJson(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function npm(args, output = 'pipe') {
  return spawnSync('npm', args, { encoding: 'utf8', stdio: ['inherit', output, 'inherit'] });
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
