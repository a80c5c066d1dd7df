import { execFile } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readUserEnvironment } from '../../support/user-environment.js';
import { readFences } from '../../workspace/readmes.js';
import { isUnitTest, listSources, root } from '../../workspace/workspace.js';

const require = createRequire(import.meta.url);

/** For programs that start others, on a busy machine. */
const TIMEOUT_MS = 120_000;
/** Vitest and Jest end a test after five seconds otherwise. */
const PATIENCE = `--testTimeout=${TIMEOUT_MS}`;
const PACKAGES = ['protocol', 'access-token', 'resource-server', 'express', 'testing'];

/** The files in the README of the testing kit and on its second page, by name. */
const files: ReadonlyMap<string, string> = new Map(
  ['packages/testing/README.md', 'docs/testing.md']
    .flatMap((page) => readFences(page, readFileSync(join(root, page), 'utf8')))
    .flatMap(({ file, text }) => (file === undefined ? [] : [[file, text]])),
);

let modules: string;

/** A `node_modules` with the current packages, and everything that the workspace has installed. */
beforeAll(() => {
  modules = join(mkdtempSync(join(tmpdir(), 'recipes-')), 'node_modules');
  mkdirSync(join(modules, '@scopegate'), { recursive: true });
  for (const name of readdirSync(join(root, 'node_modules'))) {
    if (name.startsWith('@scopegate')) continue;
    symlinkSync(join(root, 'node_modules', name), join(modules, name), 'junction');
  }
  for (const name of PACKAGES) transpilePackage(name, join(modules, '@scopegate', name));
}, TIMEOUT_MS);

afterAll(() => {
  rmSync(dirname(modules), { recursive: true });
});

/** Builds one file after the other, so that other builds do not interfere. */
function transpilePackage(name: string, destination: string): void {
  mkdirSync(join(destination, 'dist'), { recursive: true });
  cpSync(join(root, 'packages', name, 'package.json'), join(destination, 'package.json'));
  for (const path of listSources(name).filter((each) => !isUnitTest(each))) {
    const source = readFileSync(join(root, 'packages', name, 'src', path), 'utf8');
    const { outputText } = ts.transpileModule(source, {
      compilerOptions: {
        target: ts.ScriptTarget.ES2023,
        module: ts.ModuleKind.ESNext,
        verbatimModuleSyntax: true,
      },
    });
    const output = join(destination, 'dist', path.replace(/\.ts$/, '.js'));
    mkdirSync(dirname(output), { recursive: true });
    writeFileSync(output, outputText);
  }
}

/** Creates the folder of one recipe, as a user has it. */
function layOut(recipe: string, change: (text: string) => string = (text) => text): string {
  const folder = mkdtempSync(join(dirname(modules), 'app-'));
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  writeFileSync(join(folder, 'app.js'), change(files.get('app.js') ?? ''));
  writeFileSync(join(folder, recipe), files.get(recipe) ?? '');
  return folder;
}

interface Run {
  readonly exitCode: number;
  readonly printed: string;
}

async function run(folder: string, args: readonly string[], options = ''): Promise<Run> {
  const env = { ...readUserEnvironment(), NO_COLOR: '1', NODE_OPTIONS: options };
  const outcome: unknown = await promisify(execFile)(process.execPath, args, { cwd: folder, env })
    .then(({ stdout, stderr }) => ({ stdout, stderr, code: 0 }))
    .catch((failure: unknown) => failure);
  const { stdout, stderr, code } = outcome as { stdout: string; stderr: string; code: number };
  return { exitCode: code, printed: stdout + stderr };
}

const vitest = join(root, 'node_modules/vitest/vitest.mjs');
const jest = require.resolve('jest/bin/jest');

/** How each recipe is run, by its file, and the output that shows that both its tests have passed. */
const RUNNERS: readonly [string, (folder: string) => Promise<Run>, RegExp][] = [
  [
    'vitest.test.js',
    (folder) => run(folder, [vitest, 'run', '--root', folder, PATIENCE]),
    /Tests +2 passed/,
  ],
  [
    'jest.test.js',
    (folder) => run(folder, [jest, '--rootDir', folder, PATIENCE], '--experimental-vm-modules'),
    /Tests: +2 passed/,
  ],
  ['node.test.js', (folder) => run(folder, ['--test']), /^[#ℹ] pass 2$/m],
];

describe.each(RUNNERS)('the recipe %s', { timeout: TIMEOUT_MS }, (recipe, start, success) => {
  it('passes', async () => {
    const { exitCode, printed } = await start(layOut(recipe));
    expect(printed).toMatch(success);
    expect(exitCode).toBe(0);
  });

  it('fails when a guard is missing', async () => {
    const forget = (text: string): string =>
      text.replace(" api.requireScope('read:analytics'),", '');
    const { exitCode, printed } = await start(layOut(recipe, forget));
    expect(exitCode).toBe(1);
    expect(printed).toMatch(
      /GET \/v1\/sales\/analytics +any +a guard +no guard runs before its handlers/,
    );
  });
});

describe('the pages of the testing kit', () => {
  it('show an app, and a recipe for each runner', () => {
    const [vitestRecipe, ...others] = RUNNERS.map(([recipe]) => recipe);
    // The recipes for Jest with CommonJS are run by the tests of the packed packages.
    const configurations = ['jest.config.js', 'ts-jest.config.js'];
    expect([...files.keys()]).toEqual(['app.js', vitestRecipe, ...configurations, ...others]);
  });
});
