/**
 * The command line: its commands, options and help.
 *
 * @module
 */
import { readFileSync } from 'node:fs';
import type { AuditFormat } from '@scopegate/express';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { doctorCommand, type DoctorCommandOptions } from './doctor/doctor-command.js';
import { CommandError, EXIT, type ExitCode } from './exit-code.js';
import { explainCommand, type ExplainCommandOptions } from './explain/explain-command.js';
import { routesCommand, type RoutesCommandOptions } from './routes-command.js';
import type { Terminal } from './terminal.js';

const FORMATS: readonly AuditFormat[] = ['table', 'json', 'markdown', 'openapi'];

const EXPLAIN_HELP = `
The token is read from standard input unless it is an argument, which the shell would remember.
Exit code: 0 accepted, 1 refused, 2 could not be decided.

Examples:
  $ scopegate explain --issuer https://login.example.com --audience https://api.example.com < token.txt
  $ scopegate explain --issuer https://login.example.com --audience https://api.example.com --scope read:analytics --json - < token.txt`;

const DOCTOR_HELP = `
Exit code: 0 no errors, 1 errors, 2 could not look.

Examples:
  $ scopegate doctor --issuer https://login.example.com
  $ scopegate doctor --issuer https://login.example.com --timeout 10 --json`;

const ROUTES_HELP = `
The module is imported, so it should not listen when it is. Its application is the default export, or
the export "app".
Exit code: 0 audited, 2 could not be audited; with --check also 1: a route is open, or takes requests
without a token, or runs a handler before its guard, or middleware on a path of its own has no guard.
What is meant to be so is declared by declarePublic().

Examples:
  $ scopegate routes ./app.js
  $ scopegate routes ./app.js --check --format markdown`;

/**
 * Runs a command line.
 *
 * @param words - The arguments, without those of Node.
 * @returns The exit code. Never rejects for what a user can get wrong.
 */
export async function runScopegate(
  words: readonly string[],
  terminal: Terminal,
): Promise<ExitCode> {
  let code: ExitCode = EXIT.fine;
  const program = createProgram(terminal, (outcome) => {
    code = outcome;
  });
  try {
    await program.parseAsync([...words], { from: 'user' });
    return code;
  } catch (error) {
    // Its help and its errors are written already.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.fine : EXIT.undecided;
    // A TypeError is how every package here says that an option cannot be used.
    if (!(error instanceof CommandError) && !(error instanceof TypeError)) throw error;
    terminal.stderr.write(`error: ${error.message}\n`);
    return EXIT.undecided;
  }
}

function createProgram(terminal: Terminal, end: (code: ExitCode) => void): Command {
  const program = new Command('scopegate')
    .description('Explains access tokens, checks authorization servers, audits routes.')
    .version(readVersion())
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void terminal.stdout.write(text),
      writeErr: (text) => void terminal.stderr.write(text),
    });
  const issuer = '--issuer <url>';
  program
    .command('explain')
    .description('say why a token is accepted or refused')
    .argument('[token]', 'the access token; "-" or none reads it from standard input')
    .requiredOption(issuer, 'the issuer that is trusted')
    .requiredOption('--audience <value>', 'an identifier of the API; may be repeated', collect)
    .option('--scope <scopes>', 'scopes that a route needs, separated by spaces')
    .addOption(
      new Option('--audience-claim <name>', 'the claim that names it').choices([
        'aud',
        'client_id',
      ]),
    )
    .addOption(new Option('--typ <policy>', 'which "typ" to accept').choices(['auto', 'at+jwt']))
    .option('--jwks-uri <url>', 'where the keys are, without discovery')
    .option('--timeout <seconds>', 'for one exchange', parseSeconds, 5)
    .option('--json', 'write JSON')
    .addHelpText('after', EXPLAIN_HELP)
    .action(async (token: string | undefined, options: ExplainCommandOptions) => {
      end(await explainCommand(token, options, terminal));
    });
  program
    .command('doctor')
    .description('check an authorization server by its public documents')
    .requiredOption(issuer, 'its issuer identifier')
    .option('--timeout <seconds>', 'for each document', parseSeconds, 5)
    .option('--json', 'write JSON')
    .addHelpText('after', DOCTOR_HELP)
    .action(async (options: DoctorCommandOptions) => {
      end(await doctorCommand(options, terminal));
    });
  addRoutesCommand(program, terminal, end);
  return program;
}

/** `scopegate routes`. */
function addRoutesCommand(
  program: Command,
  terminal: Terminal,
  end: (code: ExitCode) => void,
): void {
  program
    .command('routes')
    .description('show how the routes of an Express application are guarded')
    .argument('<module>', 'a module that exports the application')
    .addOption(new Option('--format <format>').choices(FORMATS).default('table'))
    .option('--check', 'fail when a request without a token may reach what is not declared public')
    .option(
      '--mount-path <path>',
      'a path that routers are mounted on, where it does not show',
      collect,
    )
    .option(
      '--ignore-unseen <name>',
      'middleware that is known to be harmless, as findings name it; may be repeated',
      collect,
    )
    .addHelpText('after', ROUTES_HELP)
    .action(async (path: string, options: RoutesCommandOptions) => {
      end(await routesCommand(path, options, terminal));
    });
}

/** Options with lists would take the arguments behind them, so they are repeated instead. */
function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

function parseSeconds(text: string): number {
  const seconds = Number(text);
  if (seconds > 0 && seconds <= 60) return seconds;
  throw new InvalidArgumentError('It must be a number of seconds, at most 60.');
}

function readVersion(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { readonly version: string }).version; // our own file
}
