import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, posix } from 'node:path';
import { text } from 'node:stream/consumers';
import { build } from 'rolldown';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ALGORITHM_PROFILES } from '../../packages/access-token/src/jws/signature.js';
import { isBundled, PAGE_FILES, suffixesOf } from './package-files.js';
import { type RuntimeName, runSmokeTest, skipWithoutRuntime } from './runtimes.js';
import {
  listEsModules,
  readRecipe,
  runJest,
  runNodeTest,
  type TestedApp,
  type TestReports,
} from './test-runners.js';
import { readShutdown, stopWhileAsked } from '../support/graceful-shutdown.js';
import { isWindows, readUserEnvironment } from '../support/user-environment.js';
import {
  isUnitTest,
  listFolders,
  listSources,
  readManifest,
  root,
} from '../workspace/workspace.js';
import { installApp, packPackages, run, type Tarball, tsc } from '../workspace/tarballs.js';

// The compiler and npm do the work here, possibly on a slow machine.
const TIMEOUT_MS = 120_000;

/** In a fresh clone, the compiler builds all packages while other tests run. */
const BUILD_TIMEOUT_MS = 300_000;

describe('packed packages', () => {
  let temporary = '';
  let tarballs: readonly Tarball[] = [];

  beforeAll(async () => {
    temporary = await mkdtemp(join(tmpdir(), 'scopegate-consumers-'));
    tarballs = await packPackages(temporary);
  }, BUILD_TIMEOUT_MS);

  afterAll(() => rm(temporary, { recursive: true, force: true }));

  const install = async (app: string, links: Readonly<Record<string, string>>): Promise<string> => {
    const destination = join(temporary, app);
    await installApp({ app: join(root, 'test/consumers', app), destination, tarballs, links });
    return destination;
  };

  const pathsOf = (name: string): readonly string[] =>
    tarballs.find(({ folder }) => folder === name)?.paths ?? [];

  it.each(listFolders('packages'))(
    'contain the sources of %s and their build, and nothing else',
    (name) => {
      const declared = listSources(name)
        .filter((path) => !isUnitTest(path))
        .flatMap((path) => [
          `src/${path}`,
          ...suffixesOf(path).map((suffix) => `dist/${path.replace(/\.tsx?$/, '')}${suffix}`),
        ]);
      const written = ['CHANGELOG.md', 'LICENSE', 'README.md', 'package.json'];
      const programs = Object.values(readManifest(`packages/${name}`).bin ?? {});
      const bundled = pathsOf(name).filter(isBundled);
      const files = name === 'inspector' ? PAGE_FILES : [];
      const expected = [
        ...written,
        ...programs.map((path) => path.slice(2)),
        ...declared,
        ...files,
      ];
      expect(pathsOf(name)).toEqual([...expected, ...bundled].sort());
    },
  );

  it.each(listFolders('packages'))('contain few JavaScript files: %s', (name) => {
    const { exports = {}, bin = {} } = readManifest(`packages/${name}`);
    const entryPoints = Object.values(exports)
      .filter((target) => typeof target === 'object')
      .map((target) => target['default']?.slice(2));
    const scripts = pathsOf(name).filter((path) => isBundled(path) && path.endsWith('.js'));
    expect(scripts).toEqual(expect.arrayContaining(entryPoints));
    // The entry points and what they share: in the worst case one file for each set of them.
    const most = 2 * (entryPoints.length + Object.keys(bin).length);
    expect(scripts.length).toBeLessThanOrEqual(most);
  });

  it.each(listFolders('packages'))('map %s to its own shipped sources only', async (name) => {
    const maps = pathsOf(name).filter((path) => /^dist\/.+\.js\.map$/.test(path));
    expect(maps).not.toEqual([]);
    for (const path of maps) {
      const text = await readFile(join(root, 'packages', name, path), 'utf8');
      const { sources } = JSON.parse(text) as { sources: string[] };
      const shipped = sources.map((source) => posix.join(posix.dirname(path), source));
      expect(pathsOf(name)).toEqual(expect.arrayContaining(shipped));
    }
  });

  it.each(listFolders('packages'))('contain the license of the repository: %s', async (name) => {
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
    'protect a web handler of an ESM TypeScript app with the types of the DOM',
    async () => {
      const app = await install('esm-ts-web', { '@types/node': '@types/node' });
      await run('node', [tsc], app);
      expect(await run('node', ['app.js'], app)).toBe('ok\n');
    },
    TIMEOUT_MS,
  );

  it(
    'serve the page of the inspector, and each file that it loads',
    async () => {
      const app = await install('inspector', { express: 'express', typescript: 'typescript' });
      const loaded = (await run('node', ['app.js'], app)).trimEnd().split('\n');
      expect(loaded.filter((path) => path.startsWith('/preact/'))).toHaveLength(3);
      const modules = loaded.filter((path) => path.startsWith('/page') && path.endsWith('.js'));
      const shipped = pathsOf('inspector').filter((path) => /^dist\/page.*\.js$/.test(path));
      expect(modules.map((path) => `dist${path}`)).toEqual(shipped);
    },
    TIMEOUT_MS,
  );

  // On Windows, a process cannot react to SIGTERM.
  it.skipIf(isWindows)(
    'graceful shutdown: stop as the guide says',
    async () => {
      const app = await install('graceful-shutdown', { express: 'express' });
      await writeFile(join(app, 'shutdown.js'), await readShutdown());
      const { answers, exit } = await stopWhileAsked(app);
      expect(answers).toEqual(['quick', 'answered']);
      expect(exit).toEqual({ code: 0, signal: null });
    },
    TIMEOUT_MS,
  );

  it(
    'have source maps, names and one class for each error',
    async () => {
      const app = await install('debugging', { express: 'express' });
      const [first, ...lines] = (await run('node', ['--enable-source-maps', 'app.js'], app)).split(
        '\n',
      );
      expect(first).toMatch(/^TypeError: option "audience" must be/);
      expect(lines.join('\n')).toMatch(/@scopegate\/access-token\/src\/options\/[a-z-]+\.ts:\d+/);
      expect(lines.join('\n')).toMatch(
        /createResourceServer \(.*@scopegate\/express\/src\/[a-z-]+\.ts:\d+/,
      );
      expect(lines.at(-2)).toBe('one class');
    },
    TIMEOUT_MS,
  );

  it(
    'tree shaking: leave in a bundle only what is used',
    async () => {
      const destination = join(temporary, 'bundled');
      const app = join(root, 'test/consumers/debugging');
      await installApp({ app, destination, tarballs, links: {} });
      const sizes = await Promise.all(
        [
          "import '@scopegate/express';",
          "export { anyOf } from '@scopegate/express';",
          "export { formatScope } from '@scopegate/protocol';",
          "export { TokenClientError } from '@scopegate/client';",
        ].map((program, number) => bundledSize(destination, `program-${number}.js`, program)),
      );
      const most = [100, 2_000, 2_000, 2_000];
      expect(sizes.filter((size, number) => size > (most[number] ?? 0))).toEqual([]);
    },
    TIMEOUT_MS,
  );

  describe('scopegate', { timeout: TIMEOUT_MS }, () => {
    const program = 'node_modules/@scopegate/cli/bin/scopegate.js';
    let app = '';

    beforeAll(async () => {
      app = await install('cli-routes', { express: 'express', typescript: 'typescript' });
    }, TIMEOUT_MS);

    const scopegate = (...words: string[]): Promise<ProgramOutcome> =>
      runProgram(['node', program, ...words], { directory: app });

    it('routes: reports an unguarded route', async () => {
      const { code, stdout } = await scopegate('routes', './app.js', '--check');
      expect(code).toBe(1);
      expect(stdout).toMatch(/GET, HEAD +\/v1\/forgotten +OPEN/);
      expect(stdout).not.toMatch(/\/v1\/sales +OPEN/);
    });

    it('routes: writes the report alone to standard output, whatever the application prints', async () => {
      const { code, stdout, stderr } = await scopegate('routes', './noisy.js', '--format', 'json');
      expect(code).toBe(0);
      expect(JSON.parse(stdout)).toMatchObject({ routes: [{ path: '/v1/sales' }, {}] });
      expect(stderr).toContain('print: console\nprint: file descriptor\n');
    });

    it('explain: reads the options of a noisy application, and ends', async () => {
      const words = ['node', program, 'explain', '--app', './noisy.js', '--json'];
      const { code, stdout } = await runProgram(words, { directory: app, input: 'no.token' });
      expect(code).toBe(1);
      expect(JSON.parse(stdout)).toMatchObject({ verdict: 'refused', reason: 'malformed' });
    });

    it('routes: exits with 2 when the application ends the process', async () => {
      const { code, stdout, stderr } = await scopegate('routes', './exits.js');
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toContain('error: the application ended the process before the report');
    });

    it('routes: exits with its verdict, whatever the application does when its process ends', async () => {
      const { code, stdout } = await scopegate('routes', './exit-code.js', '--check');
      expect(code).toBe(1);
      expect(stdout).toMatch(/GET, HEAD +\/v1\/forgotten +OPEN/);
      const early = await scopegate('routes', './exit-code-early.js', '--check');
      expect(early).toMatchObject({ code: 2, stdout: '' });
    });

    it('routes: writes the report alone to standard output after "--"', async () => {
      const { code, stdout } = await scopegate('--', 'routes', './noisy.js');
      expect(code).toBe(0);
      expect(stdout).not.toContain('print:');
    });

    it('routes: calls an asynchronous function of a CommonJS module', async () => {
      const outcome = await scopegate('routes', './factory.cjs#createApp', '--check');
      expect(outcome.code).toBe(0);
      expect(outcome.stdout).toMatch(/\/v1\/sales +guarded +read:analytics/);
    });

    it('routes: suggests tsx for TypeScript, and works with a loader', async () => {
      const refused = await scopegate('routes', './typed.mts#createApp');
      expect(refused.code).toBe(2);
      expect(refused.stderr).toContain('Build it and pass the .js file, or install tsx and run:');
      expect(refused.stderr).toContain(`  node --import tsx ${program} …\n`);
      const loader = ['--import', './typescript-loader.mjs'];
      const words = ['node', ...loader, program, 'routes', './typed.mts#createApp'];
      const outcome = await runProgram(words, { directory: app });
      expect(outcome.code).toBe(0);
      expect(outcome.stdout).toMatch(/\/v1\/sales +guarded +read:analytics/);
    });
  });

  describe('JavaScript runtimes', () => {
    let app: string;

    beforeAll(async () => {
      app = join(temporary, 'runtimes');
      const names = ['express', 'express4', 'fastify', 'hono', '@hono/node-server'];
      const links = Object.fromEntries(names.map((name) => [name, name]));
      await installApp({ app: join(root, 'test/runtimes'), destination: app, tarballs, links });
    }, TIMEOUT_MS);

    describe.each<RuntimeName>(['node', 'bun', 'deno'])('%s', (name) => {
      it(
        'verifies tokens of every algorithm, and guards servers',
        { timeout: TIMEOUT_MS, ...skipWithoutRuntime(name) },
        async () => {
          const { runtime, checks } = await runSmokeTest(name, app);
          expect(runtime).toMatch(new RegExp(`^${name} \\d+\\.`));
          const failed = Object.entries(checks).filter(([, outcome]) => outcome !== 'passed');
          expect(failed).toEqual([]);
          expect(countScenes(Object.keys(checks))).toEqual({
            verifier: Object.keys(ALGORITHM_PROFILES).length * 6,
            'Express 4': 7,
            'Express 5': 7,
            Fastify: 4,
            'Web standard': 6,
            Hono: 6,
            upgrade: 6,
          });
        },
      );
    });
  });

  describe('test runners', () => {
    let installed: string;

    beforeAll(async () => {
      installed = await install('test-runners', {
        '@babel/core': '@babel/core',
        '@babel/preset-env': '@babel/preset-env',
        '@jest/globals': '@jest/globals',
        '@types/express': '@types/express',
        '@types/node': '@types/node',
        '@types/supertest': '@types/supertest',
        express: 'express',
        supertest: 'supertest',
        'ts-jest': 'ts-jest',
      });
    }, TIMEOUT_MS);

    const runners: readonly [string, string, number, (app: TestedApp) => Promise<TestReports>][] = [
      ['Jest 29', 'jest', 4, (app) => runJest(app, { jest: 'jest', config: 'jest.config.js' })],
      ['Jest 30', 'jest', 4, (app) => runJest(app, { jest: 'jest30', config: 'jest.config.js' })],
      [
        'ts-jest',
        'ts-jest',
        3,
        (app) => runJest(app, { jest: 'jest', config: 'ts-jest.config.js' }),
      ],
      ['node:test', 'node-test', 2, runNodeTest],
    ];

    it.each(runners)(
      '%s: passes the tests of a CommonJS app, and fails without the guard',
      async (_name, app, count, start) => {
        const { guarded, open } = await start({ installed, app });
        expect(guarded).toEqual({ passed: count, failed: 0, messages: '' });
        expect(open.failed).toBeGreaterThan(0);
        expect(open.messages).toMatch(/GET \/v1\/sales\/analytics +any +a guard +no guard runs/);
      },
      TIMEOUT_MS,
    );

    it.each(['jest.config.js', 'ts-jest.config.js'])(
      'Jest: %s transforms every dependency that is an ES module only',
      (config) => {
        const list = ['\\\\.pnpm', '@scopegate', ...listEsModules()].join('|');
        expect(readRecipe(config)).toContain(`'/node_modules/(?!(${list})/)'`);
      },
    );

    it.each([
      ['nodenext', ts.ModuleKind.NodeNext, []],
      ['node18', ts.ModuleKind.Node18, [1479]],
    ])(
      'TypeScript: compiles a CommonJS project with module %s, or reports TS1479',
      (_name, module, expected) => {
        const options = { module, strict: true, esModuleInterop: true, types: [] };
        const file = join(installed, 'ts-jest/app.ts');
        const program = ts.createProgram([file], options);
        const diagnostics = program.getSemanticDiagnostics(program.getSourceFile(file));
        expect(diagnostics.map(({ code }) => code)).toEqual(expected);
      },
      TIMEOUT_MS,
    );
  });
});

/** Counts the checks of each scene: the first words of their names. */
function countScenes(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names) {
    const [scene = ''] = name.split(/[:,]/);
    counts[scene] = (counts[scene] ?? 0) + 1;
  }
  return counts;
}

interface ProgramOutcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end, whatever its exit code. */
async function runProgram(
  [command = '', ...args]: readonly string[],
  { directory, input = '' }: { readonly directory: string; readonly input?: string },
): Promise<ProgramOutcome> {
  const child = spawn(command, args, { cwd: directory, env: readUserEnvironment() });
  child.stdin.end(input);
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close') as Promise<[number | null]>,
  ]);
  return { code, stdout, stderr };
}

/** Bundles a program with the installed packages. */
async function bundledSize(app: string, name: string, program: string): Promise<number> {
  const input = join(app, name);
  await writeFile(input, program);
  const external = (id: string): boolean => !/^([./]|@scopegate\/)/.test(id);
  const { output } = await build({ input, external, cwd: app, write: false, logLevel: 'silent' });
  return output[0].code.length;
}
