/**
 * The authentication framework of HTTP.
 *
 * @module
 */
import type { Specification } from './specification.js';

export const RFC9110: Specification = {
  title: 'RFC 9110: HTTP authentication',
  requirements: [
    {
      id: 'rfc9110#11.1/scheme-ignores-case',
      source: 'RFC 9110 §11.1',
      level: 'MUST',
      requirement: 'The case of the auth-scheme is ignored.',
      status: 'tested',
    },
    {
      id: 'rfc9110#11.2/auth-param-names-ignore-case',
      source: 'RFC 9110 §11.2',
      level: 'MUST',
      requirement: 'The names of auth-params ignore case and occur once in a challenge.',
      status: 'tested',
    },
    {
      id: 'rfc9110#11.5/realm-is-quoted-string',
      source: 'RFC 9110 §11.5',
      level: 'MUST',
      requirement: 'The realm is sent as a quoted-string.',
      status: 'tested',
    },
    {
      id: 'rfc9110#5.6.4/backslash-escapes-quote-and-backslash',
      source: 'RFC 9110 §5.6.4',
      level: 'MUST',
      requirement:
        'In a quoted-string a backslash escapes quotes and backslashes and nothing else.',
      status: 'tested',
    },
    {
      id: 'rfc9110#5.5/no-text-breaks-a-field',
      source: 'RFC 9110 §5.5',
      level: 'MUST',
      requirement: 'No text, whatever it contains, breaks a field or makes the response fail.',
      status: 'tested',
    },
    {
      id: 'rfc9110#11.6.1/every-401-has-challenge',
      source: 'RFC 9110 §11.6.1',
      level: 'MUST',
      requirement: 'Every 401 has a challenge.',
      status: 'tested',
    },
    {
      id: 'rfc9110#11.6.1/other-challenges-stay',
      source: 'RFC 9110 §11.6.1',
      level: 'MAY',
      requirement: 'Challenges of other middleware are kept, and all of them can be parsed.',
      status: 'tested',
    },
    {
      id: 'rfc9110#5.3/two-authorization-lines-malformed',
      source: 'RFC 9110 §5.3',
      level: 'MUST NOT',
      requirement: 'Two Authorization lines are malformed, whichever comes first.',
      status: 'tested',
    },
    {
      id: 'rfc9110#11.4/invalid-is-401-insufficient-is-403',
      source: 'RFC 9110 §11.4, §15.5.2, §15.5.4',
      level: 'SHOULD',
      requirement: 'Missing or invalid credentials are 401, valid and insufficient ones 403.',
      status: 'tested',
    },
    {
      id: 'rfc9110#15.5.4/404-hides-resource',
      source: 'RFC 9110 §15.5.4',
      level: 'MAY',
      requirement: 'A 404 may replace a 403 to hide a resource.',
      status: 'declined',
      reason:
        'Hiding is a decision about one resource that a guard cannot make: a 404 for lack of scope would also hide the scope that the caller needs. An application can answer so with onRefusal.',
    },
    {
      id: 'rfc9110#15.6.4/503-has-retry-after',
      source: 'RFC 9110 §15.6.4, §10.2.3',
      level: 'MAY',
      requirement: 'A 503 says when to try again.',
      status: 'tested',
    },
    {
      id: 'rfc9110#9.3.2/head-like-get',
      source: 'RFC 9110 §9.3.2',
      level: 'MUST NOT',
      requirement: 'HEAD is treated like GET, with the same fields and no body.',
      status: 'tested',
    },
    {
      id: 'rfc9112#9.3/refusal-before-unread-body-closes',
      source: 'RFC 9112 §9.3',
      level: 'MUST',
      requirement:
        'A refusal that is sent before the body of its request was read announces that the connection closes.',
      status: 'tested',
    },
  ],
};
