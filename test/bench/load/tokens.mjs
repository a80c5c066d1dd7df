/**
 * What callers send: good tokens in turn, and the bad ones of attackers.
 */
import { randomUUID } from 'node:crypto';
import { claimsOf, encodeHeader, encodeSegment, madeUpSignature } from '../issuer/signer.mjs';

/** Headers for good tokens, in turn; goes on where it was. */
export function inTurn(tokens) {
  const headers = tokens.map((token) => `Bearer ${token}`);
  let next = 0;
  return () => headers[next++ % headers.length];
}

// Node refuses more than 16 KiB of headers by itself.
const LONG_CLAIM = 'x'.repeat(10_500);

/**
 * What attackers send, by what is wrong with it. Every one is another token.
 *
 * @param {import('../issuer/signer.mjs').Signer} signer - Whose key they pretend to have.
 * @returns {Record<string, () => string | undefined>}
 */
export function attacks({ alg, kid }) {
  const header = encodeHeader(alg, kid);
  const payload = encodeSegment(claimsOf());
  const longPayload = encodeSegment(claimsOf({ note: LONG_CLAIM }));
  return {
    'no token': () => undefined,
    'made-up kid': () =>
      `Bearer ${encodeHeader(alg, randomUUID())}.${payload}.${madeUpSignature()}`,
    'bad signature': () => `Bearer ${header}.${payload}.${madeUpSignature()}`,
    '15 KB, bad signature': () => `Bearer ${header}.${longPayload}.${madeUpSignature()}`,
  };
}
