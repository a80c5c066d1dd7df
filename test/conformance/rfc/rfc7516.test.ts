/**
 * RFC 7516, 7518 §4 and §5, 7519 §5 and §11.2, encrypted tokens.
 *
 * @module
 */
import {
  CONTENT_ENCRYPTION_ALGORITHMS,
  createEncryptionKey,
  ENCRYPTION_ALGORITHMS,
  ENCRYPTION_CURVES,
  encryptionForgeries,
  type EncryptionForgeryName,
  type EncryptionKey,
  forgeries,
} from '@scopegate/testing';
import { CompactEncrypt, FlattenedEncrypt } from 'jose';
import { expect } from 'vitest';
import { forEachExpressFront } from '../../support/fronts/fronts.js';
import { createKeyPair } from '../../support/key-pairs.js';
import { field } from '../support/answer.js';
import { type Fixture, openFixture, useFixture } from '../support/fixture.js';
import { expectOutcome } from '../support/tokens.js';
import { verifies } from '../support/verifies.js';

const EC_KEY = createEncryptionKey({ kid: 'ec' });
const DIRECT_KEY = createEncryptionKey({ alg: 'ECDH-ES', enc: 'A128CBC-HS256', kid: 'direct' });
const RSA_KEY = createEncryptionKey({ alg: 'RSA-OAEP-256', kid: 'rsa' });
const KEYS = [EC_KEY, DIRECT_KEY, RSA_KEY];
const decryption = { keys: KEYS.map(({ privateJwk }) => privateJwk) };

type Header = Readonly<Record<string, unknown>>;

/** Encrypts by jose, with any header. */
function encryptWith(
  { publicJwk, alg, enc }: EncryptionKey,
  token: string,
  header: Header = {},
): Promise<string> {
  return new CompactEncrypt(Buffer.from(token))
    .setProtectedHeader({ alg, enc, cty: 'JWT', ...header })
    .encrypt(publicJwk);
}

async function challengesOf(rs: Fixture, tokens: readonly string[]): Promise<ReadonlySet<unknown>> {
  const answers = await Promise.all(
    tokens.map((token) => rs.send({ headers: { authorization: `Bearer ${token}` } })),
  );
  return new Set(answers.map((answer) => field(answer, 'www-authenticate')));
}

forEachExpressFront((front) => {
  const rs = useFixture(front, { server: { decryption } });
  const required = useFixture(front, { server: { decryption: { ...decryption, required: true } } });
  const forged = async (
    names: readonly EncryptionForgeryName[],
    keys: readonly EncryptionKey[] = KEYS,
  ): Promise<readonly string[]> => {
    const token = await rs.mint();
    return keys.flatMap((key) => names.map((name) => key.encrypt[name](token)));
  };
  const expectRefused = async (tokens: readonly string[]): Promise<void> => {
    for (const token of tokens) expect(await rs.present(token)).toBe('401-it');
  };
  const startWith = (key: object): Promise<Fixture> =>
    openFixture(front, { server: { decryption: { keys: [key] } } });

  verifies(
    ['rfc7518#4.1/every-accepted-pair', 'rfc7516#5.2/decrypted-token-fully-checked'],
    'every pair of algorithms, every curve: is accepted, cached and not cached',
    async () => {
      const pairs = ENCRYPTION_ALGORITHMS.flatMap((alg) =>
        CONTENT_ENCRYPTION_ALGORITHMS.map((enc) => ({ alg, enc })),
      );
      const kinds = [...pairs, ...ENCRYPTION_CURVES.map((crv) => ({ crv }))];
      const keys = kinds.map((kind, index) => createEncryptionKey({ ...kind, kid: `k${index}` }));
      for (const some of [keys.slice(0, 10), keys.slice(10)]) {
        const privateJwks = some.map(({ privateJwk }) => privateJwk);
        const all = await openFixture(front, { server: { decryption: { keys: privateJwks } } });
        for (const encryptTo of some) {
          const token = await all.mint({ encryptTo });
          expect(await all.present(token), encryptTo.alg).toBe('200');
          expect(await all.present(token), encryptTo.alg).toBe('200');
        }
      }
    },
  );

  verifies(
    ['rfc7516#5.2/decrypted-token-fully-checked', 'rfc7519#11.2/signed-then-encrypted'],
    'forged tokens: are refused when they are encrypted correctly',
    async () => {
      for (const { name } of forgeries) {
        const token = await rs.issuer.forge[name]({ scope: 'read', encryptTo: EC_KEY });
        expect(await rs.present(token), name).toBe('401-it');
        expect(await rs.present(token), name).toBe('401-it');
      }
      await expectRefused(await forged(['claimsOnly', 'unsignedToken', 'encryptedTwice']));
    },
  );

  verifies(
    'rfc7516#5.2/any-failed-step-refuses',
    'tokens that are encrypted wrongly: are refused, although the correct one is accepted',
    async () => {
      const token = await rs.mint();
      for (const key of KEYS) {
        expect(await rs.present(key.encrypt(token))).toBe('200');
        for (const { name } of encryptionForgeries) {
          expect(await rs.present(key.encrypt[name](token)), name).toBe('401-it');
        }
      }
    },
  );

  verifies(
    'rfc7516#4/header-strict-and-understood',
    'header: is refused with crit, duplicate members or anything but an object',
    async () => {
      const [, ...others] = EC_KEY.encrypt(await rs.mint()).split('.');
      const withHeader = (header: string): string =>
        [Buffer.from(header).toString('base64url'), ...others].join('.');
      const { alg, enc } = EC_KEY;
      await expectRefused([
        ...(await forged(['critical'])),
        withHeader(`{"alg":"${alg}","enc":"${enc}","cty":"JWT","cty":"JWT"}`),
        withHeader(`["${alg}"]`),
        withHeader(''),
        withHeader(`{"alg":"${alg}","enc":"${enc}","cty":"JWT","kid":1}`),
        withHeader('\ufeff{}'),
      ]);
    },
  );

  verifies(
    'rfc7516#4.1.6/kid-selects-key',
    'kid: a known one selects its key, an unknown one is refused, without one every key is tried',
    async () => {
      const token = await rs.mint();
      expect(await rs.present(await encryptWith(EC_KEY, token, { kid: 'ec' }))).toBe('200');
      expect(await rs.present(await encryptWith(EC_KEY, token))).toBe('200');
      expect(await rs.present(await encryptWith(EC_KEY, token, { kid: 'rsa' }))).toBe('401-it');
      await expectRefused(await forged(['unknownKeyId', 'otherKey']));
    },
  );

  verifies(
    'rfc7516#7.1/five-canonical-segments',
    'segments: other numbers, other encodings and JSON serializations are refused',
    async () => {
      const token = await rs.mint();
      const jwe = EC_KEY.encrypt(token);
      const { alg, enc, publicJwk } = EC_KEY;
      const flattened = await new FlattenedEncrypt(Buffer.from(token))
        .setProtectedHeader({ alg, enc, cty: 'JWT' })
        .encrypt(publicJwk);
      await expectOutcome(rs, '401-it', {
        'six segments': `${jwe}.`,
        'four segments': jwe.split('.').slice(0, 4).join('.'),
        'only dots': '....',
        'a JSON serialization': Buffer.from(JSON.stringify(flattened)).toString('base64url'),
        'a stray character': jwe.replace('.', '+.'),
      });
      await expectRefused(await forged(['paddedSegment']));
    },
  );

  verifies('rfc7516#9/plain-tokens-remain', 'signed tokens: are accepted as before', async () => {
    expect(await rs.present(await rs.mint())).toBe('200');
    expect(await rs.present(await rs.issuer.forge.expired({ scope: 'read' }))).toBe('401-it');
  });

  verifies(
    'rfc7516#11.5/failed-step-not-shown',
    'decryption: every step that fails has the same answer',
    async () => {
      const tokens = await forged(
        [
          'otherKey',
          'flippedCiphertext',
          'flippedIv',
          'flippedTag',
          'flippedHeader',
          'unknownKeyId',
        ],
        [RSA_KEY, EC_KEY],
      );
      const [, , ...others] = RSA_KEY.encrypt(await rs.mint()).split('.');
      const [header] = RSA_KEY.encrypt(await rs.mint()).split('.');
      const garbage = [header, Buffer.alloc(256, 1).toString('base64url'), ...others].join('.');
      expect([...(await challengesOf(rs, [...tokens, garbage]))]).toEqual([
        'Bearer realm="https://rs.example", error="invalid_token", error_description="the access token cannot be decrypted", scope="read"',
      ]);
    },
  );

  verifies(
    ['rfc7518#4.1/other-key-management-refused', 'rfc8725#3.2/no-deprecated-encryption'],
    'dir, PBES2, RSA1_5, RSA-OAEP, unknown algorithms: are refused, and no option accepts them',
    async () => {
      const tokens = await forged([
        'sharedKey',
        'password',
        'rsa15',
        'rsaOaepSha1',
        'unknownKeyManagement',
        'unknownContentEncryption',
      ]);
      expect([...(await challengesOf(rs, tokens))]).toEqual([
        'Bearer realm="https://rs.example", error="invalid_token", error_description="the access token is not encrypted as this resource requires", scope="read"',
      ]);
      for (const alg of ['RSA1_5', 'RSA-OAEP', 'dir', 'A256KW']) {
        const key = { ...RSA_KEY.privateJwk, alg };
        await expect(startWith(key)).rejects.toThrow('keys[0].alg" must be RSA-OAEP-256');
      }
    },
  );

  verifies('rfc7518#4.3/rsa-keys-of-2048-bits', 'RSA key of 1024 bits: is an error', async () => {
    const { privateJwk } = createKeyPair('rsa', { modulusLength: 1024 });
    await expect(startWith(privateJwk)).rejects.toThrow('must have from 2048 to 4096 bits');
  });

  verifies(
    'rfc7517#4.2/decryption-keys-are-for-encryption',
    'keys: use, key_ops, alg and missing private parts are errors at start-up',
    async () => {
      const { privateJwk, publicJwk } = EC_KEY;
      await expect(startWith({ ...privateJwk, use: 'sig' })).rejects.toThrow('use" must be "enc"');
      await expect(startWith({ ...privateJwk, key_ops: ['sign'] })).rejects.toThrow(
        'key_ops" must',
      );
      await expect(startWith({ ...privateJwk, alg: 'ES256' })).rejects.toThrow('alg" must be');
      await expect(startWith(publicJwk)).rejects.toThrow('must be a private key');
    },
  );

  verifies(
    'rfc7518#4.6.1.1/ephemeral-key-is-public-point',
    'ephemeral key: is refused off its curve, on another curve, private or absent',
    async () => {
      await expectRefused(
        await forged(['privateEphemeralKey', 'ephemeralKeyOffCurve'], [EC_KEY, DIRECT_KEY]),
      );
      const other = createEncryptionKey({ alg: 'ECDH-ES', enc: 'A128CBC-HS256', crv: 'P-384' });
      const token = await rs.mint();
      await expectRefused([await encryptWith(other, token, { kid: 'direct' })]);
      const [, ...others] = DIRECT_KEY.encrypt(token).split('.');
      const { alg, enc } = DIRECT_KEY;
      for (const epk of [undefined, null, 'P-256', [], {}, { crv: 1 }, { crv: 'P-256' }]) {
        const header = Buffer.from(JSON.stringify({ alg, enc, cty: 'JWT', epk }));
        await expectRefused([[header.toString('base64url'), ...others].join('.')]);
      }
    },
  );

  verifies(
    'rfc7518#4.6/direct-agreement-without-encrypted-key',
    'encrypted key: is refused where there must be none, and where it is missing',
    async () => {
      const [header, , ...others] = EC_KEY.encrypt(await rs.mint()).split('.');
      await expectRefused([
        [header, '', ...others].join('.'),
        ...(await forged(['foreignEncryptedKey'])),
      ]);
    },
  );

  verifies(
    'rfc7518#5/authentication-tag-of-full-length',
    'tag and initialization vector: are refused with another length',
    async () => {
      await expectRefused(await forged(['shortTag']));
      for (const key of KEYS) {
        const [header, encryptedKey, iv, ciphertext, tag] = key.encrypt(await rs.mint()).split('.');
        await expectRefused([
          [header, encryptedKey, '', ciphertext, tag].join('.'),
          [header, encryptedKey, `${iv}AAAA`, ciphertext, tag].join('.'),
          [header, encryptedKey, iv, ciphertext, ''].join('.'),
          [header, encryptedKey, iv, '', tag].join('.'),
        ]);
      }
    },
  );

  verifies('rfc7519#5.2/cty-marks-nested-token', 'cty: marks a nested token', async () => {
    const token = await rs.mint();
    for (const cty of ['JWT', 'jwt', 'at+jwt', 'application/jwt']) {
      expect(await rs.present(await encryptWith(EC_KEY, token, { cty })), cty).toBe('200');
    }
    for (const cty of ['', 'json', 'logout+jwt', 'at+jwt; v=1']) {
      expect(await rs.present(await encryptWith(EC_KEY, token, { cty })), cty).toBe('401-it');
    }
    await expectRefused(await forged(['notNested']));
  });

  verifies(
    'rfc7519#5.3/replicated-claims-equal',
    'iss, sub, aud in the header: are refused unless they equal the claims',
    async () => {
      const token = await rs.mint({ subject: 'ann' });
      const { issuer } = rs.issuer;
      const equal = { iss: issuer, sub: 'ann', aud: 'https://rs.example' };
      expect(await rs.present(await encryptWith(EC_KEY, token, equal))).toBe('200');
      for (const header of [
        { iss: `${issuer}/` },
        { sub: 'bob' },
        { aud: ['https://rs.example'] },
      ]) {
        expect(await rs.present(await encryptWith(EC_KEY, token, header))).toBe('401-it');
      }
    },
  );

  verifies('rfc8725#3.6/compressed-tokens-refused', 'zip: is refused', async () => {
    await expectRefused(await forged(['compressed']));
  });

  verifies(
    'rfc8725#3.11/inner-type-decides',
    'typ of the outer token: does not make an access token, and does not unmake one',
    async () => {
      const other = await rs.mint({ header: { typ: 'logout+jwt' } });
      const typ = 'at+jwt';
      expect(await rs.present(await encryptWith(EC_KEY, other, { typ }))).toBe('401-it');
      const token = await rs.mint();
      expect(await rs.present(await encryptWith(EC_KEY, token, { typ: 'JWT' }))).toBe('200');
    },
  );

  verifies(
    'rfc9068#4/encryption-required-where-agreed',
    'required: signed tokens that are not encrypted are refused',
    async () => {
      expect(await required.present(await required.mint({ encryptTo: RSA_KEY }))).toBe('200');
      expect(await required.present(await required.mint())).toBe('401-it');
    },
  );
});
