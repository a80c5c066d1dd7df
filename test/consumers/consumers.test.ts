import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readOperation, stopWhileAsked } from '../support/graceful-shutdown.js';
import {
  isUnitTest,
  listFolders,
  listSources,
  readManifest,
  root,
} from '../workspace/workspace.js';
import { installApp, packPackages, run, type Tarball, tsc } from '../workspace/tarballs.js';

// The compiler and npm do the work here, on whatever machine this is.
const TIMEOUT_MS = 120_000;

describe('packed packages', () => {
  let temporary = '';
  let tarballs: readonly Tarball[] = [];

  beforeAll(async () => {
    temporary = await mkdtemp(join(tmpdir(), 'scopegate-consumers-'));
    tarballs = await packPackages(temporary);
  }, TIMEOUT_MS);

  afterAll(() => rm(temporary, { recursive: true, force: true }));

  const install = async (app: string, links: Readonly<Record<string, string>>): Promise<string> => {
    const destination = join(temporary, app);
    await installApp(join(root, 'test/consumers', app), destination, tarballs, links);
    return destination;
  };

  it.each(listFolders('packages'))('ships the sources of %s and their build, no more', (name) => {
    const built = listSources(name)
      .filter((path) => !isUnitTest(path))
      .map((path) => path.replace(/\.ts$/, ''))
      .flatMap((path) => [
        `src/${path}.ts`,
        ...['.js', '.js.map', '.d.ts', '.d.ts.map'].map((suffix) => `dist/${path}${suffix}`),
      ]);
    // A path in `dist` that no source leads to is left from a build before: remove `dist`.
    const paths = tarballs.find(({ folder }) => folder === name)?.paths;
    const commands = Object.values(readManifest(`packages/${name}`).bin ?? {});
    const written = ['LICENSE', 'README.md', 'package.json'];
    const programs = commands.map((path) => path.slice(2));
    expect(paths).toEqual([...written, ...programs, ...built].sort());
  });

  it.each(listFolders('packages'))('ships %s with the license of the repository', async (name) => {
    const file = tarballs.find(({ folder }) => folder === name)?.file ?? '';
    const shipped = await run('tar', ['-xOzf', file, 'package/LICENSE'], temporary);
    expect(shipped).toBe(await readFile(join(root, 'LICENSE'), 'utf8'));
    expect(readManifest(`packages/${name}`).license).toBe('MIT');
  });

  it(
    'protect a route of a CommonJS app on Express 4',
    async () => {
      const app = await install('cjs-express4', { express: 'express4' });
      expect(await run('node', ['app.cjs'], app)).toBe('ok\n');
    },
    TIMEOUT_MS,
  );

  it(
    'protect a route of an ESM TypeScript app on Express 5',
    async () => {
      const app = await install('esm-ts-express5', {
        express: 'express',
        '@types/express': '@types/express',
        '@types/node': '@types/node',
      });
      await run('node', [tsc], app);
      expect(await run('node', ['app.js'], app)).toBe('ok\n');
    },
    TIMEOUT_MS,
  );

  it(
    'stop as the README of express says: the request under way is answered, the process ends',
    async () => {
      const app = await install('graceful-shutdown', { express: 'express' });
      await writeFile(join(app, 'operation.js'), await readOperation());
      const { answers, exit } = await stopWhileAsked(app);
      expect(answers).toEqual(['quick', 'answered']);
      expect(exit).toEqual({ code: 0, signal: null });
    },
    TIMEOUT_MS,
  );

  it(
    'bring a command that names the route that nobody guards',
    async () => {
      const app = await install('cli-routes', { express: 'express' });
      const program = 'node_modules/@scopegate/cli/bin/scopegate.js';
      const audit = run('node', [program, 'routes', './app.js', '--check'], app);
      // It exits with 1, so its output comes as an error.
      await expect(audit).rejects.toThrow(/GET, HEAD +\/v1\/forgotten +OPEN/);
      await expect(audit).rejects.not.toThrow(/\/v1\/sales +OPEN/);
    },
    TIMEOUT_MS,
  );
});
