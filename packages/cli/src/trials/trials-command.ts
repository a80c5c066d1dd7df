/**
 * `scopegate trials`: reports whether policies on trial can be enforced.
 *
 * @module
 */
import {
  formatTrials,
  reportTrials,
  type TrialFormat,
  type TrialReport,
} from '@scopegate/telemetry/privileges';
import { EXIT, type ExitCode } from '../exit-code.js';
import { formatPrintableJson, type Terminal } from '../terminal.js';
import { readUsage } from '../usage/usage-input.js';

/** The parsed options of the command. */
export interface TrialsCommandOptions {
  readonly minDays: number;
  /** The format of the report. */
  readonly format: TrialFormat;
  /** Whether a trial that would refuse a request makes the command fail. */
  readonly check?: boolean | undefined;
}

/**
 * Reports whether policies on trial can be enforced.
 *
 * @param paths - Snapshots and decision logs; `-` is standard input.
 * @throws CommandError (rejects) A file cannot be read, or contains neither.
 */
export async function trialsCommand(
  paths: readonly string[],
  { minDays, format, check }: TrialsCommandOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const usage = await readUsage(paths, terminal);
  const report = reportTrials(usage, { minDays });
  const text = formatTrials(report, format);
  terminal.stdout.write(`${format === 'json' ? formatPrintableJson(text) : text}\n`);
  return check === true ? exitCodeOf(report) : EXIT.ok;
}

function exitCodeOf({ trials }: TrialReport): ExitCode {
  if (trials.some(({ advice }) => advice === 'refuses')) return EXIT.failed;
  const isReady = trials.length > 0 && trials.every(({ advice }) => advice === 'ready');
  return isReady ? EXIT.ok : EXIT.undecided;
}
