/**
 * JWTs, best practice with them, and access tokens in that form.
 *
 * @module
 */
import type { Specification } from './specification.js';

export const RFC7519: Specification = {
  title: 'RFC 7519: JSON Web Token',
  requirements: [
    {
      id: 'rfc7519#4/no-duplicate-claim',
      source: 'RFC 7519 §4',
      level: 'MUST',
      requirement: 'A token that names a claim twice is refused.',
      status: 'tested',
    },
    {
      id: 'rfc7519#4/unknown-claims-ignored',
      source: 'RFC 7519 §4',
      level: 'MUST',
      requirement: 'Unknown claims are ignored.',
      status: 'tested',
    },
    {
      id: 'rfc7519#4/javascript-names-are-data',
      source: 'RFC 7519 §4',
      level: 'own',
      requirement:
        'Names that have a meaning in JavaScript stay plain data, and nothing inherited counts as a claim.',
      status: 'tested',
    },
    {
      id: 'rfc7519#7.2/payload-is-one-json-object',
      source: 'RFC 7519 §7.2',
      level: 'MUST',
      requirement: 'The payload is one JSON object in valid UTF-8.',
      status: 'tested',
    },
    {
      id: 'rfc7519#4.1.1/iss-equals-issuer',
      source: 'RFC 7519 §4.1.1',
      level: 'MUST',
      requirement: "iss is a string that equals the issuer's identifier octet by octet.",
      status: 'tested',
    },
    {
      id: 'rfc7519#4.1.3/other-audience-refused',
      source: 'RFC 7519 §4.1.3',
      level: 'MUST',
      requirement: 'A token whose audience does not name this resource is refused.',
      status: 'tested',
    },
    {
      id: 'rfc7519#4.1.3/audience-list-of-strings',
      source: 'RFC 7519 §4.1.3',
      level: 'own',
      requirement: 'An array of audiences contains only strings.',
      status: 'tested',
    },
    {
      id: 'rfc7519#4.1.4/expired-token-refused',
      source: 'RFC 7519 §4.1.4',
      level: 'MUST',
      requirement: 'The time is before exp, plus or minus a small, bounded tolerance.',
      status: 'tested',
    },
    {
      id: 'rfc7519#4.1.4/exp-is-number',
      source: 'RFC 7519 §4.1.4, §2',
      level: 'MUST',
      requirement: 'exp is a JSON number; fractions count.',
      status: 'tested',
    },
    {
      id: 'rfc7519#4.1.4/exp-beyond-bounds-refused',
      source: 'RFC 7519 §4.1.4, §2',
      level: 'own',
      requirement:
        'An exp that lies beyond any calendar is refused, and so is a lifetime longer than allowed.',
      status: 'tested',
    },
    {
      id: 'rfc7519#4.1.5/not-before-nbf',
      source: 'RFC 7519 §4.1.5',
      level: 'MUST',
      requirement: 'A token is refused before its nbf, which is a number.',
      status: 'tested',
    },
    {
      id: 'rfc7519#4.1.6/iat-not-far-in-future',
      source: 'RFC 7519 §4.1.6',
      level: 'own',
      requirement: 'iat is a number and is at most 60 s in the future.',
      status: 'tested',
    },
    {
      id: 'rfc7519#4.1.2/identity-claims-are-strings',
      source: 'RFC 7519 §4.1.2, §4.1.7; RFC 8693 §4.3',
      level: 'MUST',
      requirement: 'sub, jti and client_id are strings.',
      status: 'tested',
    },
    {
      id: 'rfc7519#7.3/strings-compared-by-code-point',
      source: 'RFC 7519 §7.3',
      level: 'MUST',
      requirement: 'Strings are compared by code points, without folding or normalising.',
      status: 'tested',
    },
    {
      id: 'rfc7519#5.2/nested-token-refused',
      source: 'RFC 7519 §5.2',
      level: 'own',
      requirement: 'A token inside a signed token is refused.',
      status: 'tested',
    },
  ],
};

export const RFC8725: Specification = {
  title: 'RFC 8725 and its successor draft: JWT best practice',
  requirements: [
    {
      id: 'rfc8725#3.1/only-named-algorithms',
      source: 'RFC 8725 §3.1',
      level: 'MUST',
      requirement: 'The application may name the algorithms; no other is used.',
      status: 'tested',
    },
    {
      id: 'rfc8725#3.1/one-algorithm-per-key',
      source: 'RFC 8725 §3.1',
      level: 'MUST',
      requirement: 'A key is used with one algorithm, which is checked when it is used.',
      status: 'tested',
    },
    {
      id: 'rfc8725bis#3.1/algorithm-fits-key-of-kid',
      source: 'draft-ietf-oauth-rfc8725bis §3.1',
      level: 'MUST',
      requirement: 'The algorithm of a token fits the key that its kid names.',
      status: 'tested',
    },
    {
      id: 'rfc8725#3.3/encrypted-is-not-verified',
      source: 'RFC 8725 §3.3',
      level: 'MUST',
      requirement: 'An encrypted token is never treated as a verified one.',
      status: 'tested',
    },
    {
      id: 'rfc8725#3.7/utf-8-only',
      source: 'RFC 8725 §3.7',
      level: 'MUST',
      requirement: 'Other encodings than UTF-8 are refused.',
      status: 'tested',
    },
    {
      id: 'rfc8725#3.8/key-of-own-issuer-only',
      source: 'RFC 8725 §3.8',
      level: 'MUST',
      requirement:
        'A key verifies only tokens of the issuer that published it, whatever other issuers are trusted.',
      status: 'tested',
    },
    {
      id: 'rfc8725#3.8/subject-with-its-issuer',
      source: 'RFC 8725 §3.8',
      level: 'MUST',
      requirement: 'A subject is reported together with its issuer.',
      status: 'tested',
    },
    {
      id: 'rfc8725#3.9/missing-audience-refused',
      source: 'RFC 8725 §3.9',
      level: 'MUST',
      requirement: 'A token without an audience is refused.',
      status: 'tested',
    },
    {
      id: 'rfc8725#3.10/kid-is-only-looked-up',
      source: 'RFC 8725 §3.10',
      level: 'MUST',
      requirement:
        'A kid, whatever it contains, is only ever looked up, and no URL from a token is fetched.',
      status: 'tested',
    },
    {
      id: 'rfc8725bis#3.10/public-issuer-not-into-network',
      source: 'draft-ietf-oauth-rfc8725bis §3.10',
      level: 'MUST',
      requirement:
        'No document of a public issuer leads a request into the local network or to plain http.',
      status: 'tested',
    },
    {
      id: 'rfc8725#3.12/other-kinds-of-jwt-refused',
      source: 'RFC 8725 §3.12',
      level: 'MUST',
      requirement: 'Other kinds of JWT by the same key are refused.',
      status: 'tested',
    },
    {
      id: 'rfc8725bis#3.14/other-characters-refused-unread',
      source: 'draft-ietf-oauth-rfc8725bis §3.14',
      level: 'MUST',
      requirement: 'A token with any character outside base64url and dots is refused unread.',
      status: 'tested',
    },
  ],
};

export const RFC9068: Specification = {
  title: 'RFC 9068: JWT access tokens',
  requirements: [
    {
      id: 'rfc9068#4/typ-is-at-jwt',
      source: 'RFC 9068 §4',
      level: 'MUST',
      requirement: 'typ is at+jwt, in any case, with or without application/.',
      status: 'tested',
    },
    {
      id: 'rfc9068#4/encrypted-tokens-refused',
      source: 'RFC 9068 §4',
      level: 'SHOULD',
      requirement: 'Without keys for decryption, encrypted tokens are refused.',
      status: 'tested',
    },
    {
      id: 'rfc9068#4/issuer-key-and-signature',
      source: 'RFC 9068 §4',
      level: 'MUST',
      requirement:
        'The issuer is the expected one, one of its keys verifies the signature, and unsigned tokens are refused.',
      status: 'tested',
    },
    {
      id: 'rfc9068#4/audience-names-this-resource',
      source: 'RFC 9068 §4',
      level: 'MUST',
      requirement:
        'The audience names this resource; without an expected audience there is no verifier.',
      status: 'tested',
    },
    {
      id: 'rfc9068#4/exp-required-and-in-future',
      source: 'RFC 9068 §4',
      level: 'MUST',
      requirement: 'The token has an exp, and it is in the future.',
      status: 'tested',
    },
    {
      id: 'rfc9068#4/failed-check-is-invalid-token',
      source: 'RFC 9068 §4',
      level: 'MUST',
      requirement: 'Every failed check is answered with invalid_token.',
      status: 'tested',
    },
    {
      id: 'rfc9068#2.2/required-claims-of-at-jwt',
      source: 'RFC 9068 §2.2',
      level: 'own',
      requirement:
        'Under strict RFC 9068 rules, a token without one of its required claims is refused.',
      status: 'tested',
    },
    {
      id: 'rfc9068#2.1/rs256-by-default',
      source: 'RFC 9068 §2.1',
      level: 'MUST',
      requirement: 'RS256 is accepted by default.',
      status: 'tested',
    },
    {
      id: 'rfc9068#4/granting-claims-decide',
      source: 'RFC 9068 §4, §2.2.3',
      level: 'SHOULD',
      requirement:
        'Claims that grant something are used to decide; list members are matched exactly.',
      status: 'tested',
    },
    {
      id: 'rfc9068#5/client-distinct-from-user',
      source: 'RFC 9068 §5; RFC 9700 §4.15.1',
      level: 'own',
      requirement:
        'A client that acts for itself can be distinguished from a user, and kept from routes for users.',
      status: 'tested',
    },
  ],
};
