/**
 * What a test issuer is made with.
 *
 * @module
 */
import { assertKnownOptions, invalidOption } from '@scopegate/protocol/internal';
import type { RegisteredClient } from './server/client-authentication.js';
import { createTestClock, type TestClock } from './clock.js';
import { assertSigningAlgorithm, type SigningAlgorithm } from './tokens/signing-keys.js';

/** Options of a test issuer; all have defaults. */
export interface TestIssuerOptions {
  /**
   * The audience of minted tokens that name none.
   *
   * @defaultValue the first that `options()` is called with, else `'https://api.example.com'`
   */
  readonly audience?: string | undefined;
  /** The algorithm of the first key. RSA keys take 100 ms to make, others 1. @defaultValue `'RS256'` */
  readonly alg?: SigningAlgorithm | undefined;
  /** The path of the issuer identifier, such as `/t1`. @defaultValue none */
  readonly path?: string | undefined;
  /**
   * Whether the issuer listens on a socket. Without one it is reached by its own `fetch` alone.
   *
   * @defaultValue true
   */
  readonly listen?: boolean | undefined;
  /**
   * The issuer identifier of one that does not listen: https, without query and fragment. It may be
   * that of a real authorization server, which nobody asks.
   *
   * @defaultValue `'https://issuer.example'` and the path
   */
  readonly issuer?: string | undefined;
  /** Several issuers may share one. @defaultValue a clock that starts at the real time */
  readonly clock?: TestClock | undefined;
  /** Who may ask the token endpoint. @defaultValue nobody */
  readonly clients?: readonly RegisteredClient[] | undefined;
  /** The lifetime of tokens, in seconds, > 0. @defaultValue 300 */
  readonly accessTokenLifetimeSeconds?: number | undefined;
  /** Whether the JWKS has an entity-tag and is revalidated by 304. @defaultValue true */
  readonly etag?: boolean | undefined;
}

/** Options with every default filled in. */
export type ResolvedTestIssuerOptions = {
  readonly [K in Exclude<keyof TestIssuerOptions, 'issuer' | 'audience'>]-?: Exclude<
    TestIssuerOptions[K],
    undefined
  >;
} & {
  readonly audience: string | undefined;
  /** Where an issuer that does not listen is said to be. */
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
 * Checks options and fills in the defaults.
 *
 * @throws TypeError When one is unknown or cannot be used.
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
    ...(given as Partial<ResolvedTestIssuerOptions>), // no member of it is undefined any more
    ...(issuer !== undefined && placeOf(issuer, given)),
  };
  assertSigningAlgorithm(resolved.alg);
  assertPath(resolved.path);
  assertOptionalText('audience', resolved.audience);
  const lifetime: unknown = resolved.accessTokenLifetimeSeconds;
  if (typeof lifetime !== 'number' || !(lifetime > 0) || lifetime === Infinity) {
    throw invalidOption('accessTokenLifetimeSeconds', 'must be a number above 0');
  }
  if (typeof resolved.clock !== 'function') throw invalidOption('clock', 'must be a test clock');
  if (typeof resolved.listen !== 'boolean') throw invalidOption('listen', 'must be true or false');
  if (typeof resolved.etag !== 'boolean') throw invalidOption('etag', 'must be true or false');
  assertClients(resolved.clients);
  return Object.freeze(resolved);
}

/** Takes an issuer identifier apart; what it is made of is written as it was. */
function placeOf(
  issuer: string,
  { listen, path }: TestIssuerOptions,
): Pick<ResolvedTestIssuerOptions, 'origin' | 'path'> {
  if (listen !== false || path !== undefined) {
    throw invalidOption('issuer', 'needs "listen": false, and no "path" beside it');
  }
  const { origin = '' } = URL.canParse(issuer) ? new URL(issuer) : {};
  if (!origin.startsWith('https://') || !issuer.startsWith(origin)) {
    throw invalidOption('issuer', 'must be an https URL in its usual spelling');
  }
  return { origin, path: issuer.slice(origin.length) };
}

function assertPath(path: string): void {
  if (PATH.test(path)) return;
  throw invalidOption('path', 'must begin with "/" and have no query and no fragment');
}

function assertClients(clients: unknown): void {
  if (!Array.isArray(clients)) throw invalidOption('clients', 'must be an array of clients');
  for (const client of clients as readonly unknown[]) {
    assertKnownOptions('a client', client, CLIENT_OPTIONS);
    assertText('clients[].clientId', client['clientId']);
    assertText('clients[].clientSecret', client['clientSecret']);
    const scope = client['scope'];
    if (scope === undefined || typeof scope === 'string') continue;
    throw invalidOption('clients[].scope', 'must be a string with a space between two scopes');
  }
}

/**
 * Checks an option that is a string where it is given.
 *
 * @throws TypeError When it is not a string, or is empty.
 */
export function assertOptionalText(name: string, value: unknown): void {
  if (value !== undefined) assertText(name, value);
}

function assertText(name: string, value: unknown): void {
  if (typeof value === 'string' && value !== '') return;
  throw invalidOption(name, 'must be a string that is not empty');
}
