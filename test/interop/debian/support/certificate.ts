/**
 * A certificate for 127.0.0.1.
 *
 * @module
 */
import { selfSignedCertificate } from '../../../conformance/support/self-signed.js';
import { createSigner } from '../../../conformance/support/signer.js';

/** A key and its certificate, both in PEM. */
export interface Certificate {
  readonly key: string;
  readonly cert: string;
}

/** Creates a key and a certificate that is its own authority. */
export function createCertificate(): Certificate {
  const signer = createSigner('ES256');
  const der = selfSignedCertificate(signer).toString('base64');
  const lines = der.match(/.{1,64}/g) ?? [];
  return {
    key: signer.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n'),
  };
}
