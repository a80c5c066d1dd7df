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
      id: 'RFC7519-4-a',
      source: 'RFC 7519 §4',
      level: 'MUST',
      requirement: 'A token that names a claim twice is refused.',
      status: 'tested',
    },
    {
      id: 'RFC7519-4-b',
      source: 'RFC 7519 §4',
      level: 'MUST',
      requirement: 'Unknown claims are ignored.',
      status: 'tested',
    },
    {
      id: 'RFC7519-4-c',
      source: 'RFC 7519 §4',
      level: 'own',
      requirement:
        'Names that mean something to JavaScript stay plain data, and nothing inherited counts as a claim.',
      status: 'tested',
    },
    {
      id: 'RFC7519-7.2-a',
      source: 'RFC 7519 §7.2',
      level: 'MUST',
      requirement: 'The payload is one JSON object in valid UTF-8.',
      status: 'tested',
    },
    {
      id: 'RFC7519-4.1.1-a',
      source: 'RFC 7519 §4.1.1',
      level: 'MUST',
      requirement: "iss is a string that equals the issuer's identifier octet by octet.",
      status: 'tested',
    },
    {
      id: 'RFC7519-4.1.3-a',
      source: 'RFC 7519 §4.1.3',
      level: 'MUST',
      requirement: 'A token whose audience does not name this resource is refused.',
      status: 'tested',
    },
    {
      id: 'RFC7519-4.1.3-b',
      source: 'RFC 7519 §4.1.3',
      level: 'own',
      requirement: 'A list of audiences holds strings and nothing else.',
      status: 'tested',
    },
    {
      id: 'RFC7519-4.1.4-a',
      source: 'RFC 7519 §4.1.4',
      level: 'MUST',
      requirement: 'The time is before exp, give or take a small tolerance that is bounded.',
      status: 'tested',
    },
    {
      id: 'RFC7519-4.1.4-b',
      source: 'RFC 7519 §4.1.4, §2',
      level: 'MUST',
      requirement: 'exp is a JSON number; fractions count.',
      status: 'tested',
    },
    {
      id: 'RFC7519-4.1.4-c',
      source: 'RFC 7519 §4.1.4, §2',
      level: 'own',
      requirement:
        'An exp that lies beyond any calendar is refused, and so is a lifetime longer than allowed.',
      status: 'tested',
    },
    {
      id: 'RFC7519-4.1.5-a',
      source: 'RFC 7519 §4.1.5',
      level: 'MUST',
      requirement: 'A token is refused before its nbf, which is a number.',
      status: 'tested',
    },
    {
      id: 'RFC7519-4.1.6-a',
      source: 'RFC 7519 §4.1.6',
      level: 'MUST',
      requirement: 'iat is a number and does not lie ahead.',
      status: 'tested',
    },
    {
      id: 'RFC7519-4.1.7-a',
      source: 'RFC 7519 §4.1.2, §4.1.7; RFC 8693 §4.3',
      level: 'MUST',
      requirement: 'sub, jti and client_id are strings.',
      status: 'tested',
    },
    {
      id: 'RFC7519-7.3-a',
      source: 'RFC 7519 §7.3',
      level: 'MUST',
      requirement: 'Strings are compared by code points, without folding or normalising.',
      status: 'tested',
    },
    {
      id: 'RFC7519-5.2-a',
      source: 'RFC 7519 §5.2',
      level: 'own',
      requirement: 'A token inside a token is refused.',
      status: 'tested',
    },
  ],
};

export const RFC8725: Specification = {
  title: 'RFC 8725 and its successor draft: JWT best practice',
  requirements: [
    {
      id: 'RFC8725-3.1-a',
      source: 'RFC 8725 §3.1',
      level: 'MUST',
      requirement: 'The application may name the algorithms, and no other is used.',
      status: 'tested',
    },
    {
      id: 'RFC8725-3.1-b',
      source: 'RFC 8725 §3.1',
      level: 'MUST',
      requirement: 'A key is used with one algorithm, which is checked when it is used.',
      status: 'tested',
    },
    {
      id: 'RFC8725bis-3.1-c',
      source: 'draft-ietf-oauth-rfc8725bis §3.1',
      level: 'MUST',
      requirement: 'The algorithm of a token fits the key that its kid names.',
      status: 'tested',
    },
    {
      id: 'RFC8725-3.3-a',
      source: 'RFC 8725 §3.3',
      level: 'MUST',
      requirement: 'An encrypted token is never taken for a verified one.',
      status: 'tested',
    },
    {
      id: 'RFC8725-3.7-a',
      source: 'RFC 8725 §3.7',
      level: 'MUST',
      requirement: 'Other encodings than UTF-8 are refused.',
      status: 'tested',
    },
    {
      id: 'RFC8725-3.8-a',
      source: 'RFC 8725 §3.8',
      level: 'MUST',
      requirement:
        'A key verifies tokens of its own issuer alone, whatever other issuers are trusted.',
      status: 'tested',
    },
    {
      id: 'RFC8725-3.8-b',
      source: 'RFC 8725 §3.8',
      level: 'MUST',
      requirement: 'A subject is told together with its issuer.',
      status: 'tested',
    },
    {
      id: 'RFC8725-3.9-a',
      source: 'RFC 8725 §3.9',
      level: 'MUST',
      requirement: 'A token without audience is refused.',
      status: 'tested',
    },
    {
      id: 'RFC8725-3.10-a',
      source: 'RFC 8725 §3.10',
      level: 'MUST',
      requirement:
        'No kid, whatever it holds, reaches anything but a look-up, and no URL of a token is fetched.',
      status: 'tested',
    },
    {
      id: 'RFC8725bis-3.10-b',
      source: 'draft-ietf-oauth-rfc8725bis §3.10',
      level: 'MUST',
      requirement:
        'No document of a public issuer leads a request into the local network or to plain http.',
      status: 'tested',
    },
    {
      id: 'RFC8725-3.12-a',
      source: 'RFC 8725 §3.12',
      level: 'MUST',
      requirement: 'Other kinds of JWT by the same key are refused.',
      status: 'tested',
    },
    {
      id: 'RFC8725bis-3.14-a',
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
      id: 'RFC9068-4-a',
      source: 'RFC 9068 §4',
      level: 'MUST',
      requirement: 'typ is at+jwt, in any case, with or without application/.',
      status: 'tested',
    },
    {
      id: 'RFC9068-4-b',
      source: 'RFC 9068 §4',
      level: 'SHOULD',
      requirement: 'Encrypted tokens are not supported and are refused.',
      status: 'tested',
    },
    {
      id: 'RFC9068-4-c',
      source: 'RFC 9068 §4',
      level: 'MUST',
      requirement:
        'The issuer is the expected one, a key of its own verifies the signature, and unsigned tokens are refused.',
      status: 'tested',
    },
    {
      id: 'RFC9068-4-d',
      source: 'RFC 9068 §4',
      level: 'MUST',
      requirement:
        'The audience names this resource; without an expected audience there is no verifier.',
      status: 'tested',
    },
    {
      id: 'RFC9068-4-f',
      source: 'RFC 9068 §4',
      level: 'MUST',
      requirement: 'The token has an exp, and it lies ahead.',
      status: 'tested',
    },
    {
      id: 'RFC9068-4-g',
      source: 'RFC 9068 §4',
      level: 'MUST',
      requirement: 'Every failed check is answered invalid_token.',
      status: 'tested',
    },
    {
      id: 'RFC9068-2.2-a',
      source: 'RFC 9068 §2.2',
      level: 'own',
      requirement:
        'By the letter of RFC 9068, a token without one of its required claims is refused.',
      status: 'tested',
    },
    {
      id: 'RFC9068-2.1-a',
      source: 'RFC 9068 §2.1',
      level: 'MUST',
      requirement: 'RS256 is accepted by default.',
      status: 'tested',
    },
    {
      id: 'RFC9068-4-h',
      source: 'RFC 9068 §4, §2.2.3',
      level: 'SHOULD',
      requirement:
        'The claims that grant something are used to decide, list members by exact match.',
      status: 'tested',
    },
    {
      id: 'RFC9068-5-a',
      source: 'RFC 9068 §5; RFC 9700 §4.15.1',
      level: 'own',
      requirement:
        'A client that acts for itself can be told from a user, and kept from routes for users.',
      status: 'tested',
    },
  ],
};
