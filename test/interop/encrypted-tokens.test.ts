import { createPrivateKey, randomUUID } from 'node:crypto';
import { createAccessTokenVerifier } from '@scopegate/access-token';
import { CompactEncrypt, SignJWT } from 'jose';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createKeyPair, type KeyKind, type KeyPair } from '../support/key-pairs.js';
import { openSalesApi, READ } from './contract/sales-api.js';
import { startServerTest } from './contract/server-test.js';
import { oidcProvider, startOidcProvider } from './servers/oidc-provider.js';

const ISSUER = 'https://auth.example.com';
const AUDIENCE = 'https://api.example.com';
const ENCODED = new TextEncoder();

const signing = createKeyPair('P-256');
const jwks = { keys: [{ ...signing.publicJwk, kid: 'sig', alg: 'ES256', use: 'sig' }] };

const KINDS: readonly (readonly [KeyKind, readonly string[]])[] = [
  ['rsa', ['RSA-OAEP-256']],
  ['P-256', ['ECDH-ES', 'ECDH-ES+A128KW', 'ECDH-ES+A256KW']],
  ['P-384', ['ECDH-ES', 'ECDH-ES+A128KW', 'ECDH-ES+A256KW']],
  ['P-521', ['ECDH-ES', 'ECDH-ES+A128KW', 'ECDH-ES+A256KW']],
  ['x25519', ['ECDH-ES', 'ECDH-ES+A128KW', 'ECDH-ES+A256KW']],
];
const CONTENT = ['A128GCM', 'A256GCM', 'A128CBC-HS256', 'A256CBC-HS512'];
const PAIRS = KINDS.flatMap(([kind, algorithms]) =>
  algorithms.flatMap((alg) => CONTENT.map((enc) => ({ kind, alg, enc }))),
);

const keyPairs = new Map<KeyKind, KeyPair>();
function keyPairOf(kind: KeyKind): KeyPair {
  const pair = keyPairs.get(kind) ?? createKeyPair(kind);
  keyPairs.set(kind, pair);
  return pair;
}

function sign(): Promise<string> {
  return new SignJWT({ client_id: 'reports', scope: 'read' })
    .setProtectedHeader({ alg: 'ES256', kid: 'sig', typ: 'at+jwt' })
    .setIssuer(ISSUER)
    .setAudience(AUDIENCE)
    .setSubject('reports')
    .setJti(randomUUID())
    .setIssuedAt()
    .setExpirationTime('5m')
    .sign(signing.privateKey);
}

async function encrypt(
  { kind, alg, enc }: (typeof PAIRS)[number],
  header: Readonly<Record<string, unknown>> = {},
): Promise<CompactEncrypt> {
  expect(keyPairOf(kind).privateJwk).toHaveProperty('d');
  return new CompactEncrypt(ENCODED.encode(await sign())).setProtectedHeader({
    alg,
    enc,
    cty: 'JWT',
    ...header,
  });
}

describe('tokens that jose encrypts', () => {
  it.each(PAIRS)('are accepted: $kind, $alg, $enc, as JWK and as KeyObject', async (pair) => {
    const { publicKey, privateKey, privateJwk } = keyPairOf(pair.kind);
    for (const key of [{ ...privateJwk, kid: 'enc', alg: pair.alg, use: 'enc' }, privateKey]) {
      const decryption = { keys: [key], required: true };
      const verifier = createAccessTokenVerifier({
        issuer: ISSUER,
        audience: AUDIENCE,
        jwks,
        decryption,
      });
      const named = await (await encrypt(pair, { kid: 'enc' })).encrypt(publicKey);
      const unnamed = await (await encrypt(pair)).encrypt(publicKey);
      for (const token of [named, unnamed]) {
        expect(await verifier.verify(token)).toMatchObject({ issuer: ISSUER, clientId: 'reports' });
      }
    }
  });

  it('are accepted with party information', async () => {
    const pair = { kind: 'P-256', alg: 'ECDH-ES+A128KW', enc: 'A128GCM' } as const;
    const { publicKey, privateJwk } = keyPairOf('P-256');
    const encryption = await encrypt(pair);
    const token = await encryption
      .setKeyManagementParameters({ apu: ENCODED.encode('Alice'), apv: ENCODED.encode('Bob') })
      .encrypt(publicKey);
    const decryption = { keys: [privateJwk] };
    const verifier = createAccessTokenVerifier({
      issuer: ISSUER,
      audience: AUDIENCE,
      jwks,
      decryption,
    });
    expect(await verifier.verify(token)).toMatchObject({ clientId: 'reports' });
  });

  it.each([2048, 3072, 4096])(
    'are accepted by an RSA key of %i bits, imported from PEM',
    async (bits) => {
      const { publicKey, privateKey } = createKeyPair('rsa', { modulusLength: bits });
      const pair = { kind: 'rsa', alg: 'RSA-OAEP-256', enc: 'A256GCM' } as const;
      const token = await (await encrypt(pair)).encrypt(publicKey);
      const pem = privateKey.export({ type: 'pkcs8', format: 'pem' });
      const decryption = { keys: [createPrivateKey(pem)] };
      const verifier = createAccessTokenVerifier({
        issuer: ISSUER,
        audience: AUDIENCE,
        jwks,
        decryption,
      });
      expect(await verifier.verify(token)).toMatchObject({ clientId: 'reports' });
    },
  );
});

describe('tokens that oidc-provider encrypts', () => {
  it.each([
    ['rsa', 'RSA-OAEP-256', 'A256GCM', 'enc'],
    ['P-256', 'ECDH-ES', 'A128CBC-HS256', 'enc'],
    ['P-521', 'ECDH-ES+A256KW', 'A256CBC-HS512', undefined],
  ] as const)('are accepted: %s, %s, %s, kid %s', async (kind, alg, enc, kid) => {
    const { publicKey, privateJwk } = createKeyPair(kind);
    const encryption = { alg, enc, kid, key: publicKey };
    const test = await startServerTest({
      ...oidcProvider,
      start: (settings) => startOidcProvider(settings, { encryption }),
    });
    onTestFinished(() => test.close());
    const keys = [{ ...privateJwk, kid: 'enc', alg, use: 'enc' }];
    const api = await openSalesApi(test.server, { decryption: { keys, required: true } });
    onTestFinished(() => api.close());
    const token = await test.requestToken({ scope: READ });
    expect(token.split('.')).toHaveLength(5);
    expect((await api.call('/sales', token)).status).toBe(200);
    expect((await api.call('/sales', token)).status).toBe(200);
    const plain = await openSalesApi(test.server);
    onTestFinished(() => plain.close());
    expect((await plain.call('/sales', token)).status).toBe(401);
  });
});
