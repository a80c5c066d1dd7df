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
      id: 'RFC9110-11.1-a',
      source: 'RFC 9110 §11.1',
      level: 'MUST',
      requirement: 'The case of the auth-scheme is ignored.',
      status: 'tested',
    },
    {
      id: 'RFC9110-11.2-a',
      source: 'RFC 9110 §11.2',
      level: 'MUST',
      requirement: 'The names of auth-params ignore case and occur once in a challenge.',
      status: 'tested',
    },
    {
      id: 'RFC9110-11.5-a',
      source: 'RFC 9110 §11.5',
      level: 'MUST',
      requirement: 'The realm is sent as a quoted-string.',
      status: 'tested',
    },
    {
      id: 'RFC9110-5.6.4-a',
      source: 'RFC 9110 §5.6.4',
      level: 'MUST',
      requirement:
        'In a quoted-string a backslash escapes quotes and backslashes and nothing else.',
      status: 'tested',
    },
    {
      id: 'RFC9110-5.5-a',
      source: 'RFC 9110 §5.5',
      level: 'MUST',
      requirement: 'No text, whatever it holds, breaks a field or makes the answer fail.',
      status: 'tested',
    },
    {
      id: 'RFC9110-11.6.1-a',
      source: 'RFC 9110 §11.6.1',
      level: 'MUST',
      requirement: 'Every 401 has a challenge.',
      status: 'tested',
    },
    {
      id: 'RFC9110-11.6.1-b',
      source: 'RFC 9110 §11.6.1',
      level: 'MAY',
      requirement:
        'Challenges of other middleware stay beside ours, and all of them can be parsed.',
      status: 'tested',
    },
    {
      id: 'RFC9110-5.3-a',
      source: 'RFC 9110 §5.3',
      level: 'MUST NOT',
      requirement: 'Two Authorization lines are malformed, whichever comes first.',
      status: 'tested',
    },
    {
      id: 'RFC9110-11.4-a',
      source: 'RFC 9110 §11.4, §15.5.2, §15.5.4',
      level: 'SHOULD',
      requirement: 'Missing or invalid credentials are 401, valid and insufficient ones 403.',
      status: 'tested',
    },
    {
      id: 'RFC9110-15.5.4-a',
      source: 'RFC 9110 §15.5.4',
      level: 'MAY',
      requirement: 'A 404 may stand in place of a 403 to hide a resource.',
      status: 'declined',
      reason:
        'Hiding is a decision about one resource that a guard cannot make: an answer of 404 for lack of scope would also hide what the caller would have to ask for. onRefusal can answer so where an application wants it.',
    },
    {
      id: 'RFC9110-15.6.4-a',
      source: 'RFC 9110 §15.6.4, §10.2.3',
      level: 'MAY',
      requirement: 'A 503 says when to try again.',
      status: 'tested',
    },
    {
      id: 'RFC9110-9.3.2-a',
      source: 'RFC 9110 §9.3.2',
      level: 'MUST NOT',
      requirement: 'HEAD is judged like GET, with the same fields and no body.',
      status: 'tested',
    },
  ],
};
