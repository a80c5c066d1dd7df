import { InvalidTokenError, type InvalidTokenReason } from '@scopegate/protocol';
import { describe, expect, it } from 'vitest';
import { checkLifetime, checkTimes, readTimes, type TokenTimes } from './times.js';

type Claims = Readonly<Record<string, unknown>>;

function reasonOf(check: () => unknown): InvalidTokenReason | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    if (error instanceof InvalidTokenError) return error.reason;
    throw error;
  }
}

const NOW = 1_900_000_000;
const times: TokenTimes = { expiresAt: NOW + 60, notBefore: undefined, issuedAt: undefined };

function reasonAt(
  changes: Partial<TokenTimes>,
  clockToleranceSeconds: number,
  maxLifetimeSeconds = Infinity,
): InvalidTokenReason | undefined {
  const policy = { clockToleranceSeconds, maxLifetimeSeconds };
  return reasonOf(() => {
    checkTimes({ ...times, ...changes }, NOW, policy);
    checkLifetime({ ...times, ...changes }, policy);
  });
}

describe('readTimes', () => {
  it('reads "exp", "nbf" and "iat"', () => {
    expect(readTimes({ exp: 3, nbf: 2.5, iat: 1 })).toEqual({
      expiresAt: 3,
      notBefore: 2.5,
      issuedAt: 1,
    });
    expect(readTimes({ exp: 0 })).toEqual({
      expiresAt: 0,
      notBefore: undefined,
      issuedAt: undefined,
    });
  });

  it('requires "exp"', () => {
    expect(() => readTimes({ nbf: 1, iat: 1 })).toThrow(
      new InvalidTokenError('claim', { claim: 'exp', problem: 'missing' }),
    );
    expect(() => readTimes(Object.create({ exp: 1 }) as Claims)).toThrow(
      new InvalidTokenError('claim', { claim: 'exp', problem: 'missing' }),
    );
  });

  it.each([
    ['a string', '1999999999'],
    ['null', null],
    ['true', true],
    ['an array', [1]],
    ['an object', {}],
    ['infinity', JSON.parse('1e400')],
    ['not a number', NaN],
    ['a negative number', -1],
    ['1e308', 1e308],
    ['milliseconds', 1_999_999_999_000],
    ['the first second of the year 10000', 253_402_300_800],
  ])('refuses a value that is not a NumericDate: %s', (_case, value: unknown) => {
    expect(() => readTimes({ exp: value })).toThrow(
      new InvalidTokenError('claim', { claim: 'exp', problem: 'malformed' }),
    );
    expect(() => readTimes({ exp: 1, nbf: value })).toThrow(
      new InvalidTokenError('claim', { claim: 'nbf', problem: 'malformed' }),
    );
    expect(() => readTimes({ exp: 1, iat: value })).toThrow(
      new InvalidTokenError('claim', { claim: 'iat', problem: 'malformed' }),
    );
  });

  it('accepts the last second of the year 9999', () => {
    expect(readTimes({ exp: 253_402_300_799 }).expiresAt).toBe(253_402_300_799);
  });
});

describe('checkTimes', () => {
  it.each([
    [NOW + 1, 0, undefined],
    [NOW + 0.001, 0, undefined],
    [NOW, 0, 'expired'],
    [NOW - 1, 0, 'expired'],
    [0, 0, 'expired'],
    [NOW - 4, 5, undefined],
    [NOW - 5, 5, 'expired'],
    [NOW - 300, 300, 'expired'],
  ])(
    'requires a time before "exp": %d with a tolerance of %d: %s',
    (expiresAt, tolerance, reason) => {
      expect(reasonAt({ expiresAt }, tolerance)).toBe(reason);
    },
  );

  it.each([
    [NOW, 0, undefined],
    [NOW + 0.5, 0, 'not_yet_valid'],
    [NOW + 5, 5, undefined],
    [NOW + 6, 5, 'not_yet_valid'],
    [0, 0, undefined],
  ])('requires a time that is not before "nbf": %d with a tolerance of %d: %s', (...row) => {
    const [notBefore, tolerance, reason] = row;
    expect(reasonAt({ notBefore }, tolerance)).toBe(reason);
  });

  it.each([
    [NOW, 0, undefined],
    [NOW + 60, 0, undefined],
    [NOW + 60.5, 0, 'not_yet_valid'],
    [NOW + 60, 5, undefined],
    [NOW + 61, 5, 'not_yet_valid'],
    [NOW + 61, 60, 'not_yet_valid'],
    [NOW + 61, 61, undefined],
    [NOW + 300, 300, undefined],
    [NOW + 301, 300, 'not_yet_valid'],
    [0, 0, undefined],
  ])('accepts "iat" up to 60 s ahead: %d with a tolerance of %d: %s', (...row) => {
    const [issuedAt, tolerance, reason] = row;
    expect(reasonAt({ issuedAt, expiresAt: NOW + 600 }, tolerance)).toBe(reason);
  });

  it.each([NaN, undefined, 'x'])('refuses every token at the time %s', (time) => {
    const policy = { clockToleranceSeconds: 5, maxLifetimeSeconds: Infinity };
    expect(() => checkTimes(times, time as number, policy)).toThrow(
      new InvalidTokenError('expired'),
    );
  });

  it('returns when the token is acceptable, tolerance included', () => {
    const policy = { clockToleranceSeconds: 5, maxLifetimeSeconds: Infinity };
    const validUntil = NOW + 65;
    const validTimes = (changes: Partial<TokenTimes>): unknown =>
      checkTimes({ ...times, ...changes }, NOW, policy);
    expect(validTimes({ notBefore: NOW - 60, issuedAt: NOW - 30 })).toEqual({
      validFrom: NOW - 65,
      validUntil,
    });
    expect(validTimes({ notBefore: NOW - 60, issuedAt: NOW + 10 })).toEqual({
      validFrom: NOW - 50,
      validUntil,
    });
    expect(validTimes({})).toEqual({ validFrom: -5, validUntil });
  });

  it('checks both "nbf" and "iat"', () => {
    expect(reasonAt({ notBefore: NOW - 1, issuedAt: NOW + 61 }, 0)).toBe('not_yet_valid');
    expect(reasonAt({ notBefore: NOW + 1, issuedAt: NOW - 1 }, 0)).toBe('not_yet_valid');
    expect(reasonAt({ notBefore: NOW + 6, issuedAt: NOW + 6 }, 5)).toBe('not_yet_valid');
  });

  it('reports expiry first', () => {
    expect(reasonAt({ expiresAt: NOW - 1, notBefore: NOW + 1 }, 0, 1)).toBe('expired');
  });
});

describe('checkLifetime', () => {
  it.each([
    [60, 60, undefined],
    [61, 60, 'lifetime'],
    [60.5, 60, 'lifetime'],
    [1e9, Infinity, undefined],
  ])('limits the lifetime: %d of %d seconds: %s', (seconds, maxLifetime, reason) => {
    const issuedAt = NOW - 10;
    expect(reasonAt({ issuedAt, expiresAt: issuedAt + seconds }, 0, maxLifetime)).toBe(reason);
  });

  it('requires "iat" when the lifetime is limited', () => {
    expect(reasonAt({}, 0, 3600)).toBe('claim');
  });

  it('applies no clock tolerance to the lifetime', () => {
    const issuedAt = NOW - 10;
    expect(reasonAt({ issuedAt, expiresAt: issuedAt + 61 }, 300, 60)).toBe('lifetime');
  });
});
