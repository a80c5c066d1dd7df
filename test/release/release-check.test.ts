import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { stageWorkspace } from '../../.ci/release/pack-workspace.mjs';
import { readManifest, root } from '../workspace/workspace.js';
import { createFolder } from './temporary-folder.js';

/** The whole workspace is copied, possibly on a slow machine. */
const TIMEOUT_MS = 120_000;

const FILLED_IN = {
  repository: { type: 'git', url: 'https://github.com/acme/scopegate' },
  homepage: 'https://github.com/acme/scopegate#readme',
  bugs: { url: 'https://github.com/acme/scopegate/issues' },
};

const NOT_CHECKED =
  'Not checked: the tarballs (run "npm run check:packages"), and the settings of npm and GitHub (docs/releasing.md lists them).\n';

/** Runs a program of a release in a copy of the workspace. */
function runProgram(workspace: string, name: string): { status: number | null; printed: string } {
  const args = [join(workspace, '.ci/release', name)];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  return { status, printed: stdout + stderr };
}

/** Writes the manifest of the root with these members of the owner only, then those of the packages. */
function fillIn(workspace: string, members: Readonly<Record<string, unknown>>): void {
  const manifest = readJson(join(workspace, 'package.json'));
  const without = { repository: undefined, homepage: undefined, bugs: undefined };
  const text = JSON.stringify({ ...manifest, ...without, ...members });
  writeFileSync(join(workspace, 'package.json'), text);
  expect(runProgram(workspace, 'write-manifests.mjs').status).toBe(0);
}

function readJson(file: string): Record<string, unknown> {
  // A manifest of the copy.
  return JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
}

/** A workspace with two packages, which lacks nothing. */
function createWorkspace(): string {
  const manifest = { version: '1.2.3', license: 'MIT', files: ['dist'] };
  const dependencies = { '@scopegate/core': '1.2.3', jose: '^6.0.0' };
  const workspace = createFolder({
    'package.json': '{}',
    LICENSE: 'MIT',
    'docs/recipes.md': '# Logs',
    'packages/core/LICENSE': 'MIT',
    'packages/core/README.md': '# Core\n\n[logs](../../docs/recipes.md#logs)\n',
    'packages/core/package.json': JSON.stringify({ name: '@scopegate/core', ...manifest }),
    'packages/web/LICENSE': 'MIT',
    'packages/web/README.md': '# Web\n',
    'packages/web/package.json': JSON.stringify({
      name: '@scopegate/web',
      ...manifest,
      dependencies,
    }),
  });
  cpSync(join(root, '.ci/release'), join(workspace, '.ci/release'), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(workspace, 'node_modules'), 'junction');
  fillIn(workspace, FILLED_IN);
  return workspace;
}

describe('npm run release:check › this workspace', () => {
  it(
    'lists what only the owner can give, and passes once it is filled in',
    async () => {
      const workspace = join(createFolder({}), 'workspace');
      await stageWorkspace(workspace);
      fillIn(workspace, {});
      expect(runProgram(workspace, 'check-release.mjs')).toEqual({
        status: 1,
        printed: [
          'Only the owner of the repository can give:',
          '  package.json: "repository" is missing; write "repository": { "type": "git", "url": "https://github.com/<owner>/<name>" }',
          '  package.json: "homepage" is missing; write "homepage": "https://…", the page that readers should open first',
          '  package.json: "bugs" is missing; write "bugs": { "url": "https://github.com/<owner>/<name>/issues" }',
          '',
          'Afterwards, run "npm run release:manifests", which writes them into each package.',
          NOT_CHECKED,
        ].join('\n'),
      });
      expect(readJson(join(workspace, 'packages/web/package.json'))).not.toHaveProperty('bugs');

      fillIn(workspace, FILLED_IN);
      expect(runProgram(workspace, 'check-release.mjs')).toEqual({
        status: 0,
        printed: `Nothing is missing.\n${NOT_CHECKED}`,
      });
      expect(readJson(join(workspace, 'packages/web/package.json'))).toMatchObject({
        ...readManifest('packages/web'),
        ...FILLED_IN,
        repository: {
          type: 'git',
          url: 'git+https://github.com/acme/scopegate.git',
          directory: 'packages/web',
        },
      });
    },
    TIMEOUT_MS,
  );
});

describe('npm run release:check', () => {
  it('passes when nothing is missing', () => {
    expect(runProgram(createWorkspace(), 'check-release.mjs').status).toBe(0);
  });

  it.each([
    ['http://github.com/acme/scopegate', 'must use https'],
    ['https://github.com/<owner>/<name>', 'is a placeholder'],
    ['git+ssh://git@github.com/acme/scopegate.git', 'must use https instead of SSH'],
    ['https://github.com/acme/scopegate/', 'must not end with a slash'],
  ])('refuses the repository %s', (url, mistake) => {
    const workspace = createWorkspace();
    fillIn(workspace, { ...FILLED_IN, repository: { type: 'git', url } });
    const { status, printed } = runProgram(workspace, 'check-release.mjs');
    expect(status).toBe(1);
    expect(printed).toBe(
      [
        'Only the owner of the repository can give:',
        `  package.json: "repository" ${mistake}; write "repository": { "type": "git", "url": "https://github.com/<owner>/<name>" }`,
        '',
        'Afterwards, run "npm run release:manifests", which writes them into each package.',
        NOT_CHECKED,
      ].join('\n'),
    );
    expect(readJson(join(workspace, 'packages/web/package.json'))).not.toHaveProperty('repository');
  });

  type Change = (workspace: string) => void;
  const remove =
    (path: string): Change =>
    (workspace) => {
      rmSync(join(workspace, path));
    };
  const write =
    (path: string, text: string): Change =>
    (workspace) => {
      writeFileSync(join(workspace, path), text);
    };
  const replace =
    (path: string, from: string, to: string): Change =>
    (workspace) => {
      const text = readFileSync(join(workspace, path), 'utf8');
      expect(text).toContain(from);
      writeFileSync(join(workspace, path), text.replace(from, to));
    };

  it.each<[string, Change, string[]]>([
    [
      'manifests that are not written',
      replace('package.json', '#readme', ''),
      [
        'packages/core/package.json: "homepage" must follow from the root; run "npm run release:manifests"',
        'packages/web/package.json: "homepage" must follow from the root; run "npm run release:manifests"',
      ],
    ],
    [
      'a package that is not public',
      replace('packages/web/package.json', '"public"', '"restricted"'),
      [
        'packages/web/package.json: "publishConfig" must follow from the root; run "npm run release:manifests"',
      ],
    ],
    [
      'a missing license',
      remove('packages/web/LICENSE'),
      ['packages/web/LICENSE: must be the LICENSE of the root; copy it'],
    ],
    [
      'another license',
      write('packages/web/LICENSE', 'ISC'),
      ['packages/web/LICENSE: must be the LICENSE of the root; copy it'],
    ],
    [
      'a missing README',
      remove('packages/web/README.md'),
      ['packages/web/README.md: is missing; write it'],
    ],
    [
      'a dead link',
      write('packages/web/README.md', '# Web\n\n[a](../../none.md)\n'),
      [
        'packages/web/README.md:3: "../../none.md" leads to no file of the repository; correct the link or remove it',
      ],
    ],
    [
      'a dead anchor',
      write('docs/recipes.md', '# Metrics'),
      [
        'packages/core/README.md:3: "../../docs/recipes.md#logs" leads to no heading; correct the part after #',
      ],
    ],
    [
      'an interrupted run of packing',
      (workspace) => {
        mkdirSync(join(workspace, 'packages/web/.packing'));
      },
      [
        'packages/web/README.md: may be that of the tarball, because packing was interrupted; run "node .ci/release/restore-readme.mjs packages/web"',
      ],
    ],
    [
      'a package of another version',
      replace('packages/web/package.json', '"version": "1.2.3"', '"version": "1.2.4"'),
      [
        'packages/web/package.json: "version" must be 1.2.3, as in packages/core; run "npm run release:version"',
      ],
    ],
    [
      'a dependency on another version of a package',
      replace('packages/web/package.json', '"@scopegate/core": "1.2.3"', '"@scopegate/core": "*"'),
      ['packages/web/package.json: must depend on @scopegate/core 1.2.3; correct the version'],
    ],
    [
      'a changelog without the version, and a package without one',
      write('packages/web/CHANGELOG.md', '# Web\n\n## 1.2.2\n'),
      [
        'packages/core/CHANGELOG.md: must have the heading "## 1.2.3"; run "npm run release:version"',
        'packages/web/CHANGELOG.md: must have the heading "## 1.2.3"; run "npm run release:version"',
      ],
    ],
  ])('lists for maintainers: %s', (_case, change, findings) => {
    const workspace = createWorkspace();
    change(workspace);
    expect(runProgram(workspace, 'check-release.mjs')).toEqual({
      status: 1,
      printed: [
        'A maintainer has to fix:',
        ...findings.map((finding) => `  ${finding}`),
        '',
        NOT_CHECKED,
      ].join('\n'),
    });
  });
});
