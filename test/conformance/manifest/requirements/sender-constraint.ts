/**
 * Tokens that are bound to a key or a certificate.
 *
 * @module
 */
import type { Specification } from './specification.js';

const DPOP =
  'Proof of possession by DPoP is not built yet; until it is, every bound token is refused (RFC9449-7.2-a).';

const MUTUAL_TLS =
  'Binding to client certificates is not built yet; until it is, every bound token is refused (RFC7800-3.1-a).';

export const RFC9449: Specification = {
  title: 'RFC 9449: DPoP',
  requirements: [
    {
      id: 'RFC9449-7.1-a',
      source: 'RFC 9449 §7.1',
      level: 'MUST',
      requirement:
        'A bound token is accepted with scheme DPoP, a proof that passes every check and the right key.',
      status: 'planned',
      reason: DPOP,
    },
    {
      id: 'RFC9449-7.2-a',
      source: 'RFC 9449 §7.2',
      level: 'MUST',
      requirement:
        'A bound token sent as a bearer token is refused, where DPoP is not supported too.',
      status: 'tested',
    },
    {
      id: 'RFC9449-6-a',
      source: 'RFC 9449 §6',
      level: 'MUST',
      requirement: 'Whether a token is bound is known, from the token or from introspection.',
      status: 'planned',
      reason: DPOP,
    },
    {
      id: 'RFC9449-7.1-b',
      source: 'RFC 9449 §7.1',
      level: 'own',
      requirement: 'A token that is not bound is refused under scheme DPoP.',
      status: 'planned',
      reason: DPOP,
    },
    {
      id: 'RFC9449-4.3-1',
      source: 'RFC 9449 §4.3',
      level: 'MUST',
      requirement: 'There is one DPoP field.',
      status: 'planned',
      reason: DPOP,
    },
    {
      id: 'RFC9449-4.3-2',
      source: 'RFC 9449 §4.3',
      level: 'MUST',
      requirement: 'The proof is one well-formed JWT.',
      status: 'planned',
      reason: DPOP,
    },
    {
      id: 'RFC9449-4.3-3',
      source: 'RFC 9449 §4.3',
      level: 'MUST',
      requirement: 'The proof has its claims, of the right types.',
      status: 'planned',
      reason: DPOP,
    },
    {
      id: 'RFC9449-4.3-4',
      source: 'RFC 9449 §4.3, §11.5',
      level: 'MUST',
      requirement: "The proof's typ is dpop+jwt.",
      status: 'planned',
      reason: DPOP,
    },
    {
      id: 'RFC9449-4.3-5',
      source: 'RFC 9449 §4.3, §11.6',
      level: 'MUST',
      requirement: "The proof's algorithm is an accepted one with a public key.",
      status: 'planned',
      reason: DPOP,
    },
    {
      id: 'RFC9449-4.3-6',
      source: 'RFC 9449 §4.3',
      level: 'MUST',
      requirement: 'The key in the proof, and no other, verifies it.',
      status: 'planned',
      reason: DPOP,
    },
    {
      id: 'RFC9449-4.3-7',
      source: 'RFC 9449 §4.3',
      level: 'MUST',
      requirement: 'The key in the proof is a public one.',
      status: 'planned',
      reason: DPOP,
    },
    {
      id: 'RFC9449-4.3-8',
      source: 'RFC 9449 §4.3',
      level: 'MUST',
      requirement: 'htm is the method of the request.',
      status: 'planned',
      reason: DPOP,
    },
    {
      id: 'RFC9449-4.3-9',
      source: 'RFC 9449 §4.3',
      level: 'MUST',
      requirement: 'htu is the URI of the request without query and fragment.',
      status: 'planned',
      reason: DPOP,
    },
    {
      id: 'RFC9449-4.3-9b',
      source: 'RFC 9449 §4.3',
      level: 'SHOULD',
      requirement:
        'URIs are normalised by syntax and scheme before they are compared, and no further.',
      status: 'planned',
      reason: DPOP,
    },
    {
      id: 'RFC9449-4.3-9c',
      source: 'RFC 9449 §4.3',
      level: 'own',
      requirement:
        "The request's URI comes from configuration, not from what its sender says of hosts.",
      status: 'planned',
      reason: DPOP,
    },
    {
      id: 'RFC9449-4.3-10',
      source: 'RFC 9449 §4.3',
      level: 'MUST',
      requirement: 'A nonce that was demanded is the one in the proof.',
      status: 'planned',
      reason: DPOP,
    },
    {
      id: 'RFC9449-4.3-11',
      source: 'RFC 9449 §4.3, §11.1',
      level: 'MUST',
      requirement: 'The proof was made within a short window of time.',
      status: 'planned',
      reason: DPOP,
    },
    {
      id: 'RFC9449-4.3-12a',
      source: 'RFC 9449 §4.3',
      level: 'MUST',
      requirement: 'ath is the hash of the token as it was sent.',
      status: 'planned',
      reason: DPOP,
    },
    {
      id: 'RFC9449-4.3-12b',
      source: 'RFC 9449 §4.3',
      level: 'MUST',
      requirement: 'The key of the proof is the one that the token is bound to.',
      status: 'planned',
      reason: DPOP,
    },
    {
      id: 'RFC9449-11.1-a',
      source: 'RFC 9449 §11.1; RFC 9700 §4.10.1',
      level: 'own',
      requirement: 'A proof is accepted once.',
      status: 'planned',
      reason: DPOP,
    },
    {
      id: 'RFC9449-11.1-b',
      source: 'RFC 9449 §11.1',
      level: 'SHOULD',
      requirement: 'What is remembered of proofs is bounded, and its failure lets nothing pass.',
      status: 'planned',
      reason: DPOP,
    },
    {
      id: 'RFC9449-9-a',
      source: 'RFC 9449 §9',
      level: 'MUST',
      requirement: 'A nonce is demanded by 401 use_dpop_nonce.',
      status: 'planned',
      reason: DPOP,
    },
    {
      id: 'RFC9449-8-a',
      source: 'RFC 9449 §8, §8.1',
      level: 'MUST',
      requirement: 'Nonces cannot be guessed, and an answer has one at most.',
      status: 'planned',
      reason: DPOP,
    },
    {
      id: 'RFC9449-8.2-a',
      source: 'RFC 9449 §8.2',
      level: 'MAY',
      requirement: 'An answer with a new nonce is kept out of caches.',
      status: 'planned',
      reason: DPOP,
    },
    {
      id: 'RFC9449-11.3-a',
      source: 'RFC 9449 §11.3',
      level: 'MUST NOT',
      requirement: 'Once nonces are handed out, proofs without one are refused.',
      status: 'planned',
      reason: DPOP,
    },
    {
      id: 'RFC9449-7.1-c',
      source: 'RFC 9449 §7.1',
      level: 'SHOULD',
      requirement: 'A DPoP challenge names the accepted algorithms.',
      status: 'planned',
      reason: DPOP,
    },
    {
      id: 'RFC9449-7.2-b',
      source: 'RFC 9449 §7.2',
      level: 'SHOULD',
      requirement:
        'With both schemes the error stands in the challenge of the scheme that was used.',
      status: 'planned',
      reason: DPOP,
    },
  ],
};

export const RFC8705: Specification = {
  title: 'RFC 8705, 9440 and 7800: certificate-bound tokens, confirmation',
  requirements: [
    {
      id: 'RFC8705-3-a',
      source: 'RFC 8705 §3',
      level: 'MUST',
      requirement: "The client's certificate is the one that the token is bound to.",
      status: 'planned',
      reason: MUTUAL_TLS,
    },
    {
      id: 'RFC8705-3.1-a',
      source: 'RFC 8705 §3.1',
      level: 'MUST',
      requirement: 'The thumbprint is SHA-256 over the DER certificate, in base64url.',
      status: 'planned',
      reason: MUTUAL_TLS,
    },
    {
      id: 'RFC8705-3.2-a',
      source: 'RFC 8705 §3.2',
      level: 'MUST',
      requirement: 'The same holds for a confirmation that introspection reports.',
      status: 'planned',
      reason: MUTUAL_TLS,
    },
    {
      id: 'RFC8705-6.2-a',
      source: 'RFC 8705 §6.2',
      level: 'MAY',
      requirement: 'Binding asks for possession of a key, not for a chain of trust.',
      status: 'planned',
      reason: MUTUAL_TLS,
    },
    {
      id: 'RFC9440-2-a',
      source: 'RFC 9440 §2; RFC 9700 §4.13',
      level: 'own',
      requirement:
        'A forwarded certificate proves nothing unless its sender is a configured proxy; today none can be.',
      status: 'tested',
    },
    {
      id: 'RFC7800-3.1-a',
      source: 'RFC 7800 §3.1',
      level: 'own',
      requirement:
        'A confirmation that is not understood, or not proven in full, refuses the token.',
      status: 'tested',
    },
    {
      id: 'RFC8705-3.3-a',
      source: 'RFC 8705 §3.3',
      level: 'MAY',
      requirement:
        'A resource that requires bound tokens says so in its metadata and refuses others.',
      status: 'planned',
      reason: MUTUAL_TLS,
    },
  ],
};
