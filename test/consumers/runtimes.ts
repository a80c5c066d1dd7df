/**
 * The JavaScript runtimes that may be installed, and the smoke test that runs on them.
 *
 * @module
 */
import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
import type { TestOptions } from 'vitest';
import '../support/not-run/format-not-run.js';
import { readUserEnvironment } from '../support/user-environment.js';

/** The name of a runtime. */
export type RuntimeName = keyof typeof ARGUMENTS;

/** What `test/runtimes/smoke.mjs` prints. */
export interface SmokeReport {
  /** The name and version of the runtime. */
  readonly runtime: string;
  /** `'passed'` or a stack trace, by the name of the check. */
  readonly checks: Readonly<Record<string, string>>;
}

/** The arguments in front of a program. Deno must not ask for permissions or reach a registry. */
const ARGUMENTS = {
  node: [],
  bun: ['--no-install'],
  deno: ['run', '--allow-all', '--no-remote', '--node-modules-dir=manual'],
} as const;

/** Environment variables that name the program of a runtime; otherwise the `PATH` is searched. */
const VARIABLES = {
  node: undefined,
  bun: 'SCOPEGATE_BUN',
  deno: 'SCOPEGATE_DENO',
  workerd: 'SCOPEGATE_WORKERD',
} as const;

/** The name of a program that may be installed. */
export type ProgramName = keyof typeof VARIABLES;

const env: NodeJS.ProcessEnv = {
  ...readUserEnvironment(),
  DENO_NO_UPDATE_CHECK: '1',
  NO_COLOR: '1',
};

/** The options of a test that needs a runtime: skips it where the runtime is not installed. */
export function skipWithoutRuntime(name: ProgramName): TestOptions {
  const { status } = spawnSync(programOf(name), ['--version'], { env, stdio: 'ignore' });
  return status === 0 ? {} : { skip: true, meta: { missing: [name] } };
}

/**
 * Runs the smoke test.
 *
 * @param app - A folder with the files of `test/runtimes` and the packages.
 * @throws Error The program ended without a report; the message contains its output.
 */
export async function runSmokeTest(name: RuntimeName, app: string): Promise<SmokeReport> {
  const args = [...ARGUMENTS[name], 'smoke.mjs'];
  const options = { cwd: app, env, timeout: 100_000 };
  const outcome: unknown = await promisify(execFile)(programOf(name), args, options).catch(
    (failure: unknown) => failure,
  );
  // execFile resolves or rejects with the output.
  const { stdout = '', stderr = '' } = outcome as { stdout?: string; stderr?: string };
  try {
    // The last line is the report.
    return JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as SmokeReport;
  } catch (cause) {
    throw new Error(`${name} printed no report:\n${stdout}${stderr}`, { cause });
  }
}

/** The path of a program, or its name on the `PATH`. */
export function programOf(name: ProgramName): string {
  const variable = VARIABLES[name];
  if (variable === undefined) return process.execPath;
  return process.env[variable] ?? name;
}
