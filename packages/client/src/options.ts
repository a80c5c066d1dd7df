/**
 * Options of the token client: what may be said, what is meant when nothing is said.
 *
 * @module
 */
import {
  assertKnownOptions,
  invalidOption,
  isConfidentialUrl,
  optionalClock,
  optionalFunction,
  hasUserinfo,
  isUsableEndpoint,
} from '@scopegate/protocol/internal';
import {
  type ClientAuthentication,
  type CredentialReader,
  findCredentialReader,
} from './credential/client-authentication.js';
import { TOKEN_CLIENT_HINTS } from './foreign-options.js';

/** Who the client is, and where its tokens come from. */
export interface TokenClientOptions {
  /** The issuer identifier: https, or http to this machine. Its metadata names the token endpoint. */
  readonly issuer: string;
  /** RFC 6749 §2.2. */
  readonly clientId: string;
  readonly clientAuthentication: ClientAuthentication;
  /**
   * The token endpoint of a server without metadata; nothing is discovered then.
   *
   * @defaultValue discovered, by RFC 8414 and OpenID Connect Discovery
   */
  readonly tokenEndpoint?: string | undefined;
  /**
   * For one exchange with the authorization server, and for reading the credential; 1 to 60,000.
   *
   * @defaultValue 5,000
   */
  readonly timeoutMs?: number | undefined;
  /**
   * How long a token is used whose answer has no `expires_in`; 0 to 3,600, 0 for one use.
   *
   * @defaultValue 60
   */
  readonly unknownLifetimeSeconds?: number | undefined;
  /**
   * How many tokens are held, the least recently used one making place; 1 to 1,000,000.
   *
   * @defaultValue 1,000
   */
  readonly maxTokens?: number | undefined;
  /**
   * Does the fetching, of tokens and of what is called with them.
   *
   * @defaultValue the global `fetch`
   */
  readonly fetch?: typeof globalThis.fetch | undefined;
  /**
   * The time, in milliseconds since the epoch. While it returns anything but a finite number, what
   * needs a token throws a `TypeError`.
   *
   * @defaultValue `Date.now`
   */
  readonly clock?: (() => number) | undefined;
}

/** {@link TokenClientOptions}, checked and complete. */
export interface ResolvedTokenClientOptions {
  readonly issuer: string;
  readonly clientId: string;
  readonly readCredential: CredentialReader;
  /** The client certificate is the credential: RFC 8705 §5. */
  readonly useMtlsAliases: boolean;
  readonly tokenEndpoint: string | undefined;
  readonly timeoutMs: number;
  readonly unknownLifetimeSeconds: number;
  readonly maxTokens: number;
  readonly fetch: typeof globalThis.fetch;
  readonly clock: () => number;
}

const DEFAULTS = {
  timeoutMs: 5_000,
  unknownLifetimeSeconds: 60,
  maxTokens: 1_000,
} as const;

const NAMES = [
  'issuer',
  'clientId',
  'clientAuthentication',
  'tokenEndpoint',
  'timeoutMs',
  'unknownLifetimeSeconds',
  'maxTokens',
  'fetch',
  'clock',
] as const satisfies readonly (keyof TokenClientOptions)[];

const METHODS = 'clientSecretBasic, clientSecretPost, privateKeyJwt or tlsClientAuth';
// RFC 6749 §4.4.
const NO_PUBLIC_CLIENTS = 'the client credentials grant is not for public clients';

/**
 * Checks the options of a token client and fills in the defaults.
 *
 * @throws TypeError When an option is unusable or unknown; names it.
 */
export function resolveTokenClientOptions(options: TokenClientOptions): ResolvedTokenClientOptions {
  assertKnownOptions('createTokenClient', options, NAMES, TOKEN_CLIENT_HINTS);
  const { issuer, clientId, clientAuthentication, tokenEndpoint } = options;
  const readCredential = findCredentialReader(clientAuthentication);
  if (readCredential === undefined) {
    throw invalidOption('clientAuthentication', `must be made by ${METHODS}: ${NO_PUBLIC_CLIENTS}`);
  }
  assertIssuer(issuer);
  assertClientId(clientId);
  if (tokenEndpoint !== undefined) assertTokenEndpoint(tokenEndpoint);
  const fetch = optionalFunction(options, 'fetch') as TokenClientOptions['fetch'];
  const useMtlsAliases = clientAuthentication.method === 'tls_client_auth';
  if (useMtlsAliases && fetch === undefined) {
    throw invalidOption('fetch', 'must be given: one that presents the client certificate');
  }
  return Object.freeze({
    issuer,
    clientId,
    readCredential,
    useMtlsAliases,
    tokenEndpoint,
    timeoutMs: readInteger('timeoutMs', options.timeoutMs, 1, 60_000),
    unknownLifetimeSeconds: readInteger(
      'unknownLifetimeSeconds',
      options.unknownLifetimeSeconds,
      0,
      3_600,
    ),
    maxTokens: readInteger('maxTokens', options.maxTokens, 1, 1_000_000),
    // Looked up for each call, so that a global fetch that is instrumented later counts.
    fetch: fetch ?? ((input, init) => globalThis.fetch(input, init)),
    clock: optionalClock(options, 'clock'),
  });
}

function assertIssuer(issuer: unknown): void {
  const url = parseUrl(issuer);
  // RFC 8414 §2: no query, no fragment.
  const isPlain = typeof issuer === 'string' && !/[?#\s]/.test(issuer);
  if (url === undefined || !isPlain || hasUserinfo(url) || !isConfidentialUrl(url)) {
    throw invalidOption('issuer', 'must be an https URL without query, fragment or credentials');
  }
}

function assertClientId(clientId: unknown): void {
  // RFC 6749 §A.1.
  if (typeof clientId === 'string' && /^[\x20-\x7e]+$/.test(clientId)) return;
  throw invalidOption('clientId', 'must be text of visible ASCII characters and spaces');
}

function assertTokenEndpoint(tokenEndpoint: unknown): void {
  const url = parseUrl(tokenEndpoint);
  if (url !== undefined && isUsableEndpoint(url)) return;
  throw invalidOption('tokenEndpoint', 'must be an https URL without fragment or credentials');
}

function readInteger(
  name: keyof typeof DEFAULTS,
  value: unknown,
  min: number,
  max: number,
): number {
  if (value === undefined) return DEFAULTS[name];
  if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) {
    return value;
  }
  throw invalidOption(name, `must be a whole number from ${min} to ${max}`);
}

function parseUrl(value: unknown): URL | undefined {
  return typeof value === 'string' && URL.canParse(value) ? new URL(value) : undefined;
}
