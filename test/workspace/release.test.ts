import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type NpmRegistry, startNpmRegistry } from '../support/npm-registry.js';
import { isWindows, readUserEnvironment } from '../support/user-environment.js';
import { listFolders, readManifest, root } from './workspace.js';

const TIMEOUT_MS = 120_000;

/** Published in this order, which is not that of their names. */
const NAMES = ['@scopegate/scopes', '@scopegate/guard'];

/** A repository with two packages, and the programs of a release. */
let repository: string;

beforeAll(async () => {
  repository = await mkdtemp(join(tmpdir(), 'scopegate-release-'));
  await cp(join(root, '.ci/release'), join(repository, '.ci/release'), { recursive: true });
  await put('package.json', JSON.stringify({ private: true, workspaces: ['packages/*'] }));
  await putPackage('guard', { '@scopegate/scopes': '0.2.0' });
  await putPackage('scopes', {});
});
afterAll(() => rm(repository, { recursive: true }));

async function put(path: string, text: string): Promise<void> {
  await mkdir(dirname(join(repository, path)), { recursive: true });
  await writeFile(join(repository, path), text);
}

async function putPackage(folder: string, dependencies: object): Promise<void> {
  const name = `@scopegate/${folder}`;
  // Those of the packages run a script, too.
  const scripts = { prepack: 'node --version' };
  const manifest = JSON.stringify({
    name,
    version: '0.2.0',
    license: 'MIT',
    scripts,
    dependencies,
  });
  await put(`packages/${folder}/package.json`, manifest);
}

interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program of the release to its end, whatever its exit code. */
async function run(
  program: string,
  args: readonly string[] = [],
  registry = 'http://127.0.0.1:1',
): Promise<Outcome> {
  const env = {
    ...readUserEnvironment(),
    // Neither the account of a developer nor the credentials of CI.
    HOME: repository,
    npm_config_userconfig: join(repository, 'npmrc'),
    npm_config_cache: join(repository, 'cache'),
    npm_config_registry: registry,
    npm_config_fetch_retries: '0',
    npm_config_update_notifier: 'false',
  };
  const path = join(repository, program);
  const outcome: unknown = await promisify(execFile)(process.execPath, [path, ...args], { env })
    .then((output) => ({ code: 0, ...output }))
    .catch((failure: unknown) => failure);
  // execFile resolves or rejects with the output.
  return outcome as Outcome;
}

describe('notes.mjs', () => {
  const notesOf = async (changelogs: Readonly<Record<string, string>>): Promise<Outcome> => {
    for (const folder of ['guard', 'scopes']) {
      const text = `# @scopegate/${folder}\n\n${changelogs[folder] ?? ''}\n## 0.1.0\n\nFirst.\n`;
      await put(`packages/${folder}/CHANGELOG.md`, text);
    }
    return run('.ci/release/notes.mjs', ['0.2.0']);
  };

  it('prints a change with several bumps once, under the largest', async () => {
    const { stdout } = await notesOf({
      guard: '## 0.2.0\n\n### Patch Changes\n\n- 0123abc: Fix both.\n',
      scopes: '## 0.2.0\n\n### Minor Changes\n\n- 0123abc: Fix both.\n',
    });
    expect(stdout).toBe('### Minor Changes\n\n- Fix both.\n');
  });

  it('prints each change once, with the packages that it concerns', async () => {
    const { stdout } = await notesOf({
      guard:
        '## 0.2.0\n\n### Minor Changes\n\n- 0123abc: Add guards.\n\n  With a paragraph.\n\n' +
        '### Patch Changes\n\n- 4567def: Fix both.\n- 4567def: Fix guards.\n- Updated dependencies [4567def]\n  - @scopegate/scopes@0.2.0\n',
      scopes: '## 0.2.0\n\n### Patch Changes\n\n- 4567def: Fix both.\n',
    });
    expect(stdout).toBe(
      '### Minor Changes\n\n- Add guards. (`@scopegate/guard`)\n\n  With a paragraph.\n\n' +
        '### Patch Changes\n\n- Fix both.\n- Fix guards. (`@scopegate/guard`)\n',
    );
  });

  it('leaves out the versions of other packages, with or without their heading', async () => {
    const { stdout } = await notesOf({
      guard: '## 0.2.0\n\n### Patch Changes\n\n- @scopegate/scopes@0.2.0\n',
      scopes: '## 0.2.0\n\n### Patch Changes\n\n- 4567def: Fix scopes.\n',
    });
    expect(stdout).toBe('### Patch Changes\n\n- Fix scopes. (`@scopegate/scopes`)\n');
  });

  it('fails when no changelog has the version', async () => {
    expect(await notesOf({})).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('no changelog has version 0.2.0'),
    });
  });
});

// Releases are made on Linux: the programs call npm without a shell.
describe.skipIf(isWindows)('pack.mjs', () => {
  it('refuses a tag that is not the version', { timeout: TIMEOUT_MS }, async () => {
    expect(await run('.ci/release/pack.mjs', [join(repository, 'other'), 'v0.3.0'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('tag "v0.3.0" must be "v0.2.0"'),
    });
  });
});

describe.skipIf(isWindows)('publish.mjs', { timeout: TIMEOUT_MS }, () => {
  let registry: NpmRegistry;

  const publish = (): Promise<Outcome> =>
    run('release/publish.mjs', [join(repository, 'release')], registry.origin);

  beforeAll(async () => {
    const changelog = '# A\n\n## 0.2.0\n\nFirst.\n';
    for (const folder of ['guard', 'scopes'])
      await put(`packages/${folder}/CHANGELOG.md`, changelog);
    const packed = await run('.ci/release/pack.mjs', [join(repository, 'release'), 'v0.2.0']);
    expect(packed).toMatchObject({ code: 0 });
  }, TIMEOUT_MS);

  const start = async (): Promise<void> => {
    registry = await startNpmRegistry();
    await put('npmrc', `${registry.origin.replace('http:', '')}/:_authToken=any\n`);
  };

  it('publishes what a package depends on before the package', async () => {
    await start();
    expect(await publish()).toMatchObject({ code: 0 });
    expect(registry.published).toEqual(NAMES);
  });

  it('stops where it fails, and publishes only the rest when it runs again', async () => {
    await start();
    registry.refused.add('@scopegate/guard');
    expect(await publish()).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('publishing @scopegate/guard@0.2.0 failed'),
    });
    expect(registry.published).toEqual(['@scopegate/scopes']);
    registry.refused.clear();
    expect(await publish()).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('already published: @scopegate/scopes@0.2.0'),
    });
    expect(registry.published).toEqual(NAMES);
    expect(await publish()).toMatchObject({ code: 0 });
    expect(registry.published).toEqual(NAMES);
  });

  it('publishes nothing when a version is published with other content', async () => {
    await start();
    registry.replaceContent('@scopegate/guard', '0.2.0');
    expect(await publish()).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('@scopegate/guard@0.2.0 is published with other content'),
    });
    expect(registry.published).toEqual([]);
  });

  it('publishes nothing when the registry does not respond as expected', async () => {
    await start();
    const outcome = await run('release/publish.mjs', [join(repository, 'release')]);
    expect(outcome).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('asking for @scopegate/scopes@0.2.0 failed'),
    });
  });
});

describe('changesets', () => {
  it('know no package with a sibling as its peer: every new feature would release 1.0.0', () => {
    const peers = listFolders('packages').flatMap((folder) =>
      Object.keys(readManifest(`packages/${folder}`).peerDependencies ?? {}),
    );
    expect(peers.filter((name) => name.startsWith('@scopegate/'))).toEqual([]);
  });

  it('write into a changelog that every package has', async () => {
    for (const folder of listFolders('packages')) {
      const { name, version } = readManifest(`packages/${folder}`);
      const text = await readFile(join(root, 'packages', folder, 'CHANGELOG.md'), 'utf8');
      expect(text).toMatch(new RegExp(`^# ${name}\\n\\n## ${version ?? ''}\\n`));
    }
  });
});
