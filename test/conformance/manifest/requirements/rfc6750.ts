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
      id: 'RFC6750-2-a',
      source: 'RFC 6750 §2, §3.1',
      level: 'MUST NOT',
      requirement:
        'A request carries its token in one place; in two it is malformed, equal values included.',
      status: 'tested',
    },
    {
      id: 'RFC6750-2.1-a',
      source: 'RFC 6750 §2.1',
      level: 'MUST',
      requirement: 'The Authorization header is supported.',
      status: 'tested',
    },
    {
      id: 'RFC6750-2.1-b',
      source: 'RFC 6750 §2.1',
      level: 'MUST',
      requirement:
        'Credentials are the scheme, one or more spaces and the token; no other white space separates them.',
      status: 'tested',
    },
    {
      id: 'RFC6750-2.1-c',
      source: 'RFC 6750 §2.1',
      level: 'MUST',
      requirement:
        'Only the characters of a b64token make a token; anything else is malformed, and no part of it is used.',
      status: 'tested',
    },
    {
      id: 'RFC6750-2.1-d',
      source: 'RFC 6750 §2.1',
      level: 'MUST',
      requirement: 'A scheme without a token is malformed; an empty field is no credentials.',
      status: 'tested',
    },
    {
      id: 'RFC6750-2.2-a',
      source: 'RFC 6750 §2.2',
      level: 'MAY',
      requirement: 'The form body is read only where it was switched on.',
      status: 'tested',
    },
    {
      id: 'RFC6750-2.2-b',
      source: 'RFC 6750 §2.2',
      level: 'MUST NOT',
      requirement: 'A body counts only when it is a form of a single part.',
      status: 'tested',
    },
    {
      id: 'RFC6750-2.2-c',
      source: 'RFC 6750 §2.2',
      level: 'MUST NOT',
      requirement: 'A body never counts with a method that gives it no meaning, GET above all.',
      status: 'tested',
    },
    {
      id: 'RFC6750-2.2-d',
      source: 'RFC 6750 §2.2, §3.1',
      level: 'MUST',
      requirement:
        'The body parameter occurs once, is flat and in ASCII; otherwise the request is malformed.',
      status: 'tested',
    },
    {
      id: 'RFC6750-2.3-a',
      source: 'RFC 6750 §2.3; RFC 9700 §4.3.2',
      level: 'SHOULD NOT',
      requirement: 'The query is not read for tokens unless it was switched on.',
      status: 'tested',
    },
    {
      id: 'RFC6750-2.3-b',
      source: 'RFC 6750 §2.3',
      level: 'SHOULD',
      requirement: 'Answers to a token in the query may be kept by no shared cache.',
      status: 'tested',
    },
    {
      id: 'RFC6750-2.3-c',
      source: 'RFC 6750 §2.3, §3.1',
      level: 'SHOULD',
      requirement: 'The query parameter occurs once and is flat, in the raw query too.',
      status: 'tested',
    },
    {
      id: 'RFC6750-3-a',
      source: 'RFC 6750 §3',
      level: 'MUST',
      requirement:
        'A request that is refused for its credentials, lack of scope included, gets a challenge.',
      status: 'tested',
    },
    {
      id: 'RFC6750-3-b',
      source: 'RFC 6750 §3',
      level: 'MUST',
      requirement: 'A challenge is the scheme Bearer and at least one auth-param.',
      status: 'tested',
    },
    {
      id: 'RFC6750-3-c',
      source: 'RFC 6750 §3',
      level: 'MUST NOT',
      requirement: 'No auth-param occurs twice in a challenge.',
      status: 'tested',
    },
    {
      id: 'RFC6750-3-d',
      source: 'RFC 6750 §3',
      level: 'SHOULD',
      requirement:
        'When a token was presented and refused, the challenge says why by an error code.',
      status: 'tested',
    },
    {
      id: 'RFC6750-3-e',
      source: 'RFC 6750 §3',
      level: 'MUST NOT',
      requirement:
        'The scope of a challenge holds scope-tokens and single spaces; others cannot be configured.',
      status: 'tested',
    },
    {
      id: 'RFC6750-3-f',
      source: 'RFC 6750 §3',
      level: 'MUST',
      requirement:
        "error and error_description keep to their narrow character set, whatever the application's hooks say.",
      status: 'tested',
    },
    {
      id: 'RFC6750-3-g',
      source: 'RFC 6750 §3',
      level: 'MUST',
      requirement:
        'error_uri would be an absolute URI; none is ever sent and none can be configured.',
      status: 'tested',
    },
    {
      id: 'RFC6750-3.1-a',
      source: 'RFC 6750 §3.1',
      level: 'SHOULD',
      requirement: 'A malformed request is answered 400 invalid_request.',
      status: 'tested',
    },
    {
      id: 'RFC6750-3.1-b',
      source: 'RFC 6750 §3.1',
      level: 'SHOULD',
      requirement:
        'An unacceptable token is answered 401 invalid_token, in words that reveal no expected value.',
      status: 'tested',
    },
    {
      id: 'RFC6750-3.1-c',
      source: 'RFC 6750 §3.1',
      level: 'SHOULD',
      requirement:
        'A lack of scope is answered 403 insufficient_scope with all the scope that the route needs.',
      status: 'tested',
    },
    {
      id: 'RFC6750-3.1-d',
      source: 'RFC 6750 §3.1',
      level: 'SHOULD NOT',
      requirement:
        'Without credentials of this scheme the answer holds no error information, in header or body.',
      status: 'tested',
    },
    {
      id: 'RFC6750-3.1-e',
      source: 'RFC 6750 §3.1',
      level: 'own',
      requirement: 'A token that is dead and lacks scope is reported as dead.',
      status: 'tested',
    },
    {
      id: 'RFC6750-5.2-a',
      source: 'RFC 6750 §5.2',
      level: 'MUST',
      requirement: 'Tokens travel confidentially from the TLS terminator to the resource server.',
      status: 'declined',
      reason:
        "How a request came to this process is known to the deployment alone: behind a proxy the socket is plain, and headers that say otherwise can be forged. SECURITY.md lists it among the application's duties; what this library sends and fetches itself goes over https.",
    },
    {
      id: 'RFC6750-5.3-a',
      source: 'RFC 6750 §5.3',
      level: 'MUST NOT',
      requirement: 'Tokens are not taken from cookies.',
      status: 'tested',
    },
  ],
};
