/**
 * Writes DER: a tag, a length and a content.
 *
 * @module
 */

/** The tags that certificates contain. X.690 §8.1.2. */
export const TAG = {
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  utf8String: 0x0c,
  utcTime: 0x17,
  sequence: 0x30,
  set: 0x31,
  version: 0xa0,
  extensions: 0xa3,
} as const;

/** Encodes a value whose content is the concatenation of several. X.690 §8.1. */
export function encodeDer(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  // Two octets of length are more than enough for a certificate.
  const size = length < 0x80 ? [length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

/** Encodes a time of this century up to 2049. RFC 5280 §4.1.2.5.1. */
export function encodeUtcTime(ms: number): Buffer {
  const digits = new Date(ms).toISOString().replace(/\D/g, '').slice(2, 14);
  return encodeDer(TAG.utcTime, Buffer.from(`${digits}Z`));
}
