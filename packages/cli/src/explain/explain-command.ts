/**
 * `scopegate explain`: explains why a token is accepted or refused.
 *
 * @module
 */
import type { TokenExplanation } from '@scopegate/access-token';
import type { RoutedApplication } from '@scopegate/express';
import { CommandError } from '../command-error.js';
import { EXIT, type ExitCode } from '../exit-code.js';
import { createPaint, formatPrintableJson, type Terminal, withProgress } from '../terminal.js';
import { chooseExplainer, type ExplainerInput } from './explainer-choice.js';
import { formatExplanation } from './explanation-report.js';
import { explainRequirement, type ReportedExplanation } from './requirement-check.js';
import { type PresentationInput, readPresentationInput } from './presentation-input.js';
import { readRouteRequirement, type Requirement } from './route-requirement.js';
import { readTokenInput } from './token-input.js';

/** The parsed options of the command. */
export interface ExplainCommandOptions extends ExplainerInput, PresentationInput {
  /** The route of the application that the token is for, as in `GET /v1/sales`. */
  readonly route?: string | undefined;
  /** The scopes that a route requires, separated by spaces. */
  readonly scope?: string | undefined;
  /** The only kind of caller that a route allows. */
  readonly principal?: 'client' | 'user' | undefined;
  /** Whether the authorization server is asked about JWTs too. */
  readonly fresh?: true | undefined;
  /** The authentication context classes that a route accepts. */
  readonly acrValues?: readonly string[] | undefined;
  /** The longest time since the user was authenticated that a route accepts, in seconds. */
  readonly maxAge?: number | undefined;
  /** Whether to write JSON. */
  readonly json?: boolean | undefined;
}

const EXIT_CODES: Readonly<Record<TokenExplanation['verdict'], ExitCode>> = {
  accepted: EXIT.ok,
  refused: EXIT.failed,
  undecided: EXIT.undecided,
};

/**
 * Explains a token.
 *
 * @param path - A file with the token; `-` or `undefined` to read it from standard input.
 * @throws TypeError (rejects) An option is out of range.
 * @throws CommandError (rejects) There is no token, options are missing or exclude each other, or the
 *   application cannot be loaded.
 */
export async function explainCommand(
  path: string | undefined,
  options: ExplainCommandOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const { explainer, application, owner, close } = await chooseExplainer(options, terminal);
  try {
    const requirement = readRequirement(options, application);
    const presentation = await readPresentationInput(options, path, terminal);
    const token = await readTokenInput(path, terminal);
    const task = explainRequirement({ token, presentation }, requirement, explainer);
    const explanation = await withProgress(terminal, `fetching the keys of ${owner}`, task);
    terminal.stdout.write(`${formatReport(explanation, options, terminal)}\n`);
    return EXIT_CODES[explanation.verdict];
  } finally {
    close();
  }
}

function formatReport(
  explanation: ReportedExplanation,
  { json }: ExplainCommandOptions,
  { stdout }: Terminal,
): string {
  return json === true
    ? formatPrintableJson(JSON.stringify(explanation, null, 2))
    : formatExplanation(explanation, createPaint(stdout));
}

function readRequirement(
  options: ExplainCommandOptions,
  application: RoutedApplication | undefined,
): Requirement {
  const { route, scope, principal, senderConstraint, app } = options;
  const { fresh, acrValues, maxAge: maxAgeSeconds } = options;
  const required = { principal, senderConstraint, fresh, acrValues, maxAgeSeconds };
  if (route === undefined) {
    return { ...required, scopes: scope === undefined ? undefined : [scope], notes: [] };
  }
  if ([scope, ...Object.values(required)].some((each) => each !== undefined)) {
    throw new CommandError(
      '--route cannot be combined with --scope, --principal or --sender-constraint, nor with --fresh, --acr-values or --max-age',
    );
  }
  if (app === undefined) throw new CommandError('--route requires --app');
  if (application === undefined) {
    throw new CommandError(
      `--route requires that ${app} exports the application, as default or as "app"`,
    );
  }
  return readRouteRequirement(application, route);
}
