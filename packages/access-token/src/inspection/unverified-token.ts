/**
 * A token, as far as it can be read without trusting it.
 *
 * @module
 */
import { InvalidTokenError } from '@scopegate/protocol';
import type { TrustedIssuer, TrustedIssuers } from '../issuers/trusted-issuers.js';
import { decodeObject } from '../jws/base64url.js';
import { parseUnverifiedJws, type UnverifiedJws } from '../jws/compact-jws.js';
import { type JsonObject, member } from '../jws/json-object.js';
import { KeySetUnavailableError } from '../keys/key-set-errors.js';
import type { ResolvedIssuer } from '../options/resolve-issuer.js';
import type { VerificationPolicy } from '../verification/verify-token.js';

/** A token, as far as it can be read. Nothing in it is verified. */
export interface UnverifiedToken {
  /** The string to explain, exactly as given. */
  readonly token: string;
  /** The segments between the dots; empty when the token is longer than `maxTokenBytes`. */
  readonly parts: readonly string[];
  /** `undefined` when the token is not a well-formed JWS. */
  readonly jws: UnverifiedJws | undefined;
  /** The JOSE header; empty when it cannot be read. */
  readonly header: JsonObject;
  /** `undefined` when the claims cannot be read. */
  readonly claims: JsonObject | undefined;
  /** The trusted issuer that `iss` names; `undefined` when it names no trusted issuer. */
  readonly trusted: TrustedIssuer | undefined;
  /** Why it is not known whether the issuer is trusted. */
  readonly issuerError: KeySetUnavailableError | undefined;
  /** The options that apply: those of the trusted issuer, otherwise the fallback. */
  readonly expected: ResolvedIssuer;
}

/** Reads a token without trusting it. What cannot be read is empty or `undefined`. */
export async function readToken(
  token: string,
  { issuers, maxTokenBytes }: VerificationPolicy,
): Promise<UnverifiedToken> {
  const jws = parseIfWellFormed(token, maxTokenBytes);
  // An oversized token is not decoded, because that could take long.
  const parts = token.length > maxTokenBytes ? [] : token.split('.');
  const header = jws?.header.parameters ?? decodeObject(parts[0] ?? '') ?? {};
  const claims = jws?.claims ?? decodeObject(parts[1] ?? '');
  // A malformed token is refused before its issuer is looked up at run time.
  const isReached = jws !== undefined || issuers.isComplete;
  const found = await findIssuer(isReached ? claims : undefined, issuers);
  const expected = found.trusted ?? issuers.fallback;
  return { token, parts, jws, header, claims, ...found, expected };
}

async function findIssuer(
  claims: JsonObject | undefined,
  issuers: TrustedIssuers,
): Promise<Pick<UnverifiedToken, 'trusted' | 'issuerError'>> {
  const iss = claims && member(claims, 'iss');
  try {
    const trusted = typeof iss === 'string' ? await issuers.find(iss) : undefined;
    return { trusted, issuerError: undefined };
  } catch (error) {
    if (!(error instanceof KeySetUnavailableError)) throw error;
    return { trusted: undefined, issuerError: error };
  }
}

function parseIfWellFormed(token: string, maxBytes: number): UnverifiedJws | undefined {
  try {
    return parseUnverifiedJws(token, maxBytes);
  } catch (error) {
    if (error instanceof InvalidTokenError) return undefined;
    throw error;
  }
}
