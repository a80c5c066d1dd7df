import { createPrivateKey } from 'node:crypto';
import { InvalidTokenError } from '@scopegate/protocol';
import { createEncryptionKey } from '@scopegate/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { SECRET_OPTIONS, signToken } from '../../../test/support/tokens.js';
import type { AccessTokenVerifier } from './access-token-verifier.js';
import type { AccessTokenVerifierOptions } from './options/options.js';
import { createAccessTokenVerifier } from './verifier.js';
import { internalsOf } from './verifier-internals.js';

const { issuer, audience, secret } = SECRET_OPTIONS;
const OTHER_ISSUER = 'https://other.example.com';

const KEY = createEncryptionKey({ kid: 'a' });
const OTHER_KEY = createEncryptionKey({ kid: 'b' });
const decryption = { keys: [KEY.privateJwk] };

function open(options: object): AccessTokenVerifier {
  const verifier = createAccessTokenVerifier({
    audience,
    ...options,
  } as AccessTokenVerifierOptions);
  onTestFinished(() => {
    verifier.close();
  });
  return verifier;
}

/** Why a token is refused; `undefined` when it is not. */
async function reasonOf(verifier: AccessTokenVerifier, token: string): Promise<unknown> {
  try {
    await verifier.verify(token);
    return undefined;
  } catch (error) {
    return error instanceof InvalidTokenError ? error.reason : error;
  }
}

describe('createAccessTokenVerifier › encrypted tokens', () => {
  it('returns the claims and the header of the nested token', async () => {
    const verifier = open({ issuer, secret, decryption });
    const token = await verifier.verify(KEY.encrypt(signToken({ jti: 'j' }, { header: { x: 1 } })));
    expect(token).toMatchObject({ format: 'jwt', issuer, tokenId: 'j' });
    expect(token.header).toEqual({ typ: 'at+jwt', alg: 'HS256', x: 1 });
  });

  it('caches the whole encrypted token: a hit is synchronous and decrypts nothing', async () => {
    const verifier = open({ issuer, secret, decryption });
    const inner = internalsOf(verifier);
    const encrypted = KEY.encrypt(signToken());
    const token = await inner.verifyMaybeSync(encrypted);
    expect(inner.verifyMaybeSync(encrypted)).toBe(token);
    expect(inner.findCached(encrypted)).toBe(token);
    const others = [
      KEY.encrypt(signToken()),
      `${encrypted.slice(0, -1)}${encrypted.endsWith('A') ? 'Q' : 'A'}`,
    ];
    expect(others.map((other) => inner.findCached(other))).toEqual([undefined, undefined]);
  });

  it('finds the key without kid of an issuer beside the key with the same kid of another', async () => {
    const key = createEncryptionKey({ kid: 'a' });
    const unnamed = createPrivateKey({ key: { ...key.privateJwk }, format: 'jwk' });
    const verifier = open({
      issuers: [
        { issuer: OTHER_ISSUER, secret, decryption },
        { issuer, secret, decryption: { keys: [unnamed] } },
      ],
    });
    expect(await reasonOf(verifier, key.encrypt(signToken()))).toBeUndefined();
  });

  it('does not cache the nested token: where it must be encrypted, it stays refused', async () => {
    const verifier = open({ issuer, secret, decryption: { ...decryption, required: true } });
    const token = signToken();
    expect(await reasonOf(verifier, KEY.encrypt(token))).toBeUndefined();
    expect(await reasonOf(verifier, token)).toBe('encryption');
  });

  it('decrypts a token once for all callers that wait for it', async () => {
    const verifier = open({ issuer, secret, decryption });
    const encrypted = KEY.encrypt(signToken());
    const tokens = await Promise.all(Array.from({ length: 50 }, () => verifier.verify(encrypted)));
    expect(new Set(tokens).size).toBe(1);
  });

  it('refuses a cached encrypted token once it has expired', async () => {
    let now = Date.now();
    const verifier = open({ issuer, secret, decryption, clock: () => now });
    const encrypted = KEY.encrypt(signToken());
    expect(await reasonOf(verifier, encrypted)).toBeUndefined();
    now += 400_000;
    expect(await reasonOf(verifier, encrypted)).toBe('expired');
  });

  it('refuses an encrypted token that is longer than maxTokenBytes', async () => {
    const verifier = open({ issuer, secret, decryption, maxTokenBytes: 700 });
    expect(await reasonOf(verifier, signToken())).toBeUndefined();
    expect(await reasonOf(verifier, KEY.encrypt(signToken({ pad: 'x'.repeat(200) })))).toBe(
      'malformed',
    );
  });

  it('accepts tokens by the old and the new key while keys are rotated', async () => {
    const keys = [KEY.privateJwk, OTHER_KEY.privateJwk];
    const verifier = open({ issuer, secret, decryption: { keys } });
    expect(await reasonOf(verifier, KEY.encrypt(signToken()))).toBeUndefined();
    expect(await reasonOf(verifier, OTHER_KEY.encrypt(signToken()))).toBeUndefined();
  });

  it('refuses encrypted tokens where no keys are configured', async () => {
    expect(await reasonOf(open({ issuer, secret }), KEY.encrypt(signToken()))).toBe('malformed');
  });

  it.each([
    [{ keys: [] }, 'option "decryption.keys" must be a non-empty array'],
    [{ ...decryption, require: true }, 'option "decryption" has no option "require"'],
    [true, 'option "decryption" must be an object'],
  ])('throws at start-up for the option %j', (given, message) => {
    expect(() => open({ issuer, secret, decryption: given })).toThrow(message);
  });
});

describe('createAccessTokenVerifier › encrypted tokens of several issuers', () => {
  const signOther = (): string => signToken({ iss: OTHER_ISSUER });

  it('accepts the tokens of every issuer by the keys beside issuers', async () => {
    const issuers = [
      { issuer, secret },
      { issuer: OTHER_ISSUER, secret },
    ];
    const verifier = open({ decryption, issuers });
    expect(await reasonOf(verifier, KEY.encrypt(signToken()))).toBeUndefined();
    expect(await reasonOf(verifier, KEY.encrypt(signOther()))).toBeUndefined();
  });

  it('refuses a token that is encrypted by a key for another issuer, or must not be encrypted', async () => {
    const verifier = open({
      issuers: [
        { issuer, secret, decryption },
        { issuer: OTHER_ISSUER, secret, decryption: { keys: [OTHER_KEY.privateJwk] } },
        { issuer: 'https://plain.example.com', secret },
      ],
    });
    expect(await reasonOf(verifier, KEY.encrypt(signToken()))).toBeUndefined();
    expect(await reasonOf(verifier, OTHER_KEY.encrypt(signOther()))).toBeUndefined();
    expect(await reasonOf(verifier, OTHER_KEY.encrypt(signToken()))).toBe('encryption');
    expect(await reasonOf(verifier, KEY.encrypt(signOther()))).toBe('encryption');
    const plain = signToken({ iss: 'https://plain.example.com' });
    expect(await reasonOf(verifier, plain)).toBeUndefined();
    expect(await reasonOf(verifier, KEY.encrypt(plain))).toBe('encryption');
  });

  it('accepts one key of two issuers, and only with the alg that the issuer names', async () => {
    const key = createEncryptionKey({ alg: 'ECDH-ES' });
    const jwk = (alg: string | undefined): object => ({ ...key.privateJwk, alg });
    const verifier = open({
      issuers: [
        { issuer, secret, decryption: { keys: [jwk(undefined)] } },
        { issuer: OTHER_ISSUER, secret, decryption: { keys: [jwk('ECDH-ES+A128KW')] } },
      ],
    });
    expect(await reasonOf(verifier, key.encrypt(signToken()))).toBeUndefined();
    expect(await reasonOf(verifier, key.encrypt(signOther()))).toBe('encryption');
  });

  it('requires encryption only of the issuers that it is required of', async () => {
    const verifier = open({
      issuers: [
        { issuer, secret, decryption: { ...decryption, required: true } },
        { issuer: OTHER_ISSUER, secret, decryption },
      ],
    });
    expect(await reasonOf(verifier, signToken())).toBe('encryption');
    expect(await reasonOf(verifier, signOther())).toBeUndefined();
  });

  it('decrypts tokens of issuers that are found at run time by the keys beside issuers', async () => {
    const resolve = (iss: string): object | undefined =>
      iss === issuer ? { issuer, secret } : undefined;
    const options = { issuers: { resolve }, algorithms: ['HS256'] };
    const verifier = open({ ...options, decryption: { ...decryption, required: true } });
    expect(await reasonOf(verifier, KEY.encrypt(signToken()))).toBeUndefined();
    expect(await reasonOf(verifier, signToken())).toBe('encryption');
    expect(await reasonOf(verifier, KEY.encrypt(signOther()))).toBe('issuer');
    expect(await reasonOf(verifier, OTHER_KEY.encrypt(signToken()))).toBe('decryption');
  });

  it.each([
    { issuer, secret, decryption },
    { issuers: [{ issuer, secret, decryption }] },
    { issuers: [{ issuer, secret }], decryption },
  ])(
    'reports keys of an issuer that is found at run time as an error of the application',
    async (found) => {
      const verifier = open({
        issuers: { resolve: () => found },
        algorithms: ['HS256'],
        decryption,
      });
      expect(await reasonOf(verifier, KEY.encrypt(signToken()))).toMatchObject({
        code: 'ERR_KEY_SET_UNAVAILABLE',
        cause: {
          cause: { message: expect.stringMatching(/decryption" is not supported/) as unknown },
        },
      });
    },
  );
});
