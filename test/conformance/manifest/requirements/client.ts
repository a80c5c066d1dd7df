/**
 * The client of the client credentials grant.
 *
 * @module
 */
import type { Specification } from './specification.js';

const PROOFS =
  'The client asks for bearer tokens alone and refuses any other token_type, so it never holds a token that would need a proof of possession.';

export const CLIENT: Specification = {
  title: 'RFC 6749 and others: client of the client credentials grant',
  requirements: [
    {
      id: 'RFC6749-4.4-a',
      source: 'RFC 6749 §4.4',
      level: 'MUST',
      requirement: 'A client has a credential and authenticates with it.',
      status: 'tested',
    },
    {
      id: 'RFC6749-3.2-a',
      source: 'RFC 6749 §3.2',
      level: 'MUST',
      requirement: 'A token request is a form by POST over TLS, with nothing secret in its URL.',
      status: 'tested',
    },
    {
      id: 'RFC6749-2.3.1-a',
      source: 'RFC 6749 §2.3.1',
      level: 'MUST',
      requirement: 'Id and secret are form-encoded before they are joined for Basic.',
      status: 'tested',
    },
    {
      id: 'RFC6749-2.3-a',
      source: 'RFC 6749 §2.3',
      level: 'MUST NOT',
      requirement: 'A request uses one way to authenticate the client.',
      status: 'tested',
    },
    {
      id: 'RFC7523bis-4-a',
      source: 'draft-ietf-oauth-rfc7523bis §4',
      level: 'MUST',
      requirement: 'A client assertion is for the issuer alone, short-lived and used once.',
      status: 'tested',
    },
    {
      id: 'RFC8705-2-a',
      source: 'RFC 8705 §2, §5',
      level: 'MUST',
      requirement:
        "With mutual TLS the client id is sent, to the endpoint's alias where there is one.",
      status: 'tested',
    },
    {
      id: 'RFC8707-2-b',
      source: 'RFC 8707 §2',
      level: 'MUST',
      requirement: 'A resource parameter is an absolute URI without fragment.',
      status: 'tested',
    },
    {
      id: 'RFC6749-3.3-c',
      source: 'RFC 6749 §3.3',
      level: 'own',
      requirement: 'The caller sees what scope was granted.',
      status: 'tested',
    },
    {
      id: 'RFC6749-5.1-a',
      source: 'RFC 6749 §5.1, §7.1',
      level: 'MUST',
      requirement: 'An answer has a token and a type that is understood.',
      status: 'tested',
    },
    {
      id: 'RFC6749-5.1-b',
      source: 'RFC 6749 §5.1',
      level: 'MUST',
      requirement:
        'Unknown members are ignored, and a lifetime that makes no sense is not relied on.',
      status: 'tested',
    },
    {
      id: 'RFC6749-4.4.3-a',
      source: 'RFC 6749 §4.4.3',
      level: 'SHOULD NOT',
      requirement: 'A refresh token is ignored.',
      status: 'tested',
    },
    {
      id: 'RFC6749-5.2-a',
      source: 'RFC 6749 §5.2',
      level: 'MUST',
      requirement: 'Errors of the endpoint are told apart, without secrets in their words.',
      status: 'tested',
    },
    {
      id: 'RFC8414-3.3-b',
      source: 'RFC 8414 §3.3',
      level: 'MUST',
      requirement: 'No credential is sent by metadata of another issuer.',
      status: 'tested',
    },
    {
      id: 'RFC9449-5-a',
      source: 'RFC 9449 §5',
      level: 'MUST',
      requirement: 'A token that ought to be bound and is not is discarded.',
      status: 'declined',
      reason: PROOFS,
    },
    {
      id: 'RFC9449-8-b',
      source: 'RFC 9449 §8, §9',
      level: 'MUST',
      requirement: 'A demanded nonce is used, once.',
      status: 'declined',
      reason: PROOFS,
    },
    {
      id: 'RFC9449-7.3-a',
      source: 'RFC 9449 §7.3',
      level: 'SHOULD',
      requirement: 'Every attempt has a proof of its own.',
      status: 'declined',
      reason: PROOFS,
    },
    {
      id: 'RFC9068-6-a',
      source: 'RFC 9068 §6',
      level: 'MUST NOT',
      requirement: 'The client does not look into the token.',
      status: 'tested',
    },
    {
      id: 'RFC6750-5.3-b',
      source: 'RFC 6750 §5.3',
      level: 'MUST NOT',
      requirement: 'The token goes to the origin it is meant for, over TLS, and nowhere else.',
      status: 'tested',
    },
    {
      id: 'RFC9110-15.5.4-b',
      source: 'RFC 9110 §15.5.4',
      level: 'SHOULD NOT',
      requirement: 'Nothing is repeated that cannot succeed.',
      status: 'tested',
    },
    {
      id: 'CC-1',
      source: 'RFC 6749 §4.4',
      level: 'own',
      requirement: 'One token serves all who ask for the same, and is renewed ahead of its end.',
      status: 'tested',
    },
  ],
};
