/**
 * What to change when a check has failed, whatever the cause.
 *
 * @module
 */
import type { CheckName, Remedy, Side } from '../explanation.js';

/** What to do about each check that failed. */
export const CHECK_REMEDIES: Readonly<Record<CheckName, readonly Remedy[]>> = {
  format: remedies('client', 'send the access token exactly as the authorization server gave it'),
  type: [
    ...remedies('client', 'send the access token, not another token of the same response'),
    ...remedies('authorization server', 'mark access tokens by the header "typ": "at+jwt"'),
  ],
  algorithm: [
    ...remedies('authorization server', 'sign access tokens for this API by an accepted algorithm'),
    ...remedies(
      'resource server',
      'accept the algorithm by the option "algorithms", if it is safe',
    ),
  ],
  issuer: [
    ...remedies('resource server', 'set "issuer" to the identifier that the tokens carry, exactly'),
    ...remedies('client', 'request the token from the authorization server that the API trusts'),
  ],
  key: [
    ...remedies('authorization server', 'publish the signing key before it signs with it'),
    ...remedies('resource server', 'make sure that the JWKS can be reached and is the right one'),
  ],
  signature: [
    ...remedies('client', 'send the token unchanged'),
    ...remedies('authorization server', 'give each signing key a "kid" of its own'),
  ],
  audience: [
    ...remedies('client', 'request the token for this API, by "resource" or "audience"'),
    ...remedies('resource server', 'set "audience" to the identifier under which it is registered'),
  ],
  time_claims: remedies(
    'authorization server',
    'write "exp", and "nbf" and "iat" where used, as numbers: seconds since 1970',
  ),
  expiry: remedies('client', 'request a new token before the old one expires'),
  not_before: [
    ...remedies('client', 'use the token when it has become valid'),
    ...remedies('resource server', 'synchronise the clock, by NTP'),
  ],
  lifetime: [
    ...remedies('authorization server', 'issue tokens that live shorter, and carry "iat"'),
    ...remedies('resource server', 'raise "maxLifetimeSeconds"'),
  ],
  required_claims: [
    ...remedies('authorization server', 'issue "sub", "client_id", "iat" and "jti"'),
    ...remedies('resource server', 'set "typ" to "auto" for servers that do not follow RFC 9068'),
  ],
  identity_claims: remedies(
    'authorization server',
    'write "sub", "client_id" and "jti" as strings',
  ),
  scope_claim: remedies(
    'authorization server',
    'write "scope" as one string, its scope-tokens separated by single spaces',
  ),
  sender_constraint: remedies(
    'authorization server',
    'issue plain bearer tokens for this API, without "cnf"',
  ),
  claims_schema: [
    ...remedies('authorization server', 'issue the claims that the API expects'),
    ...remedies('resource server', 'let the schema "claims" take what the tokens carry'),
  ],
  required_scope: [
    ...remedies('client', 'request the scope'),
    ...remedies('authorization server', 'grant the scope to this client'),
  ],
};

function remedies(side: Side, action: string): readonly Remedy[] {
  return Object.freeze([Object.freeze({ side, action })]);
}
