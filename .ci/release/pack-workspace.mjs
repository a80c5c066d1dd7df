// @ts-check
/**
 * Packs the packages with `npm pack`, as publishing does, without touching the workspace.
 *
 * Packing replaces READMEs for a moment, which other programs may read then. So the packages are
 * packed from a copy, with their own scripts.
 *
 * @module
 */
import { execFile } from 'node:child_process';
import { copyFile, cp, mkdir, readdir, symlink } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { PACKING_FOLDER } from './packing-state.mjs';
import { listPackages, root } from './workspace.mjs';

const NOT_STAGED = ['.git', 'coverage', 'dist'];
const COPIED = ['.ci', 'packages'];
const NOT_COPIED = ['node_modules', PACKING_FOLDER];

/**
 * Copies what packing reads and changes, and links to everything else that READMEs link to.
 *
 * @param {string} destination - A folder that does not exist yet.
 */
export async function stageWorkspace(destination) {
  await mkdir(destination, { recursive: true });
  for (const entry of await readdir(root, { withFileTypes: true })) {
    const from = join(root, entry.name);
    const to = join(destination, entry.name);
    if (NOT_STAGED.includes(entry.name)) continue;
    if (!entry.isDirectory()) await copyFile(from, to);
    else if (!COPIED.includes(entry.name)) await symlink(from, to, 'junction');
    else await cp(from, to, { recursive: true, filter: isCopied });
  }
}

/** @param {string} path */
function isCopied(path) {
  return !NOT_COPIED.includes(basename(path));
}

/**
 * One packed package.
 *
 * @typedef {object} Tarball
 * @property {string} name - Of the package, such as `@scopegate/express`.
 * @property {string} file - The path of the tarball.
 * @property {number} size - In bytes.
 * @property {number} unpackedSize - In bytes.
 * @property {readonly string[]} paths - Each path in it, sorted.
 */

/**
 * @param {string} workspace - A staged one, whose packages are built.
 * @param {string} destination - A folder for the tarballs.
 * @returns {Promise<Tarball[]>}
 * @throws Error A package cannot be packed; the message ends with the output of npm.
 */
export async function packStaged(workspace, destination) {
  await mkdir(destination, { recursive: true });
  const folders = listPackages(workspace).map((folder) => `./${folder}`);
  // Otherwise the output of scripts is mixed with the JSON.
  const options = ['--json', '--foreground-scripts=false', `--pack-destination=${destination}`];
  const printed = await runNpm(['pack', ...options, ...folders], workspace);
  /** @type {{ name: string, filename: string, size: number, unpackedSize: number, files: { path: string }[] }[]} */
  const packed = JSON.parse(printed);
  return packed.map(({ name, filename, size, unpackedSize, files }) => ({
    name,
    file: join(destination, filename),
    size,
    unpackedSize,
    paths: files.map(({ path }) => path).sort(),
  }));
}

/**
 * Runs npm without a shell, and without the settings of an npm that runs this program.
 *
 * @param {readonly string[]} args
 * @param {string} cwd
 * @returns {Promise<string>} Its output.
 * @throws Error It exits with another code than 0; the message ends with its output.
 */
export async function runNpm(args, cwd) {
  const { npm_execpath: npm } = process.env;
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(?:npm_|node_env$)/i.test(name)),
  );
  // On Windows, `npm` is a script for the shell, so npm's own file is run where it is known.
  const [program, before] = npm === undefined ? ['npm', []] : [process.execPath, [npm]];
  const options = { cwd, env, maxBuffer: 2 ** 24 };
  try {
    return (await promisify(execFile)(program, [...before, ...args], options)).stdout;
  } catch (cause) {
    const { stdout = '', stderr = '' } = /** @type {{ stdout?: string, stderr?: string }} */ (
      cause
    );
    throw new Error(`npm ${args[0]} failed:\n${stdout}${stderr}`, { cause });
  }
}
