import { createHash, createPrivateKey, X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createTestCertificate, type TestCertificate } from './test-certificate.js';

describe('createTestCertificate', () => {
  it('creates a self-signed certificate, in every form', () => {
    const certificate = createTestCertificate();
    const { der, pem, escapedPem, thumbprint, tls } = certificate;
    const x509 = new X509Certificate(pem);
    expect(x509.raw).toEqual(der);
    expect(x509.verify(x509.publicKey)).toBe(true);
    expect(x509.checkPrivateKey(createPrivateKey(tls.key))).toBe(true);
    expect(x509.ca).toBe(true);
    expect([x509.checkHost('localhost'), x509.checkIP('127.0.0.1'), x509.checkIP('::1')]).toEqual([
      'localhost',
      '127.0.0.1',
      '::1',
    ]);
    expect(decodeURIComponent(escapedPem)).toBe(pem);
    expect(escapedPem).toMatch(/^[-\w%.]+$/);
    expect(thumbprint).toBe(createHash('sha256').update(der).digest('base64url'));
    expect(thumbprint).toBe(
      Buffer.from(x509.fingerprint256.replaceAll(':', ''), 'hex').toString('base64url'),
    );
    expect(tls.cert).toBe(pem);
    expect(certificate).toSatisfy(Object.isFrozen);
  });

  it('creates a certificate that another one has signed, and that cannot sign', () => {
    const authority = createTestCertificate();
    const certificate = new X509Certificate(createTestCertificate({ authority }).pem);
    expect(certificate.checkIssued(new X509Certificate(authority.pem))).toBe(true);
    expect(certificate.verify(new X509Certificate(authority.pem).publicKey)).toBe(true);
    expect(certificate.ca).toBe(false);
  });

  it('creates another certificate each time', () => {
    const [a, b] = [createTestCertificate(), createTestCertificate()];
    expect(a.thumbprint).not.toBe(b.thumbprint);
    expect(a.tls.key).not.toBe(b.tls.key);
  });

  it('requires an authority that it has created and that signs itself', () => {
    const authority = createTestCertificate();
    const signed = createTestCertificate({ authority });
    const message =
      'option "authority" must be a certificate that createTestCertificate() returned and that signs itself';
    for (const other of [signed, { ...authority }, {}] as TestCertificate[]) {
      expect(() => createTestCertificate({ authority: other })).toThrow(new TypeError(message));
    }
  });

  it('refuses unknown options', () => {
    expect(() => createTestCertificate({ autority: 1 } as object)).toThrow(
      'createTestCertificate has no option "autority"; did you mean "authority"?',
    );
  });
});
