/**
 * The `WWW-Authenticate` challenge.
 *
 * @module
 */
import { formatQuotedString } from './quoted-string.js';

/** The error codes of bearer challenges. RFC 6750 §3.1, RFC 9470 §3. */
export type BearerErrorName =
  'invalid_request' | 'invalid_token' | 'insufficient_scope' | 'insufficient_user_authentication';

/** The error codes of DPoP challenges, beside those of bearer challenges. RFC 9449 §12.2. */
export type DpopErrorName = 'invalid_dpop_proof' | 'use_dpop_nonce';

/** The authentication schemes of access tokens. RFC 6750 §2.1, RFC 9449 §7.1. */
export type AuthScheme = 'Bearer' | 'DPoP';

/** The auth-params of a `Bearer` challenge, by their wire names. RFC 6750 §3, RFC 9728 §5.1. */
export interface BearerChallenge {
  /** The protection space. RFC 9110 §11.5. */
  readonly realm?: string | undefined;
  /** Absent when the request carried no credentials. RFC 6750 §3.1. */
  readonly error?: BearerErrorName | undefined;
  /** One sentence for the developer of the caller. */
  readonly error_description?: string | undefined;
  /** Space-delimited scope-tokens that would be sufficient. */
  readonly scope?: string | undefined;
  /** Space-delimited authentication context classes, any of which would be sufficient. RFC 9470 §3. */
  readonly acr_values?: string | undefined;
  /** The longest time since the user was authenticated, in seconds, as a string. RFC 9470 §3. */
  readonly max_age?: string | undefined;
  /** The URL of the resource's metadata document. */
  readonly resource_metadata?: string | undefined;
}

/** The auth-params of a refusal under either scheme, by their wire names. */
export interface ErrorChallenge extends Omit<BearerChallenge, 'error'> {
  /** Absent when the request carried no credentials. RFC 6750 §3.1, RFC 9449 §7.1. */
  readonly error?: BearerErrorName | DpopErrorName | undefined;
}

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/** RFC 6750 §3: these values exclude `"` and `\` even when escaped. */
const NARROW_PARAMS = new Set(['scope', 'error', 'error_description', 'error_uri', 'algs']);

/**
 * Formats one challenge. No value can change the structure of the challenge.
 *
 * @param scheme - The auth-scheme, a token.
 * @param params - The auth-params by name, written in the given order; `undefined` ones are omitted.
 * @returns One challenge, in %x20-7E, every value a quoted-string.
 * @throws TypeError The scheme or a name is not a token, a name occurs twice (ignoring case), or no
 *   auth-param is given.
 * @see RFC 9110 §11.2, §11.6.1; RFC 6750 §3
 * @example
 * formatChallenge('Bearer', { realm: 'sales' }) // Bearer realm="sales"
 */
export function formatChallenge(
  scheme: string,
  params: Readonly<Record<string, string | undefined>>,
): string {
  assertToken('auth-scheme', scheme);
  const seen = new Set<string>();
  const written: string[] = [];
  for (const [name, value] of Object.entries(params)) {
    if (value === undefined) continue;
    assertToken('auth-param', name);
    const folded = name.toLowerCase();
    if (seen.has(folded)) throw new TypeError(`the auth-param "${folded}" occurs twice`);
    seen.add(folded);
    const text = NARROW_PARAMS.has(folded) ? withoutEscapes(value) : value;
    written.push(`${name}=${formatQuotedString(text)}`);
  }
  // RFC 6750 §3: the scheme is followed by one or more auth-params.
  if (written.length === 0) throw new TypeError('a challenge must have at least one auth-param');
  return `${scheme} ${written.join(', ')}`;
}

/**
 * Formats a `Bearer` challenge. See {@link formatChallenge}.
 *
 * @param challenge - The auth-params; at least one.
 * @throws TypeError No auth-param is given.
 * @see RFC 6750 §3
 * @example
 * formatBearerChallenge({ realm: 'sales', error: 'invalid_token' })
 * // Bearer realm="sales", error="invalid_token"
 */
export function formatBearerChallenge(challenge: BearerChallenge): string {
  const { realm, error, error_description, scope } = challenge;
  const { acr_values, max_age, resource_metadata } = challenge;
  const required = { scope, acr_values, max_age };
  return formatChallenge('Bearer', {
    realm,
    error,
    error_description,
    ...required,
    resource_metadata,
  });
}

function withoutEscapes(value: string): string {
  return value.replace(/"/g, "'").replace(/\\/g, '/');
}

function assertToken(what: string, value: string): void {
  if (!TOKEN.test(value)) throw new TypeError(`an ${what} must be a token of RFC 9110 §5.6.2`);
}
