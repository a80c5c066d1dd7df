/**
 * Chooses what explains the token: a resource server of an application, or a verifier with the options
 * of the command.
 *
 * @module
 */
import { createAccessTokenVerifier } from '@scopegate/access-token';
import type { RoutedApplication } from '@scopegate/express';
import type { TokenExplainer } from '@scopegate/express/internal';
import { loadServer } from '../application/load-server.js';
import { CommandError } from '../command-error.js';
import type { Terminal } from '../terminal.js';
import { readDecryptionKeys } from './decryption-keys.js';
import { createPossessionOptions, type PossessionInput } from './possession-choice.js';
import { createTrust, type TrustInput } from './trust-options.js';

/** The options of the command that decide what explains the token. */
export interface ExplainerInput extends TrustInput, PossessionInput {
  /** The module of an application, as in `./app.js#api`. */
  readonly app?: string | undefined;
  /** Files with the private keys that decrypt tokens. */
  readonly decryptionKey?: readonly string[] | undefined;
  /** The timeout of each HTTP request, in seconds. */
  readonly timeout: number;
}

/** What explains the token. */
export interface ChosenExplainer {
  readonly explainer: TokenExplainer;
  /** The application, to look up routes; `undefined` when there is none. */
  readonly application: RoutedApplication | undefined;
  /** Whose keys are fetched: a part of a message. */
  readonly owner: string;
  /** Stops background work. */
  readonly close: () => void;
}

/**
 * Chooses what explains the token.
 *
 * @throws CommandError (rejects) Options are missing or exclude each other, or the application has no
 *   resource server.
 * @throws TypeError (rejects) An option is out of range.
 */
export async function chooseExplainer(
  input: ExplainerInput,
  terminal: Terminal,
): Promise<ChosenExplainer> {
  const decryptionKeys = await readDecryptionKeys(input.decryptionKey, terminal);
  const trust = createTrust({ ...input, decryptionKeys });
  if (input.app !== undefined) {
    if (input.publicUrl === undefined) return await loadExplainer(input.app, trust, terminal);
    throw new CommandError('--public-url cannot be combined with --app, which has its own options');
  }
  if (trust === undefined) {
    throw new CommandError(
      'the trusted issuer is required: pass --issuer and --audience, or --preset, or --app ./app.js',
    );
  }
  const { clock, fetch } = terminal;
  const keySet = { timeoutMs: input.timeout * 1000 };
  const possession = createPossessionOptions(input, trust);
  const verifier = createAccessTokenVerifier({ ...trust, ...possession, clock, fetch, keySet });
  const owner = verifier
    .health()
    .issuers.map(({ issuer }) => issuer)
    .join(', ');
  const close = (): void => {
    verifier.close();
  };
  return { explainer: verifier, application: undefined, owner, close };
}

async function loadExplainer(
  app: string,
  trust: object | undefined,
  terminal: Terminal,
): Promise<ChosenExplainer> {
  const { server, application, isCreated } = await loadServer(app, trust, terminal);
  if (trust !== undefined && !isCreated) {
    throw new CommandError(
      `${app} has its own options; omit those of the command, or name a function that creates the application, as in ./app.js#createApp`,
    );
  }
  const close = (): undefined => undefined;
  return { explainer: server, application, owner: `the issuers of ${app}`, close };
}
