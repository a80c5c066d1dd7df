/**
 * The tokens that callers send: good ones in turn, and the bad ones of attackers.
 */
import { randomUUID } from 'node:crypto';
import { claimsOf, encodeHeader, encodeSegment, madeUpSignature } from '../issuer/signer.mjs';

/** Returns headers with good tokens, in turn; every call continues after the previous one. */
export function inTurn(tokens) {
  const headers = tokens.map((token) => `Bearer ${token}`);
  let next = 0;
  return () => headers[next++ % headers.length];
}

// Node itself refuses more than 16 KiB of headers.
const LONG_CLAIM = 'x'.repeat(10_500);

/**
 * The tokens of attackers, by what is wrong with them. Every call returns a different token.
 *
 * @param {import('../issuer/signer.mjs').Signer} signer - The signer that they imitate.
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
