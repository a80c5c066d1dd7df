import { createSecretKey, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { KeyRing } from './key-ring.js';
import { type Algorithm, prepareKey } from '../jws/signature.js';
import { StaticKeySet } from './static-key-set.js';
import { createKeyPair } from '../../../../test/support/key-pairs.js';

const ISSUER = 'https://as.example';
const jwks = { keys: [{ ...createKeyPair('P-256').publicJwk, kid: 'k1' }] };
const keySet = StaticKeySet.ofJwks(ISSUER, KeyRing.import(jwks, ['ES256']));
const secret = prepareKey('HS256', undefined, createSecretKey(randomBytes(32)));
const secretSet = StaticKeySet.ofSecret(ISSUER, KeyRing.of([secret]));

const query = (alg: Algorithm, kid: string | undefined, isSigner = true) =>
  ({ alg, kid, hasSigned: () => isSigner }) as const;

describe('StaticKeySet', () => {
  it('is always usable, even after close()', async () => {
    await keySet.whenReady();
    await keySet.refresh();
    keySet.close();
    expect(keySet.isUsable()).toBe(true);
    expect(keySet.health()).toEqual({
      issuer: ISSUER,
      state: 'fresh',
      keys: 1,
      fromSnapshot: false,
      ageMs: undefined,
      lastError: undefined,
      nextAttemptAt: undefined,
    });
  });

  it.each([
    ['ES256', 'k1', 1],
    ['ES256', undefined, 1],
    ['ES256', 'k2', 0],
    ['RS256', 'k1', 0],
  ] as const)('finds the signer synchronously: %s, kid %s', (alg, kid, count) => {
    const { signer, candidates } = keySet.findSigner(query(alg, kid));
    expect(candidates).toHaveLength(count);
    expect(signer).toBe(candidates[0]);
  });

  it('finds no signer when no candidate made the signature', () => {
    const found = keySet.findSigner(query('ES256', undefined, false));
    expect(found).toMatchObject({ signer: undefined, candidates: [{ kid: 'k1' }] });
  });

  it.each([undefined, 'k1', ''])('finds a secret for any "kid": %j', (kid) => {
    expect(secretSet.findSigner(query('HS256', kid)).signer).toBe(secret);
    expect(secretSet.findSigner(query('HS384', kid)).candidates).toEqual([]);
  });
});
