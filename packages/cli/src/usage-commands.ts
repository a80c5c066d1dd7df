/**
 * The commands that read snapshots and decision logs: their arguments and options.
 *
 * @module
 */
import type { PrivilegeFormat, TrialFormat } from '@scopegate/telemetry/privileges';
import { type Command, Option } from 'commander';
import { PRIVILEGES_HELP, TRIALS_HELP, USAGE_HELP } from './command-help.js';
import type { ExitCode } from './exit-code.js';
import { parseCount, parseDays } from './option-parsers.js';
import {
  privilegesCommand,
  type PrivilegesCommandOptions,
} from './privileges/privileges-command.js';
import type { Terminal } from './terminal.js';
import { trialsCommand, type TrialsCommandOptions } from './trials/trials-command.js';

const PRIVILEGE_FORMATS: readonly PrivilegeFormat[] = ['table', 'json', 'markdown', 'csv'];
const TRIAL_FORMATS: readonly TrialFormat[] = ['table', 'json', 'markdown'];

const FILES = 'snapshots of recorders and decision logs, one JSON value on each line; "-" is stdin';

/** Adds the commands; `end` receives the exit code of the one that ran. */
export function addUsageCommands(
  program: Command,
  terminal: Terminal,
  end: (code: ExitCode) => void,
): void {
  program
    .command('privileges')
    .description('report which scopes clients hold and do not need')
    .argument('<file...>', FILES)
    .option('--min-days <days>', 'how long a client must be observed', parseDays, 30)
    .option('--min-requests <number>', 'how many of its requests must have passed', parseCount, 100)
    .addOption(formatOption(PRIVILEGE_FORMATS))
    .option('--check', 'fail when a scope could be cut')
    .addHelpText('after', `${USAGE_HELP}${PRIVILEGES_HELP}`)
    .action(async (paths: readonly string[], options: PrivilegesCommandOptions) => {
      end(await privilegesCommand(paths, options, terminal));
    });
  program
    .command('trials')
    .description('report whether policies on trial can be enforced')
    .argument('<file...>', FILES)
    .option('--min-days <days>', 'how long a trial must be observed', parseDays, 7)
    .addOption(formatOption(TRIAL_FORMATS))
    .option('--check', 'fail when a trial would have refused a request')
    .addHelpText('after', `${USAGE_HELP}${TRIALS_HELP}`)
    .action(async (paths: readonly string[], options: TrialsCommandOptions) => {
      end(await trialsCommand(paths, options, terminal));
    });
}

function formatOption(formats: readonly string[]): Option {
  return new Option('--format <format>', 'the output').choices(formats).default('table');
}
