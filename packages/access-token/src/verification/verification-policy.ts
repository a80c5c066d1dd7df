/**
 * The verification policy: resolved options, with a key set for each issuer.
 *
 * @module
 */
import { JwksSource } from '../keys/jwks-source.js';
import type { KeySet } from '../keys/key-set.js';
import { RemoteKeySet } from '../keys/remote-key-set.js';
import { StaticKeySet } from '../keys/static-key-set.js';
import type { ResolvedIssuer } from '../options/resolve-issuer.js';
import type { ResolvedOptions } from '../options/resolve-options.js';
import type { TrustedIssuer, VerificationPolicy } from './verify-token.js';

/** Creates the policy of a verifier. Nothing is fetched yet. */
export function createVerificationPolicy(options: ResolvedOptions<unknown>): VerificationPolicy {
  const trust = (issuer: ResolvedIssuer): TrustedIssuer => ({
    ...issuer,
    keySet: createKeySet(issuer, options),
  });
  const [first, ...others] = options.issuers;
  const fallbackIssuer = trust(first);
  const issuers = [fallbackIssuer, ...others.map(trust)];
  const { clock, clockToleranceSeconds, maxLifetimeSeconds, maxTokenBytes } = options;
  return {
    issuers: new Map(issuers.map((issuer) => [issuer.issuer, issuer])),
    fallbackIssuer,
    clock,
    clockToleranceSeconds,
    maxLifetimeSeconds,
    maxTokenBytes,
  };
}

function createKeySet(
  { issuer, algorithms, keys }: ResolvedIssuer,
  { fetch, timeoutMs, allowHttp, maxStaleMs, clampLifetimeMs, clock }: ResolvedOptions<unknown>,
): KeySet {
  if ('jwks' in keys) return StaticKeySet.ofJwks(issuer, keys.jwks);
  if ('secret' in keys) return StaticKeySet.ofSecret(issuer, keys.secret);
  const { jwksUri } = keys;
  const source = new JwksSource({ issuer, jwksUri, fetch, timeoutMs, allowHttp, clampLifetimeMs });
  return new RemoteKeySet({ issuer, algorithms, source, maxStaleMs, clampLifetimeMs, clock });
}
