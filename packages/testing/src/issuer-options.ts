/**
 * What a test issuer is made with.
 *
 * @module
 */
import { assertKnownOptions, invalidOption } from '@scopegate/protocol';

import type { RegisteredClient } from './client-authentication.js';
import { createTestClock, type TestClock } from './clock.js';
import { assertSigningAlgorithm, type SigningAlgorithm } from './signing-keys.js';

/** Options of a test issuer; all have defaults. */
export interface TestIssuerOptions {
  /**
   * The audience of minted tokens that name none.
   *
   * @defaultValue `'https://api.example.com'`
   */
  readonly audience?: string | undefined;
  /** The algorithm of the first key. RSA keys take 100 ms to make, others 1. @defaultValue `'RS256'` */
  readonly alg?: SigningAlgorithm | undefined;
  /** The path of the issuer identifier, such as `/t1`. @defaultValue none */
  readonly path?: string | undefined;
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
  readonly [K in keyof TestIssuerOptions]-?: Exclude<TestIssuerOptions[K], undefined>;
};

const DEFAULTS = {
  audience: 'https://api.example.com',
  alg: 'RS256',
  path: '',
  clients: [],
  accessTokenLifetimeSeconds: 300,
  etag: true,
} as const satisfies Omit<ResolvedTestIssuerOptions, 'clock'>;

const OPTIONS = [...Object.keys(DEFAULTS), 'clock'];
const CLIENT_OPTIONS = ['clientId', 'clientSecret', 'scope'];
const PATH = /^(\/[-._~A-Za-z0-9]+)*\/?$/;

/**
 * Checks options and fills in the defaults.
 *
 * @throws TypeError When one is unknown or cannot be used.
 */
export function resolveTestIssuerOptions(options: TestIssuerOptions): ResolvedTestIssuerOptions {
  assertKnownOptions('createTestIssuer', options, OPTIONS);
  const given: Partial<ResolvedTestIssuerOptions> = Object.fromEntries(
    Object.entries(options).filter(([, value]) => value !== undefined),
  );
  const resolved = { ...DEFAULTS, ...given, clock: given.clock ?? createTestClock() };
  assertSigningAlgorithm(resolved.alg);
  if (!PATH.test(resolved.path)) {
    throw invalidOption('path', 'must begin with "/" and have no query and no fragment');
  }
  assertText('audience', resolved.audience);
  if (!(resolved.accessTokenLifetimeSeconds > 0)) {
    throw invalidOption('accessTokenLifetimeSeconds', 'must be a number above 0');
  }
  if (typeof resolved.clock !== 'function') throw invalidOption('clock', 'must be a test clock');
  assertClients(resolved.clients);
  return Object.freeze(resolved);
}

function assertClients(clients: unknown): void {
  if (!Array.isArray(clients)) throw invalidOption('clients', 'must be an array of clients');
  for (const client of clients as readonly unknown[]) {
    assertKnownOptions('a client', client, CLIENT_OPTIONS);
    assertText('clients[].clientId', client['clientId']);
    assertText('clients[].clientSecret', client['clientSecret']);
  }
}

function assertText(name: string, value: unknown): void {
  if (typeof value === 'string' && value !== '') return;
  throw invalidOption(name, 'must be a string that is not empty');
}
