import { createSecretKey, randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { VerifiedAccessToken } from '../claims/verified-token.js';
import { KeyRing } from '../keys/key-ring.js';
import type { KeySet } from '../keys/key-set.js';
import { prepareKey, type VerificationKey } from '../jws/signature.js';
import { StaticKeySet } from '../keys/static-key-set.js';
import { type AcceptedToken, TokenCache } from './token-cache.js';
import type { Verification } from './verify-token.js';

const NOW = 1_900_000_000;
const TOKEN = 'header.payload.signature';
const accepted = Object.freeze({ subject: 'u1' }) as VerifiedAccessToken;

function createKey(): VerificationKey {
  return prepareKey('HS256', undefined, createSecretKey(randomBytes(32)));
}

function keySetOf(key: VerificationKey): KeySet {
  return StaticKeySet.ofSecret('https://as.example', KeyRing.of([key]));
}

type KeyedVerification = Verification & { readonly key: VerificationKey };
type KeyedToken = AcceptedToken<unknown> & { readonly key: VerificationKey };

function createVerification(changes: Partial<KeyedVerification> = {}): KeyedVerification {
  const key = createKey();
  const times = { validFrom: 0, validUntil: NOW + 60, known: undefined, heapBytes: 100 };
  return { token: accepted, key, keySet: keySetOf(key), ...times, ...changes };
}

function createAccepted(changes: Partial<KeyedVerification> = {}): KeyedToken {
  const state = { activity: { isInactive: false }, digest: undefined, notRevokedAt: undefined };
  return { shared: accepted, ...state, ...createVerification(changes) };
}

function createCache(maxEntries = 10, maxBytes = 10_000): TokenCache<unknown> {
  return new TokenCache({ maxEntries, maxBytes });
}

function get(cache: TokenCache<unknown>, token: string, now: number): unknown {
  return cache.get(token, now)?.shared;
}

describe('TokenCache', () => {
  it('caches an accepted token, and no other', () => {
    const cache = createCache();
    cache.set(TOKEN, createAccepted());
    expect(get(cache, TOKEN, NOW)).toBe(accepted);
    for (const other of ['', 'x', TOKEN.slice(0, -1), `${TOKEN}=`, TOKEN.toUpperCase()]) {
      expect(get(cache, other, NOW)).toBeUndefined();
    }
  });

  it('evicts a token that becomes inactive, and does not cache it again', () => {
    const cache = createCache();
    const token = createAccepted();
    cache.set(TOKEN, token);
    cache.evictInactive(TOKEN);
    expect(token.activity.isInactive).toBe(true);
    cache.set(TOKEN, token);
    expect(get(cache, TOKEN, NOW)).toBeUndefined();
  });

  it.each([
    [NOW - 0.001, false],
    [NOW, true],
    [NOW + 9.999, true],
    [NOW + 10, false],
  ])('returns an introspected token at %d: %s', (now, isReturned) => {
    const cache = createCache();
    const known = { from: NOW, until: NOW + 10 };
    cache.set(TOKEN, createAccepted({ known }));
    expect(get(cache, TOKEN, now) !== undefined).toBe(isReturned);
  });

  it('evicts a token that expires between two uses', () => {
    const cache = createCache();
    cache.set(TOKEN, createAccepted());
    expect(get(cache, TOKEN, NOW + 59.999)).toBe(accepted);
    expect(get(cache, TOKEN, NOW + 60)).toBeUndefined();
    expect(get(cache, TOKEN, NOW)).toBeUndefined();
  });

  it('returns no token while the clock is before its start', () => {
    const cache = createCache();
    cache.set(TOKEN, createAccepted({ validFrom: NOW }));
    expect(get(cache, TOKEN, NOW - 0.001)).toBeUndefined();
    expect(get(cache, TOKEN, NOW)).toBe(accepted);
  });

  it.each([NaN, undefined, 'x'])('returns no token at the time %s', (time) => {
    const cache = createCache();
    cache.set(TOKEN, createAccepted());
    expect(get(cache, TOKEN, time as number)).toBeUndefined();
  });

  it('evicts a token whose key was withdrawn', () => {
    const cache = createCache();
    const keyed = createAccepted();
    const { key } = keyed;
    cache.set(TOKEN, keyed);
    cache.set('another', createAccepted());
    key.withdrawn = true;
    expect(get(cache, TOKEN, NOW)).toBeUndefined();
    key.withdrawn = false;
    expect(get(cache, TOKEN, NOW)).toBeUndefined();
    expect(get(cache, 'another', NOW)).toBe(accepted);
  });

  it('returns no token while its keys are unavailable', () => {
    let isUsable = true;
    const cache = createCache();
    const { key } = createVerification();
    const keySet = Object.assign(keySetOf(key), { isUsable: () => isUsable });
    cache.set(TOKEN, createAccepted({ key, keySet }));
    isUsable = false;
    expect(get(cache, TOKEN, NOW)).toBeUndefined();
    isUsable = true;
    expect(get(cache, TOKEN, NOW)).toBe(accepted);
  });

  it('is not shared with another cache', () => {
    const [one, other] = [createCache(), createCache()];
    one.set(TOKEN, createAccepted());
    expect(get(other, TOKEN, NOW)).toBeUndefined();
  });

  it('evicts the least recently used token', () => {
    const cache = createCache(2);
    cache.set('a', createAccepted());
    cache.set('b', createAccepted());
    get(cache, 'a', NOW);
    cache.set('c', createAccepted());
    const known = ['a', 'b', 'c'].filter((token) => get(cache, token, NOW) !== undefined);
    expect(known).toEqual(['a', 'c']);
  });

  it('limits the memory of all tokens', () => {
    const cache = createCache(10, 250);
    for (const name of ['a', 'b', 'c']) cache.set(name, createAccepted());
    const known = ['a', 'b', 'c'].filter((token) => get(cache, token, NOW) !== undefined);
    expect(known).toEqual(['b', 'c']);
  });

  it('does not store a token that alone is too large, and evicts no other for it', () => {
    const cache = createCache(10, 250);
    cache.set('a', createAccepted());
    cache.set('large', createAccepted({ heapBytes: 251 }));
    expect(get(cache, 'large', NOW)).toBeUndefined();
    expect(get(cache, 'a', NOW)).toBe(accepted);
  });

  it('replaces an entry', () => {
    const cache = createCache();
    const first = createAccepted();
    cache.set(TOKEN, first);
    cache.set(TOKEN, createAccepted());
    first.key.withdrawn = true;
    expect(get(cache, TOKEN, NOW)).toBe(accepted);
  });

  it('contains no token', () => {
    const cache = createCache();
    cache.set(TOKEN, createAccepted());
    expect(inspect(cache, { depth: 9, showHidden: true })).not.toContain('payload');
  });
});
