import { createSecretKey, randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { VerifiedAccessToken } from './claims.js';
import { KeyRing } from './key-ring.js';
import type { KeySet } from './key-set.js';
import { prepareKey, type VerificationKey } from './signature.js';
import { StaticKeySet } from './static-key-set.js';
import { TokenCache } from './token-cache.js';
import type { Verification } from './verify.js';

const NOW = 1_900_000_000;
const TOKEN = 'header.payload.signature';
const accepted = Object.freeze({ subject: 'u1' }) as VerifiedAccessToken;

function createKey(): VerificationKey {
  return prepareKey('HS256', undefined, createSecretKey(randomBytes(32)));
}

function keySetOf(key: VerificationKey): KeySet {
  return new StaticKeySet('https://as.example', KeyRing.of([key]), true);
}

function createVerification(changes: Partial<Verification> = {}): Verification {
  const key = createKey();
  const times = { expiresAt: NOW + 60, notBefore: undefined, issuedAt: undefined };
  return { token: accepted, times, key, keySet: keySetOf(key), ...changes };
}

function createCache(maxEntries = 10, clockToleranceSeconds = 0): TokenCache<unknown> {
  return new TokenCache(maxEntries, { clockToleranceSeconds, maxLifetimeSeconds: Infinity });
}

describe('TokenCache', () => {
  it('remembers an accepted token, and no other', () => {
    const cache = createCache();
    cache.remember(TOKEN, createVerification(), accepted);
    expect(cache.recall(TOKEN, NOW)).toBe(accepted);
    for (const other of ['', 'x', TOKEN.slice(0, -1), `${TOKEN}=`, TOKEN.toUpperCase()]) {
      expect(cache.recall(other, NOW)).toBeUndefined();
    }
  });

  it('forgets a token that expires between two uses, for good', () => {
    const cache = createCache();
    cache.remember(TOKEN, createVerification(), accepted);
    expect(cache.recall(TOKEN, NOW + 59.999)).toBe(accepted);
    expect(cache.recall(TOKEN, NOW + 60)).toBeUndefined();
    expect(cache.recall(TOKEN, NOW)).toBeUndefined();
  });

  it.each([
    ['"nbf"', { notBefore: NOW, issuedAt: undefined }],
    ['"iat"', { notBefore: undefined, issuedAt: NOW }],
    ['the later of both', { notBefore: NOW - 60, issuedAt: NOW }],
  ])('does not know a token while the clock stands before %s', (_case, bounds) => {
    const cache = createCache();
    const times = { expiresAt: NOW + 60, ...bounds };
    cache.remember(TOKEN, createVerification({ times }), accepted);
    expect(cache.recall(TOKEN, NOW - 0.001)).toBeUndefined();
    expect(cache.recall(TOKEN, NOW)).toBe(accepted);
  });

  it('allows for the tolerance of the clock, as the check of claims does', () => {
    const cache = createCache(10, 5);
    const times = { expiresAt: NOW + 60, notBefore: NOW, issuedAt: NOW };
    cache.remember(TOKEN, createVerification({ times }), accepted);
    expect(cache.recall(TOKEN, NOW - 5.001)).toBeUndefined();
    expect(cache.recall(TOKEN, NOW - 5)).toBe(accepted);
    expect(cache.recall(TOKEN, NOW + 64.999)).toBe(accepted);
    expect(cache.recall(TOKEN, NOW + 65)).toBeUndefined();
  });

  it('forgets a token whose key was withdrawn', () => {
    const cache = createCache();
    const verification = createVerification();
    cache.remember(TOKEN, verification, accepted);
    cache.remember('another', createVerification(), accepted);
    verification.key.withdrawn = true;
    expect(cache.recall(TOKEN, NOW)).toBeUndefined();
    verification.key.withdrawn = false;
    expect(cache.recall(TOKEN, NOW)).toBeUndefined();
    expect(cache.recall('another', NOW)).toBe(accepted);
  });

  it('does not know a token while its keys cannot be used', () => {
    let isUsable = true;
    const cache = createCache();
    const { key } = createVerification();
    const keySet = Object.assign(keySetOf(key), { isUsable: () => isUsable });
    cache.remember(TOKEN, createVerification({ key, keySet }), accepted);
    isUsable = false;
    expect(cache.recall(TOKEN, NOW)).toBeUndefined();
    isUsable = true;
    expect(cache.recall(TOKEN, NOW)).toBe(accepted);
  });

  it('is nobody else’s', () => {
    const [one, other] = [createCache(), createCache()];
    one.remember(TOKEN, createVerification(), accepted);
    expect(other.recall(TOKEN, NOW)).toBeUndefined();
  });

  it('remembers so many tokens at the most, those used last', () => {
    const cache = createCache(2);
    cache.remember('a', createVerification(), accepted);
    cache.remember('b', createVerification(), accepted);
    cache.recall('a', NOW);
    cache.remember('c', createVerification(), accepted);
    const known = ['a', 'b', 'c'].filter((token) => cache.recall(token, NOW) !== undefined);
    expect(known).toEqual(['a', 'c']);
  });

  it('remembers a token anew', () => {
    const cache = createCache();
    const first = createVerification();
    cache.remember(TOKEN, first, accepted);
    cache.remember(TOKEN, createVerification(), accepted);
    first.key.withdrawn = true;
    expect(cache.recall(TOKEN, NOW)).toBe(accepted);
  });

  it('holds no token', () => {
    const cache = createCache();
    cache.remember(TOKEN, createVerification(), accepted);
    expect(inspect(cache, { depth: 9, showHidden: true })).not.toContain('payload');
  });
});
