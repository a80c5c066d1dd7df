/**
 * Tokens that no authorization server would issue.
 *
 * A real server cannot be talked into them, so this story forges them itself: its authorization
 * server runs in the same process, and the forger is given the very key that it signs with. What
 * is wrong with a token is then the one thing that its name says.
 *
 * @module
 */
import { base64url, decodeJwt, type JWTPayload, SignJWT } from 'jose';
import type { SigningKey } from './signing-key.js';

/** Signs the claims of a token anew, some of them changed, with a key of the issuer. */
export function forgeClaims(
  token: string,
  changes: JWTPayload,
  { kid, privateKey }: SigningKey,
): Promise<string> {
  return new SignJWT({ ...decodeJwt(token), ...changes })
    .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid })
    .sign(privateKey);
}

/** Changes claims and keeps the signature, which then is that of another text. */
export function tamper(token: string, changes: JWTPayload): string {
  const [header, , signature] = token.split('.');
  return [header, encode({ ...decodeJwt(token), ...changes }), signature].join('.');
}

/** Says `"alg": "none"` and leaves the signature out. RFC 7515 §A.5. */
export function removeSignature(token: string, { kid }: SigningKey): string {
  return [encode({ alg: 'none', typ: 'at+jwt', kid }), encode(decodeJwt(token)), ''].join('.');
}

function encode(members: object): string {
  return base64url.encode(JSON.stringify(members));
}
