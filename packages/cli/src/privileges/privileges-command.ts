/**
 * `scopegate privileges`: reports which scopes clients hold and do not need.
 *
 * @module
 */
import {
  formatPrivileges,
  type PrivilegeFormat,
  type PrivilegeReport,
  reportPrivileges,
} from '@scopegate/telemetry/privileges';
import { EXIT, type ExitCode } from '../exit-code.js';
import { formatPrintableJson, type Terminal } from '../terminal.js';
import { readUsage } from '../usage/usage-input.js';

/** The parsed options of the command. */
export interface PrivilegesCommandOptions {
  readonly minDays: number;
  readonly minRequests: number;
  /** The format of the report. */
  readonly format: PrivilegeFormat;
  /** Whether a scope that could be cut makes the command fail. */
  readonly check?: boolean | undefined;
}

/**
 * Reports which scopes clients hold and do not need.
 *
 * @param paths - Snapshots and decision logs; `-` is standard input.
 * @throws CommandError (rejects) A file cannot be read, or contains neither.
 */
export async function privilegesCommand(
  paths: readonly string[],
  { minDays, minRequests, format, check }: PrivilegesCommandOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const usage = await readUsage(paths, terminal);
  const report = reportPrivileges(usage, { minDays, minRequests });
  const text = formatPrivileges(report, format);
  terminal.stdout.write(`${format === 'json' ? formatPrintableJson(text) : text}\n`);
  return check === true ? exitCodeOf(report) : EXIT.ok;
}

/** A client that needs all its scopes cannot lose one, however long it is observed. */
function exitCodeOf({ clients }: PrivilegeReport): ExitCode {
  if (clients.some(({ advice }) => advice === 'cut')) return EXIT.failed;
  const isOpen = clients.some(
    ({ advice, clientId, scopes }) =>
      advice === 'watch' &&
      (clientId === undefined || scopes.some(({ state }) => isSuperfluous(state))),
  );
  return isOpen || clients.length === 0 ? EXIT.undecided : EXIT.ok;
}

function isSuperfluous(state: string): boolean {
  return state === 'unused' || state === 'alternative';
}
