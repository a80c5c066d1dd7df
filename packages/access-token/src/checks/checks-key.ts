/**
 * The checks of a token's type, algorithm, issuer, key and signature.
 *
 * @module
 */
import { InvalidTokenError } from '@scopegate/protocol';
import type { Check } from './check.js';
import { ISSUER_ENCRYPTION_CHECKS, type IssuerEncryptionCheckName } from './checks-encryption.js';
import {
  ACCESS_TOKEN_CLAIMS,
  assertAccessTokenKind,
  isPlainJwt,
  listOtherKindMarks,
  type TypPolicy,
} from '../claims/token-kind.js';
import { createFixes } from '../inspection/fix.js';
import { IssuerResolutionError } from '../issuers/issuer-resolution-error.js';
import {
  type Inspection,
  type JwsInspection,
  readClaim,
  readParameter,
} from '../inspection/inspection.js';
import { formatNames, formatValue, formatValues } from '../inspection/printable.js';

/** The names of the checks of {@link KEY_CHECKS}. */
export type KeyCheckName =
  | 'type'
  | 'algorithm'
  | 'issuer'
  | 'issuer_format'
  | IssuerEncryptionCheckName
  | 'key'
  | 'signature';

const ACCESS_TOKEN_CLAIM_NAMES = formatNames(ACCESS_TOKEN_CLAIMS);
const NO_MARK = 'no claim that marks another kind of token';

/** What the policy `typ` accepts. */
const EXPECTED_TYPE: Readonly<Record<TypPolicy, string>> = {
  'at+jwt': '"typ" "at+jwt"',
  auto: `"typ" "at+jwt", or "JWT" or no "typ" with one of ${ACCESS_TOKEN_CLAIM_NAMES}, and ${NO_MARK}`,
  jwt: `"typ" "at+jwt", "JWT" or none, and ${NO_MARK}`,
};

/** In the order of verification. */
export const KEY_CHECKS: Readonly<Record<KeyCheckName, Check<JwsInspection>>> = Object.freeze({
  type: {
    rfc: 'RFC 9068 §4',
    expected: ({ expected }) => EXPECTED_TYPE[expected.typ],
    found: describeType,
    run: ({ header, claims, expected }) => {
      assertAccessTokenKind(header, claims, expected.typ);
    },
    fixes: createFixes(
      ['client', 'send the access token, not another token from the token response'],
      ['authorization server', 'set the header parameter "typ" of access tokens to "at+jwt"'],
    ),
  },
  algorithm: {
    rfc: 'RFC 8725 §3.1',
    expected: ({ expected }) => `one of ${expected.algorithms.join(', ')}`,
    found: (inspection) => formatValue(readParameter(inspection, 'alg')),
    run: ({ jws, expected }) => {
      const isAllowed = expected.algorithms.some((allowed) => allowed === jws.header.alg);
      if (!isAllowed) throw new InvalidTokenError('alg');
    },
    fixes: createFixes(
      ['authorization server', 'sign access tokens for this API with an accepted algorithm'],
      ['resource server', 'if the algorithm is safe, add it to the option "algorithms"'],
    ),
  },
  issuer: {
    rfc: 'RFC 9068 §4',
    expected: ({ policy: { issuers } }) =>
      issuers.isComplete
        ? formatValues(issuers.list().map(({ issuer }) => issuer))
        : 'an issuer that "issuers.resolve" returns',
    found: (inspection) =>
      `${formatValue(readClaim(inspection, 'iss'))}${describeLookup(inspection)}`,
    run: ({ trusted, issuerError }) => {
      if (issuerError !== undefined) throw issuerError;
      if (trusted === undefined) throw new InvalidTokenError('issuer');
    },
    fixes: createFixes(
      ['resource server', 'set "issuer" to exactly the value of "iss"'],
      ['client', 'request the token from the authorization server that the API trusts'],
    ),
  },
  issuer_format: {
    rfc: 'RFC 9068 §4',
    appliesTo: ({ trusted }) => trusted?.introspection !== undefined,
    expected: ({ trusted }) =>
      trusted?.introspection?.tokens === 'opaque'
        ? 'an opaque token, because "introspection.tokens" is "opaque"'
        : 'a JWT',
    found: () => 'a JWT',
    run: ({ trusted }) => {
      if (trusted?.introspection?.tokens === 'opaque') throw new InvalidTokenError('typ');
    },
    fixes: createFixes(
      ['resource server', 'set "introspection.tokens" to "both" to verify JWTs of the issuer too'],
      ['client', 'send the access token, not another token from the token response'],
    ),
  },
  ...ISSUER_ENCRYPTION_CHECKS,
  key: {
    rfc: 'RFC 7515 §4.1.4',
    appliesTo: ({ keySearch }) => keySearch.kind !== 'skipped',
    expected: ({ trusted }) => `a key of ${formatValue(trusted?.issuer)} for the algorithm`,
    found: (inspection) =>
      `"kid" ${formatValue(readParameter(inspection, 'kid'))}: ${describeSearch(inspection)}`,
    run: ({ keySearch }) => {
      if (keySearch.kind === 'unavailable') throw keySearch.error;
      if (keySearch.kind === 'unknown') throw new InvalidTokenError('key');
    },
    fixes: createFixes(
      ['authorization server', 'publish each signing key before signing with it'],
      ['resource server', 'make sure that the key set URL is correct and reachable'],
    ),
  },
  signature: {
    rfc: 'RFC 7515 §5.2',
    appliesTo: ({ keySearch: { kind } }) => kind === 'found' || kind === 'mismatch',
    expected: () => 'a valid signature by that key',
    found: ({ jws, keySearch }) =>
      `${jws.signature.length} octets, ${keySearch.kind === 'found' ? 'valid' : 'by another key or over different content'}`,
    run: ({ keySearch }) => {
      if (keySearch.kind === 'mismatch') throw new InvalidTokenError('signature');
    },
    fixes: createFixes(
      ['client', 'send the token unchanged'],
      ['authorization server', 'give each signing key its own "kid"'],
    ),
  },
});

/** Describes the header parameter `typ`, and the claims if these decide. */
function describeType(inspection: JwsInspection): string {
  const { header, claims, expected } = inspection;
  const typ = `"typ" ${formatValue(readParameter(inspection, 'typ'))}`;
  if (expected.typ === 'at+jwt' || !isPlainJwt(header)) return typ;
  const present = ACCESS_TOKEN_CLAIMS.filter((name) => Object.hasOwn(claims, name));
  const marks = listOtherKindMarks(claims);
  const found = present.length === 0 ? 'none of those claims' : formatNames(present);
  const mark =
    marks.length === 0 ? '' : `, marked as another kind of token by ${formatNames(marks)}`;
  return `${typ}, ${found}${mark}`;
}

function describeLookup({ issuerError }: Inspection): string {
  if (issuerError === undefined) return '';
  const { message, cause } = issuerError;
  const isInvalid = cause instanceof IssuerResolutionError && cause.reason === 'invalid';
  // What the function threw is not shown, because it may contain secrets of the application.
  return isInvalid && cause.cause instanceof TypeError
    ? `: ${message}: ${cause.cause.message}`
    : `: ${message}`;
}

function describeSearch({ keySearch }: Inspection): string {
  switch (keySearch.kind) {
    case 'skipped':
      return 'not searched for';
    case 'found':
      return 'found';
    case 'unknown':
      return 'not found';
    case 'mismatch':
      return keySearch.candidates.length === 1
        ? 'found'
        : `${keySearch.candidates.length} candidates`;
    case 'unavailable':
      return keySearch.error.message;
  }
}
