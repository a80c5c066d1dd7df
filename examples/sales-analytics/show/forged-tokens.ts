/**
 * Forges tokens that an authorization server would not issue.
 *
 * The authorization server of the demo runs in the same process, so its signing key is available here.
 * Each forged token therefore has exactly one mistake.
 *
 * @module
 */
import { base64url, decodeJwt, type JWTPayload, SignJWT } from 'jose';
import type { SigningKey } from './signing-key.js';

/** Changes claims of a token and signs it again with the key of the issuer. */
export function forgeClaims(
  token: string,
  changes: JWTPayload,
  { kid, privateKey }: SigningKey,
): Promise<string> {
  return new SignJWT({ ...decodeJwt(token), ...changes })
    .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid })
    .sign(privateKey);
}

/** Changes claims of a token and keeps its signature, which is then no longer valid. */
export function tamper(token: string, changes: JWTPayload): string {
  const [header, , signature] = token.split('.');
  return [header, encode({ ...decodeJwt(token), ...changes }), signature].join('.');
}

/** Sets `"alg": "none"` and removes the signature. RFC 7515 §A.5. */
export function removeSignature(token: string, { kid }: SigningKey): string {
  return [encode({ alg: 'none', typ: 'at+jwt', kid }), encode(decodeJwt(token)), ''].join('.');
}

function encode(members: object): string {
  return base64url.encode(JSON.stringify(members));
}
