/**
 * The field `x-forwarded-client-cert` of Envoy.
 *
 * @module
 */
import type { FoundCertificate } from './found-certificate.js';
import { parseHexThumbprint } from './hex-thumbprint.js';

/** A key and its value, quoted or not, and what follows: the next pair, the next element, or nothing. */
const PAIR = /([A-Za-z]+)=(?:"((?:[^"\\]|\\.)*)"|([^",;]*))(;|,|$)/y;

/**
 * Parses the field `x-forwarded-client-cert`, a list of elements that proxies add, each a list of pairs.
 * The keys are case-insensitive.
 *
 * Only one element with one `Hash` is accepted. Envoy does not quote the names in `URI` and `DNS`,
 * which the client has chosen, so a second element or `Hash` may be part of such a name.
 *
 * @returns `undefined` if the field is malformed, or has no `Hash` or several.
 */
export function parseXfcc(value: string): FoundCertificate | undefined {
  const hashes: string[] = [];
  PAIR.lastIndex = 0;
  for (;;) {
    const pair = PAIR.exec(value);
    if (pair === null) return undefined;
    const [, key = '', quoted, plain = '', end] = pair;
    if (key.toLowerCase() === 'hash') hashes.push(quoted ?? plain);
    if (end === ',') return { missing: 'repeated_header' };
    if (end === '') break;
  }
  const [hash] = hashes;
  return hash === undefined || hashes.length > 1 ? undefined : parseHexThumbprint(hash);
}
