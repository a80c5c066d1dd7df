/**
 * Self-signed certificates, and certificates of a private authority.
 *
 * @module
 */
import { X509Certificate } from 'node:crypto';
import type { Signer } from './signer.js';

// DER, X.690: a tag, a length, the content.
const [INTEGER, BIT_STRING, UTF8_STRING, UTC_TIME] = [0x02, 0x03, 0x0c, 0x17];
const [SEQUENCE, SET, VERSION, EXTENSIONS] = [0x30, 0x31, 0xa0, 0xa3];
const OCTET_STRING = 0x04;

// ecdsa-with-SHA256, id-at-commonName, id-ce-subjectAltName, each with its tag.
const ECDSA_WITH_SHA256 = Buffer.from('06082a8648ce3d040302', 'hex');
const COMMON_NAME = Buffer.from('0603550403', 'hex');
const SUBJECT_ALT_NAME = Buffer.from('0603551d11', 'hex');
// id-ce-basicConstraints, critical, cA TRUE: OpenSSL accepts no other certificate as an authority.
const IS_AUTHORITY = Buffer.from('300f0603551d130101ff040530030101ff', 'hex');
// GeneralName iPAddress 127.0.0.1
const LOOPBACK_ADDRESS = Buffer.from('87047f000001', 'hex');

/** The issuer and the names of a certificate. */
export interface Certification {
  /** ES256. */
  readonly subject: Signer;
  /** ES256. */
  readonly authority: Signer;
  readonly subjectName: string;
  readonly authorityName: string;
}

/**
 * Creates a certificate for 127.0.0.1, valid from yesterday until tomorrow.
 *
 * @param signer - ES256; it certifies itself.
 * @returns DER. RFC 5280 §4.1
 */
export function selfSignedCertificate(signer: Signer): Buffer {
  const names = { subjectName: 'rs.example', authorityName: 'rs.example' };
  return createSignedCertificate({ subject: signer, authority: signer, ...names });
}

/** Like {@link selfSignedCertificate}, but signed by another authority. */
export function createSignedCertificate(certification: Certification): Buffer {
  const { subject, authority, subjectName, authorityName } = certification;
  const day = 86_400_000;
  const algorithm = der(SEQUENCE, ECDSA_WITH_SHA256);
  const altNames = der(OCTET_STRING, der(SEQUENCE, LOOPBACK_ADDRESS));
  const constraints = subject === authority ? IS_AUTHORITY : Buffer.alloc(0);
  const toBeSigned = der(
    SEQUENCE,
    der(VERSION, der(INTEGER, Buffer.from([2]))),
    der(INTEGER, Buffer.from([1])),
    algorithm,
    distinguishedName(authorityName),
    der(SEQUENCE, utcTime(Date.now() - day), utcTime(Date.now() + day)),
    distinguishedName(subjectName),
    subject.publicKey.export({ type: 'spki', format: 'der' }),
    der(EXTENSIONS, der(SEQUENCE, der(SEQUENCE, SUBJECT_ALT_NAME, altNames), constraints)),
  );
  const signature = derSignature(authority.signature(toBeSigned));
  const signed = der(BIT_STRING, Buffer.from([0]), signature);
  const certificate = der(SEQUENCE, toBeSigned, algorithm, signed);
  // Throws unless all of this is a certificate.
  return new X509Certificate(certificate).raw;
}

function distinguishedName(name: string): Buffer {
  const commonName = der(SEQUENCE, COMMON_NAME, der(UTF8_STRING, Buffer.from(name)));
  return der(SEQUENCE, der(SET, commonName));
}

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

function utcTime(ms: number): Buffer {
  const digits = new Date(ms).toISOString().replace(/\D/g, '').slice(2, 14);
  return der(UTC_TIME, Buffer.from(`${digits}Z`));
}
