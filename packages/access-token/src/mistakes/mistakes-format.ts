/**
 * Mistakes in how a token is sent and encoded.
 *
 * @module
 */
import { createFixes } from '../inspection/fix.js';
import { formatValue } from '../inspection/printable.js';
import type { KnownMistake } from './mistake.js';
import { isEncrypted, isJwt, isTruncated } from './token-shape.js';

/** The names of the mistakes of {@link FORMAT_MISTAKES}. */
export type FormatCause =
  | 'bearer_prefix'
  | 'quotes_or_spaces'
  | 'oversized_token'
  | 'opaque_token'
  | 'auth0_without_audience'
  | 'encrypted_token'
  | 'truncated_token'
  | 'critical_header';

const SENT_WRONG: readonly FormatCause[] = ['bearer_prefix', 'quotes_or_spaces'];

/** In the order in which they are reported. */
export const FORMAT_MISTAKES: Readonly<Record<FormatCause, KnownMistake<FormatCause>>> = {
  bearer_prefix: {
    checks: ['format'],
    findEvidence: ({ token }) =>
      /^[\s"']*bearer[\s:]/i.test(token)
        ? 'the scheme "Bearer" was sent as part of the token'
        : undefined,
    fixes: createFixes(['client', 'send the scheme once: Authorization: Bearer <token>']),
  },
  quotes_or_spaces: {
    checks: ['format'],
    unless: ['bearer_prefix'],
    findEvidence: ({ token }) =>
      /^[\s"']|[\s"']$/.test(token)
        ? 'the token begins or ends with a quote or with white space'
        : undefined,
    fixes: createFixes(['client', 'parse the token response as JSON, and trim the token']),
  },
  oversized_token: {
    checks: ['format'],
    findEvidence: ({ token, policy: { maxTokenBytes } }) =>
      token.length > maxTokenBytes
        ? `the token has ${token.length} characters; at most ${maxTokenBytes} are allowed`
        : undefined,
    fixes: createFixes(
      [
        'authorization server',
        'put fewer claims into access tokens; remove groups and roles first',
      ],
      ['resource server', 'raise "maxTokenBytes" and the --max-http-header-size of Node.js'],
    ),
  },
  opaque_token: {
    checks: ['format'],
    unless: ['oversized_token', ...SENT_WRONG],
    findEvidence: (inspection) =>
      isJwt(inspection) || inspection.token === ''
        ? undefined
        : 'the token is not a JWT, so only the authorization server can read it',
    fixes: createFixes(
      ['client', 'name this API in the token request, with "resource" or "audience"'],
      ['authorization server', 'issue JWT access tokens for this API (RFC 9068)'],
    ),
  },
  auth0_without_audience: {
    checks: ['format'],
    findEvidence: (inspection) => {
      const { header, policy } = inspection;
      const isDirect = isEncrypted(inspection) && header['alg'] === 'dir';
      const { iss } = header;
      const issuers =
        typeof iss === 'string' ? [iss] : policy.issuers.list().map(({ issuer }) => issuer);
      const isAuth0 = issuers.some((issuer) => /^https:\/\/[^/]+\.auth0\.com\/$/.test(issuer));
      return isDirect && isAuth0
        ? 'the token is encrypted for Auth0 itself, because the token request had no "audience"'
        : undefined;
    },
    fixes: createFixes(
      ['client', 'send the parameter "audience" with the identifier of the API'],
      ['authorization server', 'set a Default Audience in the settings of the Auth0 tenant'],
    ),
  },
  encrypted_token: {
    checks: ['format'],
    unless: ['auth0_without_audience', ...SENT_WRONG],
    findEvidence: (inspection) =>
      isEncrypted(inspection) ? 'the token is encrypted: it is a JWE (RFC 7516 §3.1)' : undefined,
    fixes: createFixes([
      'authorization server',
      'issue access tokens that are signed and not encrypted',
    ]),
  },
  truncated_token: {
    checks: ['format', 'signature'],
    unless: SENT_WRONG,
    findEvidence: (inspection) =>
      isTruncated(inspection) ? 'the end of the token is missing' : undefined,
    fixes: createFixes([
      'client',
      'send the whole token; look for a database column, header or cookie that is too short for it',
    ]),
  },
  critical_header: {
    checks: ['format'],
    findEvidence: ({ header, parts }) =>
      parts.length === 3 && Object.hasOwn(header, 'crit')
        ? `the header requires extensions that are not supported: "crit" ${formatValue(header['crit'])}`
        : undefined,
    fixes: createFixes(['authorization server', 'issue tokens without "crit" (RFC 7515 §4.1.11)']),
  },
};
