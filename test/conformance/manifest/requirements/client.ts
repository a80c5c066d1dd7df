/**
 * The client of the client credentials grant.
 *
 * @module
 */
import type { Specification } from './specification.js';

export const CLIENT: Specification = {
  title: 'RFC 6749 and others: client of the client credentials grant',
  requirements: [
    {
      id: 'rfc6749#4.4/client-authenticates',
      source: 'RFC 6749 §4.4',
      level: 'MUST',
      requirement: 'A client has a credential and authenticates with it.',
      status: 'tested',
    },
    {
      id: 'rfc6749#3.2/token-request-is-form-post',
      source: 'RFC 6749 §3.2',
      level: 'MUST',
      requirement: 'A token request is a form by POST over TLS, with nothing secret in its URL.',
      status: 'tested',
    },
    {
      id: 'rfc6749#2.3.1/basic-parts-form-encoded',
      source: 'RFC 6749 §2.3.1',
      level: 'MUST',
      requirement: 'Id and secret are form-encoded before they are joined for Basic.',
      status: 'tested',
    },
    {
      id: 'rfc6749#2.3/one-authentication-method',
      source: 'RFC 6749 §2.3',
      level: 'MUST NOT',
      requirement: 'A request uses at most one way to authenticate the client.',
      status: 'tested',
    },
    {
      id: 'rfc7523bis#4/assertion-for-issuer-once',
      source: 'draft-ietf-oauth-rfc7523bis §4',
      level: 'MUST',
      requirement:
        'A client assertion is meant for the issuer alone by default, short-lived and used once.',
      status: 'tested',
    },
    {
      id: 'rfc8705#2/client-id-with-mutual-tls',
      source: 'RFC 8705 §2, §5',
      level: 'MUST',
      requirement:
        "With mutual TLS the client id is sent, to the endpoint's alias where there is one.",
      status: 'tested',
    },
    {
      id: 'rfc8707#2/resource-parameter-is-absolute-uri',
      source: 'RFC 8707 §2',
      level: 'MUST',
      requirement: 'A resource parameter is an absolute URI without a fragment.',
      status: 'tested',
    },
    {
      id: 'rfc6749#3.3/granted-scope-is-reported',
      source: 'RFC 6749 §3.3',
      level: 'own',
      requirement: 'The granted scope is reported to the caller.',
      status: 'tested',
    },
    {
      id: 'rfc6749#5.1/response-has-token-and-type',
      source: 'RFC 6749 §5.1, §7.1',
      level: 'MUST',
      requirement: 'A token response has a token and a known type.',
      status: 'tested',
    },
    {
      id: 'rfc6749#5.1/unknown-response-members-ignored',
      source: 'RFC 6749 §5.1',
      level: 'MUST',
      requirement: 'Unknown members are ignored, and a nonsensical lifetime is not relied on.',
      status: 'tested',
    },
    {
      id: 'rfc6749#4.4.3/refresh-token-ignored',
      source: 'RFC 6749 §4.4.3',
      level: 'SHOULD NOT',
      requirement: 'A refresh token is ignored.',
      status: 'tested',
    },
    {
      id: 'rfc6749#5.2/endpoint-errors-distinguished',
      source: 'RFC 6749 §5.2',
      level: 'MUST',
      requirement: 'Errors of the endpoint are distinguished, without secrets in their messages.',
      status: 'tested',
    },
    {
      id: 'rfc8414#3.3/no-credential-by-other-metadata',
      source: 'RFC 8414 §3.3',
      level: 'MUST',
      requirement: 'No credential is sent because of metadata of another issuer.',
      status: 'tested',
    },
    {
      id: 'rfc9449#5/unbound-token-discarded',
      source: 'RFC 9449 §5',
      level: 'MUST',
      requirement: 'A token that should be bound and is not is discarded.',
      status: 'tested',
    },
    {
      id: 'rfc9449#8/demanded-nonce-used-once',
      source: 'RFC 9449 §8, §9',
      level: 'MUST',
      requirement: 'A demanded nonce is used, once.',
      status: 'tested',
    },
    {
      id: 'rfc9449#7.3/new-proof-per-attempt',
      source: 'RFC 9449 §7.3',
      level: 'SHOULD',
      requirement: 'Every attempt has its own proof.',
      status: 'tested',
    },
    {
      id: 'rfc9068#6/client-does-not-read-token',
      source: 'RFC 9068 §6',
      level: 'MUST NOT',
      requirement: 'The client does not look into the token.',
      status: 'tested',
    },
    {
      id: 'rfc6750#5.3/token-to-its-origin-only',
      source: 'RFC 6750 §5.3',
      level: 'MUST NOT',
      requirement: 'The token is sent to its intended origin, over TLS, and to no other.',
      status: 'tested',
    },
    {
      id: 'rfc9110#15.5.4/hopeless-requests-not-repeated',
      source: 'RFC 9110 §15.5.4',
      level: 'SHOULD NOT',
      requirement: 'Requests that cannot succeed are not repeated.',
      status: 'tested',
    },
    {
      id: 'rfc6749#4.4/one-token-renewed-in-advance',
      source: 'RFC 6749 §4.4',
      level: 'own',
      requirement: 'One token serves all who ask for the same, and is renewed before it expires.',
      status: 'tested',
    },
  ],
};
