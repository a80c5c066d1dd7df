import { createSecretKey, generateKeyPairSync, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { KeyRing } from './key-ring.js';
import { prepareKey } from '../jws/signature.js';
import { StaticKeySet } from './static-key-set.js';

const ISSUER = 'https://as.example';
const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const jwks = { keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'k1' }] };
const keySet = new StaticKeySet(ISSUER, KeyRing.import(jwks, ['ES256']), false);
const secret = prepareKey('HS256', undefined, createSecretKey(randomBytes(32)));
const secretSet = new StaticKeySet(ISSUER, KeyRing.of([secret]), true);

describe('StaticKeySet', () => {
  it('is usable at once and for ever', async () => {
    await keySet.ready();
    keySet.close();
    expect(keySet.isUsable()).toBe(true);
    expect(keySet.health()).toEqual({
      issuer: ISSUER,
      state: 'fresh',
      keys: 1,
      ageMs: undefined,
      lastError: undefined,
      nextAttemptAt: undefined,
    });
  });

  it('finds its keys in this tick, and has no others', async () => {
    expect(keySet.find('ES256', 'k1')).toMatchObject([{ kid: 'k1' }]);
    expect(keySet.find('ES256', undefined)).toHaveLength(1);
    expect(keySet.find('ES256', 'k2')).toEqual([]);
    expect(keySet.find('RS256', 'k1')).toEqual([]);
    expect(await keySet.findAnew()).toEqual([]);
  });

  it.each([undefined, 'k1', ''])('finds a secret whatever the "kid": %j', (kid) => {
    expect(secretSet.find('HS256', kid)).toEqual([secret]);
    expect(secretSet.find('HS384', kid)).toEqual([]);
  });
});
