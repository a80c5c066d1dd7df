/**
 * The audience of client assertions. RFC 7523 §3; draft-ietf-oauth-rfc7523bis §4.
 *
 * @module
 */
import type { AuthorizationServer } from 'oauth4webapi';

/** The audience of an assertion: see the option `audience` of {@link PrivateKeyJwtOptions}. */
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
  issuer: `the audience of the assertion is the issuer, but some servers accept only their token endpoint; for these, set the option "audience" of privateKeyJwt()`,
  token_endpoint: `the audience of the assertion is the token endpoint, but newer servers accept only their issuer; for these, omit the option "audience" of privateKeyJwt()`,
  both: `the audience of the assertion is the issuer and the token endpoint, but some servers accept only one of them; change the option "audience" of privateKeyJwt()`,
} as const satisfies Readonly<Record<AssertionAudience, string>>;

/** Returns the likely cause when a server refuses an assertion, and its fix. */
export function findAudienceHint(audience: AssertionAudience): string {
  return HINTS[audience];
}
