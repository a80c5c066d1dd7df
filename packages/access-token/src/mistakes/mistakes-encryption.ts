/**
 * Mistakes in how a token is encrypted.
 *
 * @module
 */
import { createFixes } from '../inspection/fix.js';
import { formatNames, formatValue } from '../inspection/printable.js';
import { member } from '../jws/json-object.js';
import type { KnownMistake } from './mistake.js';

/** The names of the mistakes of {@link ENCRYPTION_MISTAKES}. */
export type EncryptionCause =
  | 'encryption_not_accepted'
  | 'nested_token_not_marked'
  | 'encrypted_to_unknown_key'
  | 'encrypted_but_not_signed'
  | 'token_not_encrypted';

const DEPRECATED: readonly unknown[] = ['RSA1_5', 'RSA-OAEP'];

/** In the order in which they are reported. */
export const ENCRYPTION_MISTAKES: Readonly<Record<EncryptionCause, KnownMistake<EncryptionCause>>> =
  {
    encryption_not_accepted: {
      checks: ['encryption'],
      findEvidence: ({ decryption }) => {
        if (decryption.kind !== 'refused') return undefined;
        const alg = member(decryption.parameters, 'alg');
        if (DEPRECATED.includes(alg)) return `the token is encrypted with ${formatValue(alg)}`;
        const isShared = alg === 'dir' || (typeof alg === 'string' && /^(A\d|PBES2)/.test(alg));
        return isShared
          ? `the token is encrypted with a shared secret: "alg" is ${formatValue(alg)}`
          : undefined;
      },
      fixes: createFixes([
        'authorization server',
        'encrypt access tokens with RSA-OAEP-256 or ECDH-ES to a public key of the API',
      ]),
    },
    nested_token_not_marked: {
      checks: ['encryption'],
      unless: ['encryption_not_accepted'],
      findEvidence: ({ decryption }) =>
        decryption.kind === 'refused' && !Object.hasOwn(decryption.parameters, 'cty')
          ? 'the encrypted token has no "cty", so it may contain claims that no one has signed'
          : undefined,
      fixes: createFixes([
        'authorization server',
        'sign access tokens before they are encrypted, with "cty" "JWT" in the outer header',
      ]),
    },
    encrypted_to_unknown_key: {
      checks: ['decryption'],
      findEvidence: ({ decryption }) => {
        if (decryption.kind !== 'failed') return undefined;
        const kid = member(decryption.parameters, 'kid');
        const kids = decryption.trials.flatMap(({ key }) => key.kid ?? []);
        const isTried = decryption.trials.some(({ outcome }) => outcome === 'failed');
        if (isTried || kid === undefined || kids.some((known) => known === kid)) return undefined;
        const known = kids.length === 0 ? 'have no "kid"' : `are ${formatNames(kids)}`;
        return `the token is encrypted to the key ${formatValue(kid)}; the keys of "decryption" ${known}`;
      },
      fixes: createFixes(
        [
          'resource server',
          'list the new and the old key in "decryption.keys" while keys are rotated',
        ],
        ['authorization server', 'use the current public key of the API'],
      ),
    },
    encrypted_but_not_signed: {
      checks: ['nested_token'],
      findEvidence: ({ decryption }) =>
        decryption.kind === 'decrypted' && decryption.decrypted.jws.trimStart().startsWith('{')
          ? 'the token contains claims that are encrypted and not signed: anyone who has the public key can write them'
          : undefined,
      fixes: createFixes(['authorization server', 'sign access tokens before they are encrypted']),
    },
    token_not_encrypted: {
      checks: ['issuer_encryption'],
      findEvidence: ({ decryption, trusted }) =>
        decryption.kind === 'none' && trusted?.decryption?.required === true
          ? 'the token is only signed, and "decryption.required" is set'
          : undefined,
      fixes: createFixes(
        ['authorization server', 'encrypt access tokens for this API to its public key'],
        ['resource server', 'omit "required" until all tokens are encrypted'],
      ),
    },
  };
