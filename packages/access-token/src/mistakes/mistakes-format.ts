/**
 * Mistakes in how a token is written, sent and signed.
 *
 * @module
 */
import { type Diagnosis, remedies } from './mistake.js';
import { isEncrypted, isJwt, isShortened } from './token-shape.js';
import type { FindingCause } from '../explanation.js';
import { MAX_CANDIDATES } from '../keys/key-ring.js';
import { showValue } from '../inspection/printable.js';

const SENT_WRONG: readonly FindingCause[] = ['bearer_prefix', 'quotes_or_spaces'];

/** In the order in which they are told. */
export const FORMAT_DIAGNOSES: readonly Diagnosis[] = Object.freeze([
  {
    cause: 'bearer_prefix',
    of: ['format'],
    find: ({ token }) =>
      /^[\s"']*bearer[\s:]/i.test(token) ? 'the text begins with the scheme "Bearer"' : undefined,
    remedies: remedies(['client', 'send the scheme once: Authorization: Bearer <token>']),
  },
  {
    cause: 'quotes_or_spaces',
    of: ['format'],
    unless: ['bearer_prefix'],
    find: ({ token }) =>
      /^[\s"']|[\s"']$/.test(token)
        ? 'there are quotes or white space around the token'
        : undefined,
    remedies: remedies(['client', 'trim the token, and take it out of its JSON string']),
  },
  {
    cause: 'oversized_token',
    of: ['format'],
    find: ({ token, policy: { maxTokenBytes } }) =>
      token.length > maxTokenBytes
        ? `the token has ${token.length} characters; ${maxTokenBytes} are the limit`
        : undefined,
    remedies: remedies(
      ['authorization server', 'put less into access tokens: groups and roles above all'],
      ['resource server', 'or raise "maxTokenBytes", and the limit of headers of Node'],
    ),
  },
  {
    cause: 'opaque_token',
    of: ['format'],
    unless: ['oversized_token', ...SENT_WRONG],
    find: (patient) =>
      isJwt(patient) || patient.token === ''
        ? undefined
        : 'the token is no JWT: only the authorization server can tell what it means',
    remedies: remedies(
      ['client', 'name this API when requesting the token, by "resource" or "audience"'],
      ['authorization server', 'issue JWT access tokens for this API (RFC 9068)'],
    ),
  },
  {
    cause: 'auth0_without_audience',
    of: ['format'],
    find: (patient) => {
      const { header, policy } = patient;
      const fits = isEncrypted(patient) && header['alg'] === 'dir';
      const named =
        typeof header['iss'] === 'string' ? [header['iss']] : [...policy.issuers.keys()];
      const isAuth0 = named.some((issuer) => /^https:\/\/[^/]+\.auth0\.com\/$/.test(issuer));
      return fits && isAuth0
        ? 'the token is one that Auth0 encrypts for itself when a request has no "audience"'
        : undefined;
    },
    remedies: remedies(
      ['client', 'send the parameter "audience" with the identifier of the API'],
      ['authorization server', 'or set a Default Audience in the settings of the Auth0 tenant'],
    ),
  },
  {
    cause: 'encrypted_token',
    of: ['format'],
    unless: ['auth0_without_audience', ...SENT_WRONG],
    find: (patient) =>
      isEncrypted(patient) ? 'the token has the five parts of a JWE (RFC 7516 §3.1)' : undefined,
    remedies: remedies(['authorization server', 'issue signed, not encrypted, access tokens']),
  },
  {
    cause: 'truncated_token',
    of: ['format', 'signature'],
    unless: SENT_WRONG,
    find: (patient) => (isShortened(patient) ? 'the end of the token is missing' : undefined),
    remedies: remedies([
      'client',
      'keep the whole token: look for columns, headers and cookies that are too short for it',
    ]),
  },
  {
    cause: 'critical_header',
    of: ['format'],
    find: ({ header, parts }) =>
      parts.length === 3 && Object.hasOwn(header, 'crit')
        ? `the header asks for extensions: "crit" ${showValue(header['crit'])}`
        : undefined,
    remedies: remedies(['authorization server', 'issue tokens without "crit" (RFC 7515 §4.1.11)']),
  },
  {
    cause: 'unsigned_token',
    of: ['algorithm'],
    find: ({ header: { alg } }) =>
      typeof alg === 'string' && alg.toLowerCase() === 'none'
        ? `the header says that the token is not signed: "alg" ${showValue(alg)}`
        : undefined,
    remedies: remedies(['authorization server', 'sign access tokens; "none" proves nothing']),
  },
  {
    cause: 'shared_secret_token',
    of: ['algorithm'],
    find: ({ header: { alg } }) =>
      typeof alg === 'string' && /^HS(256|384|512)$/.test(alg)
        ? `the token is signed with a shared secret: "alg" "${alg}"`
        : undefined,
    remedies: remedies(
      ['authorization server', 'sign with RS256 or ES256 (Auth0: in the settings of the API)'],
      ['resource server', 'or configure the option "secret", where both sides keep one'],
    ),
  },
  {
    cause: 'algorithm_not_allowed',
    of: ['algorithm'],
    unless: ['unsigned_token', 'shared_secret_token'],
    find: ({ header: { alg }, expected: { algorithms } }) =>
      typeof alg === 'string'
        ? `"alg" is ${showValue(alg)}; accepted are ${algorithms.join(', ')}`
        : undefined,
    remedies: remedies(
      ['authorization server', 'sign by an accepted algorithm'],
      ['resource server', 'or accept this one, by the option "algorithms"'],
    ),
  },
  {
    cause: 'unknown_kid',
    of: ['key'],
    find: ({ header: { kid }, failed }) =>
      // Where the keys cannot be had, nobody knows.
      failed.get('key') === 'key' && typeof kid === 'string'
        ? `the JWKS has no key ${showValue(kid)} for the algorithm`
        : undefined,
    remedies: remedies(
      ['authorization server', 'publish the key that signs, before it signs'],
      ['client', 'request a new token, where the key was withdrawn'],
    ),
  },
  {
    cause: 'missing_kid',
    of: ['signature'],
    unless: ['graph_token'],
    find: ({ header: { kid }, key, expected: { keySet } }) => {
      const count = kid === undefined && key !== undefined ? keySet.count(key.alg) : 0;
      return count > MAX_CANDIDATES
        ? `the token has no "kid", and the issuer has ${count} keys for the algorithm, of which ${MAX_CANDIDATES} are tried`
        : undefined;
    },
    remedies: remedies(
      ['authorization server', 'name the key by "kid" in the header of tokens and in the JWKS'],
      ['authorization server', 'or publish four keys for an algorithm at most'],
    ),
  },
  {
    cause: 'graph_token',
    of: ['signature', 'audience'],
    find: ({ header, claims }) => {
      const graph = ['00000003-0000-0000-c000-000000000000', 'https://graph.microsoft.com'];
      const isForGraph = graph.some((audience) => claims?.['aud'] === audience);
      return isForGraph && Object.hasOwn(header, 'nonce')
        ? 'the token is meant for Microsoft Graph, which alone can verify it'
        : undefined;
    },
    remedies: remedies(['client', 'request the scope of this API: api://<its id>/.default']),
  },
]);
