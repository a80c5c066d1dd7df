/**
 * Best current practice, and the bodies of refusals.
 *
 * @module
 */
import type { Specification } from './specification.js';

const CONSTRAINT =
  'No sender constraint is built yet; until one is, every bound token is refused (RFC7800-3.1-a).';

export const RFC9700: Specification = {
  title: 'RFC 9700 and RFC 8996: best current practice',
  requirements: [
    {
      id: 'RFC9700-2.2.1-a',
      source: 'RFC 9700 §2.2.1',
      level: 'SHOULD',
      requirement: 'Sender-constrained tokens are supported, and a route can ask for them.',
      status: 'planned',
      reason: CONSTRAINT,
    },
    {
      id: 'RFC9700-2.3-a',
      source: 'RFC 9700 §2.3',
      level: 'MUST',
      requirement:
        'Every request is checked for its audience, on warm connections and with a warm cache too.',
      status: 'tested',
    },
    {
      id: 'RFC9700-2.3-b',
      source: 'RFC 9700 §2.3',
      level: 'MUST',
      requirement:
        'Every request is checked for its route and method, and what a guard asks for can be listed.',
      status: 'tested',
    },
    {
      id: 'RFC9700-4.13-a',
      source: 'RFC 9700 §4.13',
      level: 'MUST',
      requirement: 'Fields that a proxy would set change nothing.',
      status: 'tested',
    },
    {
      id: 'RFC8996-4-a',
      source: 'RFC 8996 §4',
      level: 'MUST NOT',
      requirement: 'Nothing lowers the least version of TLS or the checking of certificates.',
      status: 'tested',
    },
  ],
};

export const RFC9457: Specification = {
  title: 'RFC 9457: problem details',
  requirements: [
    {
      id: 'RFC9457-3-a',
      source: 'RFC 9457 §3',
      level: 'MUST',
      requirement: 'The body of a refusal is application/problem+json.',
      status: 'tested',
    },
    {
      id: 'RFC9457-3.1.2-a',
      source: 'RFC 9457 §3.1.2',
      level: 'MUST',
      requirement: 'status is the status of the answer.',
      status: 'tested',
    },
    {
      id: 'RFC9457-4.2.1-a',
      source: 'RFC 9457 §4.2.1',
      level: 'SHOULD',
      requirement: 'type is about:blank, and then title is the phrase of the status.',
      status: 'tested',
    },
    {
      id: 'RFC9457-3.1.3-a',
      source: 'RFC 9457 §3.1.3',
      level: 'SHOULD NOT',
      requirement: 'title does not vary between occurrences; what does stands in detail.',
      status: 'tested',
    },
    {
      id: 'RFC9457-5-a',
      source: 'RFC 9457 §5',
      level: 'MUST NOT',
      requirement:
        'The body reveals no stack, value or internal name, and never contradicts the challenge.',
      status: 'tested',
    },
  ],
};
