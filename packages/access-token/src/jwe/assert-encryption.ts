/**
 * Checks whether a token is encrypted as its issuer must do it.
 *
 * @module
 */
import { isDeepStrictEqual } from 'node:util';
import { InvalidTokenError } from '@scopegate/protocol';
import { type JsonObject, member } from '../jws/json-object.js';
import type { DecryptedToken } from './decrypter.js';
import { findFittingKeys } from './decryption-key.js';
import type { DecryptionPolicy } from './resolve-decryption.js';

/** RFC 7519 §10.4.1: the claims that a header may repeat. */
const REPLICATED_CLAIMS = ['iss', 'sub', 'aud'];

/**
 * Checks whether a token is encrypted as its issuer requires.
 *
 * @param policy - Of the issuer; `undefined` when its encrypted tokens are not accepted.
 * @param decrypted - `undefined` for a token that is not encrypted.
 * @throws InvalidTokenError `encryption`: the token is encrypted, or is not, or by a key of another issuer.
 */
export function assertEncryption(
  policy: DecryptionPolicy | undefined,
  decrypted: DecryptedToken | undefined,
): void {
  const isAccepted =
    decrypted === undefined
      ? policy?.required !== true
      : findFittingKeys(policy?.keys ?? [], decrypted.header).some(
          ({ thumbprint }) => thumbprint === decrypted.key.thumbprint,
        );
  if (!isAccepted) throw new InvalidTokenError('encryption');
}

/**
 * Checks whether claims that the header of a JWE repeats are those of the nested token.
 *
 * @throws InvalidTokenError `claim`: one of them differs.
 * @see RFC 7519 §5.3
 */
export function assertReplicatedClaims({ header }: DecryptedToken, claims: JsonObject): void {
  const { parameters } = header;
  const differing = REPLICATED_CLAIMS.find(
    (name) =>
      Object.hasOwn(parameters, name) &&
      !isDeepStrictEqual(member(parameters, name), member(claims, name)),
  );
  if (differing === undefined) return;
  throw new InvalidTokenError('claim', { claim: differing, problem: 'malformed' });
}
