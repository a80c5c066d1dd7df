/**
 * Mistakes in how a token is signed, and with which key.
 *
 * @module
 */
import { createFixes } from '../inspection/fix.js';
import { readClaim } from '../inspection/inspection.js';
import { findFittingKey } from '../inspection/key-search.js';
import { formatValue } from '../inspection/printable.js';
import { MAX_CANDIDATES } from '../keys/key-ring.js';
import type { KnownMistake } from './mistake.js';

/** The names of the mistakes of {@link SIGNATURE_MISTAKES}. */
export type SignatureCause =
  | 'unsigned_token'
  | 'shared_secret_token'
  | 'algorithm_not_allowed'
  | 'unknown_kid'
  | 'missing_kid'
  | 'graph_token';

const GRAPH_AUDIENCES: readonly unknown[] = [
  '00000003-0000-0000-c000-000000000000',
  'https://graph.microsoft.com',
];

/** In the order in which they are reported. */
export const SIGNATURE_MISTAKES: Readonly<Record<SignatureCause, KnownMistake<SignatureCause>>> = {
  unsigned_token: {
    checks: ['algorithm'],
    findEvidence: ({ header: { alg } }) =>
      typeof alg === 'string' && alg.toLowerCase() === 'none'
        ? `the token is not signed: "alg" is ${formatValue(alg)}`
        : undefined,
    fixes: createFixes(['authorization server', 'sign access tokens']),
  },
  shared_secret_token: {
    checks: ['algorithm'],
    findEvidence: ({ header: { alg } }) =>
      typeof alg === 'string' && /^HS(256|384|512)$/.test(alg)
        ? `the token is signed with a shared secret: "alg" is "${alg}"`
        : undefined,
    fixes: createFixes(
      [
        'authorization server',
        'sign with RS256 or ES256 (in Auth0, change the algorithm in the settings of the API)',
      ],
      ['resource server', 'if both sides share a secret, configure the option "secret"'],
    ),
  },
  algorithm_not_allowed: {
    checks: ['algorithm'],
    unless: ['unsigned_token', 'shared_secret_token'],
    findEvidence: ({ header: { alg }, expected: { algorithms } }) =>
      typeof alg === 'string'
        ? `"alg" is ${formatValue(alg)}; the accepted algorithms are ${algorithms.join(', ')}`
        : undefined,
    fixes: createFixes(
      ['authorization server', 'sign with an accepted algorithm'],
      ['resource server', 'add the algorithm to the option "algorithms"'],
    ),
  },
  unknown_kid: {
    checks: ['key'],
    findEvidence: ({ header: { kid }, keySearch }) =>
      keySearch.kind === 'unknown' && typeof kid === 'string'
        ? `the issuer's key set has no key with "kid" ${formatValue(kid)} for the algorithm`
        : undefined,
    fixes: createFixes(
      ['authorization server', 'publish each signing key before signing with it'],
      ['client', 'request a new token, because the key may have been withdrawn'],
    ),
  },
  missing_kid: {
    checks: ['signature'],
    unless: ['graph_token'],
    findEvidence: ({ header: { kid }, keySearch, trusted }) => {
      const key = findFittingKey(keySearch);
      const count =
        kid === undefined && key !== undefined ? (trusted?.keySet.count(key.alg) ?? 0) : 0;
      return count > MAX_CANDIDATES
        ? `the token has no "kid", and only ${MAX_CANDIDATES} of the issuer's ${count} keys for the algorithm are tried`
        : undefined;
    },
    fixes: createFixes(
      ['authorization server', 'set "kid" in the header of tokens and in the key set'],
      ['authorization server', `publish at most ${MAX_CANDIDATES} keys for each algorithm`],
    ),
  },
  graph_token: {
    checks: ['signature', 'audience'],
    findEvidence: (inspection) =>
      GRAPH_AUDIENCES.includes(readClaim(inspection, 'aud')) &&
      Object.hasOwn(inspection.header, 'nonce')
        ? 'the token is for Microsoft Graph, and only Microsoft Graph can verify it'
        : undefined,
    fixes: createFixes(['client', 'request a scope of this API, such as api://<its id>/.default']),
  },
};
