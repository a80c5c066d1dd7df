/**
 * RFC 7800, the confirmation of a token.
 *
 * @module
 */
import { createProofKey, createTestCertificate } from '@scopegate/testing';
import { describe, expect } from 'vitest';
import { EXPRESS_FRONTS } from '../../support/fronts/express-front.js';
import { FASTIFY_FRONT } from '../../support/fronts/fastify-front.js';
import { forEachFront } from '../../support/fronts/fronts.js';
import { type Fixture, useFixture } from '../support/fixture.js';
import { verifies } from '../support/verifies.js';
import { fieldLines } from '../support/answer.js';

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

describe('cnf claim with a key and a certificate', () => {
  forEachFront(
    (front) => {
      const rs = useFixture(front, { server: { mtls: MTLS, dpop: true } });

      verifies(
        ['rfc7800#3.1/unknown-confirmation-refused', 'rfc8705#3/certificate-is-bound-one'],
        'accepts the token when both are proven, and refuses it when one is',
        async () => {
          const key = createProofKey();
          const other = createTestCertificate();
          const token = await rs.mint({ boundTo: [key, certificate] });
          const proof = (): Readonly<Record<string, string>> => ({
            ...key.headers({ token, method: 'GET', url: 'https://rs.example/p' }),
          });
          const bearer = { authorization: `Bearer ${token}` };
          const theirs = { 'client-cert': `:${other.der.toString('base64')}:` };
          const mine = { 'client-cert': CLIENT_CERT };
          const errors: Record<string, readonly [number, string | undefined]> = {};
          for (const round of ['not cached', 'cached']) {
            const calls: Readonly<Record<string, Readonly<Record<string, string>>>> = {
              'neither, as a bearer token': bearer,
              'the certificate, as a bearer token': { ...bearer, ...mine },
              'the key': proof(),
              'the key and another certificate': { ...proof(), ...theirs },
              'the certificate': { authorization: `DPoP ${token}`, ...mine },
              both: { ...proof(), ...mine },
            };
            for (const [name, headers] of Object.entries(calls)) {
              const answer = await rs.send({ headers });
              const error = /error="([^"]+)"/.exec(
                fieldLines(answer, 'www-authenticate').join(),
              )?.[1];
              errors[`${name}, ${round}`] = [answer.status, error];
            }
          }
          const expected = {
            'neither, as a bearer token': [401, 'invalid_token'],
            'the certificate, as a bearer token': [401, 'invalid_token'],
            'the key': [401, 'invalid_token'],
            'the key and another certificate': [401, 'invalid_token'],
            'the certificate': [401, 'invalid_dpop_proof'],
            both: [200, undefined],
          };
          const rounds = ['not cached', 'cached'].flatMap((round) =>
            Object.entries(expected).map(([name, answer]) => [`${name}, ${round}`, answer]),
          );
          expect(errors).toEqual(Object.fromEntries(rounds));
        },
      );
    },
    [...EXPRESS_FRONTS, FASTIFY_FRONT],
  );
});
