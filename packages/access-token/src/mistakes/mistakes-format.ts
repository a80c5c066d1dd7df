/**
 * Mistakes in how a token is sent and encoded.
 *
 * @module
 */
import { createFixes } from '../inspection/fix.js';
import type { Inspection } from '../inspection/inspection.js';
import { formatValue, formatValues } from '../inspection/printable.js';
import type { KnownMistake } from './mistake.js';
import { isEncrypted, isJwt, isTruncated } from './token-shape.js';

/** The names of the mistakes of {@link FORMAT_MISTAKES}. */
export type FormatCause =
  | 'bearer_prefix'
  | 'quotes_or_spaces'
  | 'oversized_token'
  | 'opaque_token_without_introspection'
  | 'unexpected_token_prefix'
  | 'auth0_without_audience'
  | 'encrypted_token_without_decryption'
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
  opaque_token_without_introspection: {
    checks: ['format'],
    unless: ['oversized_token', ...SENT_WRONG],
    findEvidence: (inspection) =>
      isJwt(inspection) || inspection.token === '' || acceptsOpaqueTokens(inspection)
        ? undefined
        : 'the token is not a JWT, and the resource server sends no opaque tokens to an authorization server',
    fixes: createFixes(
      ['resource server', 'set "introspection" with "tokens" "opaque" or "both" (RFC 7662)'],
      ['client', 'name this API in the token request, with "resource" or "audience"'],
      ['authorization server', 'issue JWT access tokens for this API (RFC 9068)'],
    ),
  },
  unexpected_token_prefix: {
    checks: ['format'],
    unless: ['oversized_token', ...SENT_WRONG],
    findEvidence: (inspection) => {
      const { token, format } = inspection;
      if (format !== undefined || isJwt(inspection) || token === '') return undefined;
      const prefixes = listPrefixes(inspection);
      return prefixes.length === 0
        ? undefined
        : `the token is not a JWT, and does not begin with ${formatValues(prefixes)}`;
    },
    fixes: createFixes(
      ['resource server', 'set "introspection.tokenPrefix" to how the tokens of the issuer begin'],
      ['client', 'request the token from an authorization server that the API trusts'],
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
  encrypted_token_without_decryption: {
    checks: ['format'],
    unless: ['auth0_without_audience', ...SENT_WRONG],
    findEvidence: (inspection) =>
      isEncrypted(inspection) && inspection.format !== 'jwe'
        ? 'the token is a JWE (RFC 7516 §3.1), but the option "decryption" is not set'
        : undefined,
    fixes: createFixes(
      [
        'resource server',
        'set "decryption" with the private key for which the tokens are encrypted',
      ],
      ['authorization server', 'issue access tokens that are signed and not encrypted'],
    ),
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

function acceptsOpaqueTokens({ policy: { formats } }: Inspection): boolean {
  return (formats?.opaqueIssuers ?? []).length > 0;
}

function listPrefixes({ policy: { formats } }: Inspection): readonly string[] {
  const prefixes = (formats?.opaqueIssuers ?? []).map(({ tokenPrefix }) => tokenPrefix);
  return prefixes.filter((prefix) => prefix !== undefined);
}
