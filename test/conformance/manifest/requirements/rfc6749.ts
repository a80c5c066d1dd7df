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
      id: 'RFC6749-3.3-a',
      source: 'RFC 6749 §3.3',
      level: 'MUST',
      requirement:
        'Scope is a set of case-sensitive scope-tokens between single spaces, in any order.',
      status: 'tested',
    },
    {
      id: 'RFC6749-3.3-b',
      source: 'RFC 6749 §3.3',
      level: 'own',
      requirement:
        'Surplus spaces are forgiven, other white space separates nothing, and an empty requirement cannot be built.',
      status: 'tested',
    },
    {
      id: 'RFC6749-7-a',
      source: 'RFC 6749 §7',
      level: 'MUST',
      requirement: 'The token is validated, not expired, and its scope covers the resource.',
      status: 'tested',
    },
    {
      id: 'RFC6749-7.2-a',
      source: 'RFC 6749 §7.2',
      level: 'SHOULD',
      requirement:
        'A refused caller is told so: no refusal ends as silence, an empty success or a redirect.',
      status: 'tested',
    },
    {
      id: 'RFC6749-10.3-a',
      source: 'RFC 6749 §10.3; RFC 9700 §4.9.3',
      level: 'MUST',
      requirement:
        "A token's value leaves no trace in answers, errors, their causes, events or memory that can be inspected.",
      status: 'tested',
    },
  ],
};
