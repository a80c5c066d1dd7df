/**
 * The command line of `scopegate`: its commands and options.
 *
 * @module
 */
import { readFileSync } from 'node:fs';
import type { AuditFormat } from '@scopegate/express';
import { Command, CommanderError, Option } from 'commander';
import { CommandError } from './command-error.js';
import { DOCTOR_HELP, EXPLAIN_HELP, ROUTES_HELP } from './command-help.js';
import { doctorCommand, type DoctorCommandOptions } from './doctor/doctor-command.js';
import { EXIT, type ExitCode } from './exit-code.js';
import { explainCommand, type ExplainCommandOptions } from './explain/explain-command.js';
import { addPresentationOptions } from './explain/presentation-arguments.js';
import { addTrustOptions } from './explain/trust-arguments.js';
import { collect, parseTimeout } from './option-parsers.js';
import { routesCommand, type RoutesCommandOptions } from './routes/routes-command.js';
import type { Terminal } from './terminal.js';
import { addUsageCommands } from './usage-commands.js';

const FORMATS: readonly AuditFormat[] = ['table', 'json', 'markdown', 'openapi'];

/**
 * Runs a command line.
 *
 * @param words - The arguments, without the paths of Node and of the script.
 * @returns The exit code: 0 (ok), 1 (failed) or 2 (undecided, such as bad arguments).
 * @throws Error (rejects) A bug in this program. Mistakes of the user do not reject.
 * @example
 * const code = await runScopegate(['doctor', issuer], terminal);
 */
export async function runScopegate(
  words: readonly string[],
  terminal: Terminal,
): Promise<ExitCode> {
  let code: ExitCode = EXIT.ok;
  const program = createProgram(terminal, (exitCode) => {
    code = exitCode;
  });
  try {
    await program.parseAsync([...words], { from: 'user' });
    return code;
  } catch (error) {
    // Commander has already written its help and its errors.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.undecided;
    // Every package of this repository throws a TypeError for an invalid option.
    if (!(error instanceof CommandError) && !(error instanceof TypeError)) throw error;
    terminal.stderr.write(`error: ${formatMessage(error)}\n`);
    return EXIT.undecided;
  }
}

/** The verifier does not know the name of this command's option. */
function formatMessage({ message }: Error): string {
  return message
    .replace('set "dangerouslyAllowHttp"', 'pass --dangerously-allow-http')
    .replace('option "dpop.publicUrl"', '--public-url');
}

/** Receives the exit code of the command that ran. */
type End = (code: ExitCode) => void;

function createProgram(terminal: Terminal, end: End): Command {
  const program = new Command('scopegate')
    .description(
      'Explains access tokens, checks authorization servers, audits routes and reports privileges.',
    )
    .version(readVersion())
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void terminal.stdout.write(text),
      writeErr: (text) => void terminal.stderr.write(text),
    });
  addExplainCommand(program, terminal, end);
  addDoctorCommand(program, terminal, end);
  addRoutesCommand(program, terminal, end);
  addUsageCommands(program, terminal, end);
  return program;
}

function addExplainCommand(program: Command, terminal: Terminal, end: End): void {
  const command = program
    .command('explain')
    .description('explain why a token is accepted or refused')
    .argument('[file]', 'a file with the token; "-" or no argument reads it from standard input');
  addPresentationOptions(addTrustOptions(command))
    .option('--route <route>', 'check the token against a route of --app, as in "GET /v1/sales"')
    .option('--scope <scopes>', 'the scopes that a route requires, separated by spaces')
    .addOption(
      new Option('--principal <kind>', 'the only kind of caller that a route allows').choices([
        'client',
        'user',
      ]),
    )
    .option('--timeout <seconds>', 'the timeout of each HTTP request', parseTimeout, 5)
    .option('--json', 'write JSON')
    .addHelpText('after', EXPLAIN_HELP)
    .action(async (path: string | undefined, options: ExplainCommandOptions) => {
      end(await explainCommand(path, options, terminal));
    });
}

function addDoctorCommand(program: Command, terminal: Terminal, end: End): void {
  program
    .command('doctor')
    .description('check an authorization server by its public documents')
    .argument('[issuer]', 'the issuer identifier: the "iss" of the tokens')
    .option('--issuer <url>', 'the same as the argument')
    .option('--app <module>', 'also check how an application accepts bound tokens, as in ./app.js')
    .option('--audience <value>', 'for a function that creates it; can be repeated', collect)
    .option('--jwks-uri <url>', 'the URL of the key set, for servers without metadata')
    .option('--timeout <seconds>', 'the timeout of each HTTP request', parseTimeout, 5)
    .option('--dangerously-allow-http', 'accept http URLs of hosts other than this machine')
    .option('--json', 'write JSON')
    .addHelpText('after', DOCTOR_HELP)
    .action(async (issuer: string | undefined, options: DoctorCommandOptions) => {
      end(await doctorCommand(issuer, options, terminal));
    });
}

function addRoutesCommand(program: Command, terminal: Terminal, end: End): void {
  program
    .command('routes')
    .description('list the routes of an Express application and how they are guarded')
    .argument(
      '<module>',
      'a module that exports the application, as in ./app.js or ./app.js#createApp',
    )
    .addOption(new Option('--format <format>', 'the output').choices(FORMATS).default('table'))
    .option(
      '--check',
      'fail when a request without a token can reach a route that is not declared public',
    )
    .option(
      '--mount-path <path>',
      'the path of a mounted router, if the Express version hides it; can be repeated',
      collect,
    )
    .option(
      '--ignore-unseen <name>',
      'harmless middleware, named as in the findings; can be repeated',
      collect,
    )
    .addHelpText('after', ROUTES_HELP)
    .action(async (path: string, options: RoutesCommandOptions) => {
      end(await routesCommand(path, options, terminal));
    });
}

function readVersion(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { readonly version: string }).version; // the manifest of this package
}
