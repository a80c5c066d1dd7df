/**
 * Fetching of keys, and access by scripts of other origins.
 *
 * @module
 */
import type { Specification } from './specification.js';

export const RFC9111: Specification = {
  title: 'RFC 9111, RFC 5861 and key sets: fetching and caching',
  requirements: [
    {
      id: 'RFC9111-4.2-a',
      source: 'RFC 9111 §4.2',
      level: 'own',
      requirement: 'Keys live as long as their response headers say, within bounds.',
      status: 'tested',
    },
    {
      id: 'RFC9111-4.3-a',
      source: 'RFC 9111 §4.3',
      level: 'MAY',
      requirement: 'Keys are revalidated by their entity-tag, and a 304 extends their life.',
      status: 'tested',
    },
    {
      id: 'RFC9111-4.2.4-a',
      source: 'RFC 9111 §4.2.4; RFC 5861 §4',
      level: 'MUST NOT',
      requirement:
        'Stale keys serve when a refresh failed, for a bounded time, and not against must-revalidate.',
      status: 'tested',
    },
    {
      id: 'JWKS-1',
      source: 'RFC 7517 §4.5',
      level: 'own',
      requirement:
        'Unknown kids are looked up within a small budget, and one look-up serves all who wait.',
      status: 'tested',
    },
    {
      id: 'JWKS-2',
      source: 'RFC 7517 §4.5',
      level: 'own',
      requirement: 'While nobody can be asked, a token with an unknown kid is answered 503.',
      status: 'tested',
    },
    {
      id: 'JWKS-3',
      source: 'RFC 7517 §8.5.2',
      level: 'own',
      requirement:
        'Fetches end in time, are bounded in size, follow no redirect and take JSON alone.',
      status: 'tested',
    },
    {
      id: 'JWKS-4',
      source: 'RFC 7517 §5',
      level: 'own',
      requirement: 'A bad answer replaces nothing; a good one withdraws keys.',
      status: 'tested',
    },
  ],
};

export const FETCH: Specification = {
  title: 'Fetch standard: CORS',
  requirements: [
    {
      id: 'FETCH-1',
      source: 'Fetch §4.8',
      level: 'MUST',
      requirement:
        'A preflight is answered before authentication, and no other OPTIONS request is exempt.',
      status: 'tested',
    },
    {
      id: 'FETCH-2',
      source: 'Fetch §4.10',
      level: 'MUST',
      requirement: 'Authorization is allowed by its name.',
      status: 'tested',
    },
    {
      id: 'RFC9449-7.1-d',
      source: 'RFC 9449 §7.1; Fetch §3.3.3',
      level: 'own',
      requirement: 'Challenges and Retry-After can be exposed to scripts on refusals.',
      status: 'tested',
    },
  ],
};
