// @ts-check
/**
 * Checks the tarballs that `npm pack` writes: publint, "are the types wrong", license, links.
 *
 * Prints one line per package and all findings; exits with 1 if there are any. `npm run
 * check:packages` builds the packages first.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { unpack } from '@publint/pack';
import { listBrokenLinks } from '../../.ci/release/dead-links.mjs';
import { packStaged, stageWorkspace } from '../../.ci/release/pack-workspace.mjs';
import { root } from '../../.ci/release/workspace.mjs';

/**
 * A check of one tarball; it returns its findings.
 *
 * @typedef {(file: string) => Promise<readonly string[]>} Check
 */

/** @type {Readonly<Record<string, Check>>} */
const CHECKS = {
  publint: (file) => runChecker(['publint/src/cli.js', 'run', '--strict', file]),
  // The packages are ESM only, because Node.js 20.19 and later can `require` it. All other rules are on.
  attw: (file) =>
    runChecker([
      '@arethetypeswrong/cli/dist/index.js',
      '--ignore-rules',
      'cjs-resolves-to-esm',
      '--',
      file,
    ]),
  license: checkLicense,
  links: checkLinks,
};

/**
 * @param {readonly [script: string, ...args: string[]]} command - A script below `node_modules`.
 * @returns {Promise<string[]>}
 */
async function runChecker([script, ...args]) {
  try {
    await promisify(execFile)(process.execPath, [join(root, 'node_modules', script), ...args]);
    return [];
  } catch (error) {
    const { stdout = '', stderr = '', message } = /** @type {Record<string, string>} */ (error);
    return [`${stdout}${stderr}`.trim() || String(message)];
  }
}

/** @type {Check} */
async function checkLicense(file) {
  const license = (await readTarball(file)).get('LICENSE');
  if (license === (await readFile(join(root, 'LICENSE'), 'utf8'))) return [];
  return ['LICENSE: must be in the tarball and equal the LICENSE of the root; copy it'];
}

/** @type {Check} */
async function checkLinks(file) {
  const files = await readTarball(file);
  const readme = files.get('README.md');
  if (readme === undefined) return ['README.md: must be in the tarball; write it'];
  return listBrokenLinks(readme, [...files.keys()]);
}

/**
 * @param {string} file
 * @returns {Promise<Map<string, string>>} The files of a tarball, by their paths in the package.
 */
async function readTarball(file) {
  const data = await readFile(file);
  const bytes = data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength);
  const { files, rootDir } = await unpack(/** @type {ArrayBuffer} */ (bytes));
  return new Map(
    files.map(({ name, data: content }) => [
      name.slice(rootDir.length + 1),
      Buffer.from(content).toString('utf8'),
    ]),
  );
}

/** @param {import('../../.ci/release/pack-workspace.mjs').Tarball} tarball */
async function checkTarball({ name, file, size, unpackedSize }) {
  const results = await Promise.all(
    Object.entries(CHECKS).map(async ([check, findings]) => ({
      check,
      findings: await findings(file),
    })),
  );
  const verdicts = results.map(
    ({ check, findings }) => `${check} ${findings.length === 0 ? 'ok' : 'FAILED'}`,
  );
  const [packed, unpacked] = [size, unpackedSize].map((bytes) => `${Math.ceil(bytes / 1000)} kB`);
  console.log(`${name}: ${verdicts.join(', ')} (${packed}, unpacked ${unpacked})`);
  for (const finding of results.flatMap(({ findings }) => findings)) {
    console.error(finding.replace(/^/gm, '  '));
    process.exitCode = 1;
  }
}

const temporary = await mkdtemp(join(tmpdir(), 'scopegate-packages-'));
try {
  const workspace = join(temporary, 'workspace');
  await stageWorkspace(workspace);
  const tarballs = await packStaged(workspace, join(temporary, 'tarballs'));
  for (const tarball of tarballs) await checkTarball(tarball);
} catch (error) {
  // npm has printed what a script of a package requires.
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  await rm(temporary, { recursive: true, force: true });
}
