/**
 * Strict base64: each octet string has exactly one encoding.
 *
 * @module
 */

/**
 * Decodes base64 with padding. Node's decoder skips unknown characters, so the result is encoded again.
 *
 * @returns `undefined` for any other encoding: white space, base64url, missing padding.
 * @see RFC 4648 §3.5, §4
 */
export function decodeBase64(text: string): Buffer | undefined {
  const octets = Buffer.from(text, 'base64');
  return octets.toString('base64') === text ? octets : undefined;
}
