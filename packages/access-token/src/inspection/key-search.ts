/**
 * Searches for the key that signed a token, as verification does.
 *
 * @module
 */
import { InvalidTokenError } from '@scopegate/protocol';
import type { UnverifiedJws } from '../jws/compact-jws.js';
import { isSignatureValid, type VerificationKey } from '../jws/signature.js';
import { KeySetUnavailableError } from '../keys/key-set-errors.js';
import type { TrustedIssuer } from '../issuers/trusted-issuers.js';

/** What the search for the signing key found. */
export type KeySearch =
  /** No key was searched for: the token is malformed, or it is refused before its signature is checked. */
  | { readonly kind: 'skipped' }
  /** `key` made the signature. */
  | { readonly kind: 'found'; readonly key: VerificationKey }
  /** The issuer has no key for the token's `kid` and `alg`. */
  | { readonly kind: 'unknown' }
  /** Keys of the issuer fit the token, but none of them made the signature. */
  | { readonly kind: 'mismatch'; readonly candidates: readonly VerificationKey[] }
  /** The keys of the issuer are not available. */
  | { readonly kind: 'unavailable'; readonly error: KeySetUnavailableError };

/** Searches for the key that signed a token. */
export async function searchKey(
  jws: UnverifiedJws | undefined,
  trusted: TrustedIssuer | undefined,
): Promise<KeySearch> {
  const alg = trusted?.algorithms.find((allowed) => allowed === jws?.header.alg);
  if (jws === undefined || trusted === undefined || alg === undefined) return { kind: 'skipped' };
  if (trusted.introspection?.tokens === 'opaque') return { kind: 'skipped' };
  const { kid } = jws.header;
  const hasSigned = (key: VerificationKey): boolean =>
    isSignatureValid(key, jws.signingInput, jws.signature);
  try {
    const { signer, candidates } = await trusted.keySet.findSigner({ alg, kid, hasSigned });
    if (signer !== undefined) return { kind: 'found', key: signer };
    return candidates.length === 0 ? { kind: 'unknown' } : { kind: 'mismatch', candidates };
  } catch (error) {
    // The issuer became unknown during the lookup.
    if (error instanceof InvalidTokenError) return { kind: 'skipped' };
    if (!(error instanceof KeySetUnavailableError)) throw error;
    return { kind: 'unavailable', error };
  }
}

/** Finds a key that fits the token: the one that signed it, otherwise the first candidate. */
export function findFittingKey(search: KeySearch): VerificationKey | undefined {
  if (search.kind === 'found') return search.key;
  return search.kind === 'mismatch' ? search.candidates[0] : undefined;
}
