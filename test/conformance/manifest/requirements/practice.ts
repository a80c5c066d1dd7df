/**
 * Best current practice, and the bodies of refusals.
 *
 * @module
 */
import type { Specification } from './specification.js';

export const RFC9700: Specification = {
  title: 'RFC 9700 and RFC 8996: best current practice',
  requirements: [
    {
      id: 'rfc9700#2.2.1/sender-constrained-tokens',
      source: 'RFC 9700 §2.2.1',
      level: 'SHOULD',
      requirement: 'Sender-constrained tokens are supported, and a route can require them.',
      status: 'tested',
    },
    {
      id: 'rfc9700#2.3/audience-checked-per-request',
      source: 'RFC 9700 §2.3',
      level: 'MUST',
      requirement:
        'Every request is checked for its audience, on warm connections and with a warm cache too.',
      status: 'tested',
    },
    {
      id: 'rfc9700#2.3/route-and-method-checked',
      source: 'RFC 9700 §2.3',
      level: 'MUST',
      requirement:
        'Every request is checked for its route and method, and the requirements of all guards can be listed.',
      status: 'tested',
    },
    {
      id: 'rfc9700#4.13/proxy-fields-change-nothing',
      source: 'RFC 9700 §4.13',
      level: 'MUST',
      requirement: 'Fields that a proxy would set change nothing.',
      status: 'tested',
    },
    {
      id: 'rfc8996#4/tls-never-lowered',
      source: 'RFC 8996 §4',
      level: 'MUST NOT',
      requirement:
        'Nothing lowers the minimum version of TLS or turns off the checking of certificates.',
      status: 'tested',
    },
  ],
};

export const RFC9457: Specification = {
  title: 'RFC 9457: problem details',
  requirements: [
    {
      id: 'rfc9457#3/refusal-body-is-problem-json',
      source: 'RFC 9457 §3',
      level: 'MUST',
      requirement: 'The body of a refusal is application/problem+json.',
      status: 'tested',
    },
    {
      id: 'rfc9457#3.1.2/status-member-is-status',
      source: 'RFC 9457 §3.1.2',
      level: 'MUST',
      requirement: 'status is the status of the response.',
      status: 'tested',
    },
    {
      id: 'rfc9457#4.2.1/type-is-about-blank',
      source: 'RFC 9457 §4.2.1',
      level: 'SHOULD',
      requirement: 'type is about:blank, and then title is the phrase of the status.',
      status: 'tested',
    },
    {
      id: 'rfc9457#3.1.3/title-does-not-vary',
      source: 'RFC 9457 §3.1.3',
      level: 'SHOULD NOT',
      requirement: 'title does not vary between occurrences; what varies is in detail.',
      status: 'tested',
    },
    {
      id: 'rfc9457#5/body-reveals-no-internals',
      source: 'RFC 9457 §5',
      level: 'MUST NOT',
      requirement:
        'The body reveals no stack, value or internal name, and never contradicts the challenge.',
      status: 'tested',
    },
  ],
};
