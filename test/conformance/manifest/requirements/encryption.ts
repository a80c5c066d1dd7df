/**
 * Encrypted tokens.
 *
 * @module
 */
import type { Specification } from './specification.js';

export const RFC7516: Specification = {
  title: 'RFC 7516, 7518 §4 and §5, 7519 §5 and §11.2: encrypted tokens',
  requirements: [
    {
      id: 'rfc7516#5.2/decrypted-token-fully-checked',
      source: 'RFC 7516 §5.2; RFC 7519 §7.2',
      level: 'MUST',
      requirement: 'A nested token is decrypted and then passes every check of a plain one.',
      status: 'tested',
    },
    {
      id: 'rfc7516#5.2/any-failed-step-refuses',
      source: 'RFC 7516 §5.2',
      level: 'MUST',
      requirement: 'A token is refused if any step of its decryption fails.',
      status: 'tested',
    },
    {
      id: 'rfc7516#4/header-strict-and-understood',
      source: 'RFC 7516 §4, §4.1.13',
      level: 'MUST',
      requirement:
        'The header is one JSON object without duplicate members, and an extension in crit is refused.',
      status: 'tested',
    },
    {
      id: 'rfc7516#4.1.6/kid-selects-key',
      source: 'RFC 7516 §4.1.6',
      level: 'own',
      requirement:
        'Keys with the kid of a token are tried first, then those without one, and no others.',
      status: 'tested',
    },
    {
      id: 'rfc7516#7.1/five-canonical-segments',
      source: 'RFC 7516 §7.1, §7.2',
      level: 'MUST',
      requirement:
        'An encrypted token has five segments of canonical base64url; JSON serializations are refused.',
      status: 'tested',
    },
    {
      id: 'rfc7516#9/plain-tokens-remain',
      source: 'RFC 7516 §9',
      level: 'own',
      requirement: 'Signed tokens that are not encrypted are accepted as before.',
      status: 'tested',
    },
    {
      id: 'rfc7516#11.5/failed-step-not-shown',
      source: 'RFC 7516 §11.5',
      level: 'MUST',
      requirement: 'The answer does not show which step of a decryption failed.',
      status: 'tested',
    },
    {
      id: 'rfc7518#4.1/every-accepted-pair',
      source: 'RFC 7518 §4.1, §5.1',
      level: 'own',
      requirement:
        'RSA-OAEP-256, ECDH-ES and ECDH-ES with key wrapping are accepted, each with AES-GCM and AES-CBC.',
      status: 'tested',
    },
    {
      id: 'rfc7518#4.1/other-key-management-refused',
      source: 'RFC 7518 §4.1',
      level: 'own',
      requirement:
        'Shared secrets, passwords, RSA1_5 and OAEP with SHA-1 are refused before a key is used.',
      status: 'tested',
    },
    {
      id: 'rfc7518#4.3/rsa-keys-of-2048-bits',
      source: 'RFC 7518 §4.3',
      level: 'MUST',
      requirement: 'An RSA key has at least 2048 bits.',
      status: 'tested',
    },
    {
      id: 'rfc7518#4.6.1.1/ephemeral-key-is-public-point',
      source: 'RFC 7518 §4.6.1.1; RFC 7516 §5.2',
      level: 'MUST',
      requirement: 'The ephemeral key is a public key, on the curve of the recipient.',
      status: 'tested',
    },
    {
      id: 'rfc7518#4.6/direct-agreement-without-encrypted-key',
      source: 'RFC 7518 §4.6; RFC 7516 §5.2',
      level: 'MUST',
      requirement: 'Direct key agreement has no encrypted key; every other algorithm has one.',
      status: 'tested',
    },
    {
      id: 'rfc7518#5/authentication-tag-of-full-length',
      source: 'RFC 7518 §5.2.2.2, §5.3',
      level: 'MUST',
      requirement:
        'The authentication tag and the initialization vector have the length of their algorithm.',
      status: 'tested',
    },
    {
      id: 'rfc7517#4.2/decryption-keys-are-for-encryption',
      source: 'RFC 7517 §4.2, §4.3, §4.4',
      level: 'own',
      requirement:
        'A key for signatures, for another algorithm or without a private part is an error at start-up.',
      status: 'tested',
    },
    {
      id: 'rfc7519#5.2/cty-marks-nested-token',
      source: 'RFC 7519 §5.2',
      level: 'MUST',
      requirement: 'The header parameter cty marks a nested token.',
      status: 'tested',
    },
    {
      id: 'rfc7519#5.3/replicated-claims-equal',
      source: 'RFC 7519 §5.3',
      level: 'SHOULD',
      requirement: 'Claims that the header repeats equal those of the nested token.',
      status: 'tested',
    },
    {
      id: 'rfc7519#11.2/signed-then-encrypted',
      source: 'RFC 7519 §11.2',
      level: 'SHOULD',
      requirement: 'Only tokens that are signed and then encrypted are accepted.',
      status: 'tested',
    },
    {
      id: 'rfc8725#3.2/no-deprecated-encryption',
      source: 'RFC 8725 §3.2',
      level: 'MUST',
      requirement:
        'Deprecated algorithms, such as RSA1_5, are not accepted, and no option accepts them.',
      status: 'tested',
    },
    {
      id: 'rfc8725#3.6/compressed-tokens-refused',
      source: 'RFC 8725 §3.6',
      level: 'SHOULD NOT',
      requirement: 'Compressed tokens are refused and not decompressed.',
      status: 'tested',
    },
    {
      id: 'rfc8725#3.11/inner-type-decides',
      source: 'RFC 8725 §3.11',
      level: 'MUST',
      requirement:
        'The type of the nested token decides whether it is an access token, not that of the outer one.',
      status: 'tested',
    },
    {
      id: 'rfc9068#4/encryption-required-where-agreed',
      source: 'RFC 9068 §4',
      level: 'SHOULD',
      requirement: 'Where encryption was agreed, a token that is not encrypted is refused.',
      status: 'tested',
    },
    {
      id: 'rfc7516#11.1/recipient-publishes-its-keys',
      source: 'RFC 7517 §4.2; OpenID Connect Discovery §10.2',
      level: 'MAY',
      requirement: 'The resource server publishes its public keys for encryption.',
      status: 'declined',
      reason:
        'How an authorization server gets the key of a resource server is not specified: it is part of the configuration of the server, and an operator copies the public JWK there at each rotation.',
    },
  ],
};
