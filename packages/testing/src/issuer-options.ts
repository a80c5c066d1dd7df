/**
 * The options of a test issuer and their defaults.
 *
 * @module
 */
import { assertKnownOptions, invalidOption, isPlainObject } from '@scopegate/protocol/internal';
import { createTestClock, type TestClock } from './clock.js';
import type { TokenShape } from './shapes/token-shape.js';
import { optionalTokenShape, type TokenShapeName } from './shapes/token-shapes.js';
import type { RegisteredClient } from './server/client-authentication.js';
import { assertSigningAlgorithm, type SigningAlgorithm } from './tokens/signing-keys.js';

/** Options of a test issuer. All have defaults. */
export interface TestIssuerOptions {
  /**
   * The audience of tokens that are minted without one; a non-empty string.
   *
   * @defaultValue the audience of every token of the server that `like` names, if it has one (`firebase`,
   *   `supabase`); otherwise the first audience passed to `options()`; otherwise
   *   `'https://api.example.com'`
   */
  readonly audience?: string | undefined;
  /**
   * The algorithm of the first key. Generating an RSA key takes about 100 ms, any other about 1 ms.
   *
   * @defaultValue `'RS256'`
   */
  readonly alg?: SigningAlgorithm | undefined;
  /**
   * The path of the issuer identifier, such as `/t1`.
   *
   * @defaultValue none
   */
  readonly path?: string | undefined;
  /**
   * The client of tokens that are minted without one; a non-empty string.
   *
   * @defaultValue `'test-client'`
   */
  readonly clientId?: string | undefined;
  /**
   * The authorization server to imitate: the format of tokens that are minted without `like` and, with
   * `issuer`, the URL of the JWKS.
   *
   * @defaultValue none: tokens follow RFC 9068
   */
  readonly like?: TokenShapeName | undefined;
  /**
   * Whether the issuer listens on a socket. Without one it can be reached only by its own `fetch`.
   *
   * @defaultValue `true`, or `false` with `issuer`
   */
  readonly listen?: boolean | undefined;
  /**
   * The issuer identifier of an issuer that does not listen: an https URL without query and fragment.
   * It may be the identifier of a real authorization server; no request is sent to that server.
   *
   * @defaultValue `'https://issuer.example'` and the path
   */
  readonly issuer?: string | undefined;
  /**
   * The URL of the JWKS of an issuer that does not listen: an https URL without query and fragment. It may
   * have another origin than the issuer.
   *
   * @defaultValue where the server that `like` names publishes its keys, if `issuer` is set; otherwise
   *   the issuer identifier and `/jwks`
   */
  readonly jwksUri?: string | undefined;
  /**
   * The clock by which tokens are issued. Several issuers may share one.
   *
   * @defaultValue a clock that starts at the current time
   */
  readonly clock?: TestClock | undefined;
  /**
   * The clients that may request tokens at the token endpoint.
   *
   * @defaultValue none
   */
  readonly clients?: readonly RegisteredClient[] | undefined;
  /**
   * The lifetime of tokens in seconds, greater than 0.
   *
   * @defaultValue `300`
   */
  readonly accessTokenLifetimeSeconds?: number | undefined;
  /**
   * Whether the token endpoint demands that DPoP proofs contain a nonce of the issuer. It sends a new nonce
   * with each token response, and accepts the one before it as well. RFC 9449 §8.
   *
   * @defaultValue `false`
   */
  readonly dpopNonces?: boolean | undefined;
  /**
   * Whether the JWKS has an entity-tag, so that clients can revalidate it.
   *
   * @defaultValue `true`
   */
  readonly etag?: boolean | undefined;
}

/** The options, checked, with defaults. */
export type ResolvedTestIssuerOptions = {
  readonly [
    K in Exclude<keyof TestIssuerOptions, 'issuer' | 'audience' | 'like' | 'jwksUri'>
  ]-?: Exclude<TestIssuerOptions[K], undefined>;
} & {
  readonly audience: string | undefined;
  /** The origin of an issuer that does not listen. */
  readonly origin: string;
  /** The URL of the JWKS, unless it is the default. */
  readonly jwksUri: string | undefined;
  /** The format of tokens; `undefined` for RFC 9068. */
  readonly shape: TokenShape | undefined;
};

const DEFAULTS = {
  alg: 'RS256',
  path: '',
  clientId: 'test-client',
  listen: true,
  clients: [],
  accessTokenLifetimeSeconds: 300,
  dpopNonces: false,
  etag: true,
} as const;
const DEFAULT_ORIGIN = 'https://issuer.example';

const OPTIONS = [...Object.keys(DEFAULTS), 'audience', 'issuer', 'jwksUri', 'like', 'clock'];
const CLIENT_OPTIONS = ['clientId', 'clientSecret', 'publicJwk', 'scope'];
const PATH = /^(\/[-._~A-Za-z0-9]+)*\/?$/;

/**
 * Checks the options and adds the defaults.
 *
 * @throws TypeError An option is unknown or out of range.
 */
export function resolveTestIssuerOptions(options: TestIssuerOptions): ResolvedTestIssuerOptions {
  assertKnownOptions('createTestIssuer', options, OPTIONS);
  const { issuer, jwksUri, like, ...given }: TestIssuerOptions = Object.fromEntries(
    Object.entries(options).filter(([, value]) => value !== undefined),
  );
  const shape = optionalTokenShape(like);
  const resolved = {
    ...DEFAULTS,
    audience: undefined,
    clock: given.clock ?? createTestClock(),
    origin: DEFAULT_ORIGIN,
    shape,
    jwksUri,
    ...(issuer !== undefined && imitate(issuer, given, shape)),
    ...(given as Partial<ResolvedTestIssuerOptions>), // undefined members were removed above
    ...(jwksUri !== undefined && { jwksUri }),
  };
  if (resolved.jwksUri !== undefined) assertJwksUri(resolved.jwksUri, resolved.listen);
  assertPath(resolved.path);
  assertOptionalString('audience', resolved.audience);
  assertValues(resolved);
  return Object.freeze(resolved);
}

function assertValues(resolved: ResolvedTestIssuerOptions): void {
  assertSigningAlgorithm(resolved.alg);
  assertNonEmptyString('clientId', resolved.clientId);
  const lifetime: unknown = resolved.accessTokenLifetimeSeconds;
  if (typeof lifetime !== 'number' || !(lifetime > 0) || lifetime === Infinity) {
    throw invalidOption('accessTokenLifetimeSeconds', 'must be a number greater than 0');
  }
  if (typeof resolved.clock !== 'function')
    throw invalidOption('clock', 'must be a clock; create one with createTestClock()');
  for (const name of ['listen', 'dpopNonces', 'etag'] as const) {
    if (typeof resolved[name] !== 'boolean') throw invalidOption(name, 'must be a boolean');
  }
  assertClients(resolved.clients);
}

/** The options of an issuer that has the identifier of a real authorization server. */
function imitate(
  issuer: string,
  { listen = false, path }: TestIssuerOptions,
  shape: TokenShape | undefined,
): Partial<ResolvedTestIssuerOptions> {
  if (listen || path !== undefined) {
    throw invalidOption('issuer', 'cannot be combined with "listen": true or with "path"');
  }
  const origin = originOf(issuer);
  if (origin === undefined) {
    throw invalidOption('issuer', 'must be an https URL with its origin in normalized form');
  }
  return {
    listen: false,
    origin,
    path: issuer.slice(origin.length), // not normalized
    jwksUri: shape?.jwksUri(issuer),
    audience: shape?.audience?.(issuer),
  };
}

/** Returns the origin of an https URL; `undefined` if the URL does not begin with it as written. */
function originOf(url: string): string | undefined {
  const { origin = '' } = URL.canParse(url) ? new URL(url) : {};
  return origin.startsWith('https://') && url.startsWith(origin) ? origin : undefined;
}

function assertJwksUri(jwksUri: string, listen: boolean): void {
  if (listen) throw invalidOption('jwksUri', 'requires "issuer" or "listen": false');
  if (originOf(jwksUri) !== undefined && new URL(jwksUri).href === jwksUri) {
    if (!/[?#]/.test(jwksUri)) return;
  }
  throw invalidOption(
    'jwksUri',
    'must be an https URL in normalized form, without query and fragment',
  );
}

function assertPath(path: string): void {
  if (PATH.test(path)) return;
  throw invalidOption('path', 'must start with "/" and have no query and no fragment');
}

function assertClients(clients: unknown): void {
  if (!Array.isArray(clients)) throw invalidOption('clients', 'must be an array of clients');
  for (const client of clients as readonly unknown[]) {
    assertKnownOptions('a client', client, CLIENT_OPTIONS);
    assertNonEmptyString('clients[].clientId', client['clientId']);
    assertCredential(client);
    const scope = client['scope'];
    if (scope === undefined || typeof scope === 'string') continue;
    throw invalidOption('clients[].scope', 'must be a string of space-delimited scopes');
  }
}

function assertCredential({ clientSecret, publicJwk }: Readonly<Record<string, unknown>>): void {
  if (publicJwk !== undefined && (!isPlainObject(publicJwk) || 'd' in publicJwk)) {
    throw invalidOption('clients[].publicJwk', 'must be a public key as a JWK');
  }
  if (publicJwk !== undefined && clientSecret === undefined) return;
  assertNonEmptyString('clients[].clientSecret', clientSecret);
}

/**
 * Checks an optional string.
 *
 * @throws TypeError It is not a non-empty string.
 */
export function assertOptionalString(name: string, value: unknown): void {
  if (value !== undefined) assertNonEmptyString(name, value);
}

function assertNonEmptyString(name: string, value: unknown): void {
  if (typeof value === 'string' && value !== '') return;
  throw invalidOption(name, 'must be a non-empty string');
}
