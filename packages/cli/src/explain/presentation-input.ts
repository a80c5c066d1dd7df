/**
 * How the token was sent, from the options of the command.
 *
 * @module
 */
import type { ExplainOptions } from '@scopegate/access-token';
import { CommandError } from '../command-error.js';
import { readFileInput, readStandardInput } from './text-input.js';
import type { Terminal } from '../terminal.js';

/** The options of the command that describe how the token was sent. */
export interface PresentationInput {
  /** The scheme of the token. */
  readonly scheme?: 'Bearer' | 'DPoP' | undefined;
  /** A file with the DPoP proof; `-` for standard input. */
  readonly proof?: string | undefined;
  /** The method of the request. */
  readonly method?: string | undefined;
  /** The URL or the path of the request. */
  readonly url?: string | undefined;
  /** A file with the client certificate in PEM. */
  readonly certificate?: string | undefined;
}

/** How the token was sent, as options of `explain()`. */
export type ExplainedPresentation = Omit<
  ExplainOptions,
  'scope' | 'senderConstraint' | 'fresh' | 'acrValues' | 'maxAgeSeconds'
>;

/**
 * Reads how the token was sent. A proof is a credential for a minute, so it is never an argument.
 *
 * @param tokenPath - Where the token is read: both cannot be on standard input.
 * @throws CommandError (rejects) An option is missing, or a file cannot be read.
 */
export async function readPresentationInput(
  { scheme, proof, method, url, certificate }: PresentationInput,
  tokenPath: string | undefined,
  terminal: Terminal,
): Promise<ExplainedPresentation> {
  if (proof !== undefined && (method === undefined || url === undefined)) {
    throw new CommandError(
      '--proof requires --method and --url, because a proof is for one request',
    );
  }
  if (proof === '-' && (tokenPath === undefined || tokenPath === '-')) {
    throw new CommandError(
      'the token and the proof cannot both be on standard input; pass one of them as a file',
    );
  }
  return {
    scheme,
    method,
    url,
    proof: proof === undefined ? undefined : await readProof(proof, terminal),
    certificate:
      certificate === undefined
        ? undefined
        : await readFileInput(certificate, 'certificate', terminal),
  };
}

async function readProof(path: string, terminal: Terminal): Promise<string> {
  return path === '-'
    ? await readStandardInput('DPoP proof', terminal)
    : await readFileInput(path, 'DPoP proof', terminal);
}
