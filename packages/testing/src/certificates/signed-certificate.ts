/**
 * Writes X.509 certificates, because Node can read them but not create them.
 *
 * @module
 */
import { type KeyObject, randomBytes, sign, X509Certificate } from 'node:crypto';
import { encodeDer, encodeUtcTime, TAG } from './der.js';

// ecdsa-with-SHA256, id-at-commonName, id-ce-subjectAltName, each with its tag.
const ECDSA_WITH_SHA256 = Buffer.from('06082a8648ce3d040302', 'hex');
const COMMON_NAME = Buffer.from('0603550403', 'hex');
const SUBJECT_ALT_NAME = Buffer.from('0603551d11', 'hex');
// id-ce-basicConstraints, critical, cA TRUE: OpenSSL accepts no other certificate as an authority.
const IS_AUTHORITY = Buffer.from('300f0603551d130101ff040530030101ff', 'hex');
// GeneralNames: dNSName localhost, iPAddress 127.0.0.1, iPAddress ::1.
const LOOPBACK_NAMES = Buffer.from(
  '82096c6f63616c686f737487047f000001871000000000000000000000000000000001',
  'hex',
);

const DAY_MS = 86_400_000;

/** The keys and names of a certificate. */
export interface Certification {
  readonly subjectKey: KeyObject;
  readonly subjectName: string;
  /** A private key on P-256. */
  readonly authorityKey: KeyObject;
  readonly authorityName: string;
  /** Whether it may sign other certificates. */
  readonly isAuthority: boolean;
}

/**
 * Signs a certificate for `localhost`, 127.0.0.1 and ::1, valid from yesterday until tomorrow.
 *
 * @returns DER.
 * @see RFC 5280 §4.1
 */
export function signCertificate(certification: Certification): Buffer {
  const { subjectKey, subjectName, authorityKey, authorityName, isAuthority } = certification;
  const algorithm = encodeDer(TAG.sequence, ECDSA_WITH_SHA256);
  const altNames = encodeDer(TAG.octetString, encodeDer(TAG.sequence, LOOPBACK_NAMES));
  const constraints = isAuthority ? IS_AUTHORITY : Buffer.of();
  const now = Date.now();
  const toBeSigned = encodeDer(
    TAG.sequence,
    encodeDer(TAG.version, encodeDer(TAG.integer, Buffer.of(2))),
    encodeDer(TAG.integer, createSerialNumber()),
    algorithm,
    encodeName(authorityName),
    encodeDer(TAG.sequence, encodeUtcTime(now - DAY_MS), encodeUtcTime(now + DAY_MS)),
    encodeName(subjectName),
    subjectKey.export({ type: 'spki', format: 'der' }),
    encodeDer(
      TAG.extensions,
      encodeDer(TAG.sequence, encodeDer(TAG.sequence, SUBJECT_ALT_NAME, altNames), constraints),
    ),
  );
  const signature = sign('sha256', toBeSigned, authorityKey);
  const signed = encodeDer(TAG.bitString, Buffer.of(0), signature);
  // Throws unless all of this is a certificate.
  return new X509Certificate(encodeDer(TAG.sequence, toBeSigned, algorithm, signed)).raw;
}

/** A positive integer whose first octet is not zero. RFC 5280 §4.1.2.2. */
function createSerialNumber(): Buffer {
  return Buffer.concat([Buffer.of(0x01), randomBytes(8)]);
}

function encodeName(name: string): Buffer {
  const commonName = encodeDer(
    TAG.sequence,
    COMMON_NAME,
    encodeDer(TAG.utf8String, Buffer.from(name)),
  );
  return encodeDer(TAG.sequence, encodeDer(TAG.set, commonName));
}
