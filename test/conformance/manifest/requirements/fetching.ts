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
      id: 'rfc9111#4.2/keys-live-by-response-headers',
      source: 'RFC 9111 §4.2',
      level: 'own',
      requirement: 'Keys live as long as their response headers say, within bounds.',
      status: 'tested',
    },
    {
      id: 'rfc9111#4.3/keys-revalidated-by-etag',
      source: 'RFC 9111 §4.3',
      level: 'MAY',
      requirement: 'Keys are revalidated by their entity-tag, and a 304 extends their life.',
      status: 'tested',
    },
    {
      id: 'rfc9111#4.2.4/stale-keys-bounded',
      source: 'RFC 9111 §4.2.4; RFC 5861 §4',
      level: 'MUST NOT',
      requirement:
        'Stale keys are used only after a refresh failed, and only within a time that the operator of the API bounds, whatever must-revalidate says, because keys are not responses that a cache serves.',
      status: 'tested',
    },
    {
      id: 'rfc7517#4.5/unknown-kid-within-budget',
      source: 'RFC 7517 §4.5',
      level: 'own',
      requirement:
        'Unknown kids are looked up within a small budget, and one look-up serves all waiting requests.',
      status: 'tested',
    },
    {
      id: 'rfc7517#4.5/reused-kid-within-budget',
      source: 'RFC 7517 §4.5',
      level: 'own',
      requirement:
        'A bad signature under a known kid is looked up again within the same budget, and is refused during an outage.',
      status: 'tested',
    },
    {
      id: 'rfc7517#4.5/unknown-kid-in-outage-is-503',
      source: 'RFC 7517 §4.5',
      level: 'own',
      requirement: 'During an outage a token with an unknown kid is answered with 503.',
      status: 'tested',
    },
    {
      id: 'rfc7517#8.5.2/fetches-bounded',
      source: 'RFC 7517 §8.5.2',
      level: 'own',
      requirement:
        'Fetches end in time, are bounded in size, follow no redirect, and accept only JSON that is not served as HTML.',
      status: 'tested',
    },
    {
      id: 'rfc7517#5/bad-answer-replaces-nothing',
      source: 'RFC 7517 §5',
      level: 'own',
      requirement: 'A bad response replaces nothing; a good one withdraws keys.',
      status: 'tested',
    },
  ],
};

export const FETCH: Specification = {
  title: 'Fetch Standard: CORS',
  requirements: [
    {
      id: 'fetch#4.8/preflight-before-authentication',
      source: 'Fetch §4.8',
      level: 'MUST',
      requirement:
        'A preflight is answered before authentication, and no other OPTIONS request is exempt.',
      status: 'tested',
    },
    {
      id: 'fetch#4.10/authorization-allowed-by-name',
      source: 'Fetch §4.10',
      level: 'MUST',
      requirement: 'Authorization is allowed by its name.',
      status: 'tested',
    },
    {
      id: 'rfc9449#7.1/challenges-are-exposed',
      source: 'RFC 9449 §7.1; Fetch §3.3.3',
      level: 'own',
      requirement: 'Challenges and Retry-After are exposed to scripts on refusals.',
      status: 'tested',
    },
    {
      id: 'fetch#4.8/metadata-answers-preflight',
      source: 'Fetch §4.8, §4.10',
      level: 'MUST',
      requirement:
        'A script of any origin may read the metadata document, whatever header fields it sends.',
      status: 'tested',
    },
  ],
};
