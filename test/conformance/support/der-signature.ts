/**
 * ECDSA signatures in DER.
 *
 * @module
 */

// DER, X.690: a tag, a length, the content.
const [INTEGER, SEQUENCE] = [0x02, 0x30];

/** The DER form of a raw ECDSA signature, R and S. RFC 3279 §2.2.3 */
export function derSignature(raw: Buffer): Buffer {
  const half = raw.length / 2;
  return der(SEQUENCE, integer(raw.subarray(0, half)), integer(raw.subarray(half)));
}

function der(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const size = length < 0x80 ? [length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

function integer(octets: Buffer): Buffer {
  const start = octets.findIndex((octet) => octet !== 0);
  const digits = octets.subarray(start === -1 ? octets.length - 1 : start);
  const isNegative = (digits[0] ?? 0) >= 0x80;
  return der(INTEGER, isNegative ? Buffer.from([0]) : Buffer.alloc(0), digits);
}
