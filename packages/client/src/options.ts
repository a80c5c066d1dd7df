/**
 * Options of the token client and their defaults.
 *
 * @module
 */
import {
  assertKnownOptions,
  invalidOption,
  isPlainObject,
  type NumberRange,
  optionalBoolean,
  optionalClock,
  optionalFetch,
  optionalNumber,
} from '@scopegate/protocol/internal';
import {
  type ClientAuthentication,
  type ClientAuthenticationMethod,
  type CredentialReader,
  findCredentialReader,
} from './credential/client-authentication.js';
import { assertClientId, assertIssuer, assertTokenEndpoint } from './credential/client-identity.js';
import { type DpopKey, type DpopKeyOptions, resolveDpopKey } from './dpop/dpop-key.js';
import { TOKEN_CLIENT_HINTS } from './option-hints.js';
import type { TokenStore } from './token/token-store.js';

/** Options of {@link createTokenClient}: who the client is, and where it gets its tokens. */
export interface TokenClientOptions {
  /**
   * The issuer identifier of the authorization server: an https URL (or http to this machine) without
   * query, fragment and credentials. Its metadata, by RFC 8414 or OpenID Connect Discovery, names the
   * token endpoint. It must be identical to the `issuer` in that metadata.
   */
  readonly issuer: string;
  /** The client id, as registered: one or more printable ASCII characters. RFC 6749 §2.2. */
  readonly clientId: string;
  /**
   * How the client authenticates: {@link clientSecretBasic}, {@link clientSecretPost},
   * {@link privateKeyJwt} or {@link tlsClientAuth}.
   */
  readonly clientAuthentication: ClientAuthentication;
  /**
   * Requests tokens that are bound to a key (RFC 9449), and sends a proof of that key with each
   * request. `true` generates a key pair for ES256 whose private key cannot be exported; an object
   * selects another algorithm, or uses a key pair of the application. A token that is not bound is a
   * {@link TokenRequestError} `token_type`.
   *
   * @defaultValue bearer tokens; a token that is bound is an error
   */
  readonly dpop?: true | DpopKeyOptions | undefined;
  /**
   * The token endpoint: an https URL (or http to this machine) without fragment and credentials. It
   * replaces discovery, for servers without metadata.
   *
   * @defaultValue the `token_endpoint` of the metadata
   */
  readonly tokenEndpoint?: string | undefined;
  /**
   * How long one request to the authorization server may take, including reading the body, and how
   * long reading the credential may take; in milliseconds, 1 to 60,000. After that the token request
   * fails with the reason `timeout` or `credential`. It also limits each call of `tokenStore`, which may have
   * a shorter limit itself.
   *
   * @defaultValue `5_000`
   */
  readonly timeoutMs?: number | undefined;
  /**
   * How long a token without `expires_in` is used, in seconds, 0 to 3,600. With 0 it is used only by
   * the calls that wait for it.
   *
   * @defaultValue `60`
   */
  readonly unknownLifetimeSeconds?: number | undefined;
  /**
   * The maximum number of cached tokens, 1 to 1,000,000; the least recently used one is evicted. Each
   * combination of resource, scopes and parameters has one token.
   *
   * @defaultValue `1_000`
   */
  readonly maxTokens?: number | undefined;
  /**
   * Shares tokens with the other processes that have this store, such as `tokens` of
   * `createRedisStores` of `@scopegate/redis`: one process requests a token, and all use it. When the store
   * fails, or does not respond within `timeoutMs`, the process requests a token for itself. With `dpop`, all
   * processes must have one `keyPair`.
   *
   * @defaultValue each process requests its own tokens
   */
  readonly tokenStore?: TokenStore | undefined;
  /**
   * Sends the requests to the authorization server and to APIs. Required with {@link tlsClientAuth}:
   * a function that presents the client certificate.
   *
   * @defaultValue the global `fetch`, looked up for each request
   */
  readonly fetch?: typeof globalThis.fetch | undefined;
  /**
   * Returns the current time, in milliseconds since the epoch. While it returns anything but a
   * finite number, every call that needs a token rejects with a `TypeError`.
   *
   * @defaultValue `Date.now`
   */
  readonly clock?: (() => number) | undefined;
  /**
   * Also accepts http URLs of other hosts, both of the authorization server and of the APIs that
   * `fetch` of a token source calls. Anyone on the network path can then read credentials and tokens:
   * set it only where something below HTTP encrypts, such as a service mesh. A redirect from https to
   * http is still refused.
   *
   * @defaultValue `false`
   */
  readonly dangerouslyAllowHttp?: boolean | undefined;
}

/** {@link TokenClientOptions}, checked and complete. */
export interface ResolvedTokenClientOptions {
  readonly issuer: string;
  readonly clientId: string;
  readonly readCredential: CredentialReader;
  readonly authenticationMethod: ClientAuthenticationMethod;
  /** Whether the client certificate is the credential, so that endpoint aliases apply. RFC 8705 §5. */
  readonly useMtlsAliases: boolean;
  /** The key to which tokens are bound; `undefined` for bearer tokens. */
  readonly dpopKey: DpopKey | undefined;
  readonly tokenEndpoint: string | undefined;
  readonly timeoutMs: number;
  readonly unknownLifetimeSeconds: number;
  readonly maxTokens: number;
  /** Shares tokens with other processes; `undefined` when they are not shared. */
  readonly tokenStore: TokenStore | undefined;
  readonly fetch: typeof globalThis.fetch;
  readonly clock: () => number;
  /** Whether http to other hosts is accepted: `dangerouslyAllowHttp`. */
  readonly allowHttp: boolean;
}

const DEFAULTS = {
  timeoutMs: 5_000,
  unknownLifetimeSeconds: 60,
  maxTokens: 1_000,
} as const;

const RANGES = {
  timeoutMs: { min: 1, max: 60_000 },
  unknownLifetimeSeconds: { min: 0, max: 3_600 },
  maxTokens: { min: 1, max: 1_000_000 },
} as const satisfies Readonly<Record<keyof typeof DEFAULTS, NumberRange>>;

const NAMES = [
  'issuer',
  'clientId',
  'clientAuthentication',
  'dpop',
  'tokenEndpoint',
  'timeoutMs',
  'unknownLifetimeSeconds',
  'maxTokens',
  'tokenStore',
  'fetch',
  'clock',
  'dangerouslyAllowHttp',
] as const satisfies readonly (keyof TokenClientOptions)[];

const METHODS = 'clientSecretBasic(), clientSecretPost(), privateKeyJwt() or tlsClientAuth()';
// RFC 6749 §4.4.
const NO_PUBLIC_CLIENTS = 'the client credentials grant is only for confidential clients';

/**
 * Checks the options of a token client and fills in the defaults.
 *
 * @throws TypeError An option is missing, unknown or out of range.
 */
export function resolveTokenClientOptions(options: TokenClientOptions): ResolvedTokenClientOptions {
  const given: unknown = options;
  assertKnownOptions('createTokenClient', given, { names: NAMES, hints: TOKEN_CLIENT_HINTS });
  const { issuer, clientId, clientAuthentication, tokenEndpoint } = options;
  const readCredential = findCredentialReader(clientAuthentication);
  if (readCredential === undefined) {
    throw invalidOption(
      'clientAuthentication',
      `must be the result of ${METHODS}; ${NO_PUBLIC_CLIENTS}`,
    );
  }
  const allowHttp = optionalBoolean(given, 'dangerouslyAllowHttp');
  assertIssuer(issuer, { allowHttp });
  assertClientId(clientId);
  if (tokenEndpoint !== undefined) assertTokenEndpoint(tokenEndpoint, { allowHttp });
  const useMtlsAliases = clientAuthentication.method === 'tls_client_auth';
  if (useMtlsAliases && given['fetch'] === undefined) {
    throw invalidOption(
      'fetch',
      'is required with tlsClientAuth(); pass a function that presents the client certificate',
    );
  }
  const dpopKey = resolveDpopKey(given['dpop']);
  const integer = (name: keyof typeof RANGES): number =>
    optionalNumber(given, name, { ...RANGES[name], isInteger: true }) ?? DEFAULTS[name];
  return Object.freeze({
    issuer,
    clientId,
    readCredential,
    authenticationMethod: clientAuthentication.method,
    useMtlsAliases,
    dpopKey,
    tokenEndpoint,
    timeoutMs: integer('timeoutMs'),
    unknownLifetimeSeconds: integer('unknownLifetimeSeconds'),
    maxTokens: integer('maxTokens'),
    tokenStore: readTokenStore(given['tokenStore'], dpopKey),
    fetch: optionalFetch(given),
    clock: optionalClock(given, 'clock'),
    allowHttp,
  });
}

function readTokenStore(store: unknown, dpopKey: DpopKey | undefined): TokenStore | undefined {
  if (store === undefined) return undefined;
  if (!isTokenStore(store)) {
    throw invalidOption(
      'tokenStore',
      'must have a method takeTurn(); pass "tokens" of createRedisStores()',
    );
  }
  if (dpopKey === undefined || dpopKey.isShared) return store;
  throw invalidOption(
    'tokenStore',
    'requires a key that all processes have; set "dpop": { keyPair }, or omit "tokenStore"',
  );
}

function isTokenStore(store: unknown): store is TokenStore {
  return isPlainObject(store) && typeof store['takeTurn'] === 'function';
}
