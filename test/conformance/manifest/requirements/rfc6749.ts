/**
 * Scope, and access to protected resources.
 *
 * @module
 */
import type { Specification } from './specification.js';

export const RFC6749: Specification = {
  title: 'RFC 6749: scope and access to resources',
  requirements: [
    {
      id: 'rfc6749#3.3/scope-is-case-sensitive-set',
      source: 'RFC 6749 §3.3',
      level: 'MUST',
      requirement:
        'Scope is a set of case-sensitive scope-tokens between single spaces, in any order.',
      status: 'tested',
    },
    {
      id: 'rfc6749#3.3/surplus-spaces-accepted',
      source: 'RFC 6749 §3.3',
      level: 'own',
      requirement:
        'Surplus spaces are accepted, other white space is not a separator, and an empty requirement cannot be built.',
      status: 'tested',
    },
    {
      id: 'rfc6749#7/token-valid-and-scope-covers',
      source: 'RFC 6749 §7',
      level: 'MUST',
      requirement: 'The token is validated, not expired, and its scope covers the resource.',
      status: 'tested',
    },
    {
      id: 'rfc6749#7.2/refusal-is-never-silent',
      source: 'RFC 6749 §7.2',
      level: 'SHOULD',
      requirement:
        'A refused caller learns so: no refusal ends in silence, an empty success or a redirect.',
      status: 'tested',
    },
    {
      id: 'rfc6749#10.3/token-value-leaves-no-trace',
      source: 'RFC 6749 §10.3; RFC 9700 §4.9.3',
      level: 'MUST',
      requirement:
        'The value of a token leaves no trace in responses, errors, their causes, events or memory that can be inspected.',
      status: 'tested',
    },
  ],
};
