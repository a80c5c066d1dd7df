/**
 * Key sets that are fetched from an issuer of the test.
 *
 * @module
 */
import { KeySetUnavailableError } from '../../packages/access-token/src/keys/key-set-errors.js';
import { JwksSource } from '../../packages/access-token/src/keys/jwks-source.js';
import { RemoteKeySet } from '../../packages/access-token/src/keys/remote-key-set.js';
import { resolveOptions } from '../../packages/access-token/src/options/resolve-options.js';

/** The issuer of every key set. */
export const ISSUER = 'https://as.example';

/** Where every key set is fetched from. */
export const JWKS_URI = 'https://as.example/jwks';

const TIMEOUT_MS = 5_000;

/** What a test decides about a key set. */
export interface RemoteKeySetSetup {
  /** Responds for the issuer. */
  readonly fetch: typeof fetch;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
  /** 0 to 1: the shortest to the longest delay. */
  readonly jitter: () => number;
  /** @defaultValue that of a verifier */
  readonly maxStaleMs?: number | undefined;
}

/** Creates a key set for ES256. Fetches time out after 5 s. */
export function createRemoteKeySet({
  fetch,
  clock,
  jitter,
  maxStaleMs,
}: RemoteKeySetSetup): RemoteKeySet {
  const defaults = resolveOptions({ issuer: ISSUER, audience: 'api' });
  const { clampLifetimeMs } = defaults;
  const source = new JwksSource({
    issuer: ISSUER,
    jwksUri: new URL(JWKS_URI),
    clampLifetimeMs,
    timeoutMs: TIMEOUT_MS,
    allowHttp: false,
    fetch,
  });
  return new RemoteKeySet({
    issuer: ISSUER,
    algorithms: ['ES256'],
    source,
    clock,
    jitter,
    maxStaleMs: maxStaleMs ?? defaults.maxStaleMs,
    clampLifetimeMs,
  });
}

/** Returns the error of a search for a key, or of a refresh. */
export async function keySetFailureOf(attempt: Promise<unknown>): Promise<KeySetUnavailableError> {
  const error: unknown = await attempt.catch((reason: unknown) => reason);
  if (!(error instanceof KeySetUnavailableError)) throw new Error('no KeySetUnavailableError');
  return error;
}
