/** RFC 7518, JSON Web Algorithms. */
import { createHash, createHmac, createPublicKey, createSecretKey, verify } from 'node:crypto';
import { createAccessTokenVerifier } from '@scopegate/access-token';
import { expect } from 'vitest';
import { forEachExpressFront } from '../../support/fronts/fronts.js';
import { type Fixture, RESOURCE, useFixture } from '../support/fixture.js';
import { derSignature } from '../support/der-signature.js';
import { createSigner, encode, type Signer } from '../support/signer.js';
import {
  claimsFor,
  expectOutcome,
  headerFor,
  jwkOf,
  type Members,
  openPublishing,
} from '../support/tokens.js';
import { verifies } from '../support/verifies.js';

const rsa = createSigner('RS256', { kid: 'rsa' });
const [es256, es384, es512] = [
  createSigner('ES256', { kid: 'es256' }),
  createSigner('ES384', { kid: 'es384' }),
  createSigner('ES512', { kid: 'es512' }),
];
const SIGNERS = [rsa, es256, es384, es512];

// FIPS 186-4, D.1.2: the orders of the curves.
const ORDERS = [
  [es256, 'ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551'],
  [
    es384,
    'ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973',
  ],
  [
    es512,
    '01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409',
  ],
] as const;
const NONE_SPELLINGS = ['none', 'None', 'NONE', 'nOnE', 'none ', ''];

/** A token whose signature is computed from the signing input. */
function withSignature(
  rs: Fixture,
  header: Members,
  signatureOf: (input: string) => Uint8Array | string,
): string {
  const input = `${encode(header)}.${encode(claimsFor(rs))}`;
  return `${input}.${encode(signatureOf(input))}`;
}

/** RFC 8017 §9.2: the encoded message that the private key signs. */
function paddedHash(input: string, octets: number): Buffer {
  const digestInfo = Buffer.from('3031300d060960864801650304020105000420', 'hex');
  const hash = Buffer.concat([digestInfo, createHash('sha256').update(input).digest()]);
  const padding = Buffer.alloc(octets - hash.length - 3, 0xff);
  return Buffer.concat([Buffer.from([0, 1]), padding, Buffer.from([0]), hash]);
}

/** A key whose x begins with a zero octet, so that a shorter spelling means the same number. */
function signerWithShortX(): Signer {
  for (;;) {
    const signer = createSigner('ES256');
    const { x = '' } = signer.publicJwk;
    if (Buffer.from(x, 'base64url')[0] === 0) return signer;
  }
}

forEachExpressFront((front) => {
  const rs = useFixture(front, { issuer: { alg: 'RS256' } });
  const own = useFixture(front, {
    server: { jwks: { keys: SIGNERS.map(({ publicJwk }) => publicJwk) } },
  });

  verifies(
    'rfc7518#3.1/public-key-algorithms-by-default',
    'HS256: never uses a published key as a secret',
    async () => {
      await expectOutcome(rs, '401-it', {
        PEM: rs.issuer.forge.hs256WithPublicKey({ scope: 'read' }),
        DER: rs.issuer.forge.hs256WithPublicKeyDer({ scope: 'read' }),
        JWK: rs.issuer.forge.hs256WithPublicJwk({ scope: 'read' }),
      });
      expect(await rs.present(await rs.mint())).toBe('200');
    },
  );

  verifies(
    'rfc7518#3.1/public-key-algorithms-by-default',
    'HS256: uses no secret of a JWKS',
    async () => {
      const secret = createSecretKey(Buffer.alloc(64, 7));
      const jwk = secret.export({ format: 'jwk' });
      for (const alg of ['HS256', 'HS384', 'HS512']) {
        const published = await openPublishing(front, [{ ...jwk, kid: 'k1', alg }]);
        const token = withSignature(published, { typ: 'at+jwt', alg, kid: 'k1' }, (input) =>
          createHmac(`sha${alg.slice(2)}`, secret)
            .update(input)
            .digest(),
        );
        expect(await published.present(token), alg).toBe('401-it');
      }
    },
  );

  verifies('rfc7518#3.3/rsa-2048-bits', 'RSA key size: refuses fewer than 2048 bits', async () => {
    for (const modulusLength of [1024, 2040]) {
      for (const alg of ['RS256', 'PS256'] as const) {
        const weak = createSigner(alg, { modulusLength });
        const published = await openPublishing(front, [weak.publicJwk]);
        const token = weak.sign({}, claimsFor(published));
        expect(await published.present(token), `${alg} ${modulusLength}`).toBe('401-it');
      }
    }
  });

  verifies(
    'rfc7518#3.3/rsa-exponent-odd-and-large',
    'RSA exponent: refuses 1, for which any message is a signature',
    async () => {
      const jwk = jwkOf(rsa, { e: 'AQ' });
      const published = await openPublishing(front, [jwk]);
      const forged = withSignature(published, headerFor(rsa), (input) => paddedHash(input, 256));
      const [header, payload, signature = ''] = forged.split('.');
      // OpenSSL accepts it.
      const key = createPublicKey({ key: jwk, format: 'jwk' });
      const octets = Buffer.from(signature, 'base64url');
      expect(verify('sha256', Buffer.from(`${header}.${payload}`), key, octets)).toBe(true);
      expect(await published.present(forged)).toBe('401-it');
    },
  );

  verifies(
    'rfc7518#3.3/rsa-exponent-odd-and-large',
    'RSA exponent: refuses small and even ones',
    async () => {
      for (const publicExponent of [3, 17]) {
        const weak = createSigner('RS256', { publicExponent });
        const published = await openPublishing(front, [weak.publicJwk]);
        const token = weak.sign({}, claimsFor(published));
        expect(await published.present(token), String(publicExponent)).toBe('401-it');
      }
      // No one can sign for an even exponent; what counts is that the key is skipped.
      for (const e of ['AA', 'Ag', 'AQAA', 'AQAC', '', 'AQAB=', 'A', undefined, 65_537]) {
        const published = await openPublishing(front, [jwkOf(rsa, { e })]);
        const token = rsa.sign({}, claimsFor(published));
        expect(await published.present(token), String(e)).toBe('401-it');
        // Every set here has this key in addition.
        expect(published.api.health().issuers[0]?.keys, String(e)).toBe(1);
      }
      const published = await openPublishing(front, [rsa.publicJwk]);
      expect(await published.present(rsa.sign({}, claimsFor(published)))).toBe('200');
    },
  );

  verifies(
    'rfc7518#3.4/ecdsa-signature-full-length',
    'ECDSA signature: requires R and S at full length',
    async () => {
      for (const signer of [es256, es384, es512]) {
        const token = (change: (raw: Buffer) => Uint8Array): string =>
          withSignature(own, headerFor(signer), (input) => change(signer.signature(input)));
        expect(await own.present(token((raw) => raw)), signer.alg).toBe('200');
        await expectOutcome(own, '401-it', {
          DER: token(derSignature),
          'one octet less': token((raw) => raw.subarray(0, -1)),
          'one octet more': token((raw) => Buffer.concat([raw, Buffer.from([0])])),
          'a zero octet before': token((raw) => Buffer.concat([Buffer.from([0]), raw])),
          'both numbers longer': token((raw) => {
            const half = raw.length / 2;
            const zero = Buffer.from([0]);
            return Buffer.concat([zero, raw.subarray(0, half), zero, raw.subarray(half)]);
          }),
        });
      }
    },
  );

  verifies(
    'rfc7518#3.4/ecdsa-r-and-s-in-range',
    'ECDSA signature: refuses R and S outside 1 to the order of the curve',
    async () => {
      for (const [signer, hex] of ORDERS) {
        const order = Buffer.from(hex, 'hex');
        const zero = Buffer.alloc(order.length);
        const ones = Buffer.alloc(order.length, 0xff);
        const token = (change: (r: Buffer, s: Buffer) => Buffer[]): string =>
          withSignature(own, headerFor(signer), (input) => {
            const raw = signer.signature(input);
            return Buffer.concat(change(raw.subarray(0, order.length), raw.subarray(order.length)));
          });
        expect(await own.present(token((r, s) => [r, s])), signer.alg).toBe('200');
        await expectOutcome(own, '401-it', {
          'both zero': token(() => [zero, zero]),
          'R zero': token((_r, s) => [zero, s]),
          'S zero': token((r) => [r, zero]),
          'both the order': token(() => [order, order]),
          'R the order': token((_r, s) => [order, s]),
          'S the order': token((r) => [r, order]),
          'all ones': token(() => [ones, ones]),
        });
      }
    },
  );

  verifies(
    'rfc7518#3.4/curve-fits-algorithm',
    'curve: must be the one of the algorithm',
    async () => {
      const sign = (key: Signer, alg: 'ES256' | 'ES384' | 'ES512'): string =>
        withSignature(own, headerFor(key, { alg }), (input) => key.signature(input, alg));
      await expectOutcome(own, '401-it', {
        'ES256 by P-384': sign(es384, 'ES256'),
        'ES256 by P-521': sign(es512, 'ES256'),
        'ES384 by P-256': sign(es256, 'ES384'),
        'ES512 by P-384': sign(es384, 'ES512'),
      });
      for (const alg of [undefined, 'ES256']) {
        const published = await openPublishing(front, [jwkOf(es384, { alg })]);
        const token = withSignature(published, headerFor(es384, { alg: 'ES256' }), (input) =>
          es384.signature(input, 'ES256'),
        );
        expect(await published.present(token), String(alg)).toBe('401-it');
      }
    },
  );

  verifies(
    'rfc7518#6.2.1/ec-point-on-curve',
    'EC coordinates: must have full length and lie on the curve',
    async () => {
      const signer = signerWithShortX();
      const { x = '', y = '' } = signer.publicJwk;
      const [long, offCurve] = [Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')];
      offCurve[31] = (offCurve[31] ?? 0) ^ 1;
      const outcomeWith = async (changes: Members): Promise<string> => {
        const published = await openPublishing(front, [jwkOf(signer, changes)]);
        return published.present(signer.sign({}, claimsFor(published)));
      };
      expect(await outcomeWith({})).toBe('200');
      const others = {
        '31 octets': { x: encode(long.subarray(1)) },
        '33 octets': { x: encode(Buffer.concat([Buffer.from([0]), long])) },
        padded: { x: `${x}=` },
        'off the curve': { y: encode(offCurve) },
        'the origin': { x: encode(Buffer.alloc(32)), y: encode(Buffer.alloc(32)) },
        'no y': { y: undefined },
        "another curve's name": { crv: 'P-384' },
        'an unknown curve': { crv: 'secp256k1' },
      };
      for (const [name, changes] of Object.entries(others)) {
        expect(await outcomeWith(changes), name).toBe('401-it');
      }
    },
  );

  verifies('rfc7518#3.6/alg-none-refused', 'alg none: is refused in every spelling', async () => {
    for (const alg of NONE_SPELLINGS) {
      await expectOutcome(own, '401-it', {
        [`${alg}, unsigned`]: withSignature(own, headerFor(es256, { alg }), () => ''),
        [`${alg}, signed`]: es256.sign({ alg }, claimsFor(own)),
        [`${alg}, without kid`]: withSignature(own, { alg, typ: 'at+jwt' }, () => ''),
        [`${alg}, with octets`]: withSignature(own, headerFor(es256, { alg }), () => 'none'),
      });
    }
    await expectOutcome(rs, '401-it', {
      algNone: rs.issuer.forge.algNone({ scope: 'read' }),
      algNoneMixedCase: rs.issuer.forge.algNoneMixedCase({ scope: 'read' }),
      algNoneWithSignature: rs.issuer.forge.algNoneWithSignature({ scope: 'read' }),
    });
  });
});

/** Options that plain JavaScript can pass; TypeScript rejects them. */
function create(options: Members): unknown {
  const base = { issuer: 'https://as.example', audience: RESOURCE };
  return createAccessTokenVerifier({
    ...base,
    ...options,
  });
}

verifies('rfc7518#3.6/alg-none-refused', 'alg none: has no option', () => {
  for (const alg of NONE_SPELLINGS) {
    expect(() => create({ algorithms: [alg] })).toThrow(TypeError);
    expect(() => create({ algorithms: ['ES256', alg] })).toThrow(TypeError);
    expect(() => create({ algorithms: [alg], secret: Buffer.alloc(32) })).toThrow(TypeError);
  }
});

verifies(
  'rfc7518#3.1/public-key-algorithms-by-default',
  'HS256: is accepted only with a secret',
  () => {
    expect(() => create({ algorithms: ['HS256'] })).toThrow(TypeError);
    expect(() => create({ algorithms: ['HS256'], jwks: { keys: [rsa.publicJwk] } })).toThrow(
      TypeError,
    );
    expect(() => create({ algorithms: ['RS256'], secret: Buffer.alloc(32) })).toThrow(TypeError);
    expect(() => create({ jwks: { keys: [rsa.publicJwk] }, secret: Buffer.alloc(32) })).toThrow(
      TypeError,
    );
  },
);

verifies(
  'rfc7518#3.2/secret-as-long-as-hash',
  'secret: must be octets, at least as long as the hash',
  () => {
    for (const [alg, bytes] of Object.entries({ HS256: 32, HS384: 48, HS512: 64 })) {
      const short = Buffer.alloc(bytes - 1, 1);
      const message = new RegExp(`at least ${bytes} octets for ${alg}`);
      expect(() => create({ algorithms: [alg], secret: short })).toThrow(message);
      expect(() => create({ algorithms: [alg], secret: createSecretKey(short) })).toThrow(message);
      expect(() => create({ algorithms: [alg], secret: Buffer.alloc(bytes, 1) })).not.toThrow();
    }
    for (const secret of ['password', 'x'.repeat(64), null, rsa.publicKey, rsa.privateKey, []]) {
      expect(() => create({ secret })).toThrow(TypeError);
    }
  },
);
