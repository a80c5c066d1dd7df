/**
 * The certificate of a client, or why there is none.
 *
 * @module
 */
import { hash } from 'node:crypto';

/**
 * Why a request has no certificate that may be trusted. A closed union.
 *
 * - `no_tls`: the connection is not TLS; a proxy in front of the server may terminate it
 * - `not_sent`: the client sent no certificate, or was not requested to, or the proxy set no header
 * - `untrusted_peer`: the sender of the request is not one of the peers that may set the header
 * - `repeated_header`: the header has several lines or values
 * - `malformed_header`: the header does not have the configured format
 */
export type MissingCertificateReason =
  'no_tls' | 'not_sent' | 'untrusted_peer' | 'repeated_header' | 'malformed_header';

/** A thumbprint, or why there is none. */
export type FoundCertificate =
  | {
      /** The SHA-256 of the certificate's DER in base64url. RFC 8705 §3.1. */
      readonly thumbprint: string;
      readonly missing?: undefined;
    }
  | { readonly thumbprint?: undefined; readonly missing: MissingCertificateReason };

/**
 * Identifies a certificate by its octets, which are not parsed: whether they are a certificate, who
 * signed it and when it expires does not matter here, because the authorization server has bound
 * the token to these octets.
 *
 * @see RFC 8705 §3.1, §6.2
 */
export function certificateOf(der: Uint8Array): FoundCertificate {
  // HAProxy sends the empty string for a client without a certificate.
  if (der.length === 0) return { missing: 'not_sent' };
  return { thumbprint: hash('sha256', der, 'base64url') };
}
