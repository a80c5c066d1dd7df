import type { webcrypto } from 'node:crypto';
import {
  type AccessToken,
  clientSecretBasic,
  createTokenClient,
  type DpopKeyOptions,
} from '@scopegate/client';
import { describe, expectTypeOf, it } from 'vitest';

describe('createTokenClient', () => {
  const base = {
    issuer: 'https://auth.example.com',
    clientId: 'nightly-report',
    clientAuthentication: clientSecretBasic(() => 'secret'),
  };

  it('accepts true, an algorithm or a key pair as dpop', () => {
    createTokenClient({ ...base, dpop: true });
    createTokenClient({ ...base, dpop: undefined });
    createTokenClient({ ...base, dpop: { alg: 'Ed25519' } });
    expectTypeOf<{ keyPair: webcrypto.CryptoKeyPair }>().toExtend<DpopKeyOptions>();
  });

  it('accepts neither both, nor false, nor a secret-key algorithm', () => {
    expectTypeOf<{
      alg: 'ES256';
      keyPair: webcrypto.CryptoKeyPair;
    }>().not.toExtend<DpopKeyOptions>();
    expectTypeOf<{ alg: 'HS256' }>().not.toExtend<DpopKeyOptions>();
    expectTypeOf<{ keyPair: webcrypto.CryptoKey }>().not.toExtend<DpopKeyOptions>();
    const options = { ...base, dpop: false };
    // @ts-expect-error: omit it for bearer tokens
    expectTypeOf(createTokenClient).toBeCallableWith(options);
  });

  it('has tokens whose type is the scheme', () => {
    expectTypeOf<AccessToken['type']>().toEqualTypeOf<'Bearer' | 'DPoP'>();
  });
});
