/**
 * TLS certificates that Node does not trust.
 *
 * @module
 */
import { createTestCertificate } from '@scopegate/testing';

/**
 * What a server sends: a self-signed certificate; the certificate of a private authority and that of
 * the authority; or only the former.
 */
export type UntrustedCertificate = 'self' | 'chain' | 'leaf';

/** Creates the key and the certificates of a server on 127.0.0.1, in PEM. */
export function createCertificate(kind: UntrustedCertificate): { key: string; cert: string } {
  const authority = createTestCertificate();
  if (kind === 'self') return authority.tls;
  const { key, cert } = createTestCertificate({ authority }).tls;
  return { key, cert: kind === 'chain' ? cert + authority.pem : cert };
}
