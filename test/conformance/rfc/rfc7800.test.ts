/**
 * RFC 7800, the confirmation of a token.
 *
 * @module
 */
import { createTestCertificate } from '@scopegate/testing';
import { describe, expect } from 'vitest';
import { EXPRESS_FRONTS } from '../../support/fronts/express-front.js';
import { FASTIFY_FRONT } from '../../support/fronts/fastify-front.js';
import { forEachFront } from '../../support/fronts/fronts.js';
import { type Fixture, useFixture } from '../support/fixture.js';
import { verifies } from '../support/verifies.js';

const certificate = createTestCertificate();
const { thumbprint } = certificate;
const CLIENT_CERT = `:${certificate.der.toString('base64')}:`;
const MTLS = {
  certificate: { header: 'client-cert', format: 'rfc9440', from: ['127.0.0.1', '::1'] },
};

const CONFIRMATIONS: readonly unknown[] = [
  { jwk: { kty: 'EC' } },
  { kid: 'k1' },
  { foo: 1 },
  { jkt: 1 },
  { jkt: null },
  { 'x5t#S256': 1 },
  { 'x5t#S256': '' },
  { 'x5t#S256': [thumbprint] },
  { 'x5t#s256': thumbprint },
  { x5t: thumbprint },
  { 'x5t#S256': thumbprint, jkt: 1 },
  {},
  [],
  [{ 'x5t#S256': thumbprint }],
  thumbprint,
  'x',
  '',
  1,
  0,
  false,
  null,
];

/** Presents a token twice, because a refused token must not be cached as an accepted one. */
async function presentTwice(rs: Fixture, cnf: unknown): Promise<readonly string[]> {
  const token = await rs.mint({ claims: { cnf } });
  const headers = { authorization: `Bearer ${token}`, 'client-cert': CLIENT_CERT };
  return [await rs.outcome({ headers }), await rs.outcome({ headers })];
}

describe('cnf claim, when no binding can be proven', () => {
  forEachFront((front) => {
    const rs = useFixture(front);
    const provable = [
      { 'x5t#S256': thumbprint },
      { 'x5t#S256': thumbprint, jkt: thumbprint },
      { jkt: thumbprint },
    ];
    for (const cnf of [...provable, ...CONFIRMATIONS]) {
      const shape = JSON.stringify(cnf).replaceAll(thumbprint, '…');
      verifies(
        'rfc7800#3.1/unknown-confirmation-refused',
        `refuses a token without proof: ${shape}`,
        async () => {
          expect(await presentTwice(rs, cnf)).toEqual(['401-it', '401-it']);
        },
      );
    }
  });
});

describe('cnf claim, when certificates can be proven', () => {
  forEachFront(
    (front) => {
      const rs = useFixture(front, { server: { mtls: MTLS } });
      for (const cnf of [
        ...CONFIRMATIONS,
        { jkt: thumbprint },
        { 'x5t#S256': thumbprint, jkt: thumbprint },
      ]) {
        const shape = JSON.stringify(cnf).replaceAll(thumbprint, '…');
        verifies(
          'rfc7800#3.1/unknown-confirmation-refused',
          `refuses a token with the right certificate: ${shape}`,
          async () => {
            expect(await presentTwice(rs, cnf)).toEqual(['401-it', '401-it']);
          },
        );
      }

      verifies(
        'rfc7800#3.1/unknown-members-beside-proven-one',
        'ignores unknown members beside a certificate that is proven',
        async () => {
          for (const unknown of [
            { 'kc-x5t-type': 'a' },
            { jwk: {} },
            { kid: 'k1' },
            { jku: 'a' },
          ]) {
            const cnf = { 'x5t#S256': thumbprint, ...unknown };
            expect(await presentTwice(rs, cnf)).toEqual(['200', '200']);
          }
        },
      );
    },
    [...EXPRESS_FRONTS, FASTIFY_FRONT],
  );
});
