/**
 * DPoP: what holds before it is built, and what would. RFC 9449.
 *
 * @module
 */
import { createHash, generateKeyPairSync, type JsonWebKey, randomUUID, sign } from 'node:crypto';
import { describe, expect } from 'vitest';
import { isDeclared } from '../support/declared-names.js';
import { forEachExpress } from '../support/express-versions.js';
import { type Fixture, RESOURCE, useFixture } from '../support/fixture.js';
import { notYet, verifies } from '../support/verifies.js';

/** A token that is bound to a key, and a proof of that key for `GET /p`. RFC 9449 §4.2, §6.1. */
async function boundToken(rs: Fixture): Promise<{ token: string; proof: string; jkt: string }> {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { kty, crv, x, y }: JsonWebKey = publicKey.export({ format: 'jwk' });
  // RFC 7638 §3: the required members in lexical order.
  const jkt = createHash('sha256').update(JSON.stringify({ crv, kty, x, y })).digest('base64url');
  const token = await rs.mint({ claims: { cnf: { jkt } } });
  const encode = (members: object): string =>
    Buffer.from(JSON.stringify(members)).toString('base64url');
  const header = { typ: 'dpop+jwt', alg: 'ES256', jwk: { kty, crv, x, y } };
  const ath = createHash('sha256').update(token).digest('base64url');
  const iat = Math.floor(rs.issuer.clock() / 1000);
  const claims = { jti: randomUUID(), htm: 'GET', htu: `${RESOURCE}/p`, iat, ath };
  const input = `${encode(header)}.${encode(claims)}`;
  const signature = sign('sha256', Buffer.from(input), {
    key: privateKey,
    dsaEncoding: 'ieee-p1363',
  });
  return { token, jkt, proof: `${input}.${signature.toString('base64url')}` };
}

forEachExpress((express) => {
  const rs = useFixture(express);

  describe('a bound token', () => {
    verifies('RFC9449-7.2-a', 'is refused as a bearer token, with or without proof', async () => {
      const { token, proof } = await boundToken(rs);
      const authorization = `Bearer ${token}`;
      expect(await rs.outcome({ headers: { authorization } })).toBe('401-it');
      expect(await rs.outcome({ headers: { authorization, dpop: proof } })).toBe('401-it');
    });

    verifies('RFC9449-7.2-a', 'is refused though nothing else is wrong with it', async () => {
      const { jkt } = await boundToken(rs);
      expect(await rs.present(await rs.mint())).toBe('200');
      for (const scope of ['read', 'write']) {
        const token = await rs.mint({ scope, claims: { cnf: { jkt } } });
        expect(await rs.present(token), scope).toBe('401-it');
      }
    });

    notYet(
      [
        'RFC9449-7.1-a',
        'RFC9449-6-a',
        'RFC9449-7.1-b',
        'RFC9449-7.1-c',
        'RFC9449-7.2-b',
        'RFC9449-4.3-1',
        'RFC9449-4.3-2',
        'RFC9449-4.3-3',
        'RFC9449-4.3-4',
        'RFC9449-4.3-5',
        'RFC9449-4.3-6',
        'RFC9449-4.3-7',
        'RFC9449-4.3-8',
        'RFC9449-4.3-9',
        'RFC9449-4.3-9b',
        'RFC9449-4.3-9c',
        'RFC9449-4.3-10',
        'RFC9449-4.3-11',
        'RFC9449-4.3-12a',
        'RFC9449-4.3-12b',
        'RFC9449-11.1-a',
        'RFC9449-11.1-b',
        'RFC9449-9-a',
        'RFC9449-8-a',
        'RFC9449-8.2-a',
        'RFC9449-11.3-a',
      ],
      'is accepted with its proof',
      async () => {
        const { token, proof } = await boundToken(rs);
        const headers = { authorization: `DPoP ${token}`, dpop: proof };
        const { status } = await rs.send({ headers });
        expect(status === 200 || isDeclared(/^dpop/i)).toBe(true);
      },
    );
  });
});
