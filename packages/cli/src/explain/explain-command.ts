/**
 * `scopegate explain`: why a token is accepted or refused.
 *
 * @module
 */
import { createAccessTokenVerifier, type TokenExplanation } from '@scopegate/access-token';
import { EXIT, type ExitCode } from '../exit-code.js';
import { formatExplanation } from './explanation-report.js';
import { createPaint, printableJson, type Terminal, withProgress } from '../terminal.js';
import { readTokenInput } from './token-input.js';

/** Options of the command, as the argument parser gives them. */
export interface ExplainCommandOptions {
  readonly issuer: string;
  readonly audience: readonly string[];
  readonly scope?: string | undefined;
  readonly audienceClaim?: 'aud' | 'client_id' | undefined;
  readonly typ?: 'auto' | 'at+jwt' | undefined;
  readonly jwksUri?: string | undefined;
  /** Seconds. */
  readonly timeout: number;
  readonly json?: boolean | undefined;
}

const EXIT_CODES: Readonly<Record<TokenExplanation['verdict'], ExitCode>> = {
  accepted: EXIT.fine,
  refused: EXIT.found,
  undecided: EXIT.undecided,
};

/**
 * Explains a token.
 *
 * @param token - `-` or `undefined` for standard input.
 * @throws TypeError An option cannot be used.
 * @throws CommandError There is no token.
 */
export async function explainCommand(
  token: string | undefined,
  options: ExplainCommandOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const { issuer, audience, audienceClaim, scope, typ, jwksUri, timeout } = options;
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
    const given = await readTokenInput(token, terminal);
    const work = verifier.explain(given, { scope });
    const explanation = await withProgress(terminal, `asking ${issuer} for its keys`, work);
    const text =
      options.json === true
        ? printableJson(JSON.stringify(explanation, null, 2))
        : formatExplanation(explanation, createPaint(terminal.stdout));
    terminal.stdout.write(`${text}\n`);
    return EXIT_CODES[explanation.verdict];
  } finally {
    verifier.close();
  }
}
