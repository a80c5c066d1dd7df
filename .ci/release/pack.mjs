/**
 * `node .ci/release/pack.mjs <folder> <tag>`: fills a new folder with all that a release consists of: the
 * tarballs of the packages, their list in the order in which to publish, the notes, a bill of materials,
 * and the program that publishes them. It does not build: `npm run build` must have run.
 *
 * The job that may publish gets only this folder, so no dependency of the repository runs there.
 *
 * @module
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { formatNotes, readChangelogs } from './notes.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));

const [target, tag] = process.argv.slice(2);
if (target === undefined || tag === undefined) {
  throw new TypeError('pack.mjs requires a folder and a tag; call it with both');
}
const folder = resolve(target);
// Throws if it exists: an older tarball in it would be published as well.
mkdirSync(folder, { recursive: false });
const packages = sortByDependency(pack());
const [version, ...others] = new Set(packages.map((each) => each.version));
if (others.length > 0 || tag !== `v${version}`) {
  throw new Error(`tag "${tag}" must be "v${version}", the version of all packages`);
}
write('packages.json', `${JSON.stringify(packages.map(withoutManifest), undefined, 2)}\n`);
write('notes.md', formatNotes(version, readChangelogs(root)));
write('sbom.cdx.json', createBillOfMaterials());
copyFileSync(new URL('publish.mjs', import.meta.url), join(folder, 'publish.mjs'));
for (const { name, file } of packages) console.log(`${name}  ${file}`);

function write(name, text) {
  writeFileSync(join(folder, name), text);
}

function pack() {
  // Otherwise npm prints the scripts of the packages into the JSON.
  const options = ['--json', '--foreground-scripts=false', `--pack-destination=${folder}`];
  const args = ['pack', '--workspace=packages', ...options];
  return JSON.parse(npm(root, args)).map(({ name, version, filename, integrity }) => {
    const manifest = join(root, 'packages', name.replace('@scopegate/', ''), 'package.json');
    const { dependencies = {} } = JSON.parse(readFileSync(manifest, 'utf8'));
    return { name, version, file: filename, integrity, dependencies: Object.keys(dependencies) };
  });
}

/** What a package depends on precedes it, so a version can be installed as soon as it is published. */
function sortByDependency(unsorted) {
  const sorted = new Set();
  const add = (each) => {
    for (const name of each.dependencies) {
      const dependency = unsorted.find((other) => other.name === name);
      if (dependency !== undefined && !sorted.has(dependency)) add(dependency);
    }
    sorted.add(each);
  };
  unsorted.forEach(add);
  return [...sorted];
}

function withoutManifest({ name, version, file, integrity }) {
  return { name, version, file, integrity };
}

/**
 * Lists what an app gets that installs every package, peers included. In the repository itself,
 * `npm sbom --omit=dev` leaves out each dependency that is also a development dependency of the root.
 */
function createBillOfMaterials() {
  const app = mkdtempSync(join(tmpdir(), 'scopegate-sbom-'));
  try {
    writeFileSync(join(app, 'package.json'), JSON.stringify({ name: 'scopegate', version }));
    const files = packages.map(({ file }) => join(folder, file));
    npm(app, ['install', '--ignore-scripts', '--no-audit', '--no-fund', ...files]);
    return npm(app, ['sbom', '--sbom-format=cyclonedx']);
  } finally {
    rmSync(app, { recursive: true });
  }
}

function npm(cwd, args) {
  const { status, stdout, error } = spawnSync('npm', args, {
    cwd,
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (status !== 0) throw new Error(`"npm ${args[0]}" failed`, { cause: error });
  return stdout;
}
