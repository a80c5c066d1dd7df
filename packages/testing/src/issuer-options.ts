/**
 * The options of a test issuer and their defaults.
 *
 * @module
 */
import { assertKnownOptions, invalidOption } from '@scopegate/protocol/internal';
import { createTestClock, type TestClock } from './clock.js';
import type { RegisteredClient } from './server/client-authentication.js';
import { assertSigningAlgorithm, type SigningAlgorithm } from './tokens/signing-keys.js';

/** Options of a test issuer. All have defaults. */
export interface TestIssuerOptions {
  /**
   * The audience of tokens that are minted without one; a non-empty string.
   *
   * @defaultValue the first audience passed to `options()`; otherwise `'https://api.example.com'`
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
   * Whether the issuer listens on a socket. Without one it can be reached only by its own `fetch`.
   *
   * @defaultValue `true`
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
   * Whether the JWKS has an entity-tag, so that clients can revalidate it.
   *
   * @defaultValue `true`
   */
  readonly etag?: boolean | undefined;
}

/** The options, checked, with defaults. */
export type ResolvedTestIssuerOptions = {
  readonly [K in Exclude<keyof TestIssuerOptions, 'issuer' | 'audience'>]-?: Exclude<
    TestIssuerOptions[K],
    undefined
  >;
} & {
  readonly audience: string | undefined;
  /** The origin of an issuer that does not listen. */
  readonly origin: string;
};

const DEFAULTS = {
  alg: 'RS256',
  path: '',
  listen: true,
  clients: [],
  accessTokenLifetimeSeconds: 300,
  etag: true,
} as const;
const DEFAULT_ORIGIN = 'https://issuer.example';

const OPTIONS = [...Object.keys(DEFAULTS), 'audience', 'issuer', 'clock'];
const CLIENT_OPTIONS = ['clientId', 'clientSecret', 'scope'];
const PATH = /^(\/[-._~A-Za-z0-9]+)*\/?$/;

/**
 * Checks the options and adds the defaults.
 *
 * @throws TypeError An option is unknown or out of range.
 */
export function resolveTestIssuerOptions(options: TestIssuerOptions): ResolvedTestIssuerOptions {
  assertKnownOptions('createTestIssuer', options, OPTIONS);
  const { issuer, ...given }: TestIssuerOptions = Object.fromEntries(
    Object.entries(options).filter(([, value]) => value !== undefined),
  );
  const resolved = {
    ...DEFAULTS,
    audience: given.audience,
    clock: given.clock ?? createTestClock(),
    origin: DEFAULT_ORIGIN,
    ...(given as Partial<ResolvedTestIssuerOptions>), // undefined members were removed above
    ...(issuer !== undefined && splitIssuer(issuer, given)),
  };
  assertSigningAlgorithm(resolved.alg);
  assertPath(resolved.path);
  assertOptionalString('audience', resolved.audience);
  const lifetime: unknown = resolved.accessTokenLifetimeSeconds;
  if (typeof lifetime !== 'number' || !(lifetime > 0) || lifetime === Infinity) {
    throw invalidOption('accessTokenLifetimeSeconds', 'must be a number greater than 0');
  }
  if (typeof resolved.clock !== 'function')
    throw invalidOption('clock', 'must be a clock; create one with createTestClock()');
  if (typeof resolved.listen !== 'boolean') throw invalidOption('listen', 'must be a boolean');
  if (typeof resolved.etag !== 'boolean') throw invalidOption('etag', 'must be a boolean');
  assertClients(resolved.clients);
  return Object.freeze(resolved);
}

/** Splits an issuer identifier into origin and path, without normalizing it. */
function splitIssuer(
  issuer: string,
  { listen, path }: TestIssuerOptions,
): Pick<ResolvedTestIssuerOptions, 'origin' | 'path'> {
  if (listen !== false || path !== undefined) {
    throw invalidOption('issuer', 'requires "listen": false and cannot be combined with "path"');
  }
  const { origin = '' } = URL.canParse(issuer) ? new URL(issuer) : {};
  if (!origin.startsWith('https://') || !issuer.startsWith(origin)) {
    throw invalidOption('issuer', 'must be an https URL with its origin in normalized form');
  }
  return { origin, path: issuer.slice(origin.length) };
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
    assertNonEmptyString('clients[].clientSecret', client['clientSecret']);
    const scope = client['scope'];
    if (scope === undefined || typeof scope === 'string') continue;
    throw invalidOption('clients[].scope', 'must be a string of space-delimited scopes');
  }
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
