import { createSecretKey, type JsonWebKey, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { KeySetMalformedError } from './key-set-errors.js';
import { KeyRing } from './key-ring.js';
import { prepareKey, PUBLIC_KEY_ALGORITHMS } from '../jws/signature.js';
import { createKeyPair } from '../../../../test/support/key-pairs.js';

function generateJwk(): JsonWebKey {
  return createKeyPair('P-256').publicJwk;
}

const [A, B, C] = [generateJwk(), generateJwk(), generateJwk()];
const ED25519 = createKeyPair('ed25519').publicJwk;

function ringOf(...keys: readonly unknown[]): KeyRing {
  return KeyRing.import({ keys }, PUBLIC_KEY_ALGORITHMS);
}

/** The `x` of the keys that are found. */
function found(ring: KeyRing, kid: string | undefined): unknown[] {
  return ring.find('ES256', kid).map(({ keyObject }) => keyObject.export({ format: 'jwk' }).x);
}

describe('KeyRing.import', () => {
  it('counts usable JWKs and says why others are not', () => {
    const ring = ringOf({ kty: 'bogus' }, { ...A, kid: 'a' }, null, { ...B, use: 'enc' }, ED25519);
    expect(ring.size).toBe(2);
    expect(ring.skipped).toEqual([
      { index: 0, reason: 'unsupported' },
      { index: 2, reason: 'malformed' },
      { index: 3, reason: 'use' },
    ]);
  });

  it.each([[[]], [[{ kty: 'bogus' }]]])('accepts a JWKS without usable keys: %j', (keys) => {
    const ring = KeyRing.import({ keys }, PUBLIC_KEY_ALGORITHMS);
    expect(ring.size).toBe(0);
    expect(ring.find('ES256', undefined)).toEqual([]);
  });

  it.each([
    ['nothing', undefined],
    ['null', null],
    ['a list', [A]],
    ['text', '{"keys":[]}'],
    ['an object without keys', {}],
    ['keys that are an object', { keys: { 0: A } }],
    ['keys that are null', { keys: null }],
    ['an error', { error: 'server_error' }],
  ])('refuses a document that is not a JWKS: %s', (_case, jwks) => {
    expect(() => KeyRing.import(jwks, PUBLIC_KEY_ALGORITHMS)).toThrow(
      new KeySetMalformedError('jwks'),
    );
  });
});

describe('KeyRing.of', () => {
  it('counts a secret that is ready for several algorithms once', () => {
    const secret = createSecretKey(randomBytes(64));
    const algorithms = ['HS256', 'HS512'] as const;
    const ring = KeyRing.of(algorithms.map((alg) => prepareKey(alg, undefined, secret)));
    expect(ring.size).toBe(1);
    expect(ring.find('HS256', undefined)).toHaveLength(1);
    expect(ring.find('HS384', undefined)).toHaveLength(0);
  });
});

describe('KeyRing.find', () => {
  const ring = ringOf({ ...A, kid: 'a' }, { ...B, kid: 'b' }, C);

  it.each([
    ['a', [A.x]],
    ['b', [B.x]],
    ['A', []],
    ['c', []],
    ['', []],
    ['__proto__', []],
    ['constructor', []],
    [undefined, [A.x, B.x, C.x]],
  ])('finds the keys of "kid" %j', (kid, keys) => {
    expect(found(ring, kid)).toEqual(keys);
  });

  it('finds only keys for the algorithm', () => {
    const mixed = ringOf({ ...A, kid: 'k' }, { ...ED25519, kid: 'k' });
    expect(mixed.find('ES256', 'k')).toHaveLength(1);
    expect(mixed.find('EdDSA', 'k')).toHaveLength(1);
    expect(mixed.find('RS256', 'k')).toHaveLength(0);
  });

  it('keeps a "kid" that contains the name of an algorithm apart', () => {
    const odd = ringOf({ ...A, kid: 'ES256 a' });
    expect(found(odd, 'ES256 a')).toEqual([A.x]);
    expect(found(odd, 'a')).toEqual([]);
  });

  it('finds an empty "kid"', () => {
    expect(found(ringOf({ ...A, kid: '' }, B), '')).toEqual([A.x]);
  });

  it('finds several keys that share a "kid", in the order of the set', () => {
    expect(found(ringOf({ ...A, kid: 'k' }, { ...B, kid: 'k' }), 'k')).toEqual([A.x, B.x]);
  });

  it('finds at most four keys', () => {
    const many = [A, B, C, generateJwk(), generateJwk()].map((jwk) => ({ ...jwk, kid: 'k' }));
    expect(found(ringOf(...many), 'k')).toEqual(many.slice(0, 4).map(({ x }) => x));
    expect(found(ringOf(...many), undefined)).toHaveLength(4);
    expect(ringOf(...many).count('ES256')).toBe(5);
    expect(ringOf(...many).count('RS256')).toBe(0);
  });
});

/** Creates a ring that replaces an older one, as a refresh does. */
function replace(
  older: KeyRing,
  ...keys: readonly unknown[]
): { readonly ring: KeyRing; readonly added: number; readonly withdrawn: number } {
  const importing = KeyRing.importInSlices({ keys }, PUBLIC_KEY_ALGORITHMS, { older });
  let step = importing.next();
  while (step.done !== true) step = importing.next();
  return { ring: step.value, ...step.value.replace(older) };
}

describe('KeyRing.import › too many keys', () => {
  it.each([
    [256, undefined],
    [257, new KeySetMalformedError('too_many_keys')],
  ])('is malformed: %d members', (count, error) => {
    const importing = (): KeyRing => ringOf(...Array.from({ length: count }, () => ED25519));
    if (error === undefined) expect(importing().size).toBe(1);
    else expect(importing).toThrow(error);
  });

  it('is counted before any key is imported', () => {
    const untouchable = new Proxy(
      {},
      {
        get: () => {
          throw new Error('looked at');
        },
      },
    );
    const keys = Array.from({ length: 257 }, () => untouchable);
    expect(() => ringOf(...keys)).toThrow(new KeySetMalformedError('too_many_keys'));
  });
});

describe('KeyRing.importInSlices', () => {
  const jwks = { keys: Array.from({ length: 40 }, (_, index) => ({ ...A, kid: String(index) })) };

  function slices(older?: KeyRing): number {
    const importing = KeyRing.importInSlices(jwks, PUBLIC_KEY_ALGORITHMS, { older });
    let count = 1;
    while (importing.next().done !== true) count += 1;
    return count;
  }

  it('yields after every 8 keys that OpenSSL imports', () => {
    expect(slices()).toBe(6);
  });

  it('does not import a key again whose members have not changed', () => {
    expect(slices(KeyRing.import(jwks, PUBLIC_KEY_ALGORITHMS))).toBe(1);
  });
});

describe('KeyRing.replace', () => {
  it('keeps keys that stay and marks those that are gone', () => {
    const older = ringOf({ ...A, kid: 'a' }, { ...B, kid: 'b' });
    const [stays] = older.find('ES256', 'a');
    const [goes] = older.find('ES256', 'b');
    const { ring, added, withdrawn } = replace(older, { ...C, kid: 'c' }, { ...A, kid: 'a' });
    expect({ added, withdrawn, size: ring.size }).toEqual({ added: 1, withdrawn: 1, size: 2 });
    expect(ring.find('ES256', 'a')[0]).toBe(stays);
    expect([stays?.withdrawn, goes?.withdrawn]).toEqual([false, true]);
    expect(ring.find('ES256', 'b')).toEqual([]);
    expect(ring.find('ES256', 'c')[0]?.withdrawn).toBe(false);
  });

  it('counts JWKs, not the algorithms they are for', () => {
    const { added } = ringOf(ED25519).replace(KeyRing.of([]));
    const { withdrawn } = ringOf().replace(ringOf(ED25519));
    expect([added, withdrawn]).toEqual([1, 1]);
  });

  it('treats another key with the same "kid" as new', () => {
    const older = ringOf({ ...A, kid: 'k' });
    const { ring, added, withdrawn } = replace(older, { ...B, kid: 'k' });
    expect([added, withdrawn]).toEqual([1, 1]);
    expect(found(ring, 'k')).toEqual([B.x]);
    expect(older.find('ES256', 'k')[0]?.withdrawn).toBe(true);
  });

  it('treats the same key with another "kid" as new', () => {
    const older = ringOf({ ...A, kid: 'old' });
    const { ring } = replace(older, { ...A, kid: 'new' });
    expect(older.find('ES256', 'old')[0]?.withdrawn).toBe(true);
    expect(found(ring, 'new')).toEqual([A.x]);
  });

  it('treats a key that comes back as new', () => {
    const first = ringOf(A);
    const [withdrawn] = first.find('ES256', undefined);
    const second = replace(first).ring;
    const third = replace(second, A).ring;
    expect(withdrawn?.withdrawn).toBe(true);
    expect(third.find('ES256', undefined)[0]).toMatchObject({ withdrawn: false });
  });

  it('keeps a key for the algorithms that stay when it is limited to one', () => {
    const older = ringOf({ ...ED25519, kid: 'k' });
    const { ring, added, withdrawn } = replace(older, { ...ED25519, kid: 'k', alg: 'EdDSA' });
    expect(ring.find('EdDSA', 'k')[0]).toBe(older.find('EdDSA', 'k')[0]);
    expect(older.find('Ed25519', 'k')[0]?.withdrawn).toBe(true);
    expect([added, withdrawn]).toEqual([0, 1]);
  });

  it('treats one key that is listed for each algorithm as one', () => {
    const listed = [
      { ...ED25519, kid: 'k', alg: 'EdDSA' },
      { ...ED25519, kid: 'k', alg: 'Ed25519' },
    ];
    const older = ringOf(...listed);
    const { ring, added, withdrawn } = replace(older, ...listed);
    expect([ring.size, added, withdrawn]).toEqual([1, 0, 0]);
    expect(ring.find('EdDSA', 'k')).toHaveLength(1);
    expect(ring.find('Ed25519', undefined)).toHaveLength(1);
  });

  it('changes nothing when nothing has changed', () => {
    const older = ringOf({ ...A, kid: 'a' }, ED25519);
    const { ring, added, withdrawn } = replace(older, { ...A, kid: 'a' }, ED25519);
    expect([added, withdrawn]).toEqual([0, 0]);
    expect(ring.find('ES256', 'a')[0]).toBe(older.find('ES256', 'a')[0]);
  });
});
