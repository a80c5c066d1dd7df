/**
 * The certificate of a client, or why there is none.
 *
 * @module
 */
import { hash } from 'node:crypto';
import type { MissingCertificateReason } from '@scopegate/protocol';

/** A thumbprint, or why there is none. */
export type FoundCertificate =
  | {
      /** The SHA-256 of the certificate's DER in base64url. RFC 8705 §3.1. */
      readonly thumbprint: string;
      readonly missing?: undefined;
    }
  | { readonly thumbprint?: undefined; readonly missing: MissingCertificateReason };

/**
 * Identifies a certificate by its octets. They are not parsed, and neither the signature nor the expiry
 * is checked, because the authorization server has bound the token to exactly these octets.
 *
 * @see RFC 8705 §3.1, §6.2
 */
export function certificateOf(der: Uint8Array): FoundCertificate {
  // HAProxy sends the empty string for a client without a certificate.
  if (der.length === 0) return { missing: 'not_sent' };
  return { thumbprint: hash('sha256', der, 'base64url') };
}
