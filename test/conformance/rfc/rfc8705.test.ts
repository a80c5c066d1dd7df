/**
 * Certificate-bound tokens, which are planned: requirements that hold already. RFC 8705, 9440, 7800.
 *
 * @module
 */
import { createHash, randomBytes } from 'node:crypto';
import { describe, expect } from 'vitest';
import { isDeclared } from '../support/declared-names.js';
import { forEachFront } from '../../support/fronts/fronts.js';
import { useFixture } from '../support/fixture.js';
import { notYet, verifies } from '../support/verifies.js';

forEachFront((front) => {
  const rs = useFixture(front);
  const certificate = randomBytes(400);
  const thumbprint = createHash('sha256').update(certificate).digest('base64url');

  describe('cnf claim', () => {
    const confirmations: readonly unknown[] = [
      { 'x5t#S256': thumbprint },
      { 'x5t#S256': thumbprint, jkt: thumbprint },
      { jkt: thumbprint },
      { jwk: { kty: 'EC' } },
      { kid: 'k1' },
      { foo: 1 },
      { jkt: 1 },
      { jkt: null },
      {},
      [],
      'x',
      '',
      1,
      0,
      false,
      null,
    ];
    for (const cnf of confirmations) {
      const shape = JSON.stringify(cnf).replaceAll(thumbprint, '…');
      verifies(
        'rfc7800#3.1/unknown-confirmation-refused',
        `refuses a token without proof: ${shape}`,
        async () => {
          expect(await rs.present(await rs.mint({ claims: { cnf } }))).toBe('401-it');
          // Twice: a refused token is not cached as an accepted one.
          expect(await rs.present(await rs.mint({ claims: { cnf }, scope: 'write' }))).toBe(
            '401-it',
          );
        },
      );
    }
  });

  describe('forwarded client certificate', () => {
    verifies(
      'rfc9440#2/forwarded-certificate-proves-nothing',
      'proves nothing, because any client could have sent it',
      async () => {
        const token = await rs.mint({ claims: { cnf: { 'x5t#S256': thumbprint } } });
        const der = certificate.toString('base64');
        const pem = `-----BEGIN CERTIFICATE-----${der}-----END CERTIFICATE-----`;
        const fields: Record<string, string>[] = [
          { 'client-cert': `:${der}:` },
          { 'client-cert': der },
          { 'client-cert': '::::' },
          { 'client-cert': `:${der}:`, 'client-cert-chain': `:${der}:` },
          { 'x-client-cert': encodeURIComponent(pem) },
          { 'x-forwarded-client-cert': `Hash=${thumbprint};Cert="${encodeURIComponent(pem)}"` },
          { 'x-ssl-client-cert': encodeURIComponent(pem) },
        ];
        for (const extra of fields) {
          const headers = { authorization: `Bearer ${token}`, ...extra };
          expect(await rs.outcome({ headers }), Object.keys(extra).join()).toBe('401-it');
        }
      },
    );
  });
});

describe('certificate binding', () => {
  notYet(
    [
      'rfc8705#3/certificate-is-bound-one',
      'rfc8705#3.1/thumbprint-is-sha-256-of-der',
      'rfc8705#3.2/introspected-confirmation-counts',
      'rfc8705#6.2/possession-not-trust-chain',
      'rfc8705#3.3/bound-tokens-in-metadata',
    ],
    'has an option',
    () => {
      expect(isDeclared(/certificate|mutualTls|mtls|thumbprint/i)).toBe(true);
    },
  );
});
