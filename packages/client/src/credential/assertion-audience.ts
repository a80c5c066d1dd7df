/**
 * The audience of client assertions. RFC 7523 §3; draft-ietf-oauth-rfc7523bis §4.
 *
 * @module
 */
import type { AuthorizationServer } from 'oauth4webapi';

/** Whom an assertion is for: see the option `audience` of {@link PrivateKeyJwtOptions}. */
export type AssertionAudience = 'issuer' | 'token_endpoint' | 'both';

/** The values of the option, for messages. */
export const ASSERTION_AUDIENCES = '"issuer", "token_endpoint" or "both"';

/** Whether a value is an audience. */
export function isAssertionAudience(value: unknown): value is AssertionAudience {
  return value === 'issuer' || value === 'token_endpoint' || value === 'both';
}

/** Returns the claim `aud` of an assertion for a server. */
export function readAudience(
  { issuer, token_endpoint = '' }: AuthorizationServer,
  audience: AssertionAudience,
): string | string[] {
  if (audience === 'both') return [issuer, token_endpoint];
  return audience === 'issuer' ? issuer : token_endpoint;
}

const HINTS = {
  issuer: `the assertion is for the issuer, and some servers accept only their token endpoint: use the option "audience" of privateKeyJwt() with them`,
  token_endpoint: `the assertion is for the token endpoint, and newer servers accept only their issuer: omit the option "audience" of privateKeyJwt() with them`,
  both: `the assertion is for the issuer and the token endpoint, and some servers accept only one of them: change the option "audience" of privateKeyJwt()`,
} as const satisfies Readonly<Record<AssertionAudience, string>>;

/** Returns what may be the cause if a server refuses an assertion. */
export function findAudienceHint(audience: AssertionAudience): string {
  return HINTS[audience];
}
