/**
 * Creates the key set that the options of an issuer describe.
 *
 * @module
 */
import { JwksSource } from '../keys/jwks-source.js';
import { KeyRing } from '../keys/key-ring.js';
import type { KeySet } from '../keys/key-set.js';
import { RemoteKeySet } from '../keys/remote-key-set.js';
import { StaticKeySet } from '../keys/static-key-set.js';
import type { ResolvedIssuer } from '../options/resolve-issuer.js';
import type { ResolvedOptions } from '../options/resolve-options.js';
import { IssuerSnapshot } from '../snapshots/issuer-snapshot.js';

/** The options of all key sets. */
export type KeySetSettings = Pick<
  ResolvedOptions<unknown>,
  'fetch' | 'timeoutMs' | 'allowHttp' | 'maxStaleMs' | 'clampLifetimeMs' | 'snapshots' | 'clock'
>;

/** Creates the key set of an issuer. Nothing is fetched yet. */
export function createKeySet(
  { issuer, algorithms, keys, introspection }: ResolvedIssuer,
  settings: KeySetSettings,
): KeySet {
  // No key is used: every token is opaque, and the responses are not signed.
  if (introspection?.tokens === 'opaque' && !introspection.signed) {
    return StaticKeySet.ofJwks(issuer, KeyRing.of([]));
  }
  if ('jwks' in keys) return StaticKeySet.ofJwks(issuer, keys.jwks);
  if ('secret' in keys) return StaticKeySet.ofSecret(issuer, keys.secret);
  const location = { ...settings, issuer, jwksUri: keys.jwksUri };
  const { snapshots: store } = settings;
  const snapshot = store && new IssuerSnapshot({ ...location, store });
  const source = new JwksSource(location);
  return new RemoteKeySet({ ...settings, issuer, algorithms, source, snapshot });
}
