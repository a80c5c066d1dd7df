/**
 * The targets that figures must meet. Each target names a figure of a part.
 */

import { FRONTS } from './fronts/fronts.mjs';

/** @param {{ value: number }} figure */
const atLeast = (least) => (figure) => figure.value >= least;
const atMost = (most) => (figure) => figure.value <= most;
const isAhead = ({ value, bestPeer }) => value > bestPeer.value;
const isBelow = ({ value, bestPeer }) => value < bestPeer.value;
const all =
  (...conditions) =>
  (figure) =>
    conditions.every((isMet) => isMet(figure));

/**
 * @typedef {object} Held
 * @property {number} value
 * @property {{ value: number }} [bestPeer]
 * @property {boolean} [worked]
 * @property {boolean} [allServed]
 */

/**
 * @typedef {object} Target
 * @property {string} figure - Its id in the results.
 * @property {string} about
 * @property {string} target
 * @property {(figure: Held) => boolean} isMet
 */

/** @type {(front: string) => Target} */
const frontTarget = (front) => ({
  figure: `fronts.${front}`,
  about: `HTTP by ${front}, same token: requests/s against the open route of ${front}`,
  target: '≥ 0.95',
  isMet: atLeast(0.95),
});

/** @type {readonly Target[]} */
export const TARGETS = [
  {
    figure: 'http.same',
    about: 'HTTP, same token: requests/s against the bare route',
    target: '≥ 0.95',
    isMet: atLeast(0.95),
  },
  {
    figure: 'http.known',
    about: 'HTTP, 5,000 distinct tokens, all known: requests/s against the bare route',
    target: '≥ 0.92',
    isMet: atLeast(0.92),
  },
  {
    figure: 'http.cold',
    about: 'HTTP, every token new, RS256: requests/s against the bare route',
    target: '≥ 0.60, ahead of every peer',
    isMet: all(atLeast(0.6), isAhead),
  },
  {
    figure: 'http.added',
    about: 'Server CPU added per guarded request, token known: µs',
    target: '≤ 8',
    isMet: atMost(8),
  },
  ...FRONTS.map(frontTarget),
  ...[
    ['telemetry', 'the metrics of `@scopegate/telemetry`', 0.95],
    ['recorder', 'the recorder of privileges', 0.98],
    ['inspector', 'the inspector without a page', 0.98],
    ['page', 'the inspector with an open page', 0.95],
    ['all', 'metrics, recorder and inspector', 0.92],
  ].map(([name, observer, least]) => ({
    figure: `observe.${name}`,
    about: `HTTP, same token, observed by ${observer}: requests/s against the same app unobserved`,
    target: `≥ ${least.toFixed(2)}`,
    isMet: atLeast(least),
  })),
  ...[
    ['call-options', 'a trial and `identifyClients`, without a subscriber', 1.02],
    ['call-subscriber', 'an empty subscriber', 1.15],
    ['call-inspector', 'the inspector without a page', 1.25],
    ['call-recorder', 'the recorder of privileges', 1.35],
    ['call-telemetry', 'the metrics of `@scopegate/telemetry`', 2.2],
  ].map(([name, observer, most]) => ({
    figure: `observe.${name}`,
    about: `In process, a guard on a known token with ${observer}: time against the guard alone`,
    target: `≤ ${most.toFixed(2)}`,
    isMet: atMost(most),
  })),
  ...[
    ['ES256', 0.88],
    ['Ed25519', 0.9],
    ['RS256', 0.7],
  ].map(([alg, least]) => ({
    figure: `dpop.proof-${alg}`,
    about: `In process, proof by a known key, ${alg}: speed relative to \`crypto.verify\``,
    target: `≥ ${least.toFixed(2)}`,
    isMet: atLeast(least),
  })),
  {
    figure: 'dpop.http',
    about: 'HTTP, every proof new, ES256: requests/s against the bare route',
    target: 'ahead of every peer',
    isMet: isAhead,
  },
  {
    figure: 'dpop.cpu',
    about: 'HTTP, every proof new, ES256: server CPU per request, µs',
    target: 'below every peer',
    isMet: isBelow,
  },
  {
    figure: 'dpop.memory',
    about: 'Memory per registered proof: bytes',
    target: '≤ 80',
    isMet: atMost(80),
  },
  {
    figure: 'dpop.bearer',
    about: 'In process, known bearer token: speed with DPoP on, against off',
    target: '≥ 0.99',
    isMet: atLeast(0.99),
  },
  {
    figure: 'encryption.known',
    about: 'In process, known encrypted token: time against a known JWT of the same length',
    target: '≤ 1.05',
    isMet: atMost(1.05),
  },
  ...[
    ['known', 'known token, version unchanged'],
    ['changed', 'known token, version changed'],
  ].map(([name, token]) => ({
    figure: `revocation.${name}`,
    about: `In process, revocation list of 100,000 entries, ${token}: µs added`,
    target: '≤ 0.5',
    isMet: atMost(0.5),
  })),
  {
    figure: 'introspection.known',
    about: 'In process, opaque token with a cached response: times a known JWT takes as long',
    target: '≤ 1.15',
    isMet: atMost(1.15),
  },
  {
    figure: 'introspection.requests',
    about: 'Introspection requests for 1,000 callers with one new opaque token',
    target: '1',
    isMet: ({ value }) => value === 1,
  },
  ...[0, 1_000, 100_000].map((entries) => ({
    figure: `fleet.bearer-${entries}`,
    about: `Known bearer token, log of ${entries.toLocaleString('en-US')} revocations in Redis: speed of a request against no revocations`,
    target: '≥ 0.99',
    isMet: atLeast(0.99),
  })),
  {
    figure: 'fleet.propagation-20',
    about: 'A revocation in a fleet of 20: ms until the last node enforces it',
    target: '≤ 600',
    isMet: atMost(600),
  },
  ...[
    ['start', 'at the start'],
    ['renewal', 'for each renewal'],
  ].map(([name, when]) => ({
    figure: `fleet.tokens-${name}`,
    about: `Token requests of a fleet of 50 processes ${when}`,
    target: '1',
    isMet: ({ value }) => value === 1,
  })),
  {
    figure: 'verify.known',
    about: 'In process, known token: µs',
    target: '≤ 1.6',
    isMet: atMost(1.6),
  },
  {
    figure: 'verify.known-fast-jwt',
    about: "In process, known token: times fast-jwt's default cache takes as long",
    target: '≥ 2',
    isMet: atLeast(2),
  },
  {
    figure: 'verify.cold-RS256',
    about: 'In process, new token, RS256, no cache: speed relative to `crypto.verify`',
    target: '≥ 0.75, ahead of every peer',
    isMet: all(atLeast(0.75), isAhead),
  },
  {
    figure: 'verify.cold-ES256',
    about: 'In process, new token, ES256, no cache: speed relative to `crypto.verify`',
    target: '≥ 0.90, ahead of every peer',
    isMet: all(atLeast(0.9), isAhead),
  },
  {
    figure: 'memory.token',
    about: 'Memory per cached token of 900 bytes: bytes',
    target: '≤ 900',
    isMet: atMost(900),
  },
  {
    figure: 'attack.fetches',
    about: 'Fetches for 2,000 unknown `kid`s in a burst',
    target: '≤ 4',
    isMet: atMost(4),
  },
  {
    figure: 'attack.p99',
    about: 'p99 of good tokens in a flood of made-up `kid`s, against a flood without tokens',
    target: '≤ 1.3, ahead of every peer',
    isMet: all(atMost(1.3), isBelow),
  },
  {
    figure: 'attack.rotation',
    about: 'A key rotates while 20 made-up `kid`s a second arrive: longest time until it works, s',
    target: '≤ 6',
    isMet: ({ value, worked }) => worked && value <= 6,
  },
  {
    figure: 'attack.hang',
    about: 'The JWKS endpoint hangs and the keys expire: p99 of good tokens against before',
    target: '≤ 1.2, all 200',
    isMet: ({ value, allServed }) => allServed && value <= 1.2,
  },
  {
    figure: 'start.express',
    about: 'Import of `@scopegate/express`: times the import of `express`',
    target: '≤ 0.5',
    isMet: atMost(0.5),
  },
  {
    figure: 'start.access-token',
    about: 'Import of `@scopegate/access-token`: times the import of `jose`',
    target: '≤ 1.2',
    isMet: atMost(1.2),
  },
];
