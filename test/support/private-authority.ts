/**
 * TLS certificates that Node does not trust.
 *
 * @module
 */
import {
  createSignedCertificate,
  selfSignedCertificate,
} from '../conformance/support/self-signed.js';
import { createSigner } from '../conformance/support/signer.js';

/**
 * What a server sends: a self-signed certificate; the certificate of a private authority and that of
 * the authority; or only the former.
 */
export type UntrustedCertificate = 'self' | 'chain' | 'leaf';

/** Creates the key and the certificates of a server on 127.0.0.1, in PEM. */
export function createCertificate(kind: UntrustedCertificate): { key: string; cert: string } {
  const subject = createSigner('ES256');
  const key = subject.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  if (kind === 'self') return { key, cert: toPem(selfSignedCertificate(subject)) };
  const authority = createSigner('ES256');
  const [subjectName, authorityName] = ['as.example', 'rs.example'];
  const leaf = createSignedCertificate({ subject, authority, subjectName, authorityName });
  const chain = kind === 'chain' ? [leaf, selfSignedCertificate(authority)] : [leaf];
  return { key, cert: chain.map(toPem).join('') };
}

function toPem(der: Buffer): string {
  // RFC 7468 §2: lines of 64 characters.
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}
