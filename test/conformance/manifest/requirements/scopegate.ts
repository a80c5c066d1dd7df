/**
 * Rules of our own, where the specifications are silent or give a choice.
 *
 * @module
 */
import type { Specification } from './specification.js';

export const SCOPEGATE: Specification = {
  title: 'Scopegate: what the specifications leave open',
  requirements: [
    {
      id: 'SG-ORDER-1',
      source: 'RFC 6750 §3.1; RFC 9110 §15.5',
      level: 'own',
      requirement:
        'Failed checks are reported in one order: request, token, keys, signature, claims, scope.',
      status: 'tested',
    },
    {
      id: 'SG-OUTAGE-1',
      source: 'RFC 9110 §15.6.4',
      level: 'own',
      requirement: 'What needs no keys to be decided is decided in an outage too.',
      status: 'tested',
    },
    {
      id: 'SG-OUTAGE-2',
      source: 'RFC 9111 §4.2.4',
      level: 'own',
      requirement: 'An outage does not break callers whose keys are held.',
      status: 'tested',
    },
    {
      id: 'SG-SUCCESS-1',
      source: 'RFC 9111 §3.5',
      level: 'own',
      requirement: 'A guard adds nothing to the answer of a handler.',
      status: 'tested',
    },
    {
      id: 'SG-CACHE-1',
      source: 'RFC 9111 §5.2.2.5',
      level: 'own',
      requirement: 'No refusal may be stored.',
      status: 'tested',
    },
    {
      id: 'SG-CACHE-2',
      source: 'RFC 9110 §12.5.5',
      level: 'own',
      requirement:
        'Answers of optional routes vary by Authorization, beside what they vary by already.',
      status: 'tested',
    },
    {
      id: 'SG-OPTIONAL-1',
      source: 'RFC 6750 §3.1',
      level: 'own',
      requirement: 'Where credentials are optional, bad ones are refused all the same.',
      status: 'tested',
    },
    {
      id: 'SG-SCOPE-1',
      source: 'RFC 9700 §2.3',
      level: 'own',
      requirement:
        'A token with more scope than a route allows is refused, and told what would be enough.',
      status: 'tested',
    },
    {
      id: 'SG-SCOPE-2',
      source: 'RFC 6750 §3.1',
      level: 'own',
      requirement: 'Where one of several scopes will do, the refusal names one that does.',
      status: 'tested',
    },
    {
      id: 'SG-ISOLATION-1',
      source: 'RFC 9700 §2.3',
      level: 'own',
      requirement: 'Resource servers of one process share no decision.',
      status: 'tested',
    },
  ],
};
