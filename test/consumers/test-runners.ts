/**
 * The test runners of users, which run the tests of an app that has the packed packages installed.
 *
 * @module
 */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cp, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { readUserEnvironment } from '../support/user-environment.js';
import { readFences } from '../workspace/readmes.js';
import { listFolders, readManifest, root } from '../workspace/workspace.js';

/** What a runner reports about the tests of one app. */
export interface TestReport {
  readonly passed: number;
  readonly failed: number;
  /** The messages of failed tests. */
  readonly messages: string;
}

/** The reports on an app, and on its copy whose route has no guard. */
export interface TestReports {
  readonly guarded: TestReport;
  readonly open: TestReport;
}

/** An app to test. */
export interface TestedApp {
  /** The folder with the installed packages and the apps. */
  readonly installed: string;
  /** The app, a folder below it. */
  readonly app: string;
}

/** A version of Jest, and its configuration. */
export interface JestVersion {
  /** The folder of Jest in `node_modules`. */
  readonly jest: string;
  /** The file in the README of the testing kit that configures it. */
  readonly config: string;
}

/** Reads a file that the README of the testing kit shows. */
export function readRecipe(name: string): string {
  const readme = 'packages/testing/README.md';
  const fences = readFences(readme, readFileSync(join(root, readme), 'utf8'));
  const recipe = fences.find(({ file }) => file === name);
  if (recipe === undefined) throw new Error(`${readme} has no file ${name}`);
  return recipe.text;
}

/** Lists the third-party dependencies of all packages that have no CommonJS build, sorted. */
export function listEsModules(): readonly string[] {
  const seen = new Set<string>();
  const visit = (folder: string): void => {
    for (const name of Object.keys(readManifest(folder).dependencies ?? {})) {
      if (seen.has(name) || name.startsWith('@scopegate/')) continue;
      seen.add(name);
      visit(`node_modules/${name}`);
    }
  };
  for (const name of listFolders('packages')) visit(`packages/${name}`);
  return [...seen].filter(isEsModule).sort();
}

function isEsModule(name: string): boolean {
  const path = join(root, 'node_modules', name, 'package.json');
  // A manifest that npm has already read.
  const manifest = JSON.parse(readFileSync(path, 'utf8')) as { type?: string; exports?: unknown };
  return manifest.type === 'module' && !JSON.stringify(manifest.exports).includes('"require"');
}

/** Runs Jest with a configuration of the README, once for both copies of the app. */
export async function runJest(tested: TestedApp, version: JestVersion): Promise<TestReports> {
  const { jest, config } = version;
  const folder = await copyApp(tested, jest);
  await writeFile(join(folder, 'jest.config.js'), readRecipe(config));
  // Each version of Jest needs its own, which a user's `node_modules` has at the top level.
  const resolveOf = createRequire(join(root, 'node_modules', jest, 'package.json'));
  const babelJest = dirname(resolveOf.resolve('babel-jest/package.json'));
  await mkdir(join(folder, 'node_modules'));
  await symlink(babelJest, join(folder, 'node_modules/babel-jest'), 'junction');
  const report = join(folder, 'report.json');
  const program = join(root, 'node_modules', jest, 'bin/jest.js');
  const options = ['--runInBand', '--json', '--testTimeout=60000'];
  await runNode([program, ...options, `--outputFile=${report}`], folder);
  // The report of Jest, whose format is documented.
  const { testResults } = JSON.parse(await readFile(report, 'utf8')) as {
    readonly testResults: readonly JestSuite[];
  };
  const [guarded, open] = ['guarded', 'open'].map((copy) =>
    reportOn(testResults.find(({ name }) => dirname(name).endsWith(copy))),
  );
  if (guarded === undefined || open === undefined) throw new Error('Jest ran too few suites');
  return { guarded, open };
}

interface JestSuite {
  readonly name: string;
  /** The errors of the suite, for example that it cannot be loaded. */
  readonly message: string;
  readonly assertionResults: readonly { readonly status: string }[];
}

function reportOn(suite: JestSuite | undefined): TestReport | undefined {
  if (suite === undefined) return undefined;
  const count = (status: string): number =>
    suite.assertionResults.filter((result) => result.status === status).length;
  return { passed: count('passed'), failed: count('failed'), messages: suite.message };
}

/** Runs `node --test` for each copy of the app. */
export async function runNodeTest(tested: TestedApp): Promise<TestReports> {
  const folder = await copyApp(tested, 'node');
  const [guarded, open] = await Promise.all([
    testByNode(join(folder, 'guarded')),
    testByNode(join(folder, 'open')),
  ]);
  return { guarded, open };
}

async function testByNode(folder: string): Promise<TestReport> {
  const printed = await runNode(['--test', '--test-reporter=tap'], folder);
  const count = (name: string): number =>
    Number(new RegExp(`^# ${name} (\\d+)$`, 'm').exec(printed)?.[1]);
  const failed = count('fail');
  return { passed: count('pass'), failed, messages: failed === 0 ? '' : printed };
}

/**
 * Copies an app twice, below the folder with the installed packages, once without its guard. The tests
 * in JavaScript share one app.
 */
async function copyApp({ installed, app }: TestedApp, runner: string): Promise<string> {
  const folder = join(installed, `${app}-by-${runner}`);
  for (const copy of ['guarded', 'open']) {
    await cp(join(installed, app), join(folder, copy), { recursive: true });
    if (app !== 'ts-jest') await cp(join(installed, 'app.js'), join(folder, copy, 'app.js'));
  }
  const file = join(folder, 'open', app === 'ts-jest' ? 'app.ts' : 'app.js');
  const source = await readFile(file, 'utf8');
  const open = source.replace(" api.requireScope('read:analytics'),", '');
  if (open === source) throw new Error(`${file} has no guard to remove`);
  await writeFile(file, open);
  return folder;
}

/** Runs a program of Node to its end, whatever its exit code, and returns its output. */
async function runNode(args: readonly string[], cwd: string): Promise<string> {
  const env = { ...readUserEnvironment(), NO_COLOR: '1' };
  const outcome: unknown = await promisify(execFile)(process.execPath, args, { cwd, env }).catch(
    (failure: unknown) => failure,
  );
  // execFile resolves or rejects with the output.
  const { stdout, stderr } = outcome as { readonly stdout: string; readonly stderr: string };
  return stdout + stderr;
}
