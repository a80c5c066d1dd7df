/**
 * Which tokens of an issuer are active.
 *
 * @module
 */
import type { TestClock } from '../clock.js';
import type { JsonMembers } from '../shapes/token-shape.js';
import { decodeJson, encodeSegment, isSignedBy, splitSegments } from './compact-jws.js';
import type { OpaqueTokens } from './opaque-tokens.js';
import type { SigningKey, SigningKeys } from './signing-keys.js';
import { tokenTypeOf } from './token-binding.js';

/** Options of {@link createTokenState}. */
export interface TokenStateOptions {
  readonly issuer: string;
  readonly clock: TestClock;
  readonly keys: SigningKeys;
  readonly opaqueTokens: OpaqueTokens;
  /** The signed token in each encrypted one. */
  readonly encryptedTokens: ReadonlyMap<string, string>;
}

/** Which tokens of an issuer are active. RFC 7662 §2.2. */
export interface TokenState {
  /**
   * Revokes a token.
   *
   * @throws TypeError It is not a token of this issuer.
   */
  readonly revoke: (token: string) => void;
  /** Finds the claims of an active token: one of this issuer, neither revoked nor expired, and valid already. */
  readonly findActive: (token: string) => JsonMembers | undefined;
}

/** Creates the state of an issuer's tokens. */
export function createTokenState(options: TokenStateOptions): TokenState {
  const { clock, opaqueTokens, encryptedTokens } = options;
  const revoked = new Set<string>();
  const find = (token: string): JsonMembers | undefined =>
    opaqueTokens.find(token) ?? findSigned(options, encryptedTokens.get(token) ?? token);
  return {
    revoke(token) {
      if (typeof token !== 'string' || find(token) === undefined) {
        throw new TypeError('issuer.revoke() requires a token of this issuer');
      }
      revoked.add(token);
    },
    findActive(token) {
      const claims = revoked.has(token) ? undefined : find(token);
      return claims !== undefined && isCurrent(claims, clock() / 1000) ? claims : undefined;
    },
  };
}

function isCurrent({ exp, nbf }: JsonMembers, now: number): boolean {
  return !(typeof exp === 'number' && exp <= now) && !(typeof nbf === 'number' && nbf > now);
}

/** Finds the claims of a JWT that this issuer has signed, with any of its keys. */
function findSigned({ keys, issuer }: TokenStateOptions, token: string): JsonMembers | undefined {
  const { header, payload, signature } = splitSegments(token);
  const octets = Buffer.from(signature, 'base64url');
  if (token !== `${header}.${payload}.${encodeSegment(octets)}`) return undefined;
  try {
    const key = findKey(keys, decodeJson(header));
    if (key === undefined || !isSignedBy(`${header}.${payload}`, octets, key)) return undefined;
    const claims = decodeJson(payload);
    return claims['iss'] === issuer ? { ...claims, token_type: tokenTypeOf(claims) } : undefined;
  } catch {
    // The header or the payload is not a JSON object.
    return undefined;
  }
}

function findKey(keys: SigningKeys, { alg, kid }: JsonMembers): SigningKey | undefined {
  const key = kid === undefined || typeof kid === 'string' ? keys.find(kid) : undefined;
  return key?.alg === alg ? key : undefined;
}
