/**
 * Certificates for tests of mutual TLS.
 *
 * @module
 */
import { createHash, type KeyObject, randomUUID } from 'node:crypto';
import { assertKnownOptions, invalidOption } from '@scopegate/protocol/internal';
import { createSigningKey } from '../tokens/signing-keys.js';
import { signCertificate } from './signed-certificate.js';

/** Options of {@link createTestCertificate}. */
export interface TestCertificateOptions {
  /**
   * The certificate that signs this one: another certificate of `createTestCertificate()`, which has no
   * authority itself.
   *
   * @defaultValue the certificate signs itself
   */
  readonly authority?: TestCertificate | undefined;
}

/**
 * A certificate and its private key, on P-256. A client can use it, and a server on `localhost`,
 * `127.0.0.1` or `::1`. It is valid from yesterday until tomorrow, by the clock of the system.
 */
export interface TestCertificate {
  /** The octets of the certificate: DER. RFC 5280 §4.1. */
  readonly der: Buffer;
  /** The certificate in PEM. RFC 7468 §5. */
  readonly pem: string;
  /** The certificate in percent-encoded PEM, as nginx and AWS forward it in a header. */
  readonly escapedPem: string;
  /** The SHA-256 of the DER in base64url: `x5t#S256`. RFC 8705 §3.1. */
  readonly thumbprint: string;
  /** The options `key` and `cert` of `https.request()`, `https.createServer()` and `tls.connect()`, in PEM. */
  readonly tls: {
    /** The private key, PKCS #8. */
    readonly key: string;
    /** The certificate, without that of its authority. */
    readonly cert: string;
  };
}

interface Authority {
  readonly key: KeyObject;
  readonly name: string;
}

const authorities = new WeakMap<TestCertificate, Authority>();

/**
 * Creates a certificate with a new key pair, for tests of tokens that are bound to a certificate. A
 * self-signed certificate can sign others, so it is also a private certificate authority.
 *
 * @throws TypeError An option is unknown or out of range.
 * @see RFC 8705 §3, §6.2
 * @example
 * const authority = createTestCertificate();
 * const certificate = createTestCertificate({ authority });
 * const token = await issuer.mint({ scope: 'read:sales', boundTo: certificate });
 * request({ ...certificate.tls, ca: authority.pem, headers: { authorization: `Bearer ${token}` } });
 */
export function createTestCertificate(options: TestCertificateOptions = {}): TestCertificate {
  assertOptions(options);
  const { authority: given } = options;
  const name = `test-${randomUUID()}`;
  const { publicKey, privateKey } = createSigningKey('ES256', name);
  const itself: Authority = { key: privateKey, name };
  const authority = given === undefined ? itself : authorityOf(given);
  const der = signCertificate({
    subjectKey: publicKey,
    subjectName: name,
    authorityKey: authority.key,
    authorityName: authority.name,
    isAuthority: authority === itself,
  });
  const certificate = formatCertificate(der, privateKey);
  if (authority === itself) authorities.set(certificate, authority);
  return certificate;
}

function assertOptions(options: unknown): void {
  assertKnownOptions('createTestCertificate', options, ['authority']);
}

function authorityOf(certificate: TestCertificate): Authority {
  const authority = authorities.get(certificate);
  if (authority !== undefined) return authority;
  throw invalidOption(
    'authority',
    'must be a certificate that createTestCertificate() returned and that signs itself',
  );
}

function formatCertificate(der: Buffer, privateKey: KeyObject): TestCertificate {
  // RFC 7468 §2: lines of 64 characters.
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  const pem = ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
  const key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  return Object.freeze({
    der,
    pem,
    escapedPem: encodeURIComponent(pem),
    thumbprint: createHash('sha256').update(der).digest('base64url'),
    tls: Object.freeze({ key, cert: pem }),
  });
}
