/**
 * A commit of this repository, checked out and built, so that it can be measured.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/**
 * Checks out, installs and builds a commit in a temporary folder, once per commit.
 *
 * @param {string} root - The repository.
 * @param {string} ref - A commit, branch or tag.
 * @returns {{ commit: string, folder: string }}
 * @throws Error There is no such commit, or it cannot be built.
 */
export function prepareTree(root, ref) {
  const commit = git(root, 'rev-parse', '--verify', '--quiet', `${ref}^{commit}`).trim();
  const folder = join(tmpdir(), `scopegate-bench-${commit}`);
  const done = join(folder, '.built');
  if (existsSync(done)) return { commit, folder };
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const archive = join(folder, '.archive.tar');
  git(root, 'archive', '--output', archive, commit);
  run(folder, 'tar', ['-xf', archive]);
  rmSync(archive);
  run(folder, 'npm', ['ci', '--no-audit', '--no-fund', '--silent']);
  run(folder, 'npm', ['run', '--silent', 'build']);
  writeFileSync(done, '');
  return { commit, folder };
}

/** Imports the packages of a built tree. */
export async function loadTree(folder) {
  const load = (name) =>
    import(pathToFileURL(join(folder, 'packages', name, 'dist/index.js')).href);
  return { ...(await load('access-token')), ...(await load('express')) };
}

function git(cwd, ...args) {
  try {
    return execFileSync('git', args, { cwd, encoding: 'utf8' });
  } catch (error) {
    throw new Error(`git ${args.join(' ')} failed; name a commit, a branch or a tag`, {
      cause: error,
    });
  }
}

function run(cwd, command, args) {
  const { status } = spawnSync(command, args, { cwd, stdio: ['ignore', 'ignore', 'inherit'] });
  if (status !== 0) throw new Error(`"${[command, ...args].join(' ')}" failed in ${cwd}`);
}
