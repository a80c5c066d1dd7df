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
      id: 'RFC7515-2-a',
      source: 'RFC 7515 §2',
      level: 'MUST',
      requirement: 'Segments are base64url without padding, white space or line breaks.',
      status: 'tested',
    },
    {
      id: 'RFC7515-2-b',
      source: 'RFC 7515 §2; RFC 4648 §3.5',
      level: 'own',
      requirement: 'Unused bits of a last character are zero, so that a token has one spelling.',
      status: 'tested',
    },
    {
      id: 'RFC7515-7.1-a',
      source: 'RFC 7515 §7.1',
      level: 'MUST',
      requirement: 'A token has three parts; JSON serializations and encrypted tokens are none.',
      status: 'tested',
    },
    {
      id: 'RFC7515-4-a',
      source: 'RFC 7515 §4',
      level: 'MUST',
      requirement: 'A header that names a parameter twice is refused.',
      status: 'tested',
    },
    {
      id: 'RFC7515-5.2-a',
      source: 'RFC 7515 §5.2',
      level: 'MUST',
      requirement: 'The header is one JSON object in valid UTF-8.',
      status: 'tested',
    },
    {
      id: 'RFC7515-10.12-a',
      source: 'RFC 7515 §10.12',
      level: 'MUST',
      requirement: 'Characters behind the end of a JSON text make it invalid.',
      status: 'tested',
    },
    {
      id: 'RFC7515-4.1.1-a',
      source: 'RFC 7515 §4.1.1',
      level: 'MUST',
      requirement: 'alg is there, is a string, and names an accepted algorithm to the letter.',
      status: 'tested',
    },
    {
      id: 'RFC7515-4.1.2-a',
      source: 'RFC 7515 §4.1.2 to §4.1.6',
      level: 'own',
      requirement: 'Keys that a token brings along or points at are neither used nor fetched.',
      status: 'tested',
    },
    {
      id: 'RFC7515-4.1.4-a',
      source: 'RFC 7515 §4.1.4',
      level: 'MUST',
      requirement: 'kid is a string whose case counts.',
      status: 'tested',
    },
    {
      id: 'RFC7515-4.1.11-a',
      source: 'RFC 7515 §4.1.11',
      level: 'MUST',
      requirement: 'An extension that is critical and not understood makes a token invalid.',
      status: 'tested',
    },
    {
      id: 'RFC7515-4.1.11-b',
      source: 'RFC 7515 §4.1.11',
      level: 'MUST NOT',
      requirement: 'An ill-formed crit makes a token invalid.',
      status: 'tested',
    },
    {
      id: 'RFC7515-5.2-b',
      source: 'RFC 7515 §5.2',
      level: 'MUST',
      requirement:
        'A signature that does not verify, an empty one included, makes a token invalid.',
      status: 'tested',
    },
    {
      id: 'RFC7515-10.6-a',
      source: 'RFC 7515 §10.6',
      level: 'MUST',
      requirement: 'The signature is of the algorithm that the header names.',
      status: 'tested',
    },
    {
      id: 'RFC7797-7-a',
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
      id: 'RFC7517-4-a',
      source: 'RFC 7517 §4',
      level: 'MUST',
      requirement: 'Unknown members of a JWK are ignored.',
      status: 'tested',
    },
    {
      id: 'RFC7517-4.1-a',
      source: 'RFC 7517 §4.1',
      level: 'MUST',
      requirement: 'A JWK without kty, or with another spelling of it, is skipped.',
      status: 'tested',
    },
    {
      id: 'RFC7517-4.2-a',
      source: 'RFC 7517 §4.2; RFC 8414 §2',
      level: 'own',
      requirement: 'A key for another use than signatures verifies none.',
      status: 'tested',
    },
    {
      id: 'RFC7517-4.3-a',
      source: 'RFC 7517 §4.3',
      level: 'SHOULD NOT',
      requirement: 'A key whose operations lack verify, or repeat one, is skipped.',
      status: 'tested',
    },
    {
      id: 'RFC7517-4.4-a',
      source: 'RFC 7517 §4.4; RFC 8725bis §3.1',
      level: 'MUST',
      requirement: 'A key that names an algorithm verifies no other.',
      status: 'tested',
    },
    {
      id: 'RFC7517-4.5-a',
      source: 'RFC 7517 §4.5',
      level: 'SHOULD',
      requirement:
        'Keys that share a kid, or that a token without kid may mean, are all tried, up to a bound.',
      status: 'tested',
    },
    {
      id: 'RFC7517-5-a',
      source: 'RFC 7517 §5',
      level: 'SHOULD',
      requirement: 'Unusable keys are skipped and the others work.',
      status: 'tested',
    },
    {
      id: 'RFC7517-5-b',
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
      id: 'RFC7518-3.1-a',
      source: 'RFC 7518 §3.1; RFC 8725 §3.1',
      level: 'own',
      requirement:
        'Only public-key algorithms are accepted by default, and no published key serves as a secret.',
      status: 'tested',
    },
    {
      id: 'RFC7518-3.3-a',
      source: 'RFC 7518 §3.3, §3.5',
      level: 'MUST',
      requirement: 'RSA keys have 2048 bits or more.',
      status: 'tested',
    },
    {
      id: 'RFC7518-3.3-b',
      source: 'RFC 7518 §3.3; FIPS 186-5 §5.1',
      level: 'own',
      requirement: 'RSA public exponents are odd and at least 65537.',
      status: 'tested',
    },
    {
      id: 'RFC7518-3.4-a',
      source: 'RFC 7518 §3.4',
      level: 'MUST',
      requirement: 'An ECDSA signature is R and S at full length.',
      status: 'tested',
    },
    {
      id: 'RFC7518-3.4-b',
      source: 'RFC 7518 §3.4',
      level: 'MUST',
      requirement: 'R and S lie between 1 and the order of the curve.',
      status: 'tested',
    },
    {
      id: 'RFC7518-3.4-c',
      source: 'RFC 7518 §3.4',
      level: 'MUST',
      requirement: 'The curve of a key is the one that the algorithm names.',
      status: 'tested',
    },
    {
      id: 'RFC7518-6.2.1-a',
      source: 'RFC 7518 §6.2.1; RFC 8725 §3.4',
      level: 'MUST',
      requirement: 'The coordinates of an EC key have full length and lie on the curve.',
      status: 'tested',
    },
    {
      id: 'RFC7518-3.6-a',
      source: 'RFC 7518 §3.6',
      level: 'MUST NOT',
      requirement: 'Unsigned tokens are refused in every spelling, and no option allows them.',
      status: 'tested',
    },
    {
      id: 'RFC7518-3.2-a',
      source: 'RFC 7518 §3.2',
      level: 'MUST',
      requirement: 'A shared secret is at least as long as the hash.',
      status: 'tested',
    },
    {
      id: 'RFC8037-3.1-a',
      source: 'RFC 8037 §3.1',
      level: 'MUST',
      requirement: 'Ed25519 keys have 32 octets and are not of small order.',
      status: 'tested',
    },
    {
      id: 'RFC9864-2.2-a',
      source: 'RFC 9864 §2.2',
      level: 'SHOULD',
      requirement:
        'Ed25519 is accepted by its own name, EdDSA where it is listed, other curves never.',
      status: 'tested',
    },
    {
      id: 'RFC9864-5-a',
      source: 'RFC 9864 §5',
      level: 'own',
      requirement: 'A key for EdDSA verifies no token that says Ed25519, nor the reverse.',
      status: 'tested',
    },
    {
      id: 'RFC9964-3-a',
      source: 'RFC 9964 §3',
      level: 'MUST',
      requirement: 'Keys of a type that is not known are skipped, and the others work.',
      status: 'tested',
    },
  ],
};
