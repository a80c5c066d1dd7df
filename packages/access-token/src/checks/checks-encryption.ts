/**
 * The checks of an encrypted token, and whether tokens of its issuer are encrypted.
 *
 * @module
 */
import { InvalidTokenError } from '@scopegate/protocol';
import type { Check } from './check.js';
import type {
  DecryptionRecord,
  KeyTrial,
  KeyTrialOutcome,
} from '../inspection/decryption-record.js';
import { createFixes } from '../inspection/fix.js';
import type { EncryptedInspection, JwsInspection } from '../inspection/inspection.js';
import { formatNames, formatValue } from '../inspection/printable.js';
import { assertEncryption, assertReplicatedClaims } from '../jwe/assert-encryption.js';
import type { DecryptedToken } from '../jwe/decrypter.js';
import { CONTENT_ENCRYPTION_ALGORITHMS, KEY_MANAGEMENT_ALGORITHMS } from '../jwe/jwe-algorithms.js';
import { parseUnverifiedJws } from '../jws/compact-jws.js';
import { member } from '../jws/json-object.js';

/** The names of the checks of {@link ENCRYPTION_CHECKS}. */
export type EncryptionCheckName = 'encryption' | 'decryption' | 'nested_token';
/** The names of the checks of {@link ISSUER_ENCRYPTION_CHECKS}. */
export type IssuerEncryptionCheckName = 'issuer_encryption' | 'replicated_claims';

/** How the token is encrypted, in the order of verification. */
export const ENCRYPTION_CHECKS: Readonly<Record<EncryptionCheckName, Check<EncryptedInspection>>> =
  Object.freeze({
    encryption: {
      rfc: 'RFC 8725 §3.2',
      appliesTo: ({ decryption }) => !isMalformed(decryption),
      expected: () =>
        `"alg" one of ${KEY_MANAGEMENT_ALGORITHMS.join(', ')}; "enc" one of ` +
        `${CONTENT_ENCRYPTION_ALGORITHMS.join(', ')}; "cty" "JWT" or "at+jwt"; no "zip"`,
      found: describeEncryption,
      run: ({ decryption }) => {
        if (decryption.kind === 'refused') throw decryption.error;
      },
      fixes: createFixes([
        'authorization server',
        'sign access tokens and encrypt them with "cty" "JWT", an accepted "alg" and "enc", and no "zip"',
      ]),
    },
    decryption: {
      rfc: 'RFC 7516 §5.2',
      appliesTo: ({ decryption: { kind } }) => kind === 'failed' || kind === 'decrypted',
      expected: () => 'a key of "decryption.keys" that decrypts the token',
      found: describeTrials,
      run: ({ decryption }) => {
        if (decryption.kind === 'failed') throw new InvalidTokenError('decryption');
      },
      fixes: createFixes(
        ['authorization server', 'encrypt access tokens to the current public key of this API'],
        ['resource server', 'add the private key of that public key to "decryption.keys"'],
      ),
    },
    nested_token: {
      rfc: 'RFC 7519 §5.2',
      appliesTo: ({ decryption }) => decryption.kind === 'decrypted',
      expected: () => 'a signed JWT of three base64url parts',
      found: describeNested,
      run: ({ decryption, policy: { maxTokenBytes } }) => {
        if (decryption.kind !== 'decrypted') return;
        parseUnverifiedJws(decryption.decrypted.jws, maxTokenBytes);
      },
      fixes: createFixes(['authorization server', 'sign access tokens before they are encrypted']),
    },
  });

/** Whether the issuer encrypts its tokens like this one. Follows the check `issuer`. */
export const ISSUER_ENCRYPTION_CHECKS: Readonly<
  Record<IssuerEncryptionCheckName, Check<JwsInspection>>
> = Object.freeze({
  issuer_encryption: {
    rfc: 'RFC 9068 §4',
    appliesTo: ({ trusted, decryption }) =>
      trusted !== undefined && (trusted.decryption !== undefined || decryption.kind !== 'none'),
    expected: describePolicy,
    found: (inspection) => {
      const decrypted = findDecrypted(inspection);
      return decrypted === undefined ? 'signed only' : `encrypted to ${decrypted.key.name}`;
    },
    run: (inspection) => {
      assertEncryption(inspection.trusted?.decryption, findDecrypted(inspection));
    },
    fixes: createFixes(
      ['authorization server', 'encrypt access tokens to the public key of this API'],
      [
        'resource server',
        'set "decryption" on the entry of this issuer, or omit "required" if its tokens are only signed',
      ],
    ),
  },
  replicated_claims: {
    rfc: 'RFC 7519 §5.3',
    appliesTo: ({ trusted, decryption }) =>
      trusted !== undefined && decryption.kind === 'decrypted',
    expected: () => '"iss", "sub" and "aud" in the outer header equal to the claims, where present',
    found: ({ decryption }) => describeParameters(decryption, ['iss', 'sub', 'aud']),
    run: (inspection) => {
      const decrypted = findDecrypted(inspection);
      if (decrypted !== undefined) assertReplicatedClaims(decrypted, inspection.claims);
    },
    fixes: createFixes([
      'authorization server',
      'repeat in the header of an encrypted token only claims that the token has',
    ]),
  },
});

/** What became of a key, as the rest of a sentence. */
const OUTCOMES: Readonly<Record<KeyTrialOutcome, string>> = {
  decrypted: 'decrypts it',
  failed: 'does not decrypt it: it was encrypted to another key, or changed',
  algorithm: 'is for another "alg"',
  curve: 'is on another curve',
  kid: 'has another "kid" than the token names',
  not_tried: 'was not needed',
};

function findDecrypted({ decryption }: JwsInspection): DecryptedToken | undefined {
  return decryption.kind === 'decrypted' ? decryption.decrypted : undefined;
}

function isMalformed(record: DecryptionRecord): boolean {
  return record.kind === 'refused' && record.error.reason === 'malformed';
}

function describeEncryption({ decryption }: EncryptedInspection): string {
  return describeParameters(decryption, ['alg', 'enc', 'cty', 'zip']);
}

function describeParameters(record: DecryptionRecord, names: readonly string[]): string {
  const parameters = record.kind === 'none' ? {} : record.parameters;
  return names.map((name) => `"${name}" ${formatValue(member(parameters, name))}`).join(', ');
}

function describeTrials({ decryption }: EncryptedInspection): string {
  if (!('trials' in decryption)) return '';
  const kid = describeParameters(decryption, ['kid']);
  return `${kid}: ${decryption.trials.map(describeTrial).join('; ')}`;
}

function describeTrial({ key: { name, kid, kind }, outcome }: KeyTrial): string {
  const named = kid === undefined ? 'no "kid"' : `"kid" ${formatValue(kid)}`;
  return `${name} (${kind}, ${named}) ${OUTCOMES[outcome]}`;
}

/** Does not quote the plaintext. */
function describeNested({ decryption }: EncryptedInspection): string {
  if (decryption.kind !== 'decrypted') return '';
  const { jws } = decryption.decrypted;
  const { length } = jws.split('.');
  return `${length} ${length === 1 ? 'part' : 'parts'}, ${jws.length} characters`;
}

function describePolicy({ trusted }: JwsInspection): string {
  const policy = trusted?.decryption;
  if (policy === undefined) return 'a token that is signed only, because "decryption" is not set';
  const keys = formatNames(policy.keys.map(({ name }) => name));
  const encrypted = `a token that is encrypted to a key of this API: ${keys}`;
  return policy.required
    ? `${encrypted}, because "required" is set`
    : `${encrypted}, or signed only`;
}
