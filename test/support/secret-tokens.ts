/**
 * Access tokens under a shared secret: good ones, made in this tick, without any socket.
 *
 * @module
 */
import { createHmac, randomBytes } from 'node:crypto';

const secret = randomBytes(32);

/** Options of a verifier that trusts {@link mintWithSecret}. */
export const SECRET_OPTIONS: Readonly<{
  issuer: string;
  audience: string;
  secret: Buffer;
}> = Object.freeze({
  issuer: 'https://auth.example.com',
  audience: 'https://api.example.com',
  secret,
});

/**
 * Makes a token of RFC 9068 that lives for five minutes.
 *
 * @param claims - Put in place of the usual ones; `undefined` leaves a claim out.
 */
export function mintWithSecret(claims: Readonly<Record<string, unknown>> = {}): string {
  const { issuer: iss, audience: aud } = SECRET_OPTIONS;
  const iat = Math.floor(Date.now() / 1000);
  const usual = { iss, aud, sub: 'reports', client_id: 'reports', iat, exp: iat + 300 };
  const input = [
    { typ: 'at+jwt', alg: 'HS256' },
    { ...usual, ...claims },
  ]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`;
}
