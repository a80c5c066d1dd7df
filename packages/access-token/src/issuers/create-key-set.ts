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

/** Whether the keys of an issuer are used: not if every token is opaque, and the responses are not signed. */
export function usesKeys({ introspection }: Pick<ResolvedIssuer, 'introspection'>): boolean {
  return introspection?.tokens !== 'opaque' || introspection.signed;
}

/** Creates the key set of an issuer. Nothing is fetched yet. */
export function createKeySet(trusted: ResolvedIssuer, settings: KeySetSettings): KeySet {
  const { issuer, algorithms, keys } = trusted;
  if (!usesKeys(trusted)) return StaticKeySet.ofJwks(issuer, KeyRing.of([]));
  if ('jwks' in keys) return StaticKeySet.ofJwks(issuer, keys.jwks);
  if ('secret' in keys) return StaticKeySet.ofSecret(issuer, keys.secret);
  const location = { ...settings, issuer, jwksUri: keys.jwksUri };
  const { snapshots: store } = settings;
  const snapshot = store && new IssuerSnapshot({ ...location, store });
  const source = new JwksSource(location);
  return new RemoteKeySet({ ...settings, issuer, algorithms, source, snapshot });
}
