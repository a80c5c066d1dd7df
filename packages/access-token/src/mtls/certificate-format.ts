/**
 * The formats in which proxies forward the certificate of their client.
 *
 * @module
 */
import { decodeBase64 } from './base64.js';
import { certificateOf, type FoundCertificate } from './found-certificate.js';
import { parseHexThumbprint } from './hex-thumbprint.js';
import { decodePem } from './pem.js';
import { parseXfcc } from './xfcc.js';

/** Parses a field value that is not empty; returns `undefined` if it is malformed. */
type FieldParser = (value: string) => FoundCertificate | undefined;

/**
 * How a header contains the certificate of the client.
 *
 * - `rfc9440`: the DER in base64 between colons, as `Client-Cert` of RFC 9440
 * - `escaped-pem`: percent-encoded PEM; the first of several certificates is the client's
 * - `base64-der`: the DER in base64, with padding
 * - `xfcc`: one element of Envoy's `x-forwarded-client-cert`, with its `Hash`
 * - `sha256-hex`: the SHA-256 of the DER in hexadecimal digits
 */
export type CertificateFormat = 'rfc9440' | 'escaped-pem' | 'base64-der' | 'xfcc' | 'sha256-hex';

const PARSERS: Readonly<Record<CertificateFormat, FieldParser>> = {
  rfc9440: (value) => ofDer(decodeByteSequence(value)),
  'escaped-pem': (value) => ofDer(decodePem(value)),
  'base64-der': (value) => ofDer(decodeBase64(value)),
  xfcc: parseXfcc,
  'sha256-hex': parseHexThumbprint,
};

/** Every {@link CertificateFormat}. */
export const CERTIFICATE_FORMATS: readonly CertificateFormat[] = Object.keys(
  PARSERS,
) as CertificateFormat[];

/** Parses the value of a field with one line. */
export function parseCertificateField(value: string, format: CertificateFormat): FoundCertificate {
  if (value === '') return { missing: 'not_sent' };
  return PARSERS[format](value) ?? { missing: 'malformed_header' };
}

/** RFC 8941 §3.3.5. RFC 9440 §2.1 defines no parameters. */
function decodeByteSequence(value: string): Uint8Array | undefined {
  const isDelimited = value.length > 1 && value.startsWith(':') && value.endsWith(':');
  return isDelimited ? decodeBase64(value.slice(1, -1)) : undefined;
}

function ofDer(der: Uint8Array | undefined): FoundCertificate | undefined {
  return der && certificateOf(der);
}
