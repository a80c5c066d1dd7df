/**
 * Creates what the options of an issuer describe: its keys, and its introspector.
 *
 * @module
 */
import { createIntrospector } from '../introspection/create-introspector.js';
import type { ResolvedIssuer } from '../options/resolve-issuer.js';
import type { ResolvedOptions } from '../options/resolve-options.js';
import { createKeySet } from './create-key-set.js';
import type { TrustedIssuer } from './trusted-issuers.js';

/** Trusts a listed issuer. Nothing is fetched yet. */
export function trustIssuer(
  issuer: ResolvedIssuer,
  options: ResolvedOptions<unknown>,
): TrustedIssuer {
  const keySet = createKeySet(issuer, options);
  const { introspection } = issuer;
  const context = { ...options, ...issuer, keySet };
  const introspector = introspection && createIntrospector(introspection, context);
  return { ...issuer, keySet, introspector };
}
