/**
 * Signatures, keys and algorithms.
 *
 * @module
 */
import type { Specification } from './specification.js';

export const RFC7515: Specification = {
  title: 'RFC 7515 and RFC 7797: JSON Web Signature',
  requirements: [
    {
      id: 'rfc7515#2/base64url-without-padding',
      source: 'RFC 7515 §2',
      level: 'MUST',
      requirement: 'Segments are base64url without padding, white space or line breaks.',
      status: 'tested',
    },
    {
      id: 'rfc7515#2/one-spelling-per-token',
      source: 'RFC 7515 §2; RFC 4648 §3.5',
      level: 'own',
      requirement:
        'Unused bits of a last character are zero, so that a token has only one spelling.',
      status: 'tested',
    },
    {
      id: 'rfc7515#7.1/three-parts-compact-only',
      source: 'RFC 7515 §7.1',
      level: 'MUST',
      requirement:
        'A token has three parts; JSON serializations and encrypted tokens are not accepted.',
      status: 'tested',
    },
    {
      id: 'rfc7515#4/no-duplicate-header-parameter',
      source: 'RFC 7515 §4',
      level: 'MUST',
      requirement: 'A header that names a parameter twice is refused.',
      status: 'tested',
    },
    {
      id: 'rfc7515#5.2/header-is-one-json-object',
      source: 'RFC 7515 §5.2',
      level: 'MUST',
      requirement: 'The header is one JSON object in valid UTF-8.',
      status: 'tested',
    },
    {
      id: 'rfc7515#10.12/nothing-after-json-text',
      source: 'RFC 7515 §10.12',
      level: 'MUST',
      requirement: 'Characters after the end of a JSON text make it invalid.',
      status: 'tested',
    },
    {
      id: 'rfc7515#4.1.1/alg-is-accepted-to-the-letter',
      source: 'RFC 7515 §4.1.1',
      level: 'MUST',
      requirement: 'alg is present, is a string, and is exactly the name of an accepted algorithm.',
      status: 'tested',
    },
    {
      id: 'rfc7515#4.1.2/token-brings-no-keys',
      source: 'RFC 7515 §4.1.2 to §4.1.6',
      level: 'own',
      requirement: 'Keys that a token contains or refers to are neither used nor fetched.',
      status: 'tested',
    },
    {
      id: 'rfc7515#4.1.4/kid-is-case-sensitive-string',
      source: 'RFC 7515 §4.1.4',
      level: 'MUST',
      requirement: 'kid is a case-sensitive string.',
      status: 'tested',
    },
    {
      id: 'rfc7515#4.1.11/unknown-critical-extension-invalid',
      source: 'RFC 7515 §4.1.11',
      level: 'MUST',
      requirement: 'An extension that is critical and not understood makes a token invalid.',
      status: 'tested',
    },
    {
      id: 'rfc7515#4.1.11/ill-formed-crit-invalid',
      source: 'RFC 7515 §4.1.11',
      level: 'MUST NOT',
      requirement: 'An ill-formed crit makes a token invalid.',
      status: 'tested',
    },
    {
      id: 'rfc7515#5.2/bad-signature-invalid',
      source: 'RFC 7515 §5.2',
      level: 'MUST',
      requirement:
        'A signature that does not verify, an empty one included, makes a token invalid.',
      status: 'tested',
    },
    {
      id: 'rfc7515#10.6/signature-of-named-algorithm',
      source: 'RFC 7515 §10.6',
      level: 'MUST',
      requirement: 'The signature is made by the algorithm that the header names.',
      status: 'tested',
    },
    {
      id: 'rfc7797#7/no-unencoded-payload',
      source: 'RFC 7797 §7',
      level: 'MUST NOT',
      requirement: 'Tokens with an unencoded payload are refused.',
      status: 'tested',
    },
  ],
};

export const RFC7517: Specification = {
  title: 'RFC 7517: JSON Web Key',
  requirements: [
    {
      id: 'rfc7517#4/unknown-jwk-members-ignored',
      source: 'RFC 7517 §4',
      level: 'MUST',
      requirement: 'Unknown members of a JWK are ignored.',
      status: 'tested',
    },
    {
      id: 'rfc7517#4.1/unknown-kty-skipped',
      source: 'RFC 7517 §4.1',
      level: 'MUST',
      requirement: 'A JWK without kty, or with another spelling of it, is skipped.',
      status: 'tested',
    },
    {
      id: 'rfc7517#4.2/key-for-other-use-skipped',
      source: 'RFC 7517 §4.2; RFC 8414 §2',
      level: 'own',
      requirement: 'A key for another use than signatures verifies no token.',
      status: 'tested',
    },
    {
      id: 'rfc7517#4.3/key-ops-need-verify',
      source: 'RFC 7517 §4.3',
      level: 'SHOULD NOT',
      requirement: 'A key whose operations lack verify, or repeat one, is skipped.',
      status: 'tested',
    },
    {
      id: 'rfc7517#4.4/key-alg-verifies-no-other',
      source: 'RFC 7517 §4.4; RFC 8725bis §3.1',
      level: 'MUST',
      requirement: 'A key that names an algorithm verifies no other.',
      status: 'tested',
    },
    {
      id: 'rfc7517#4.5/shared-kid-tries-all-keys',
      source: 'RFC 7517 §4.5',
      level: 'SHOULD',
      requirement:
        'Keys that share a kid, or that a token without a kid may mean, are all tried, up to a bound.',
      status: 'tested',
    },
    {
      id: 'rfc7517#5/unusable-keys-skipped',
      source: 'RFC 7517 §5',
      level: 'SHOULD',
      requirement: 'Unusable keys are skipped and the others work.',
      status: 'tested',
    },
    {
      id: 'rfc7517#5.1/document-without-keys-is-outage',
      source: 'RFC 7517 §5.1',
      level: 'MUST',
      requirement: 'A document without a list of keys is an outage, and never replaces a good one.',
      status: 'tested',
    },
  ],
};

export const RFC7518: Specification = {
  title: 'RFC 7518, 8037, 9864 and 9964: algorithms',
  requirements: [
    {
      id: 'rfc7518#3.1/public-key-algorithms-by-default',
      source: 'RFC 7518 §3.1; RFC 8725 §3.1',
      level: 'own',
      requirement:
        'Only public-key algorithms are accepted by default, and no published key is used as a secret.',
      status: 'tested',
    },
    {
      id: 'rfc7518#3.3/rsa-2048-bits',
      source: 'RFC 7518 §3.3, §3.5',
      level: 'MUST',
      requirement: 'RSA keys have 2048 bits or more.',
      status: 'tested',
    },
    {
      id: 'rfc7518#3.3/rsa-exponent-odd-and-large',
      source: 'RFC 7518 §3.3; FIPS 186-5 §5.1',
      level: 'own',
      requirement: 'RSA public exponents are odd and at least 65537.',
      status: 'tested',
    },
    {
      id: 'rfc7518#3.4/ecdsa-signature-full-length',
      source: 'RFC 7518 §3.4',
      level: 'MUST',
      requirement: 'An ECDSA signature is R and S at full length.',
      status: 'tested',
    },
    {
      id: 'rfc7518#3.4/ecdsa-r-and-s-in-range',
      source: 'RFC 7518 §3.4',
      level: 'MUST',
      requirement: 'R and S lie between 1 and the order of the curve.',
      status: 'tested',
    },
    {
      id: 'rfc7518#3.4/curve-fits-algorithm',
      source: 'RFC 7518 §3.4',
      level: 'MUST',
      requirement: 'The curve of a key is the one that the algorithm names.',
      status: 'tested',
    },
    {
      id: 'rfc7518#6.2.1/ec-point-on-curve',
      source: 'RFC 7518 §6.2.1; RFC 8725 §3.4',
      level: 'MUST',
      requirement: 'The coordinates of an EC key have full length and lie on the curve.',
      status: 'tested',
    },
    {
      id: 'rfc7518#3.6/alg-none-refused',
      source: 'RFC 7518 §3.6',
      level: 'MUST NOT',
      requirement: 'Unsigned tokens are refused in every spelling, and no option allows them.',
      status: 'tested',
    },
    {
      id: 'rfc7518#3.2/secret-as-long-as-hash',
      source: 'RFC 7518 §3.2',
      level: 'MUST',
      requirement: 'A shared secret is at least as long as the hash.',
      status: 'tested',
    },
    {
      id: 'rfc8037#3.1/ed25519-key-full-order',
      source: 'RFC 8037 §3.1',
      level: 'MUST',
      requirement: 'Ed25519 keys have 32 octets and are not of small order.',
      status: 'tested',
    },
    {
      id: 'rfc9864#2.2/ed25519-by-own-name',
      source: 'RFC 9864 §2.2',
      level: 'SHOULD',
      requirement:
        'Ed25519 is accepted by its own name, EdDSA where it is listed, other curves never.',
      status: 'tested',
    },
    {
      id: 'rfc9864#5/eddsa-and-ed25519-apart',
      source: 'RFC 9864 §5',
      level: 'own',
      requirement: 'A key for EdDSA verifies no token whose alg is Ed25519, nor the reverse.',
      status: 'tested',
    },
    {
      id: 'rfc9964#3/unknown-key-type-skipped',
      source: 'RFC 9964 §3',
      level: 'MUST',
      requirement: 'Keys of an unknown type are skipped, and the others work.',
      status: 'tested',
    },
  ],
};
