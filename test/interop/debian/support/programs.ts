/**
 * The programs of Debian that the tests start, and whether this machine has them.
 *
 * @module
 */
import { spawnSync } from 'node:child_process';
import { delimiter } from 'node:path';

interface ProgramResult {
  readonly status: number | null;
  readonly stdout: string | null;
  readonly stderr: string | null;
}

/** The name of a program, or of a library that a test turns into one. */
export type ProgramName = keyof typeof PROBES;

/** The tables that a new database of Glewlwyd contains. */
export const GLEWLWYD_SCHEMA = '/usr/share/dbconfig-common/data/glewlwyd/install/sqlite3';

/**
 * Commands that succeed where the program is installed. `packages.txt` lists the Debian packages that
 * contain them.
 */
const PROBES = {
  nginx: [['nginx', '-v']],
  haproxy: [['haproxy', '-v']],
  glewlwyd: [
    ['glewlwyd', '--version'],
    ['sqlite3', '-version'],
    ['test', '-r', GLEWLWYD_SCHEMA],
  ],
  lemonldap: [
    ['starman', '--version'],
    ['perl', '-MLemonldap::NG::Portal::Main', '-e', '1'],
  ],
  authlib: [['python3', '-c', 'import authlib, flask']],
} as const satisfies Readonly<Record<string, readonly (readonly [string, ...string[]])[]>>;

/** How long a command may take, in milliseconds: loading a large Perl or Python program takes seconds. */
const PROBE_TIMEOUT_MS = 30_000;

/**
 * The environment of the programs. The folders of Debian come first: a Python or Perl of another
 * origin does not have the modules, and daemons are outside the `PATH` of most users.
 */
export const PROGRAM_ENV: Readonly<NodeJS.ProcessEnv> = {
  ...process.env,
  PATH: ['/usr/sbin', '/usr/bin', '/sbin', '/bin', process.env['PATH'] ?? ''].join(delimiter),
};

/** Lists the programs that are not installed. */
export function listMissing(programs: readonly ProgramName[]): ProgramName[] {
  return programs.filter((program) => !isInstalled(program));
}

/** Reads what the first command of a program prints; empty where the program is not installed. */
export function readVersion(program: ProgramName): string {
  const [command] = PROBES[program];
  const { stdout, stderr } = run(command);
  return `${stdout ?? ''}${stderr ?? ''}`;
}

function isInstalled(program: ProgramName): boolean {
  return PROBES[program].every((command) => run(command).status === 0);
}

/** Its output is `null` where the command does not exist, contrary to its type. */
function run([command, ...args]: readonly [string, ...string[]]): ProgramResult {
  return spawnSync(command, args, {
    env: PROGRAM_ENV,
    timeout: PROBE_TIMEOUT_MS,
    stdio: ['ignore', 'pipe', 'pipe'],
    encoding: 'utf8',
  });
}
