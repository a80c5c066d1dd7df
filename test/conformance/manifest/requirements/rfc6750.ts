/**
 * Bearer tokens in requests and challenges.
 *
 * @module
 */
import type { Specification } from './specification.js';

export const RFC6750: Specification = {
  title: 'RFC 6750: bearer token usage',
  requirements: [
    {
      id: 'rfc6750#2/one-token-location',
      source: 'RFC 6750 §2, §3.1',
      level: 'MUST NOT',
      requirement:
        'A request carries its token in one place; in two it is malformed, even if the values are equal.',
      status: 'tested',
    },
    {
      id: 'rfc6750#2.1/authorization-header-supported',
      source: 'RFC 6750 §2.1',
      level: 'MUST',
      requirement: 'The Authorization header is supported.',
      status: 'tested',
    },
    {
      id: 'rfc6750#2.1/spaces-separate-scheme-and-token',
      source: 'RFC 6750 §2.1',
      level: 'MUST',
      requirement:
        'Credentials are the scheme, one or more spaces and the token; no other white space separates them.',
      status: 'tested',
    },
    {
      id: 'rfc6750#2.1/only-b64token-characters',
      source: 'RFC 6750 §2.1',
      level: 'MUST',
      requirement:
        'A token consists of the characters of a b64token only; anything else is malformed, and no part of it is used.',
      status: 'tested',
    },
    {
      id: 'rfc6750#2.1/scheme-without-token-malformed',
      source: 'RFC 6750 §2.1',
      level: 'MUST',
      requirement:
        'A scheme without a token is malformed; an empty field counts as no credentials.',
      status: 'tested',
    },
    {
      id: 'rfc6750#2.2/form-body-is-opt-in',
      source: 'RFC 6750 §2.2',
      level: 'MAY',
      requirement: 'The form body is read only where that is switched on.',
      status: 'tested',
    },
    {
      id: 'rfc6750#2.2/single-part-form-only',
      source: 'RFC 6750 §2.2',
      level: 'MUST NOT',
      requirement: 'A body counts only if it is a form of a single part.',
      status: 'tested',
    },
    {
      id: 'rfc6750#2.2/no-body-with-get',
      source: 'RFC 6750 §2.2',
      level: 'MUST NOT',
      requirement: 'A body never counts with a method that gives it no meaning, above all GET.',
      status: 'tested',
    },
    {
      id: 'rfc6750#2.2/one-flat-ascii-body-parameter',
      source: 'RFC 6750 §2.2, §3.1',
      level: 'MUST',
      requirement:
        'The body parameter occurs once, is flat and in ASCII; otherwise the request is malformed.',
      status: 'tested',
    },
    {
      id: 'rfc6750#2.3/query-is-opt-in',
      source: 'RFC 6750 §2.3; RFC 9700 §4.3.2',
      level: 'SHOULD NOT',
      requirement: 'The query is not read for tokens unless that is switched on.',
      status: 'tested',
    },
    {
      id: 'rfc6750#2.3/query-token-not-in-shared-cache',
      source: 'RFC 6750 §2.3',
      level: 'SHOULD',
      requirement: 'No shared cache may store a response to a token in the query.',
      status: 'tested',
    },
    {
      id: 'rfc6750#2.3/one-flat-query-parameter',
      source: 'RFC 6750 §2.3, §3.1',
      level: 'SHOULD',
      requirement: 'The query parameter occurs once and is flat, in the raw query too.',
      status: 'tested',
    },
    {
      id: 'rfc6750#3/refused-credentials-get-challenge',
      source: 'RFC 6750 §3',
      level: 'MUST',
      requirement:
        'A request that is refused because of its credentials, lack of scope included, gets a challenge.',
      status: 'tested',
    },
    {
      id: 'rfc6750#3/challenge-is-bearer-with-auth-param',
      source: 'RFC 6750 §3',
      level: 'MUST',
      requirement: 'A challenge is the scheme Bearer and at least one auth-param.',
      status: 'tested',
    },
    {
      id: 'rfc6750#3/no-auth-param-twice',
      source: 'RFC 6750 §3',
      level: 'MUST NOT',
      requirement: 'No auth-param occurs twice in a challenge.',
      status: 'tested',
    },
    {
      id: 'rfc6750#3/refused-token-gets-error-code',
      source: 'RFC 6750 §3',
      level: 'SHOULD',
      requirement: 'When a token is refused, the challenge says why with an error code.',
      status: 'tested',
    },
    {
      id: 'rfc6750#3/challenge-scope-is-scope-tokens',
      source: 'RFC 6750 §3',
      level: 'MUST NOT',
      requirement:
        'The scope of a challenge consists of scope-tokens and single spaces; no other scope can be configured.',
      status: 'tested',
    },
    {
      id: 'rfc6750#3/401-names-required-scope',
      source: 'RFC 6750 §3',
      level: 'MAY',
      requirement:
        'The 401 of a route that requires scope names it, with and without an error code; any other 401 names none.',
      status: 'tested',
    },
    {
      id: 'rfc6750#3/error-text-within-character-set',
      source: 'RFC 6750 §3',
      level: 'MUST',
      requirement:
        'error and error_description keep to their narrow character set, whatever the hooks of the application return.',
      status: 'tested',
    },
    {
      id: 'rfc6750#3/no-relative-error-uri',
      source: 'RFC 6750 §3',
      level: 'MUST',
      requirement:
        'error_uri would have to be an absolute URI; none is ever sent and none can be configured.',
      status: 'tested',
    },
    {
      id: 'rfc6750#3.1/malformed-request-is-400',
      source: 'RFC 6750 §3.1',
      level: 'SHOULD',
      requirement: 'A malformed request is answered with 400 invalid_request.',
      status: 'tested',
    },
    {
      id: 'rfc6750#3.1/bad-token-is-401',
      source: 'RFC 6750 §3.1',
      level: 'SHOULD',
      requirement:
        'An unacceptable token is answered with 401 invalid_token, in words that reveal no expected value.',
      status: 'tested',
    },
    {
      id: 'rfc6750#3.1/missing-scope-is-403',
      source: 'RFC 6750 §3.1',
      level: 'SHOULD',
      requirement:
        'A lack of scope is answered with 403 insufficient_scope and every scope that the route needs.',
      status: 'tested',
    },
    {
      id: 'rfc6750#3.1/no-error-code-without-credentials',
      source: 'RFC 6750 §3.1',
      level: 'SHOULD NOT',
      requirement:
        'Without credentials of this scheme the response contains no error information, in the header or in the body.',
      status: 'tested',
    },
    {
      id: 'rfc6750#3.1/dead-token-before-missing-scope',
      source: 'RFC 6750 §3.1',
      level: 'own',
      requirement: 'A token that is expired and lacks scope is reported as expired.',
      status: 'tested',
    },
    {
      id: 'rfc6750#5.2/confidential-from-tls-terminator',
      source: 'RFC 6750 §5.2',
      level: 'MUST',
      requirement: 'Tokens travel confidentially from the TLS terminator to the resource server.',
      status: 'declined',
      reason:
        'Only the deployment knows how a request reached this process: behind a proxy the socket is plain, and headers that claim otherwise can be forged. SECURITY.md lists it among the duties of the application; everything that this library sends and fetches goes over https.',
    },
    {
      id: 'rfc6750#5.3/no-tokens-from-cookies',
      source: 'RFC 6750 §5.3',
      level: 'MUST NOT',
      requirement: 'Tokens are not taken from cookies.',
      status: 'tested',
    },
  ],
};
