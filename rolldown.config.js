/**
 * Bundles the JavaScript of the packages: the second half of `npm run build`.
 *
 * `tsc -b`, the first half, checks the types and writes `dist/**\/*.d.ts` with their maps. Rolldown
 * then writes one file per entry point of a package, and one for what several of them share,
 * because loading ninety small files took as long as loading Express. What holds for every package:
 *
 * - An entry point is a member of `exports` with the condition `@scopegate/source`, which names its
 *   source, or a module of `dist/` that a program of `bin` imports. A new one needs no edit here.
 * - Only the package's own files are bundled. Its siblings and dependencies stay imports, so that
 *   each error class exists once and `instanceof` holds across packages.
 * - The modules of a page for the browser are not bundled: they run as `tsc` has compiled them.
 * - Nothing is minified, and names are kept. The maps lead to `src/`, which is published too, so
 *   stack traces and debuggers show TypeScript. Docstrings are left to the declarations.
 *
 * A build touches only the files that changed, and removes those of `dist/` that nothing produces
 * any more. Tests need no build: they run from source.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, sep } from 'node:path';

const packages = join(import.meta.dirname, 'packages');

export default readdirSync(packages).map((name) => bundleOf(join(packages, name)));

/** @param {string} folder - Of a package. */
function bundleOf(folder) {
  return {
    cwd: folder,
    input: findEntryPoints(folder),
    platform: 'node',
    external: (id) => !id.startsWith('.') && !isAbsolute(id),
    plugins: [updateOnly(join(folder, 'dist'))],
    output: {
      dir: 'dist',
      format: 'esm',
      // Beside the entry points, so that `../package.json` is the same file from `src/` and `dist/`.
      chunkFileNames: 'shared-[name].js',
      sourcemap: true,
      sourcemapExcludeSources: true,
      minify: false,
      minifyInternalExports: false,
      comments: { annotation: true, jsdoc: false, legal: true },
    },
  };
}

/**
 * @param {string} folder
 * @returns {Record<string, string>} Sources by the names of the files in `dist/`, without `.js`.
 */
function findEntryPoints(folder) {
  const { exports, bin = {} } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const entries = Object.values(exports)
    .filter((target) => target['@scopegate/source'] !== undefined)
    .map((target) => [target.default, target['@scopegate/source']]);
  const programs = Object.values(bin)
    .flatMap((path) => readFileSync(join(folder, path), 'utf8').match(/dist\/[\w/-]+\.js/g) ?? [])
    .map((file) => [file, file.replace(/^dist/, 'src').replace(/js$/, 'ts')]);
  const nameOf = (file) => file.replace(/^(\.\/)?dist\//, '').replace(/\.js$/, '');
  return Object.fromEntries(
    [...entries, ...programs].map(([file, source]) => [nameOf(file), join(folder, source)]),
  );
}

/**
 * Writes the files whose content changed and removes what is left of earlier builds. Rolldown gets
 * nothing to write, so a build without changes touches nothing and the output stays one line.
 */
function updateOnly(dist) {
  return {
    name: 'update-only',
    generateBundle(_, bundle) {
      const leftovers = new Set(listFiles(dist).filter((path) => !hasSource(dist, path)));
      for (const [path, output] of Object.entries(bundle)) {
        leftovers.delete(path);
        update(join(dist, path), output.type === 'chunk' ? output.code : output.source);
        delete bundle[path];
      }
      for (const path of leftovers) rmSync(join(dist, path));
    },
  };
}

function update(file, content) {
  if (existsSync(file) && readFileSync(file, 'utf8') === content) return;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
}

/**
 * Whether `tsc` still owns a file: a declaration of a source that exists, its build info, or a module for the
 * browser. Those are in folders named `page` or `page-…`, and are not bundled.
 */
function hasSource(dist, path) {
  const [, name, kind] = /^(.+?)(\.d\.ts|\.js)(\.map)?$/.exec(path) ?? [];
  if (name === undefined) return true;
  if (kind === '.js' && !/^page(-\w+)*\//.test(path)) return false;
  return ['.ts', '.tsx'].some((extension) => existsSync(join(dist, '../src', name + extension)));
}

/** @returns {string[]} Paths below the folder, with forward slashes. */
function listFiles(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll(sep, '/'));
}
