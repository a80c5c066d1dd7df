/**
 * The key that signed a token, looked for as verification does, and described.
 *
 * @module
 */
import type { UnverifiedJws } from '../jws/compact-jws.js';
import { KeySetUnavailableError } from '../keys/key-set-errors.js';
import type { ExplainedKey, ExplainedKeySet } from '../explanation.js';
import type { KeySetHealth } from '../keys/key-set.js';
import { isSignatureValid, type VerificationKey } from '../jws/signature.js';
import type { TrustedIssuer } from '../verification/verify-token.js';

/** What came of the search for the key. */
export interface KeySearch {
  /** `undefined` when nobody was asked. */
  readonly candidates: readonly VerificationKey[] | undefined;
  /** The one whose signature it is. */
  readonly signer: VerificationKey | undefined;
  /** Why nobody could be asked. */
  readonly failure: KeySetUnavailableError | undefined;
}

/** What is known when nobody could be asked: no issuer is trusted, or no algorithm is accepted. */
const NOT_SEARCHED: KeySearch = { candidates: undefined, signer: undefined, failure: undefined };

/** Searches for the key that signed a token, as verification does. */
export async function searchKey(
  jws: UnverifiedJws,
  trusted: TrustedIssuer | undefined,
): Promise<KeySearch> {
  const { alg: named, kid } = jws.header;
  const alg = trusted?.algorithms.find((allowed) => allowed === named);
  if (trusted === undefined || alg === undefined) return NOT_SEARCHED;
  const hasSigned = (key: VerificationKey): boolean =>
    isSignatureValid(key, jws.signingInput, jws.signature);
  try {
    const { candidates, signer } = await trusted.keySet.findSigner({ alg, kid, hasSigned });
    return { candidates, signer, failure: undefined };
  } catch (error) {
    if (!(error instanceof KeySetUnavailableError)) throw error;
    return { candidates: undefined, signer: undefined, failure: error };
  }
}

/** Describes a key without showing it. */
export function describeKey({ kid, alg, keyObject }: VerificationKey): ExplainedKey {
  const { asymmetricKeyType: type = 'secret', asymmetricKeyDetails: details } = keyObject;
  return Object.freeze({ kid, alg, type, bits: details?.modulusLength });
}

/** Describes how an issuer's keys stood, and what has gone wrong since. */
export function describeKeySet(
  before: KeySetHealth | undefined,
  trusted: TrustedIssuer | undefined,
): ExplainedKeySet | undefined {
  if (before === undefined || trusted === undefined) return undefined;
  const { issuer, state, keys, ageMs } = before;
  const { lastError } = trusted.keySet.health();
  return Object.freeze({ issuer, state, keys, ageMs, lastError: lastError?.message });
}
