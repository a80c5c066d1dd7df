/**
 * Tokens that are bound to a key or a certificate.
 *
 * @module
 */
import type { Specification } from './specification.js';

export const RFC9449: Specification = {
  title: 'RFC 9449: DPoP',
  requirements: [
    {
      id: 'rfc9449#7.1/bound-token-with-proof',
      source: 'RFC 9449 §7.1',
      level: 'MUST',
      requirement:
        'A bound token is accepted with the scheme DPoP, a proof that passes every check, and the right key.',
      status: 'tested',
    },
    {
      id: 'rfc9449#7.2/bound-token-as-bearer-refused',
      source: 'RFC 9449 §7.2',
      level: 'MUST',
      requirement:
        'A bound token that is sent as a bearer token is refused, even where DPoP is not supported.',
      status: 'tested',
    },
    {
      id: 'rfc9449#6/binding-is-known',
      source: 'RFC 9449 §6',
      level: 'MUST',
      requirement: 'Whether a token is bound is known from its confirmation.',
      status: 'tested',
    },
    {
      id: 'rfc9449#7.1/unbound-token-under-dpop-refused',
      source: 'RFC 9449 §7.1',
      level: 'own',
      requirement: 'A token that is not bound is refused under the scheme DPoP.',
      status: 'tested',
    },
    {
      id: 'rfc9449#7.1/constrained-route-refuses-unbound',
      source: 'RFC 9449 §7.1, §7.2',
      level: 'own',
      requirement:
        'A route that requires bound tokens refuses others, and offers the scheme DPoP alone.',
      status: 'tested',
    },
    {
      id: 'rfc9449#4.3/one-dpop-field',
      source: 'RFC 9449 §4.3',
      level: 'MUST',
      requirement: 'There is one DPoP field, with one proof.',
      status: 'tested',
    },
    {
      id: 'rfc9449#4.3/proof-is-one-jwt',
      source: 'RFC 9449 §4.3',
      level: 'MUST',
      requirement: 'The proof is one well-formed JWT.',
      status: 'tested',
    },
    {
      id: 'rfc9449#4.3/proof-has-its-claims',
      source: 'RFC 9449 §4.3',
      level: 'MUST',
      requirement: 'The proof has its claims, of the right types.',
      status: 'tested',
    },
    {
      id: 'rfc9449#4.3/proof-typ-is-dpop-jwt',
      source: 'RFC 9449 §4.3, §11.5',
      level: 'MUST',
      requirement: "The proof's typ is dpop+jwt.",
      status: 'tested',
    },
    {
      id: 'rfc9449#4.3/proof-algorithm-is-public-key',
      source: 'RFC 9449 §4.3, §11.6',
      level: 'MUST',
      requirement: "The proof's algorithm is an accepted one with a public key.",
      status: 'tested',
    },
    {
      id: 'rfc9449#4.3/proof-verified-by-its-key',
      source: 'RFC 9449 §4.3',
      level: 'MUST',
      requirement: 'The key in the proof, and no other, verifies it.',
      status: 'tested',
    },
    {
      id: 'rfc9449#4.3/proof-key-is-public',
      source: 'RFC 9449 §4.3',
      level: 'MUST',
      requirement: 'The key in the proof is a public one.',
      status: 'tested',
    },
    {
      id: 'rfc9449#4.3/proof-key-is-bounded',
      source: 'RFC 9449 §4.3; RFC 8725 §3.2',
      level: 'own',
      requirement:
        'A key whose use would be expensive or that is weak is refused before it is used.',
      status: 'tested',
    },
    {
      id: 'rfc9449#4.3/htm-is-the-method',
      source: 'RFC 9449 §4.3',
      level: 'MUST',
      requirement: 'htm is the method of the request.',
      status: 'tested',
    },
    {
      id: 'rfc9449#4.3/htu-is-the-uri',
      source: 'RFC 9449 §4.3',
      level: 'MUST',
      requirement: 'htu is the URI of the request without query and fragment.',
      status: 'tested',
    },
    {
      id: 'rfc9449#4.3/uris-normalised-before-comparison',
      source: 'RFC 9449 §4.3',
      level: 'SHOULD',
      requirement:
        'URIs are normalised by syntax and scheme before they are compared, and no further.',
      status: 'tested',
    },
    {
      id: 'rfc9449#4.3/request-uri-from-configuration',
      source: 'RFC 9449 §4.3',
      level: 'own',
      requirement:
        'The URI of the request comes from configuration, not from the hosts that its sender names.',
      status: 'tested',
    },
    {
      id: 'rfc9449#4.3/demanded-nonce-in-proof',
      source: 'RFC 9449 §4.3',
      level: 'MUST',
      requirement: 'A nonce that was demanded is the one in the proof.',
      status: 'tested',
    },
    {
      id: 'rfc9449#4.3/proof-within-time-window',
      source: 'RFC 9449 §4.3, §11.1',
      level: 'MUST',
      requirement: 'The proof was made within a short window of time.',
      status: 'tested',
    },
    {
      id: 'rfc9449#4.3/ath-is-token-hash',
      source: 'RFC 9449 §4.3',
      level: 'MUST',
      requirement: 'ath is the hash of the token as it was sent.',
      status: 'tested',
    },
    {
      id: 'rfc9449#4.3/proof-key-is-bound-key',
      source: 'RFC 9449 §4.3',
      level: 'MUST',
      requirement: 'The key of the proof is the one that the token is bound to.',
      status: 'tested',
    },
    {
      id: 'rfc9449#4.3/binding-checked-before-key-is-used',
      source: 'RFC 9449 §4.3',
      level: 'own',
      requirement:
        'A proof by a key that the token is not bound to costs neither an import nor a verification.',
      status: 'tested',
    },
    {
      id: 'rfc9449#11.1/proof-accepted-once',
      source: 'RFC 9449 §11.1; RFC 9700 §4.10.1',
      level: 'own',
      requirement: 'A proof is accepted once, by all servers that share a store.',
      status: 'tested',
    },
    {
      id: 'rfc9449#11.1/proof-kept-while-acceptable',
      source: 'RFC 9449 §11.1',
      level: 'own',
      requirement: 'A used proof is registered until no server accepts it any more.',
      status: 'tested',
    },
    {
      id: 'rfc9449#11.1/identifiers-are-per-key',
      source: 'RFC 9449 §11.1',
      level: 'own',
      requirement: 'The jti of one key does not count for another key.',
      status: 'tested',
    },
    {
      id: 'rfc9449#11.1/refused-proof-not-used-up',
      source: 'RFC 9449 §11.1',
      level: 'own',
      requirement: 'A proof that fails any check is not registered as used.',
      status: 'tested',
    },
    {
      id: 'rfc9449#11.1/proof-counted-once-per-request',
      source: 'RFC 9449 §11.1',
      level: 'own',
      requirement: 'Several guards and resource servers on one request use its proof once.',
      status: 'tested',
    },
    {
      id: 'rfc9449#11.1/proof-memory-bounded',
      source: 'RFC 9449 §11.1',
      level: 'SHOULD',
      requirement: 'The memory for proofs is bounded, and its failure lets no request pass.',
      status: 'tested',
    },
    {
      id: 'rfc9449#11.1/store-failure-is-503',
      source: 'RFC 9449 §11.1; RFC 9110 §15.6.4',
      level: 'own',
      requirement:
        'While it is unknown whether a proof was used, requests get 503 and no handler runs.',
      status: 'tested',
    },
    {
      id: 'rfc9449#11/proof-leaves-no-trace',
      source: 'RFC 9449 §11',
      level: 'own',
      requirement:
        'No part of a proof, its key or its URL is in a response, an event, an error or a log.',
      status: 'tested',
    },
    {
      id: 'rfc9449#9/nonce-demanded-by-401',
      source: 'RFC 9449 §9',
      level: 'MUST',
      requirement: 'A nonce is demanded by 401 use_dpop_nonce.',
      status: 'tested',
    },
    {
      id: 'rfc9449#9/nonce-challenge-stands-alone',
      source: 'RFC 9449 §9',
      level: 'own',
      requirement: 'A nonce demand has one challenge, which client libraries understand.',
      status: 'tested',
    },
    {
      id: 'rfc9449#9/nonce-only-for-good-proof',
      source: 'RFC 9449 §9',
      level: 'own',
      requirement: 'A nonce is demanded only if nothing else is wrong with the proof.',
      status: 'tested',
    },
    {
      id: 'rfc9449#8/nonces-unguessable',
      source: 'RFC 9449 §8, §8.1',
      level: 'MUST',
      requirement: 'Nonces cannot be guessed, and a response has one at most.',
      status: 'tested',
    },
    {
      id: 'rfc9449#8.2/new-nonce-not-cached',
      source: 'RFC 9449 §8.2',
      level: 'MAY',
      requirement: 'A response with a new nonce is kept out of caches.',
      status: 'tested',
    },
    {
      id: 'rfc9449#11.3/proof-without-nonce-refused',
      source: 'RFC 9449 §11.3',
      level: 'MUST NOT',
      requirement: 'Once nonces are issued, proofs without one are refused.',
      status: 'tested',
    },
    {
      id: 'rfc9449#11.3/nonces-shared-and-rotated',
      source: 'RFC 9449 §8, §11.3',
      level: 'own',
      requirement:
        'Servers with the same secret accept the nonces of each other, also while it is replaced.',
      status: 'tested',
    },
    {
      id: 'rfc9449#7.1/dpop-challenge-names-algorithms',
      source: 'RFC 9449 §7.1',
      level: 'SHOULD',
      requirement: 'A DPoP challenge names the accepted algorithms.',
      status: 'tested',
    },
    {
      id: 'rfc9449#7.2/error-in-challenge-of-used-scheme',
      source: 'RFC 9449 §7.2',
      level: 'SHOULD',
      requirement: 'With both schemes the error is in the challenge of the scheme that was used.',
      status: 'tested',
    },
  ],
};

export const RFC8705: Specification = {
  title: 'RFC 8705, 9440 and 7800: certificate-bound tokens, confirmation',
  requirements: [
    {
      id: 'rfc8705#3/certificate-is-bound-one',
      source: 'RFC 8705 §3',
      level: 'MUST',
      requirement: "The client's certificate is the one that the token is bound to.",
      status: 'tested',
    },
    {
      id: 'rfc8705#3.1/thumbprint-is-sha-256-of-der',
      source: 'RFC 8705 §3.1',
      level: 'MUST',
      requirement: 'The thumbprint is SHA-256 over the DER certificate, in base64url.',
      status: 'tested',
    },
    {
      id: 'rfc8705#3.2/introspected-confirmation-counts',
      source: 'RFC 8705 §3.2',
      level: 'MUST',
      requirement: 'The same holds for a confirmation that introspection reports.',
      status: 'tested',
    },
    {
      id: 'rfc8705#6.2/possession-not-trust-chain',
      source: 'RFC 8705 §6.2',
      level: 'MAY',
      requirement: 'Binding requires possession of a key, not a chain of trust.',
      status: 'tested',
    },
    {
      id: 'rfc9440#4/forwarded-certificate-needs-trusted-peer',
      source: 'RFC 9440 §4; RFC 9700 §4.13',
      level: 'MUST',
      requirement:
        'A forwarded certificate counts only in the configured header of a configured peer.',
      status: 'tested',
    },
    {
      id: 'rfc9440#2.2/client-cert-is-one-byte-sequence',
      source: 'RFC 9440 §2.1, §2.2',
      level: 'MUST NOT',
      requirement: 'Client-Cert is one Byte Sequence; it is not a list and has one line.',
      status: 'tested',
    },
    {
      id: 'rfc9440#2.4/response-varies-by-client-cert',
      source: 'RFC 9440 §2.4',
      level: 'MUST',
      requirement: 'A response that depends on the header names it in Vary, or is not cacheable.',
      status: 'tested',
    },
    {
      id: 'rfc7800#3.1/unknown-confirmation-refused',
      source: 'RFC 7800 §3.1',
      level: 'own',
      requirement:
        'A confirmation that is not understood, or not fully proven, makes the token invalid.',
      status: 'tested',
    },
    {
      id: 'rfc7800#3.1/unknown-members-beside-proven-one',
      source: 'RFC 7800 §3.1',
      level: 'MUST',
      requirement: 'Members that are not understood are ignored beside one that is proven.',
      status: 'tested',
    },
    {
      id: 'rfc8705#3.3/bound-tokens-in-metadata',
      source: 'RFC 8705 §3.3',
      level: 'MAY',
      requirement:
        'A resource that requires bound tokens says so in its metadata and refuses others.',
      status: 'tested',
    },
  ],
};
