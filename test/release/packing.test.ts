import { cpSync, existsSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { dirname, join } from 'node:path';
import { json } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { runNpm } from '../../.ci/release/pack-workspace.mjs';
import { openServer } from '../support/listen.js';
import { root } from '../workspace/workspace.js';
import { run } from '../workspace/tarballs.js';
import { createFolder } from './temporary-folder.js';

/** npm starts several processes, possibly on a slow machine. */
const TIMEOUT_MS = 120_000;

const ORIGINAL = 'See [recipes](../../docs/recipes.md).\n';
const PACKED = 'See [recipes](https://github.com/acme/scopegate/blob/v1.2.3/docs/recipes.md).\n';

const ROOT = {
  name: 'scopegate',
  private: true,
  workspaces: ['packages/*'],
  repository: { type: 'git', url: 'https://github.com/acme/scopegate' },
};

/** A workspace with one package, which has the scripts of ours. */
function createWorkspace(): string {
  const { scripts } = JSON.parse(
    readFileSync(join(root, 'packages/protocol/package.json'), 'utf8'),
  ) as { scripts: object };
  const workspace = createFolder({
    'package.json': JSON.stringify(ROOT),
    'docs/recipes.md': '',
    'packages/demo/README.md': ORIGINAL,
    'packages/demo/dist/index.js': '',
    'packages/demo/package.json': JSON.stringify({
      name: 'demo',
      version: '1.2.3',
      files: ['dist'],
      exports: { '.': { types: './dist/index.d.ts', default: './dist/index.js' } },
      scripts,
    }),
    'packages/demo/dist/index.d.ts': '',
  });
  cpSync(join(root, '.ci/release'), join(workspace, '.ci/release'), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(workspace, 'node_modules'), 'junction');
  return workspace;
}

function readReadme(workspace: string): string {
  return readFileSync(join(workspace, 'packages/demo/README.md'), 'utf8');
}

async function readPackedReadme(tarball: string): Promise<string> {
  return run('tar', ['-xOzf', tarball, 'package/README.md'], dirname(tarball));
}

/** A registry that stores nothing, and responds to each publication with a status. */
async function startRegistry(status: number): Promise<{ url: URL; received: unknown[] }> {
  const received: unknown[] = [];
  const server = createServer((req, res) => {
    if (req.method !== 'PUT') return void res.writeHead(404).end('{}');
    void json(req).then((document) => {
      received.push(document);
      res.writeHead(status).end('{}');
    });
  });
  return { url: await openServer(server), received };
}

/** Publishes to that registry, and never with the credentials of a developer. */
async function publish(workspace: string, { origin, host }: URL): Promise<string> {
  const userconfig = join(workspace, 'npmrc');
  writeFileSync(userconfig, `//${host}/:_authToken=none\nfetch-retries=0\n`);
  const args = ['publish', `--registry=${origin}`, `--userconfig=${userconfig}`];
  return runNpm(args, join(workspace, 'packages/demo'));
}

describe('npm pack', () => {
  it.each<[string, string, string[]]>([
    ['in the folder of a package', 'packages/demo', []],
    ['of a workspace', '.', ['--workspace=packages/demo']],
    ['of a folder', '.', ['./packages/demo']],
  ])(
    'packs the README of the tarball and restores that of the package: %s',
    async (_case, folder, args) => {
      const workspace = createWorkspace();
      await runNpm(['pack', `--pack-destination=${workspace}`, ...args], join(workspace, folder));
      expect(await readPackedReadme(join(workspace, 'demo-1.2.3.tgz'))).toBe(PACKED);
      expect(readReadme(workspace)).toBe(ORIGINAL);
      expect(existsSync(join(workspace, 'packages/demo/.packing'))).toBe(false);
    },
    TIMEOUT_MS,
  );

  it(
    'fails without the build, and changes nothing',
    async () => {
      const workspace = createWorkspace();
      rmSync(join(workspace, 'packages/demo/dist/index.d.ts'));
      await expect(runNpm(['pack'], join(workspace, 'packages/demo'))).rejects.toThrow(
        'demo: its package.json names files that do not exist (./dist/index.d.ts); run "npm run build", or correct it',
      );
      expect(readReadme(workspace)).toBe(ORIGINAL);
    },
    TIMEOUT_MS,
  );

  it(
    'fails for a dead link, and changes nothing',
    async () => {
      const workspace = createWorkspace();
      rmSync(join(workspace, 'docs/recipes.md'));
      await expect(runNpm(['pack'], join(workspace, 'packages/demo'))).rejects.toThrow(
        'packages/demo/README.md:1: the link to "../../docs/recipes.md" must lead to a file of the repository',
      );
      expect(readReadme(workspace)).toBe(ORIGINAL);
    },
    TIMEOUT_MS,
  );
});

describe('npm publish', () => {
  it(
    'sends the README of the tarball to the registry, then restores that of the package',
    async () => {
      const workspace = createWorkspace();
      const { url, received } = await startRegistry(201);
      await publish(workspace, url);
      // npm reads it from the folder after packing. The page of the registry shows it.
      expect(received).toMatchObject([{ versions: { '1.2.3': { readme: PACKED } } }]);
      expect(readReadme(workspace)).toBe(ORIGINAL);
    },
    TIMEOUT_MS,
  );

  it(
    'leaves what it was interrupted in to be restored, by hand or by the next run',
    async () => {
      const workspace = createWorkspace();
      const { url } = await startRegistry(403);
      await expect(publish(workspace, url)).rejects.toThrow('403');
      expect(readReadme(workspace)).toBe(PACKED);
      await run('node', ['.ci/release/restore-readme.mjs', 'packages/demo'], workspace);
      expect(readReadme(workspace)).toBe(ORIGINAL);

      await expect(publish(workspace, url)).rejects.toThrow('403');
      await runNpm(['pack'], join(workspace, 'packages/demo'));
      expect(readReadme(workspace)).toBe(ORIGINAL);
    },
    TIMEOUT_MS,
  );
});
