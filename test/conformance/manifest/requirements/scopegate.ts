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
      id: 'scopegate#order/one-order-of-checks',
      source: 'RFC 6750 §3.1; RFC 9110 §15.5',
      level: 'own',
      requirement:
        'Failed checks are reported in one order: request, token, keys, signature, claims, scope.',
      status: 'tested',
    },
    {
      id: 'scopegate#outage/decided-without-keys',
      source: 'RFC 9110 §15.6.4',
      level: 'own',
      requirement: 'What can be decided without keys is decided in an outage, too.',
      status: 'tested',
    },
    {
      id: 'scopegate#outage/cached-keys-still-serve',
      source: 'RFC 9111 §4.2.4',
      level: 'own',
      requirement: 'An outage does not affect callers whose keys are cached.',
      status: 'tested',
    },
    {
      id: 'scopegate#success/handler-answer-unchanged',
      source: 'RFC 9111 §3.5',
      level: 'own',
      requirement: 'A guard adds only Vary: Authorization to the response of a handler.',
      status: 'tested',
    },
    {
      id: 'scopegate#caching/refusals-not-stored',
      source: 'RFC 9111 §5.2.2.5',
      level: 'own',
      requirement: 'No refusal may be stored.',
      status: 'tested',
    },
    {
      id: 'scopegate#caching/guarded-routes-vary',
      source: 'RFC 9110 §12.5.5',
      level: 'own',
      requirement:
        'Responses of guarded routes vary by Authorization, in addition to what they vary by already.',
      status: 'tested',
    },
    {
      id: 'scopegate#optional/bad-credentials-refused',
      source: 'RFC 6750 §3.1',
      level: 'own',
      requirement: 'Where credentials are optional, bad ones are still refused.',
      status: 'tested',
    },
    {
      id: 'scopegate#scope/excess-scope-refused',
      source: 'RFC 9700 §2.3',
      level: 'own',
      requirement:
        'A token with more scope than a route allows is refused, and the challenge names what is enough.',
      status: 'tested',
    },
    {
      id: 'scopegate#scope/refusal-names-one-alternative',
      source: 'RFC 6750 §3.1',
      level: 'own',
      requirement: 'Where one of several scopes is enough, the refusal names one that is.',
      status: 'tested',
    },
    {
      id: 'scopegate#isolation/servers-share-no-decision',
      source: 'RFC 9700 §2.3',
      level: 'own',
      requirement: 'Resource servers of one process share no decision.',
      status: 'tested',
    },
  ],
};
