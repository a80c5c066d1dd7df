/**
 * The packages as users install them: packed, and installed in an app without a network.
 *
 * @module
 */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { packStaged, stageWorkspace } from '../../.ci/release/pack-workspace.mjs';
import { isWindows, readUserEnvironment } from '../support/user-environment.js';
import { listFolders, readManifest, root } from './workspace.js';

/** One packed package. */
export interface Tarball {
  /** The package's folder below `packages/`. */
  readonly folder: string;
  /** The path of the tarball. */
  readonly file: string;
  /** Each path in it, sorted. */
  readonly paths: readonly string[];
}

/** The compiler of the workspace, as a script for `node`. */
export const tsc: string = join(root, 'node_modules/typescript/bin/tsc');

/** The project of the modules that the inspector's page loads. No other project refers to it. */
export const INSPECTOR_PAGE = 'packages/inspector/src/page';

const rolldown = join(root, 'node_modules/rolldown/bin/cli.mjs');

/**
 * Runs a program without a shell and waits for it. On Windows, npm is a script that needs one.
 *
 * @returns Its output.
 * @throws Error It exits with another code than 0; the message ends with its output.
 */
export async function run(command: string, args: readonly string[], cwd: string): Promise<string> {
  const env = readUserEnvironment();
  const shell = isWindows && command === 'npm';
  try {
    const { stdout } = await promisify(execFile)(command, args, {
      cwd,
      env,
      shell,
      maxBuffer: 2 ** 24,
    });
    return stdout;
  } catch (cause) {
    const { stdout, stderr } = cause as { stdout?: string; stderr?: string };
    const printed = `${stdout ?? ''}${stderr ?? ''}`;
    throw new Error(`${[command, ...args].join(' ')} failed:\n${printed}`, { cause });
  }
}

/** Builds all packages and packs them into a folder, from a copy of the workspace. */
export async function packPackages(destination: string): Promise<Tarball[]> {
  const paths = listFolders('packages').map((folder) => `packages/${folder}`);
  await run('node', [tsc, '-b', ...paths, INSPECTOR_PAGE], root);
  await run('node', [rolldown, '-c'], root);
  const workspace = join(destination, 'workspace');
  await stageWorkspace(workspace);
  const packed = await packStaged(workspace, destination);
  return packed.map(({ name, file, paths }) => ({
    folder: name.replace('@scopegate/', ''),
    file,
    paths,
  }));
}

/** An app that uses the packed packages. */
export interface ConsumerApp {
  /** The folder of the app. */
  readonly app: string;
  /** The folder to fill. */
  readonly destination: string;
  readonly tarballs: readonly Tarball[];
  /** The dependencies of the app: names, and their folders in the workspace's `node_modules`. */
  readonly links: Readonly<Record<string, string>>;
}

/**
 * Copies an app and creates its `node_modules`: the packed packages, and links to their dependencies.
 *
 * An undeclared dependency of a package is not found there.
 */
export async function installApp(consumer: ConsumerApp): Promise<void> {
  const { app, destination, tarballs, links } = consumer;
  await cp(app, destination, { recursive: true });
  for (const { folder, file } of tarballs) {
    const target = join(destination, 'node_modules/@scopegate', folder);
    await mkdir(target, { recursive: true });
    await run('tar', ['-xzf', file, '-C', target, '--strip-components=1'], destination);
  }
  const dependencies = new Map(tarballs.flatMap(({ folder }) => thirdParties(folder)));
  for (const [name, alias] of Object.entries(links)) {
    dependencies.set(name, join(root, 'node_modules', alias));
  }
  for (const [name, target] of dependencies) {
    const link = join(destination, 'node_modules', name);
    await mkdir(dirname(link), { recursive: true });
    await symlink(target, link, 'junction');
  }
}

/** The declared third-party dependencies of a package, and their folders. */
function thirdParties(folder: string): [string, string][] {
  const { dependencies = {} } = readManifest(`packages/${folder}`);
  return Object.keys(dependencies)
    .filter((name) => !name.startsWith('@scopegate/'))
    .map((name) => {
      const nested = join(root, 'packages', folder, 'node_modules', name);
      return [name, existsSync(nested) ? nested : join(root, 'node_modules', name)];
    });
}
