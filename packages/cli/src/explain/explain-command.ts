/**
 * `scopegate explain`: explains why a token is accepted or refused.
 *
 * @module
 */
import { createAccessTokenVerifier, type TokenExplanation } from '@scopegate/access-token';
import { EXIT, type ExitCode } from '../exit-code.js';
import { formatExplanation } from './explanation-report.js';
import { createPaint, formatPrintableJson, type Terminal, withProgress } from '../terminal.js';
import { readTokenInput } from './token-input.js';

/** The parsed options of the command. */
export interface ExplainCommandOptions {
  /** The trusted issuer. */
  readonly issuer: string;
  /** The audiences that the API accepts. */
  readonly audience: readonly string[];
  /** The scopes that a route requires, separated by spaces. */
  readonly scope?: string | undefined;
  /** The claim that names the audience. */
  readonly audienceClaim?: 'aud' | 'client_id' | undefined;
  /** The `typ` values to accept. */
  readonly typ?: 'auto' | 'at+jwt' | 'jwt' | undefined;
  /** The URL of the key set; skips discovery. */
  readonly jwksUri?: string | undefined;
  /** The timeout of each HTTP request, in seconds. */
  readonly timeout: number;
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
 * @param argument - The token; `-` or `undefined` to read it from standard input.
 * @throws TypeError (rejects) An option is out of range.
 * @throws CommandError (rejects) There is no token.
 */
export async function explainCommand(
  argument: string | undefined,
  { timeout, scope, json, ...options }: ExplainCommandOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const { issuer, audience, audienceClaim, typ, jwksUri } = options;
  const { clock, fetch } = terminal;
  const verifier = createAccessTokenVerifier({
    issuer,
    audience,
    audienceClaim,
    typ,
    jwksUri,
    clock,
    fetch,
    keySet: { timeoutMs: timeout * 1000 },
  });
  try {
    const token = await readTokenInput(argument, terminal);
    const task = verifier.explain(token, { scope });
    const explanation = await withProgress(terminal, `fetching the keys of ${issuer}`, task);
    const text =
      json === true
        ? formatPrintableJson(JSON.stringify(explanation, null, 2))
        : formatExplanation(explanation, createPaint(terminal.stdout));
    terminal.stdout.write(`${text}\n`);
    return EXIT_CODES[explanation.verdict];
  } finally {
    verifier.close();
  }
}
